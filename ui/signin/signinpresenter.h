#pragma once

#include "ui/account/sessionpresenter.h"
#include "ui/signin/signinwish.h"

namespace authcore {
class BrowserSignIn;
class DeviceSignIn;
class Discovery;
class PasswordSignIn;
struct Discovered;
} // namespace authcore

namespace ui {

//! Connects the sign-ins with the login dialog: discovers unknown endpoints, asks for consent, lets
//! the present account leave, and signs the new one in.
//!
//! Lifetime: session, sign-ins and settings outlive the presenter.
//! Thread: the session's.
//! Errors: signals carry sentences for people.
class SignInPresenter : public QObject
{
    Q_OBJECT

public:
    //! The ways to sign in.
    struct Ways
    {
        authcore::PasswordSignIn &password;
        authcore::BrowserSignIn &browser;
        authcore::DeviceSignIn &device;
        authcore::Discovery &discovery;
    };

    SignInPresenter(SessionPresenter &session, const Ways &ways, QSettings &settings,
        QObject *parent = nullptr);

    [[nodiscard]] StaySignedIn staySignedIn() const; //!< the last choice
    [[nodiscard]] SignInForm form() const; //!< what the profile asks people for

public Q_SLOTS:
    void signIn(const ui::SignInWish &wish);
    void cancel();
    void allowPlaces(); //!< the consent to placesNeedConsent(); a refusal calls cancel()
    //! Call when the dialog is closed: the account that left for the sign-in comes back.
    void giveUp();

Q_SIGNALS:
    void busy();
    //! Secrets would go to other origins than the backend's own; each line names an origin and its
    //! secrets.
    void placesNeedConsent(const QStringList &lines);
    void failed(const QString &problem);
    void cancelled();
    //! The URL is to be opened in a browser, and must not be logged.
    void browserNeeded(const QUrl &authorizationUrl);
    void deviceCodeReady(const ui::DeviceCode &code);

private:
    void noteFound(const authcore::Discovered &found);
    void askAboutPlaces();
    void makeRoom();
    void begin();
    void fail(const authcore::TokenError &error);
    void stop();
    void succeed();

    SessionPresenter &m_session;
    Ways m_ways;
    QSettings &m_settings;
    SignInWish m_wish; //!< of the sign-in under way; without secrets once the sign-in has begun
    bool m_waitsForConsent = false;
    bool m_waitsForRoom = false;
    QString m_madeRoom; //!< the account that left for the sign-in
};

} // namespace ui
