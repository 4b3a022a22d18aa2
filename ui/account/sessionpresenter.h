#pragma once

#include "authcore/exchange/signinreport.h"
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

//! Connects the session with the pages: accounts sign in, leave and come back, tokens are spoilt on
//! purpose, and the pages learn what happened.
//!
//! Lifetime: session, store and settings outlive the presenter.
//! Thread: the session's.
//! Errors: signals carry sentences for people.
class SessionPresenter : public QObject
{
    Q_OBJECT

public:
    SessionPresenter(authcore::AuthSession &session, authcore::TokenStore &store,
        QSettings &settings, QObject *parent = nullptr);

    [[nodiscard]] bool isSignedIn() const { return m_session.isSignedIn(); }
    //! The account that is signed in, else the one that is about to be, else empty.
    [[nodiscard]] QString userName() const;
    [[nodiscard]] QStringList accounts() const; //!< accounts that have signed in under this profile
    [[nodiscard]] const TokenDamage &damage() const noexcept { return m_damage; }
    [[nodiscard]] const authcore::BackendProfile &profile() const { return m_session.profile(); }
    [[nodiscard]] QString profileName() const { return profile().name; }
    //! The keys of all accounts that have ever signed in. The first is the account that is signed
    //! in, or was last.
    [[nodiscard]] QList<authcore::TokenKey> storeKeys() const;

    //! The present account leaves without a sign-out: a refresh under way is awaited, and the
    //! tokens are kept. Then `then` is called. A later call replaces an earlier `then`.
    void leave(std::function<void()> then);
    //! Where the backend of a profile is.
    enum class Home { BuiltIn, Elsewhere };
    //! Leaves the present account, and starts with the new backend.
    void setProfile(const authcore::BackendProfile &profile,
        const authcore::NetworkSettings &network, Home home);
    //! Sets the same backend with more endpoints known. Nobody is signed in.
    void completeProfile(const authcore::BackendProfile &profile) { m_session.setProfile(profile); }
    //! Call before a sign-in, and again with the old value when a sign-in fails.
    void prepareFor(StaySignedIn stay);
    //! Call after a sign-in has succeeded, whatever its method.
    void welcome(StaySignedIn stay);
    //! Notes what the sign-in that is about to succeed has brought.
    void noteReport(const authcore::SignInReport &report) { m_report = report; }
    [[nodiscard]] StaySignedIn staying() const noexcept { return m_staying; }

public Q_SLOTS:
    //! Restores the last account, or asks for a sign-in.
    void start();
    void switchTo(const QString &account); //!< keeps the tokens of the present account
    void signOut();
    void refreshNow() { m_session.refreshNow(); }
    void breakAccess();
    void deleteAccess();
    void breakRefresh();
    void noteExpiredAtServer(); //!< the backend has expired the tokens that it issued
    void noteRevokedAtServer();

Q_SIGNALS:
    void profileChanged();
    void accountsChanged();
    void leavingWaits(); //!< leave() waits for a refresh under way
    void storeWaitsForPerson(); //!< the keychain must be unlocked, or the access allowed
    void storeWaitIsOver();
    //! An empty reason: this is the first start. `story` is of the refresh that led to it.
    void signInNeeded(const QString &reason, const authcore::RefreshStory &story = {});
    void signedIn(const QString &userName);
    void signedOut(const QString &reason, const authcore::RefreshStory &story);
    void summaryChanged(const ui::TokenSummary &summary);
    //! The session is kept.
    void refreshTroubled(const QString &problem, const authcore::RefreshStory &story);
    void refreshWentWell();
    //! The sign-out holds here, but not at the server.
    void revocationTroubled(const QString &problem);
    void storeTroubled(const QString &problem);
    void storeWentWell();

private:
    void restore(const QString &account, const authcore::TokenStore::Loaded &loaded);
    void comeBack(const QString &account);
    void enter(TokenDamage damage);
    void ended(
        authcore::EndReason reason, const QString &detail, const authcore::RefreshStory &story);
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
    QString m_account; //!< the account that is signed in, or is about to be
    QString m_reason; //!< why the returning account may have to sign in
    authcore::SignInReport m_report; //!< of the sign-in of the present account
    TokenDamage m_damageBefore; //!< the damage of the account that comes back
    std::function<void()> m_afterLeaving; //!< set while leave() waits
    //! What the store does not know of an account that has left.
    struct Parked
    {
        std::optional<authcore::TokenSet> tokens; //!< tokens that no store holds
        StaySignedIn stay = StaySignedIn::UntilQuit;
        TokenDamage damage;
    };
    std::map<QString, Parked> m_parked;
    Home m_home = Home::BuiltIn;
    QTimer m_countdown {this};
};

} // namespace ui
