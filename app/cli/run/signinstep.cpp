#include "app/cli/run/signinstep.h"

#include "app/cli/commandline/terminal.h"

#include <QtCore/QProcess>
#include <QtCore/QStandardPaths>

#include <utility>

using namespace Qt::StringLiterals;
using authcore::BrowserSignIn;
using authcore::DeviceSignIn;
using authcore::PasswordSignIn;
using authcore::SignInMethod;

namespace app::cli {

namespace {

void showCode(const QString &code, const QUrl &url, const QUrl &urlWithCode)
{
    say(u"To sign in, open %1 on any device and type the code %2"_s.arg(
        url.toString(QUrl::FullyEncoded), code));
    if (!urlWithCode.isEmpty())
        say(u"or open %1"_s.arg(urlWithCode.toString(QUrl::FullyEncoded)));
    say(u"Waiting for that ..."_s);
}

} // namespace

SignInStep::SignInStep(authcore::AuthSession &session, SignInPlan plan, QObject *parent)
    : QObject(parent)
    , m_plan(std::move(plan))
    , m_password(session)
    , m_browser(session)
    , m_device(session)
{
    connectTo(m_password);
    connectTo(m_browser);
    connectTo(m_device);
    connect(&m_browser, &BrowserSignIn::browserNeeded, this, &SignInStep::sendToBrowser);
    connect(&m_device, &DeviceSignIn::userCodeReady, this, &showCode);
}

void SignInStep::start()
{
    switch (m_plan.method) {
    case SignInMethod::Password:
        m_password.signIn(
            m_plan.credentials.userName, std::exchange(m_plan.credentials.password, {}));
        break;
    case SignInMethod::Browser:
        m_browser.signIn();
        break;
    case SignInMethod::Device:
        m_device.signIn();
        break;
    }
}

void SignInStep::sendToBrowser(const QUrl &url) const
{
    const auto text = url.toString(QUrl::FullyEncoded);
    say(u"Open this URL in a browser on this machine, and sign in there:"_s);
    say(text);
    if (m_plan.browser == RunArguments::Browser::LeaveToPerson)
        return;
    const auto opener = QStandardPaths::findExecutable(u"xdg-open"_s);
    if (!opener.isEmpty())
        QProcess::startDetached(opener, {text});
}

template <typename SignIn>
void SignInStep::connectTo(SignIn &signIn)
{
    signIn.setClientSecret(m_plan.clientSecret);
    connect(
        &signIn, &SignIn::succeeded, this, [this, &signIn] { Q_EMIT succeeded(signIn.report()); });
    connect(&signIn, &SignIn::failed, this, &SignInStep::failed);
}

} // namespace app::cli
