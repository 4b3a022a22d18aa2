#pragma once

#include "ui/window/mainactions.h"

#include <QtWidgets/QMainWindow>

#include <functional>

class QSettings;

namespace ui {

class BackendPanel;
class BackendPresenter;
class Docks;
class HomePage;
class ProfilePresenter;
class RunFlow;
class RunPresenter;
class SessionPresenter;
class SignInFlow;
class SignInPresenter;
class StatusBar;
class VerdictBar;
class WaterfallModel;
class WaterfallView;

//! The window: lays the pages out, and connects them with the presenters and flows.
//!
//! Lifetime: presenters, model and settings outlive the window.
class MainWindow : public QMainWindow
{
    Q_OBJECT

public:
    //! Dialogs of the system, which tests replace.
    struct Dialogs
    {
        //! Asks for a profile file, and calls `then` with its name unless the person cancels.
        std::function<void(QWidget *parent, std::function<void(const QString &file)> then)>
            askForProfile;
        //! Opens the URL in the person's browser; false: there is no browser.
        std::function<bool(const QUrl &url)> openInBrowser;
    };

    //! What the window works with. References only.
    struct Desk
    {
        SessionPresenter &session;
        SignInPresenter &signIn;
        ProfilePresenter &profiles;
        RunPresenter &run;
        BackendPresenter &backend;
        PlacePresenter &place;
        WaterfallModel &waterfall;
        QSettings &settings;
        Dialogs dialogs;
    };

    explicit MainWindow(const Desk &desk, QWidget *parent = nullptr);

    //! Forgets geometry, docks and columns, so that the next window has the default layout.
    static void forgetLayout(QSettings &settings);

protected:
    void childEvent(QChildEvent *event) override;
    void closeEvent(QCloseEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    void buildPages();
    void buildPanels();
    void fillMenus();
    void connectActions();
    void connectSession();
    void connectPlace();
    void connectRun();
    void connectBackend();
    void askAboutNetwork(const QString &name, const QStringList &lines);

    void showProfile();
    void showTitle();
    void showActivity();
    void showAbout();
    void restoreLayout();
    void restoreDefaultLayout();
    void saveLayout();

    Desk m_desk;
    MainActions m_actions {this};
    StatusBar *m_status = nullptr;
    HomePage *m_home = nullptr;
    VerdictBar *m_verdictBar = nullptr;
    WaterfallView *m_waterfall = nullptr;
    BackendPanel *m_backend = nullptr;
    Docks *m_docks = nullptr;
    RunFlow *m_run = nullptr;
    SignInFlow *m_signIn = nullptr;
    QByteArray m_defaultState;
};

} // namespace ui
