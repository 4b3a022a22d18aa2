#pragma once

#include "app/desktop.h"
#include "ui/common/messagebar.h"

#include <QtCore/QTemporaryDir>
#include <QtGui/QAction>
#include <QtTest/QTest>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>

#include <chrono>
#include <memory>
#include <optional>
#include <utility>

namespace test {

//! The real window with folders of its own; restart() makes a second window with the same folders.
class WindowFixture
{
public:
    //! The keychain is the test's own, or there is none; never the user's.
    explicit WindowFixture(std::unique_ptr<authcore::TokenStore> keychain = nullptr)
    {
        restart(std::move(keychain));
    }

    void restart(std::unique_ptr<authcore::TokenStore> keychain = nullptr)
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
    QUrl openedUrl; //!< the URL opened in the browser, whose part the test plays
    QString profileFile; //!< the file that a person would choose
    std::optional<ui::BackendChoice> backendAtStart; //!< the backend of --profile and --url

    void close() { m_desktop.reset(); }

    [[nodiscard]] app::Desktop &desktop() { return *m_desktop; }
    [[nodiscard]] ui::MainWindow &window() { return m_desktop->window; }
    [[nodiscard]] demobackend::DemoBackend &backend() { return m_desktop->backend; }
    [[nodiscard]] QString folder() const { return m_folder.path(); }
    //! From now on the first failure ends a refresh, because the next try would come after the
    //! deadline. (A shorter time limit might end a refresh that the server still carries out.)
    void tryRefreshesOnce()
    {
        authcore::BackendProfile profile = m_desktop->session.profile();
        profile.policy.backoffMin = profile.policy.backoffMax = std::chrono::hours(24 * 365);
        m_desktop->session.setProfile(profile);
    }

    //! Finds an object of the window by its name, and ends the test program if there is none.
    template <typename T>
    [[nodiscard]] T *find(const char *name)
    {
        T *found = window().template findChild<T *>(QString::fromLatin1(name));
        if (!found)
            qFatal("no object named %s", name);
        return found;
    }
    [[nodiscard]] QString text(const char *label) { return find<QLabel>(label)->text(); }
    [[nodiscard]] QString message(const char *bar) { return find<ui::MessageBar>(bar)->text(); }
    [[nodiscard]] bool isLoginOpen() { return find<QWidget>("loginDialog")->isVisible(); }

    void click(const char *button) { QTest::mouseClick(find<QPushButton>(button), Qt::LeftButton); }
    void trigger(const char *action) { find<QAction>(action)->trigger(); }

private:
    QTemporaryDir m_folder;
    std::optional<app::Desktop> m_desktop;
};

} // namespace test
