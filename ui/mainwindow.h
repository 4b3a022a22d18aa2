#pragma once

#include "ui/mainactions.h"

#include <QtWidgets/QMainWindow>

class QLabel;
class QScrollArea;
class QSettings;

namespace ui {

class BackendPanel;
class BackendPresenter;
class HomePage;
class LoginDialog;
class MessageBar;
class RulesDialog;
class RunPresenter;
class SessionPresenter;
class TokenPanel;
class VerdictBar;
class WaterfallModel;
class WaterfallView;

//! The window: lays the pages out and connects what they ask to those who do it.
//!
//! Lifetime: what it is given outlives it.
class MainWindow : public QMainWindow
{
    Q_OBJECT

public:
    //! Whom the window asks. References only.
    struct Desk
    {
        SessionPresenter &session;
        RunPresenter &run;
        BackendPresenter &backend;
        PlacePresenter &place;
        WaterfallModel &waterfall;
        QSettings &settings;
    };

    explicit MainWindow(const Desk &desk, QWidget *parent = nullptr);

    //! Says that the backend could not be started, and why.
    void showBackendProblem(const QString &problem);
    //! Forgets geometry, docks and columns; the next window has the default layout.
    static void forgetLayout(QSettings &settings);

protected:
    void childEvent(QChildEvent *event) override;
    void closeEvent(QCloseEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    void buildPages();
    void buildDocks();
    void connectActions();
    void connectSession();
    void connectPlace();
    void connectRun();
    void connectBackend();

    void openLogin(const QString &reason);
    void showSignedIn(const QString &userName);
    void showSignedOut(const QString &reason);
    void clearIfQuiet();
    void send();
    void breakAndSend();
    void showVerdict();
    void showWhy();
    void showAbout();
    void showTraffic();
    void showActivity();
    void arrangeDocks();
    void restoreLayout();
    void restoreDefaultLayout();
    void saveLayout();

    Desk m_desk;
    MainActions m_actions {this};
    HomePage *m_home = nullptr;
    MessageBar *m_backendBar = nullptr;
    MessageBar *m_sessionBar = nullptr;
    MessageBar *m_refreshBar = nullptr;
    MessageBar *m_storeBar = nullptr;
    VerdictBar *m_verdictBar = nullptr;
    WaterfallView *m_waterfall = nullptr;
    TokenPanel *m_tokens = nullptr;
    BackendPanel *m_backend = nullptr;
    QDockWidget *m_tokenDock = nullptr;
    QDockWidget *m_backendDock = nullptr;
    QLabel *m_where = nullptr;
    QLabel *m_traffic = nullptr;
    LoginDialog *m_login;
    RulesDialog *m_rules;
    QByteArray m_defaultState;
};

} // namespace ui
