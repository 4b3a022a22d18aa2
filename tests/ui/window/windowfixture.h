#pragma once

#include "app/desktop.h"
#include "ui/common/messagebar.h"

#include <QtCore/QTemporaryDir>
#include <QtGui/QAction>
#include <QtTest/QTest>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>

#include <memory>
#include <optional>

namespace test {

//! The real window with folders of its own; restart() makes a second window with the same folders.
class WindowFixture
{
public:
    //! The keychain is the test's own, or there is none; never the user's.
    explicit WindowFixture(std::unique_ptr<authcore::TokenStore> keychain = nullptr);
    ~WindowFixture();
    WindowFixture(const WindowFixture &) = delete;
    WindowFixture &operator=(const WindowFixture &) = delete;

    void restart(std::unique_ptr<authcore::TokenStore> keychain = nullptr);
    QUrl openedUrl; //!< the URL opened in the browser, whose part the test plays
    QString profileFile; //!< the file that a person would choose
    std::optional<ui::BackendChoice> backendAtStart; //!< the backend of --profile and --url

    void close();

    [[nodiscard]] app::Desktop &desktop() { return *m_desktop; }
    [[nodiscard]] ui::MainWindow &window() { return m_desktop->window; }
    [[nodiscard]] demobackend::DemoBackend &backend() { return m_desktop->backend; }
    [[nodiscard]] QString folder() const { return m_folder.path(); }
    //! From now on the first failure ends a refresh, because the next try would come after the
    //! deadline. (A shorter time limit might end a refresh that the server still carries out.)
    void tryRefreshesOnce();

    //! Finds an object of the window by its name, and ends the test program if there is none.
    template <typename T>
    [[nodiscard]] T *find(const char *name)
    {
        T *found = window().template findChild<T *>(QString::fromLatin1(name));
        if (!found)
            qFatal("no object named %s", name);
        return found;
    }
    [[nodiscard]] QString text(const char *label);
    [[nodiscard]] QString message(const char *bar);
    [[nodiscard]] bool isLoginOpen();

    void click(const char *button);
    void trigger(const char *action);

private:
    QTemporaryDir m_folder;
    std::optional<app::Desktop> m_desktop;
};

} // namespace test
