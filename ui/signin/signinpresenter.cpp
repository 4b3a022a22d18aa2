#include "ui/signin/signinpresenter.h"

#include "authcore/profile/profileplaces.h"
#include "authcore/signin/browsersignin.h"
#include "authcore/signin/devicesignin.h"
#include "authcore/signin/discovery.h"
#include "authcore/signin/passwordsignin.h"
#include "ui/backend/backendmemory.h"
#include "ui/common/wording.h"

#include <QtCore/QSettings>

#include <utility>

namespace ui {

using namespace Qt::StringLiterals;
using namespace authcore;

namespace {

constexpr QLatin1StringView staySignedInKey = "session/staySignedIn"_L1;

//! The grant of RFC 6749 section 4.3, and not a form of the server's own.
bool isPasswordGrant(const TokenRequest &signIn)
{
    return signIn.body.value("grant_type"_L1) == "password"_L1;
}

} // namespace

SignInPresenter::SignInPresenter(
    SessionPresenter &session, const Ways &ways, QSettings &settings, QObject *parent)
    : QObject(parent)
    , m_session(session)
    , m_ways(ways)
    , m_settings(settings)
{
    const auto follow = [this](auto &way) {
        using Way = std::remove_reference_t<decltype(way)>;
        connect(&way, &Way::succeeded, this, [this, &way] {
            m_session.noteReport(way.report());
            succeed();
        });
        connect(&way, &Way::failed, this, &SignInPresenter::fail);
        connect(&way, &Way::cancelled, this, &SignInPresenter::stop);
    };
    follow(ways.password);
    follow(ways.browser);
    follow(ways.device);
    connect(&ways.browser, &BrowserSignIn::browserNeeded, this, &SignInPresenter::browserNeeded);
    connect(&ways.device, &DeviceSignIn::userCodeReady, this,
        [this](const QString &userCode, const QUrl &where, const QUrl &whereWithCode,
            std::chrono::seconds expiresIn) {
            Q_EMIT deviceCodeReady({userCode, where, whereWithCode, expiresIn});
        });
    connect(&ways.discovery, &Discovery::succeeded, this, &SignInPresenter::noteFound);
    connect(&ways.discovery, &Discovery::failed, this, [this](const TokenError &error) {
        Q_EMIT failed(tr("The server's endpoints could not be found out: %1").arg(error.detail));
    });
    connect(&ways.discovery, &Discovery::cancelled, this, &SignInPresenter::cancelled);
}

StaySignedIn SignInPresenter::staySignedIn() const
{
    return m_settings.value(staySignedInKey, true).toBool() ? StaySignedIn::InSettingsFile
                                                            : StaySignedIn::UntilQuit;
}

SignInForm SignInPresenter::form() const
{
    const BackendProfile &profile = m_session.profile();
    SignInForm form;
    form.backend = profile.name;
    form.methods = profile.signInMethods;
    if (isPasswordGrant(profile.signIn))
        form.password = SignInForm::PasswordGoes::ThroughTheClient;
    if (profile.clientAuthentication != ClientAuthentication::None)
        form.clientSecret = SignInForm::ClientSecret::Needed;
    return form;
}

void SignInPresenter::signIn(const SignInWish &wish)
{
    m_wish = wish;
    Q_EMIT busy();
    if (Discovery::isNeeded(m_session.profile()))
        m_ways.discovery.start(m_session.profile());
    else
        askAboutPlaces();
}

void SignInPresenter::allowPlaces()
{
    if (!std::exchange(m_waitsForConsent, false))
        return;
    BackendMemory(m_settings).allowPlaces(m_session.profile());
    makeRoom();
}

void SignInPresenter::cancel()
{
    const bool waitedForConsent = std::exchange(m_waitsForConsent, false);
    if (std::exchange(m_waitsForRoom, false) || waitedForConsent)
        Q_EMIT cancelled();
    m_ways.discovery.cancel();
    m_ways.password.cancel();
    m_ways.browser.cancel();
    m_ways.device.cancel();
}

void SignInPresenter::giveUp()
{
    if (const QString before = std::exchange(m_madeRoom, {});
        !before.isEmpty() && !m_session.isSignedIn())
        m_session.switchTo(before);
}

void SignInPresenter::noteFound(const Discovered &found)
{
    if (!found.missing.isEmpty()) {
        Q_EMIT failed(
            tr("The server cannot do what the profile asks for: %1").arg(found.missing.join(u' ')));
        return;
    }
    BackendMemory(m_settings).rememberEndpoints(found.profile);
    m_session.completeProfile(found.profile);
    askAboutPlaces();
}

// Ask after discovery, since an issuer can name any origin for its endpoints.
void SignInPresenter::askAboutPlaces()
{
    const BackendProfile &profile = m_session.profile();
    if (BackendMemory(m_settings).allowsPlaces(profile)) {
        makeRoom();
        return;
    }
    m_waitsForConsent = true;
    QStringList lines;
    for (const auto &[origin, secrets] : profilePlaces(profile))
        lines << tr("%1 gets %2").arg(origin, namesOf(secrets).join(", "_L1));
    Q_EMIT placesNeedConsent(lines);
}

// A person who signs in again replaces their own tokens; another account's tokens are kept.
void SignInPresenter::makeRoom()
{
    const bool isAgain =
        m_wish.method == SignInMethod::Password && m_session.userName() == m_wish.userName;
    if (!m_session.isSignedIn() || isAgain) {
        begin();
        return;
    }
    m_madeRoom = m_session.userName();
    m_waitsForRoom = true;
    m_session.leave([this] {
        if (std::exchange(m_waitsForRoom, false))
            begin();
        else // the sign-in was cancelled in the meantime
            giveUp();
    });
}

void SignInPresenter::begin()
{
    m_session.prepareFor(m_wish.stay);
    m_session.noteReport({});
    const QByteArray secret = std::exchange(m_wish.clientSecret, {});
    const QString password = std::exchange(m_wish.password, {});
    switch (m_wish.method) {
    case SignInMethod::Password:
        m_ways.password.setClientSecret(secret);
        m_ways.password.signIn(m_wish.userName, password);
        break;
    case SignInMethod::Browser:
        m_ways.browser.setClientSecret(secret);
        m_ways.browser.signIn();
        break;
    case SignInMethod::Device:
        m_ways.device.setClientSecret(secret);
        m_ways.device.signIn();
        break;
    }
}

void SignInPresenter::fail(const TokenError &error)
{
    m_session.prepareFor(m_session.staying());
    Q_EMIT failed(Wording::signInProblem(error, m_wish.method));
}

void SignInPresenter::stop()
{
    m_session.prepareFor(m_session.staying());
    Q_EMIT cancelled();
}

void SignInPresenter::succeed()
{
    m_madeRoom.clear();
    m_settings.setValue(staySignedInKey, m_wish.stay == StaySignedIn::InSettingsFile);
    m_session.welcome(m_wish.stay);
}

} // namespace ui
