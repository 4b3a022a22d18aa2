#pragma once

#include <QtCore/QObject>

class QWidget;

namespace ui {

class BackendPresenter;
class HomePage;
class ProfilePresenter;
class RulesDialog;
class RunPresenter;
class SessionPresenter;
class VerdictBar;
class WaterfallModel;

//! Sends the requests of the home page, and shows the answers there, the verdict in its bar, and
//! the rules in a dialog.
//!
//! Lifetime: presenters, model and views outlive the flow. The window owns the dialog.
class RunFlow : public QObject
{
    Q_OBJECT

public:
    struct Desk
    {
        SessionPresenter &session;
        const ProfilePresenter &profiles;
        const BackendPresenter &backend;
        RunPresenter &run;
        const WaterfallModel &waterfall;
    };
    struct Views
    {
        HomePage &home;
        VerdictBar &verdict;
    };

    RunFlow(const Desk &desk, const Views &views, QWidget *window);

public Q_SLOTS:
    void send();
    void breakAndSend();
    void refreshNow();
    void showWhy(); //!< opens the rules of the last verdict

private:
    void connectRun();
    void connectSession();
    void showProfile();
    void showSignedIn(const QString &userName);
    void showSignedOut();
    void showVerdict();
    void clearIfQuiet();

    Desk m_desk;
    Views m_views;
    RulesDialog *m_rules;
};

} // namespace ui
