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

//! The real window with folders of its own; restart() makes a second one with the same folders.
class WindowFixture
{
public:
    //! Never the user's own keychain: one of the test's, or none.
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
    QUrl openedUrl; //!< in the browser, which tests are themselves
    QString profileFile; //!< what a person would choose
    std::optional<ui::BackendChoice> backendAtStart; //!< as by --profile and --url

    void close() { m_desktop.reset(); }

    [[nodiscard]] app::Desktop &desktop() { return *m_desktop; }
    [[nodiscard]] ui::MainWindow &window() { return m_desktop->window; }
    [[nodiscard]] demobackend::DemoBackend &backend() { return m_desktop->backend; }
    [[nodiscard]] QString folder() const { return m_folder.path(); }
    //! From now on the first unlucky answer ends a refresh, however long it took: the next try
    //! would come too late. A short time limit might end one that the server still carries out.
    void tryRefreshesOnce()
    {
        authcore::BackendProfile profile = m_desktop->session.profile();
        profile.policy.backoffMin = profile.policy.backoffMax = std::chrono::hours(24 * 365);
        m_desktop->session.setProfile(profile);
    }

    //! An object of the window by its name; fails loudly when there is none.
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
