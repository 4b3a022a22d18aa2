#pragma once

#include "authcore/session/authsession.h"
#include "ui/runconditions.h"
#include "ui/tokensummary.h"

#include <QtCore/QObject>
#include <QtCore/QTimer>

class QSettings;

namespace authcore {
class PasswordSignIn;
}

namespace ui {

//! Where the tokens of the next sign-in live.
enum class StaySignedIn { InSettingsFile, UntilQuit };

//! Stands between the session and the pages: signing in and out, spoiling tokens, saying what
//! happened.
//!
//! Lifetime: what it is given outlives it.   Thread: the session's.
//! Errors:   as sentences for people, by signal.
class SessionPresenter : public QObject
{
    Q_OBJECT

public:
    SessionPresenter(authcore::AuthSession &session, authcore::PasswordSignIn &signIn,
        authcore::TokenStore &store, QSettings &settings, QObject *parent = nullptr);

    [[nodiscard]] bool isSignedIn() const;
    [[nodiscard]] QString userName() const; //!< who is signed in; else who was last, or nobody
    [[nodiscard]] StaySignedIn staySignedIn() const; //!< as chosen last
    [[nodiscard]] const TokenDamage &damage() const noexcept { return m_damage; }
    //! What the session thinks of its access token right now.
    [[nodiscard]] RunConditions::Local local() const;
    [[nodiscard]] QString profileName() const;
    [[nodiscard]] authcore::TokenKey storeKey() const; //!< of who is signed in, or was last

public Q_SLOTS:
    //! Brings back the stored session, or asks for a sign-in.
    void start();
    void signIn(const QString &userName, const QString &password, ui::StaySignedIn stay);
    void cancelSignIn();
    void signOut();
    void refreshNow();
    void breakAccess();
    void deleteAccess();
    void breakRefresh();
    void noteExpiredAtServer(); //!< the backend was told to expire what it has issued
    void noteRevokedAtServer();

Q_SIGNALS:
    void signInNeeded(const QString &reason); //!< reason may be empty: the first start
    void signInBusy();
    void signInFailed(const QString &problem);
    void signInCancelled();
    void signedIn(const QString &userName);
    void signedOut(const QString &reason);
    void summaryChanged(const ui::TokenSummary &summary);
    void refreshTroubled(const QString &problem); //!< the session is kept
    void refreshWentWell();
    void storeTroubled(const QString &problem);
    void storeWentWell();

private:
    void restore(const authcore::TokenStore::Loaded &loaded);
    void enter();
    void ended(authcore::EndReason reason);
    void setDamage(TokenDamage damage);
    void edit(const authcore::TokenSet &tokens, TokenDamage damage);
    void summarize();

    authcore::AuthSession &m_session;
    authcore::PasswordSignIn &m_signIn;
    authcore::TokenStore &m_store;
    QSettings &m_settings;
    TokenDamage m_damage;
    StaySignedIn m_staying = StaySignedIn::InSettingsFile; //!< of the present session
    StaySignedIn m_wanted = StaySignedIn::InSettingsFile; //!< of the sign-in under way
    QString m_wantedName;
    QTimer m_countdown {this};
};

//! The tokens as if obtained at `profile`'s present address. For the built-in backend only: it may
//! listen on another port after a restart, its profile names it by what it is and not by its port.
//! Loopback to loopback; anything else is left as it is, and the session will not use it.
[[nodiscard]] authcore::TokenSet rehomed(
    authcore::TokenSet tokens, const authcore::BackendProfile &profile);

} // namespace ui
