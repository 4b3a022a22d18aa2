#pragma once

#include "ui/window/mainactions.h"

#include <QtWidgets/QMainWindow>

#include <functional>

class QScrollArea;
class QSettings;

namespace ui {

class Label;

class AccountMenu;
class BackendMenu;
class BackendPanel;
class BackendPresenter;
class HomePage;
class LoginDialog;
class MessageBar;
class ProfilePresenter;
class RulesDialog;
class RunPresenter;
class SessionPresenter;
class SignInPresenter;
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
    //! What tests answer themselves.
    struct Dialogs
    {
        //! Asks for a profile file, and calls back with its name unless nobody chose one.
        std::function<void(QWidget *parent, std::function<void(const QString &file)> then)>
            askForProfile;
        //! Shows it in the person's browser; false: there is none.
        std::function<bool(const QUrl &url)> openInBrowser;
    };

    //! Whom the window asks. References only.
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
    void connectSignIn();
    void connectProfiles();
    void connectPlace();
    void connectRun();
    void connectBackend();

    enum class Whom { Same, SomebodyElse };
    void openLogin(const QString &reason, Whom whom = Whom::Same);
    void showProfile();
    void showAccounts();
    void showTitle();
    void askForProfile();
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
    void askAboutPlaces(const QStringList &lines);
    void nameTabBars();
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
    MessageBar *m_revocationBar = nullptr;
    VerdictBar *m_verdictBar = nullptr;
    WaterfallView *m_waterfall = nullptr;
    TokenPanel *m_tokens = nullptr;
    BackendPanel *m_backend = nullptr;
    QDockWidget *m_tokenDock = nullptr;
    QDockWidget *m_backendDock = nullptr;
    Label *m_where = nullptr;
    Label *m_plainHttp = nullptr;
    BackendMenu *m_backends = nullptr;
    AccountMenu *m_accounts = nullptr;
    Label *m_traffic = nullptr;
    LoginDialog *m_login;
    RulesDialog *m_rules;
    QByteArray m_defaultState;
};

} // namespace ui
