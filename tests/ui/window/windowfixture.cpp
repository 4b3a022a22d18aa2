#include "tests/ui/window/windowfixture.h"

#include <chrono>
#include <utility>

namespace test {

WindowFixture::WindowFixture(std::unique_ptr<authcore::TokenStore> keychain)
{
    restart(std::move(keychain));
}

WindowFixture::~WindowFixture() = default;

void WindowFixture::restart(std::unique_ptr<authcore::TokenStore> keychain)
{
    m_desktop.reset();
    app::Desktop::Outside outside;
    outside.keychain = std::move(keychain);
    outside.dialogs.askForProfile = [this](QWidget *, const auto &then) { then(profileFile); };
    outside.dialogs.openInBrowser = [this](const QUrl &url) {
        openedUrl = url;
        return true;
    };
    m_desktop.emplace(app::Desktop::Folders {m_folder.filePath(QStringLiteral("config")),
                          m_folder.filePath(QStringLiteral("data"))},
        std::move(outside));
    m_desktop->open(backendAtStart);
}

void WindowFixture::close()
{
    m_desktop.reset();
}

void WindowFixture::tryRefreshesOnce()
{
    authcore::BackendProfile profile = m_desktop->session.profile();
    profile.policy.backoffMin = profile.policy.backoffMax = std::chrono::hours(24 * 365);
    m_desktop->session.setProfile(profile);
}

QString WindowFixture::text(const char *label)
{
    return find<QLabel>(label)->text();
}

QString WindowFixture::message(const char *bar)
{
    return find<ui::MessageBar>(bar)->text();
}

bool WindowFixture::isLoginOpen()
{
    return find<QWidget>("loginDialog")->isVisible();
}

void WindowFixture::click(const char *button)
{
    QTest::mouseClick(find<QPushButton>(button), Qt::LeftButton);
}

void WindowFixture::trigger(const char *action)
{
    find<QAction>(action)->trigger();
}

} // namespace test
