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

//! Stands between the sign-ins and the login dialog: finds out the endpoints where they are not
//! known, makes room for whoever comes, and lets them in.
//!
//! Lifetime: what it is given outlives it.   Thread: the session's.
//! Errors:   as sentences for people, by signal.
class SignInPresenter : public QObject
{
    Q_OBJECT

public:
    //! How people may sign in.
    struct Ways
    {
        authcore::PasswordSignIn &password;
        authcore::BrowserSignIn &browser;
        authcore::DeviceSignIn &device;
        authcore::Discovery &discovery;
    };

    SignInPresenter(SessionPresenter &session, const Ways &ways, QSettings &settings,
        QObject *parent = nullptr);

    [[nodiscard]] StaySignedIn staySignedIn() const; //!< as chosen last
    [[nodiscard]] SignInForm form() const; //!< what the profile asks people for

public Q_SLOTS:
    void signIn(const ui::SignInWish &wish);
    void cancel();
    void allowPlaces(); //!< the answer to placesNeedConsent(); else cancel()
    //! The dialog was closed: whoever made room for a sign-in comes back.
    void giveUp();

Q_SIGNALS:
    void busy();
    //! Secrets would go to other places than the backend's own; one line for every place there is.
    void placesNeedConsent(const QStringList &lines);
    void failed(const QString &problem);
    void cancelled();
    //! Is to be opened in a browser. Not for logs.
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
    SignInWish m_wish; //!< of the sign-in under way, without secrets once it has begun
    bool m_waitsForConsent = false;
    bool m_waitsForRoom = false;
    QString m_madeRoom; //!< who was signed in before
};

} // namespace ui
