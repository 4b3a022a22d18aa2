#include "ui/window/mainwindow.h"

#include "ui/account/accountmenu.h"
#include "ui/account/sessionpresenter.h"
#include "ui/backend/backendmenu.h"
#include "ui/backend/backendpanel.h"
#include "ui/backend/backendpresenter.h"
#include "ui/backend/profilepresenter.h"
#include "ui/common/plaintext.h"
#include "ui/run/homepage.h"
#include "ui/run/runflow.h"
#include "ui/run/runpresenter.h"
#include "ui/run/verdictbar.h"
#include "ui/signin/signinflow.h"
#include "ui/token/tokenpanel.h"
#include "ui/waterfall/waterfallmodel.h"
#include "ui/waterfall/waterfallview.h"
#include "ui/window/docks.h"
#include "ui/window/notices.h"
#include "ui/window/statusbar.h"

#include <QtCore/QEvent>
#include <QtCore/QSettings>
#include <QtGui/QAction>
#include <QtGui/QScreen>
#include <QtWidgets/QApplication>
#include <QtWidgets/QMenuBar>
#include <QtWidgets/QMessageBox>
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

} // namespace

MainWindow::MainWindow(const Desk &desk, QWidget *parent)
    : QMainWindow(parent)
    , m_desk(desk)
{
    setObjectName(u"mainWindow"_s);
    m_status = new StatusBar(this);
    setStatusBar(m_status);
    buildPages();
    buildPanels();
    m_run = new RunFlow({desk.session, desk.profiles, desk.backend, desk.run, desk.waterfall},
        {*m_home, *m_verdictBar}, this);
    m_signIn = new SignInFlow({desk.session, desk.signIn, desk.place, desk.profiles, desk.run,
                                  desk.dialogs.openInBrowser},
        this);
    fillMenus();
    connectActions();
    connectSession();
    connectPlace();
    connectRun();
    connectBackend();
    showProfile();
    restoreLayout();
}

void MainWindow::buildPages()
{
    auto *page = new QWidget(this);
    auto *column = new QVBoxLayout(page);
    column->addLayout(new Notices({m_actions.signIn, m_actions.refreshNow},
        {m_desk.session, m_desk.profiles, m_desk.place, m_desk.run}, page));
    m_home = new HomePage({m_actions.send, m_actions.stop}, page);
    m_verdictBar = new VerdictBar(page);
    m_verdictBar->addAction(m_actions.breakAndSend);
    m_verdictBar->addAction(m_actions.why, tr("Why?"));
    m_waterfall = new WaterfallView(m_desk.waterfall, page);
    m_waterfall->setPlaceholder(tr("Requests, their attempts and the refresh appear here."));
    column->addWidget(m_home);
    column->addWidget(m_verdictBar);
    column->addWidget(m_waterfall, 1);
    setCentralWidget(page);
}

void MainWindow::buildPanels()
{
    auto *tokens =
        new TokenPanel({m_actions.breakAccess, m_actions.expireAccess, m_actions.deleteAccess,
                           m_actions.breakRefresh, m_actions.refreshNow, m_actions.signOut},
            this);
    connect(&m_desk.session, &SessionPresenter::summaryChanged, tokens, &TokenPanel::showSummary);
    m_backend = new BackendPanel({m_actions.expireAccess, m_actions.revoke}, this);
    m_backend->connectTo(m_desk.backend);
    m_docks = new Docks(tokens, m_backend, this);
}

void MainWindow::fillMenus()
{
    auto *backends = new BackendMenu(this);
    backends->connectTo(m_desk.profiles);
    connect(backends, &BackendMenu::fileRequested, this, [this] {
        m_desk.dialogs.askForProfile(this, [this](const QString &file) {
            m_desk.profiles.choose({file, {}});
        });
    });
    auto *accounts = new AccountMenu(this);
    accounts->connectTo(m_desk.session);
    connect(accounts, &AccountMenu::otherRequested, m_signIn, &SignInFlow::signInAsOther);
    if (m_desk.place.hasKeychain())
        m_actions.offerKeychain();
    m_actions.fill(
        menuBar(), {backends, accounts, m_docks->toggleTokens(), m_docks->toggleBackend()});
}

void MainWindow::connectActions()
{
    const auto on = [](QAction *action, auto *target, auto slot) {
        connect(action, &QAction::triggered, target, slot);
    };
    on(m_actions.quit, qApp, &QApplication::closeAllWindows);
    on(m_actions.signIn, m_signIn, &SignInFlow::signIn);
    on(m_actions.signOut, &m_desk.session, &SessionPresenter::signOut);
    on(m_actions.breakAccess, &m_desk.session, &SessionPresenter::breakAccess);
    on(m_actions.deleteAccess, &m_desk.session, &SessionPresenter::deleteAccess);
    on(m_actions.breakRefresh, &m_desk.session, &SessionPresenter::breakRefresh);
    on(m_actions.expireAccess, &m_desk.backend, &BackendPresenter::expireAccessTokens);
    on(m_actions.revoke, &m_desk.backend, &BackendPresenter::revokeEverything);
    on(m_actions.refreshNow, m_run, &RunFlow::refreshNow);
    on(m_actions.send, m_run, &RunFlow::send);
    on(m_actions.breakAndSend, m_run, &RunFlow::breakAndSend);
    for (QAction *action : {m_actions.send, m_actions.breakAndSend})
        on(action, this, &MainWindow::showActivity);
    on(m_actions.stop, &m_desk.run, &RunPresenter::stop);
    on(m_actions.clear, &m_desk.run, &RunPresenter::clear);
    on(m_actions.why, m_run, &RunFlow::showWhy);
    on(m_actions.expandAll, m_waterfall, &QTreeView::expandAll);
    on(m_actions.collapseAll, m_waterfall, &QTreeView::collapseAll);
    on(m_actions.restoreLayout, this, &MainWindow::restoreDefaultLayout);
    on(m_actions.about, this, &MainWindow::showAbout);
    on(m_actions.aboutQt, qApp, &QApplication::aboutQt);
    connect(m_home, &HomePage::countChanged, &m_actions, &MainActions::showCount);
}

void MainWindow::connectSession()
{
    const SessionPresenter &session = m_desk.session;
    const auto follow = [this, &session](auto changed) {
        connect(&session, changed, this, &MainWindow::showTitle);
        connect(&session, changed, this, &MainWindow::showActivity);
    };
    follow(&SessionPresenter::signedIn);
    follow(&SessionPresenter::signedOut);
    connect(&session, &SessionPresenter::signedOut, m_status, &QStatusBar::clearMessage);
    connect(&session, &SessionPresenter::leavingWaits, this, [this] {
        m_status->showMessage(
            tr("Waiting for the refresh under way, so that nothing is lost\u2026"));
    });
    connect(&session, &SessionPresenter::profileChanged, this, &MainWindow::showProfile);
}

void MainWindow::connectPlace()
{
    PlacePresenter &place = m_desk.place;
    connect(&m_actions, &MainActions::placeRequested, this,
        [this](TokenPlace wanted) { m_desk.place.moveTo(wanted, m_desk.session.storeKeys()); });
    connect(&place, &PlacePresenter::placeChanged, &m_actions, &MainActions::showPlace);
    connect(&place, &PlacePresenter::moved, this,
        [this](const QString &text) { m_status->showMessage(oneLine(text), shortWhile); });
    m_actions.showPlace(place.place());
}

void MainWindow::connectRun()
{
    const RunPresenter &run = m_desk.run;
    const auto enableWhy = [why = m_actions.why] { why->setEnabled(true); };
    const auto disableWhy = [why = m_actions.why] { why->setEnabled(false); };
    connect(&run, &RunPresenter::started, m_actions.why, disableWhy);
    connect(&run, &RunPresenter::cleared, m_actions.why, disableWhy);
    connect(&run, &RunPresenter::finished, m_actions.why, enableWhy);
    connect(&run, &RunPresenter::finished, this, &MainWindow::showActivity);
    const auto showTraffic = [this] {
        m_status->showTraffic(m_desk.run.onTheWire(), m_desk.run.held());
    };
    connect(&run, &RunPresenter::trafficChanged, m_status, showTraffic);
    showTraffic();
}

void MainWindow::connectBackend()
{
    BackendPresenter &backend = m_desk.backend;
    connect(&m_actions, &MainActions::refreshAnswerRequested, &backend,
        &BackendPresenter::answerRefreshes);
    connect(
        &backend, &BackendPresenter::answersChanged, &m_actions, &MainActions::showRefreshAnswer);
    connect(&backend, &BackendPresenter::accessTokensExpired, &m_desk.session,
        &SessionPresenter::noteExpiredAtServer);
    connect(&backend, &BackendPresenter::everythingRevoked, &m_desk.session,
        &SessionPresenter::noteRevokedAtServer);
    connect(&m_desk.run, &RunPresenter::trafficChanged, &backend, &BackendPresenter::look);
    backend.look();
    connect(&m_desk.profiles, &ProfilePresenter::networkNeedsConsent, this,
        &MainWindow::askAboutNetwork);
}

void MainWindow::askAboutNetwork(const QString &name, const QStringList &lines)
{
    auto *box = new QMessageBox(QMessageBox::Question, tr("Open profile"),
        tr("%1 says whom to trust, or through whom to go. Is that right?").arg(oneLine(name)),
        QMessageBox::Cancel, this);
    box->setTextFormat(Qt::PlainText);
    box->setObjectName(u"networkBox"_s);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setInformativeText(bounded(lines.join(u'\n')));
    const auto *allow = box->addButton(tr("Connect that way"), QMessageBox::AcceptRole);
    box->setDefaultButton(QMessageBox::Cancel);
    connect(box, &QMessageBox::buttonClicked, this, [this, allow](const QAbstractButton *clicked) {
        if (clicked == allow)
            m_desk.profiles.allowNetwork();
    });
    connect(box, &QDialog::rejected, &m_desk.profiles, &ProfilePresenter::refuseNetwork);
    box->open();
}

void MainWindow::showProfile()
{
    m_status->showProfile(m_desk.session.profile());
    const QString whyNot = m_desk.profiles.choice().isBuiltIn()
        ? QString()
        : tr("This is for the built-in demo backend. The window talks to %1 now.")
              .arg(m_desk.session.profileName());
    m_backend->showObstacle(whyNot);
    m_actions.showDemoObstacle(whyNot);
    showTitle();
}

void MainWindow::showTitle()
{
    const SessionPresenter &session = m_desk.session;
    QStringList parts {tr("Tokenflight"), session.profileName()};
    if (session.isSignedIn())
        parts << session.userName();
    setWindowTitle(titleText(parts.join(" - "_L1)));
}

void MainWindow::showActivity()
{
    m_actions.showActivity(m_desk.session.isSignedIn() ? MainActions::Somebody::SignedIn
                                                       : MainActions::Somebody::SignedOut,
        m_desk.run.isRunning() ? MainActions::Requests::UnderWay : MainActions::Requests::Idle);
}

void MainWindow::showAbout()
{
    auto *box = new QMessageBox(QMessageBox::NoIcon, tr("About Tokenflight"),
        tr("Tokenflight %1").arg(QApplication::applicationVersion()), QMessageBox::Close, this);
    box->setTextFormat(Qt::PlainText);
    box->setInformativeText(
        tr("Keeps an application signed in, and shows how: one refresh for all requests that meet "
           "an expired token.\n\nMIT licence. Uses Qt %1.")
            .arg(QString::fromLatin1(qVersion())));
    box->setObjectName(u"aboutBox"_s);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setIconPixmap(windowIcon().pixmap(fontMetrics().height() * 4));
    box->open();
}

void MainWindow::childEvent(QChildEvent *event)
{
    QMainWindow::childEvent(event);
    // The child is not a tab bar yet.
    if (m_docks && event->added() && event->child()->isWidgetType())
        QMetaObject::invokeMethod(m_docks, &Docks::nameTabBars, Qt::QueuedConnection);
}

void MainWindow::closeEvent(QCloseEvent *event)
{
    saveLayout();
    QMainWindow::closeEvent(event);
}

void MainWindow::resizeEvent(QResizeEvent *event)
{
    QMainWindow::resizeEvent(event);
    m_docks->arrange();
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
