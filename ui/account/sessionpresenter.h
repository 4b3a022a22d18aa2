#pragma once

#include "authcore/session/authsession.h"
#include "ui/account/accountbook.h"
#include "ui/account/staysignedin.h"
#include "ui/token/tokensummary.h"

#include <QtCore/QObject>
#include <QtCore/QTimer>

#include <functional>
#include <map>
#include <optional>

class QSettings;

namespace ui {

//! Stands between the session and the pages: accounts that come and go, spoiling tokens, saying
//! what happened.
//!
//! Lifetime: what it is given outlives it.   Thread: the session's.
//! Errors:   as sentences for people, by signal.
class SessionPresenter : public QObject
{
    Q_OBJECT

public:
    SessionPresenter(authcore::AuthSession &session, authcore::TokenStore &store,
        QSettings &settings, QObject *parent = nullptr);

    [[nodiscard]] bool isSignedIn() const { return m_session.isSignedIn(); }
    [[nodiscard]] QString userName() const; //!< who is signed in; else who is to be, or nobody
    [[nodiscard]] QStringList accounts() const; //!< signed in before under this profile
    [[nodiscard]] const TokenDamage &damage() const noexcept { return m_damage; }
    [[nodiscard]] const authcore::BackendProfile &profile() const { return m_session.profile(); }
    [[nodiscard]] QString profileName() const { return profile().name; }
    //! Of everybody who has ever signed in; first who is signed in now, or was last.
    [[nodiscard]] QList<authcore::TokenKey> storeKeys() const;

    //! The present account makes room, nothing of it is lost; then `then`. No sign-out: a refresh
    //! under way is waited for, the tokens stay where they are. The last wish counts.
    void leave(std::function<void()> then);
    //! Where a profile's backend is.
    enum class Home { BuiltIn, Elsewhere };
    //! Another backend: leaves, and begins anew there.
    void setProfile(const authcore::BackendProfile &profile, Home home);
    //! The same backend, about which more is known now. Nobody is signed in.
    void completeProfile(const authcore::BackendProfile &profile) { m_session.setProfile(profile); }
    //! A sign-in begins, or has come to nothing and things are as they were.
    void prepareFor(StaySignedIn stay);
    //! Somebody has just signed in, by whatever means.
    void welcome(StaySignedIn stay);
    //! Of the sign-in that is about to succeed.
    void noteNoRefreshToken(const QString &why) { m_whyNoRefreshToken = why; }
    [[nodiscard]] StaySignedIn staying() const noexcept { return m_staying; }

public Q_SLOTS:
    //! Brings back who was last, or asks for a sign-in.
    void start();
    void switchTo(const QString &account); //!< the tokens of the present one stay
    void signOut();
    void refreshNow() { m_session.refreshNow(); }
    void breakAccess();
    void deleteAccess();
    void breakRefresh();
    void noteExpiredAtServer(); //!< the backend was told to expire what it has issued
    void noteRevokedAtServer();

Q_SIGNALS:
    void profileChanged();
    void accountsChanged();
    void leavingWaits(); //!< for a refresh under way
    void storeWaitsForPerson(); //!< to unlock the keychain, or to allow the access
    void storeWaitIsOver();
    void signInNeeded(const QString &reason); //!< reason may be empty: the first start
    void signedIn(const QString &userName);
    void signedOut(const QString &reason);
    void summaryChanged(const ui::TokenSummary &summary);
    void refreshTroubled(const QString &problem); //!< the session is kept
    void refreshWentWell();
    void revocationTroubled(const QString &problem); //!< of a sign-out, which holds here
    void storeTroubled(const QString &problem);
    void storeWentWell();

private:
    void restore(const QString &account, const authcore::TokenStore::Loaded &loaded);
    void comeBack(const QString &account);
    void enter(TokenDamage damage);
    void ended(authcore::EndReason reason);
    void noteLeft();
    void nameTokens();
    void park();
    [[nodiscard]] bool isLeaving() const { return m_afterLeaving != nullptr; }
    void setDamage(TokenDamage damage);
    void edit(const authcore::TokenSet &tokens, TokenDamage damage);
    void summarize();

    authcore::AuthSession &m_session;
    authcore::TokenStore &m_store;
    AccountBook m_accounts;
    TokenDamage m_damage;
    StaySignedIn m_staying = StaySignedIn::InSettingsFile; //!< of the present session
    QString m_account; //!< who is signed in, or is to be
    QString m_reason; //!< why who comes back may not be let in
    QString m_whyNoRefreshToken; //!< for people
    TokenDamage m_damageBefore; //!< of who comes back
    std::function<void()> m_afterLeaving; //!< while leave() waits
    //! What the store does not know of an account that has been left.
    struct Parked
    {
        std::optional<authcore::TokenSet> tokens; //!< that are in no store
        StaySignedIn stay = StaySignedIn::UntilQuit;
        TokenDamage damage;
    };
    std::map<QString, Parked> m_parked;
    Home m_home = Home::BuiltIn;
    QTimer m_countdown {this};
};

} // namespace ui
