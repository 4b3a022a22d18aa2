#include "ui/run/runflow.h"

#include "ui/account/sessionpresenter.h"
#include "ui/backend/backendpresenter.h"
#include "ui/backend/profilepresenter.h"
#include "ui/run/homepage.h"
#include "ui/run/resourceaccess.h"
#include "ui/run/rulesdialog.h"
#include "ui/run/runpresenter.h"
#include "ui/run/verdictbar.h"
#include "ui/waterfall/waterfallmodel.h"

namespace ui {

RunFlow::RunFlow(const Desk &desk, const Views &views, QWidget *window)
    : QObject(window)
    , m_desk(desk)
    , m_views(views)
    , m_rules(new RulesDialog(window))
{
    connectRun();
    connectSession();
    showProfile();
}

void RunFlow::connectRun()
{
    const RunPresenter &run = m_desk.run;
    connect(&run, &RunPresenter::resourceChanged, &m_views.home, &HomePage::showResource);
    connect(&run, &RunPresenter::started, &m_views.home, &HomePage::showStarted);
    connect(&run, &RunPresenter::started, &m_views.verdict, &VerdictBar::showRunning);
    connect(&run, &RunPresenter::answered, &m_views.home, &HomePage::showAnswer);
    connect(&run, &RunPresenter::finished, this, &RunFlow::showVerdict);
    connect(&run, &RunPresenter::cleared, &m_views.verdict, &VerdictBar::showHint);
}

void RunFlow::connectSession()
{
    const SessionPresenter &session = m_desk.session;
    connect(&session, &SessionPresenter::signedIn, this, &RunFlow::showSignedIn);
    connect(&session, &SessionPresenter::signedOut, this, &RunFlow::showSignedOut);
    connect(&session, &SessionPresenter::profileChanged, this, [this] {
        if (m_desk.run.held() > 0) // the requests wait for a sign-in at the previous backend
            m_desk.run.stop();
        clearIfQuiet();
        showProfile();
    });
}

void RunFlow::send()
{
    const BackendPresenter &backend = m_desk.backend;
    RunConditions conditions;
    conditions.damage = m_desk.session.damage();
    conditions.requests = m_views.home.count();
    if (m_desk.profiles.choice().isBuiltIn()) {
        conditions.refreshAnswer = backend.refreshAnswer();
        conditions.refreshAnswerTimes = backend.refreshAnswerTimes();
        conditions.resourceAnswer = backend.resourceAnswer();
        conditions.knobs = backend.knobs();
    }
    m_desk.run.send(conditions);
}

void RunFlow::breakAndSend()
{
    m_desk.session.breakAccess();
    send();
}

void RunFlow::refreshNow()
{
    clearIfQuiet();
    m_desk.session.refreshNow();
}

void RunFlow::showWhy()
{
    m_rules->showVerdict(m_desk.run.verdict());
    m_rules->open();
}

void RunFlow::showProfile()
{
    QStringList names;
    for (const authcore::Resource &resource : resourcesOf(m_desk.session.profile()))
        names << resource.name;
    m_views.home.setResources(names);
}

void RunFlow::showSignedIn(const QString &userName)
{
    m_views.home.showUser(userName, m_desk.run.roles());
    if (const int waiting = m_desk.run.unanswered(); waiting > 0)
        m_views.verdict.showRunning(waiting);
    else
        clearIfQuiet();
    m_desk.run.loadResources();
}

void RunFlow::showSignedOut()
{
    m_views.home.showNobody();
    if (const int waiting = m_desk.run.unanswered(); waiting > 0) {
        m_views.home.showHeld();
        m_views.verdict.showHeld(waiting);
    }
    m_desk.run.forgetResources();
}

void RunFlow::showVerdict()
{
    m_views.verdict.showVerdict(m_desk.run.verdict());
    m_rules->showVerdict(m_desk.run.verdict());
}

//! A run after a pause gets a new waterfall: on the old time scale its bars would be slivers.
void RunFlow::clearIfQuiet()
{
    if (!m_desk.waterfall.isLive())
        m_desk.run.clear();
}

} // namespace ui
