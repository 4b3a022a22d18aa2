#include "app/cli/run/signinstep.h"

#include "app/cli/commandline/terminal.h"
#include "app/cli/run/signinprompts.h"

#include <utility>

using namespace Qt::StringLiterals;
using authcore::BrowserSignIn;
using authcore::DeviceSignIn;
using authcore::PasswordSignIn;
using authcore::SignInMethod;

namespace app::cli {

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
    connect(&m_browser, &BrowserSignIn::browserNeeded, this,
        [this](const QUrl &url) { sendToBrowser(url, m_plan.browser); });
    connect(&m_device, &DeviceSignIn::userCodeReady, this, &showUserCode);
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

template <typename SignIn>
void SignInStep::connectTo(SignIn &signIn)
{
    signIn.setClientSecret(m_plan.clientSecret);
    connect(
        &signIn, &SignIn::succeeded, this, [this, &signIn] { Q_EMIT succeeded(signIn.report()); });
    connect(&signIn, &SignIn::failed, this, &SignInStep::failed);
}

} // namespace app::cli
