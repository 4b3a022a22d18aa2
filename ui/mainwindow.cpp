#include "ui/mainwindow.h"

#include "ui/backendpanel.h"
#include "ui/backendpresenter.h"
#include "ui/homepage.h"
#include "ui/logindialog.h"
#include "ui/rulesdialog.h"
#include "ui/runpresenter.h"
#include "ui/sessionpresenter.h"
#include "ui/tokenpanel.h"
#include "ui/verdictbar.h"
#include "ui/waterfallmodel.h"
#include "ui/waterfallview.h"

#include <QtCore/QEvent>
#include <QtCore/QSettings>
#include <QtGui/QAction>
#include <QtGui/QScreen>
#include <QtWidgets/QApplication>
#include <QtWidgets/QDockWidget>
#include <QtWidgets/QLabel>
#include <QtWidgets/QMenuBar>
#include <QtWidgets/QMessageBox>
#include <QtWidgets/QScrollArea>
#include <QtWidgets/QScrollBar>
#include <QtWidgets/QStatusBar>
#include <QtWidgets/QTabBar>
#include <QtWidgets/QVBoxLayout>

namespace ui {

using namespace Qt::StringLiterals;

namespace {

constexpr QLatin1StringView geometryKey = "window/geometry"_L1;
constexpr QLatin1StringView stateKey = "window/state"_L1;
constexpr QLatin1StringView columnsKey = "window/columns"_L1;
constexpr QLatin1StringView countKey = "window/count"_L1;
constexpr int stateVersion = 1;
constexpr int shortWhile = 8'000; // milliseconds

//! A panel that scrolls when there is no room for it: never clipped.
QDockWidget *makeDock(
    const QString &name, const QString &title, QWidget *panel, QMainWindow *window)
{
    auto *dock = new QDockWidget(title, window);
    dock->setObjectName(name);
    auto *area = new QScrollArea(dock);
    area->setFrameShape(QFrame::NoFrame);
    area->setWidgetResizable(true);
    area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    area->setFocusPolicy(Qt::NoFocus);
    area->setWidget(panel);
    area->setMinimumWidth(
        panel->minimumSizeHint().width() + area->verticalScrollBar()->sizeHint().width());
    dock->setWidget(area);
    return dock;
}

} // namespace

MainWindow::MainWindow(const Desk &desk, QWidget *parent)
    : QMainWindow(parent)
    , m_desk(desk)
    , m_login(new LoginDialog(this))
    , m_rules(new RulesDialog(this))
{
    setObjectName(u"mainWindow"_s);
    buildPages();
    buildDocks();
    if (desk.place.hasKeychain())
        m_actions.offerKeychain();
    m_actions.fill(menuBar(), m_tokenDock->toggleViewAction(), m_backendDock->toggleViewAction());
    connectActions();
    connectSession();
    connectPlace();
    connectRun();
    connectBackend();
    showSignedOut({});
    showTraffic();
    restoreLayout();
}

void MainWindow::buildPages()
{
    auto *page = new QWidget(this);
    auto *column = new QVBoxLayout(page);
    m_backendBar = new MessageBar(page);
    m_backendBar->setObjectName(u"backendBar"_s);
    m_sessionBar = new MessageBar(page);
    m_sessionBar->setObjectName(u"sessionBar"_s);
    m_sessionBar->addAction(m_actions.signIn);
    m_refreshBar = new MessageBar(page);
    m_refreshBar->setObjectName(u"refreshBar"_s);
    m_refreshBar->addAction(m_actions.refreshNow, tr("Try again"));
    m_refreshBar->addAction(m_actions.signIn, tr("Sign in again\u2026"));
    m_storeBar = new MessageBar(page);
    m_storeBar->setObjectName(u"storeBar"_s);
    m_home = new HomePage({m_actions.send, m_actions.stop}, page);
    m_verdictBar = new VerdictBar(page);
    m_verdictBar->addAction(m_actions.breakAndSend);
    m_verdictBar->addAction(m_actions.why, tr("Why?"));
    m_waterfall = new WaterfallView(m_desk.waterfall, page);
    m_waterfall->setPlaceholder(tr("Requests, their attempts and the refresh appear here."));
    for (QWidget *widget :
        {static_cast<QWidget *>(m_backendBar), static_cast<QWidget *>(m_sessionBar),
            static_cast<QWidget *>(m_refreshBar), static_cast<QWidget *>(m_storeBar),
            static_cast<QWidget *>(m_home), static_cast<QWidget *>(m_verdictBar)})
        column->addWidget(widget);
    column->addWidget(m_waterfall, 1);
    setCentralWidget(page);

    m_where = new QLabel(this);
    m_where->setObjectName(u"backendUrlLabel"_s);
    m_traffic = new QLabel(this);
    m_traffic->setObjectName(u"trafficLabel"_s);
    statusBar()->addPermanentWidget(m_traffic);
    statusBar()->addPermanentWidget(m_where);
}

void MainWindow::buildDocks()
{
    m_tokens =
        new TokenPanel({m_actions.breakAccess, m_actions.expireAccess, m_actions.deleteAccess,
                           m_actions.breakRefresh, m_actions.refreshNow, m_actions.signOut},
            this);
    m_backend = new BackendPanel({m_actions.expireAccess, m_actions.revoke}, this);
    m_tokenDock = makeDock(u"tokenDock"_s, tr("Tokens"), m_tokens, this);
    m_backendDock = makeDock(u"backendDock"_s, tr("Demo backend"), m_backend, this);
    m_tokenDock->toggleViewAction()->setText(tr("&Tokens"));
    m_tokenDock->toggleViewAction()->setObjectName(u"showTokensAction"_s);
    m_backendDock->toggleViewAction()->setText(tr("&Demo backend"));
    m_backendDock->toggleViewAction()->setObjectName(u"showBackendAction"_s);
    m_backendDock->toggleViewAction()->setShortcut(Qt::CTRL | Qt::SHIFT | Qt::Key_D);
    addDockWidget(Qt::RightDockWidgetArea, m_tokenDock);
    addDockWidget(Qt::RightDockWidgetArea, m_backendDock);
    m_backendDock->hide();
    connect(
        m_backendDock->toggleViewAction(), &QAction::triggered, this, &MainWindow::arrangeDocks);
}

void MainWindow::connectActions()
{
    const auto on = [](QAction *action, auto *target, auto slot) {
        connect(action, &QAction::triggered, target, slot);
    };
    on(m_actions.quit, qApp, &QApplication::quit);
    connect(m_actions.signIn, &QAction::triggered, this, [this] { openLogin({}); });
    on(m_actions.signOut, &m_desk.session, &SessionPresenter::signOut);
    on(m_actions.breakAccess, &m_desk.session, &SessionPresenter::breakAccess);
    on(m_actions.deleteAccess, &m_desk.session, &SessionPresenter::deleteAccess);
    on(m_actions.breakRefresh, &m_desk.session, &SessionPresenter::breakRefresh);
    on(m_actions.expireAccess, &m_desk.backend, &BackendPresenter::expireAccessTokens);
    on(m_actions.revoke, &m_desk.backend, &BackendPresenter::revokeEverything);
    connect(m_actions.refreshNow, &QAction::triggered, this, [this] {
        m_refreshBar->hide();
        clearIfQuiet();
        m_desk.session.refreshNow();
    });
    on(m_actions.send, this, &MainWindow::send);
    on(m_actions.breakAndSend, this, &MainWindow::breakAndSend);
    on(m_actions.stop, &m_desk.run, &RunPresenter::stop);
    on(m_actions.clear, &m_desk.run, &RunPresenter::clear);
    on(m_actions.why, this, &MainWindow::showWhy);
    on(m_actions.expandAll, m_waterfall, &QTreeView::expandAll);
    on(m_actions.collapseAll, m_waterfall, &QTreeView::collapseAll);
    on(m_actions.restoreLayout, this, &MainWindow::restoreDefaultLayout);
    on(m_actions.about, this, &MainWindow::showAbout);
    on(m_actions.aboutQt, qApp, &QApplication::aboutQt);
    connect(m_home, &HomePage::countChanged, &m_actions, &MainActions::showCount);
}

void MainWindow::connectSession()
{
    SessionPresenter &session = m_desk.session;
    connect(m_login, &LoginDialog::signInRequested, &session, &SessionPresenter::signIn);
    connect(m_login, &LoginDialog::cancelRequested, &session, &SessionPresenter::cancelSignIn);
    connect(&session, &SessionPresenter::signInNeeded, this, &MainWindow::openLogin);
    connect(&session, &SessionPresenter::signInBusy, m_login, &LoginDialog::showBusy);
    connect(&session, &SessionPresenter::signInFailed, m_login, &LoginDialog::showProblem);
    connect(&session, &SessionPresenter::signInCancelled, m_login, &LoginDialog::showIdle);
    connect(&session, &SessionPresenter::signedIn, this, &MainWindow::showSignedIn);
    connect(&session, &SessionPresenter::signedOut, this, &MainWindow::showSignedOut);
    connect(&session, &SessionPresenter::summaryChanged, m_tokens, &TokenPanel::showSummary);
    connect(&session, &SessionPresenter::refreshTroubled, this, [this](const QString &problem) {
        m_refreshBar->showMessage(MessageBar::Tone::Bad, problem);
    });
    connect(&session, &SessionPresenter::refreshWentWell, m_refreshBar, &QWidget::hide);
    connect(&session, &SessionPresenter::storeTroubled, this, [this](const QString &problem) {
        m_storeBar->showMessage(MessageBar::Tone::Bad, problem);
    });
    connect(&session, &SessionPresenter::storeWentWell, m_storeBar, &QWidget::hide);
}

void MainWindow::connectPlace()
{
    PlacePresenter &place = m_desk.place;
    connect(&m_actions, &MainActions::placeRequested, this,
        [this](TokenPlace wanted) { m_desk.place.moveTo(wanted, m_desk.session.storeKey()); });
    connect(&place, &PlacePresenter::placeChanged, &m_actions, &MainActions::showPlace);
    connect(&place, &PlacePresenter::placeChanged, m_login, &LoginDialog::setPlace);
    connect(&place, &PlacePresenter::moved, this, [this](const QString &text) {
        m_storeBar->hide();
        statusBar()->showMessage(text, shortWhile);
    });
    connect(&place, &PlacePresenter::troubled, this, [this](const QString &problem) {
        m_storeBar->showMessage(MessageBar::Tone::Bad, problem);
    });
    m_actions.showPlace(place.place());
    m_login->setPlace(place.place());
}

void MainWindow::connectRun()
{
    RunPresenter &run = m_desk.run;
    connect(&run, &RunPresenter::resourceChanged, m_home, &HomePage::showResource);
    connect(&run, &RunPresenter::started, m_home, &HomePage::showStarted);
    connect(&run, &RunPresenter::started, m_verdictBar, &VerdictBar::showRunning);
    connect(&run, &RunPresenter::started, this, [this] {
        m_refreshBar->hide();
        m_actions.why->setEnabled(false);
    });
    connect(&run, &RunPresenter::answered, m_home, &HomePage::showAnswer);
    connect(&run, &RunPresenter::finished, this, &MainWindow::showVerdict);
    connect(&run, &RunPresenter::trafficChanged, this, &MainWindow::showTraffic);
    connect(&run, &RunPresenter::cleared, this, [this] {
        m_verdictBar->showHint();
        m_actions.why->setEnabled(false);
    });
}

void MainWindow::connectBackend()
{
    BackendPresenter &backend = m_desk.backend;
    connect(m_backend, &BackendPanel::knobsChanged, &backend, &BackendPresenter::setKnobs);
    connect(m_backend, &BackendPanel::refreshAnswerRequested, &backend,
        &BackendPresenter::answerRefreshes);
    connect(m_backend, &BackendPanel::resourceAnswerRequested, &backend,
        &BackendPresenter::answerResources);
    connect(&m_actions, &MainActions::refreshAnswerRequested, &backend,
        &BackendPresenter::answerRefreshes);
    connect(&backend, &BackendPresenter::accessTokensExpired, &m_desk.session,
        &SessionPresenter::noteExpiredAtServer);
    connect(&backend, &BackendPresenter::everythingRevoked, &m_desk.session,
        &SessionPresenter::noteRevokedAtServer);
    connect(&backend, &BackendPresenter::answersChanged, m_backend, &BackendPanel::showAnswers);
    connect(
        &backend, &BackendPresenter::answersChanged, &m_actions, &MainActions::showRefreshAnswer);
    connect(&backend, &BackendPresenter::countersChanged, m_backend, &BackendPanel::showCounters);
    connect(&m_desk.run, &RunPresenter::trafficChanged, &backend, &BackendPresenter::look);
    m_backend->showKnobs(backend.knobs());
    backend.look();
    m_where->setText(tr("Backend %1").arg(backend.url().toDisplayString()));
}

void MainWindow::showBackendProblem(const QString &problem)
{
    m_backendBar->showMessage(
        MessageBar::Tone::Bad, tr("The demo backend could not start: %1").arg(problem));
}

void MainWindow::openLogin(const QString &reason)
{
    QStringList sentences;
    if (!reason.isEmpty())
        sentences << reason;
    const int waiting = m_desk.session.isSignedIn() ? 0 : m_desk.run.unanswered();
    if (waiting == 1)
        sentences << tr("One request waits and goes on when you are signed in.");
    else if (waiting > 1)
        sentences << tr("%n requests wait and go on when you are signed in.", nullptr, waiting);
    m_login->showReason(sentences.join(u' '));
    if (m_login->isVisible())
        return;
    const demobackend::DemoUser user = BackendPresenter::demoUser(m_desk.session.userName());
    m_login->showIdle();
    m_login->fillIn(user.name, user.password);
    m_login->setStaySignedIn(m_desk.session.staySignedIn());
    m_login->open();
}

void MainWindow::showSignedIn(const QString &userName)
{
    m_login->showIdle();
    m_login->accept();
    m_sessionBar->hide();
    m_refreshBar->hide();
    m_home->showUser(userName);
    setWindowTitle(
        QStringList {tr("Tokenflight"), m_desk.session.profileName(), userName}.join(" - "_L1));
    if (const int waiting = m_desk.run.unanswered(); waiting > 0)
        m_verdictBar->showRunning(waiting);
    else
        clearIfQuiet();
    m_desk.run.loadResource();
    showActivity();
}

void MainWindow::showSignedOut(const QString &reason)
{
    m_home->showNobody();
    m_refreshBar->hide();
    m_sessionBar->showMessage(
        MessageBar::Tone::Neutral, reason.isEmpty() ? tr("Nobody is signed in.") : reason);
    setWindowTitle(QStringList {tr("Tokenflight"), m_desk.session.profileName()}.join(" - "_L1));
    if (const int waiting = m_desk.run.unanswered(); waiting > 0) {
        m_home->showHeld();
        m_verdictBar->showHeld(waiting);
    }
    m_desk.run.forgetResource();
    showActivity();
}

//! What begins after a pause gets a waterfall of its own: the pause would leave slivers of its
//! bars.
void MainWindow::clearIfQuiet()
{
    if (!m_desk.waterfall.isLive())
        m_desk.run.clear();
}

void MainWindow::send()
{
    const BackendPresenter &backend = m_desk.backend;
    RunConditions conditions;
    conditions.damage = m_desk.session.damage();
    conditions.local = m_desk.session.local();
    conditions.refreshAnswer = backend.refreshAnswer();
    conditions.refreshAnswerTimes = backend.refreshAnswerTimes();
    conditions.resourceAnswer = backend.resourceAnswer();
    conditions.knobs = backend.knobs();
    conditions.requests = m_home->count();
    m_desk.run.send(planFor(conditions));
    showActivity();
}

void MainWindow::breakAndSend()
{
    m_desk.session.breakAccess();
    send();
}

void MainWindow::showVerdict()
{
    m_verdictBar->showVerdict(m_desk.run.verdict());
    m_rules->showVerdict(m_desk.run.verdict());
    m_actions.why->setEnabled(true);
    showActivity();
}

void MainWindow::showWhy()
{
    m_rules->showVerdict(m_desk.run.verdict());
    m_rules->open();
}

void MainWindow::showAbout()
{
    auto *box = new QMessageBox(QMessageBox::NoIcon, tr("About Tokenflight"),
        tr("<h3>Tokenflight %1</h3>"
           "<p>Keeps an application signed in, and shows how: one refresh for all requests that "
           "meet an expired token.</p><p>MIT licence. Uses Qt %2.</p>")
            .arg(QApplication::applicationVersion().toHtmlEscaped(),
                QString::fromLatin1(qVersion())),
        QMessageBox::Close, this);
    box->setObjectName(u"aboutBox"_s);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setIconPixmap(windowIcon().pixmap(fontMetrics().height() * 4));
    box->open();
}

void MainWindow::showTraffic()
{
    m_traffic->setText(
        tr("In flight %1, held %2").arg(m_desk.run.onTheWire()).arg(m_desk.run.held()));
}

void MainWindow::showActivity()
{
    m_actions.showActivity(m_desk.session.isSignedIn() ? MainActions::Somebody::SignedIn
                                                       : MainActions::Somebody::SignedOut,
        m_desk.run.isRunning() ? MainActions::Requests::UnderWay : MainActions::Requests::Idle);
}

void MainWindow::childEvent(QChildEvent *event)
{
    QMainWindow::childEvent(event);
    // Qt makes these by itself when docks become tabs, and names them for nobody.
    if (auto *tabs = qobject_cast<QTabBar *>(event->child()); tabs && event->polished())
        tabs->setAccessibleName(tr("Panels"));
}

void MainWindow::closeEvent(QCloseEvent *event)
{
    saveLayout();
    QMainWindow::closeEvent(event);
}

void MainWindow::resizeEvent(QResizeEvent *event)
{
    QMainWindow::resizeEvent(event);
    arrangeDocks();
}

//! Two panels in one column, if there is room for both; else as tabs. In a narrow window the pages
//! come first.
void MainWindow::arrangeDocks()
{
    const int comfortable = fontMetrics().averageCharWidth() * 85;
    const int most = width() * 2 / 5;
    for (QDockWidget *dock : {m_tokenDock, m_backendDock}) {
        if (dock->isVisible() && !dock->isFloating() && dock->width() > most
            && centralWidget()->width() < comfortable)
            resizeDocks({dock}, {most}, Qt::Horizontal);
    }
    if (!m_tokenDock->isVisible() || !m_backendDock->isVisible() || m_tokenDock->isFloating()
        || m_backendDock->isFloating() || !tabifiedDockWidgets(m_tokenDock).isEmpty())
        return;
    const int needed = m_tokens->sizeHint().height() + m_backend->sizeHint().height();
    if (needed > centralWidget()->height())
        tabifyDockWidget(m_tokenDock, m_backendDock);
    m_backendDock->raise();
}

void MainWindow::restoreLayout()
{
    const QFontMetrics metrics = fontMetrics();
    resize(QSize(metrics.averageCharWidth() * 190, metrics.height() * 48)
               .boundedTo(screen()->availableSize() * 9 / 10));
    m_defaultState = saveState(stateVersion);
    restoreGeometry(m_desk.settings.value(geometryKey).toByteArray());
    restoreState(m_desk.settings.value(stateKey).toByteArray(), stateVersion);
    m_waterfall->setColumns(m_desk.settings.value(columnsKey).toByteArray());
    m_home->setCount(m_desk.settings.value(countKey, m_home->count()).toInt());
}

void MainWindow::restoreDefaultLayout()
{
    restoreState(m_defaultState, stateVersion);
    m_waterfall->setColumns({});
}

void MainWindow::saveLayout()
{
    m_desk.settings.setValue(geometryKey, saveGeometry());
    m_desk.settings.setValue(stateKey, saveState(stateVersion));
    m_desk.settings.setValue(columnsKey, m_waterfall->columns());
    m_desk.settings.setValue(countKey, m_home->count());
    m_desk.settings.sync();
}

void MainWindow::forgetLayout(QSettings &settings)
{
    for (const auto &key : {geometryKey, stateKey, columnsKey})
        settings.remove(key);
}

} // namespace ui
