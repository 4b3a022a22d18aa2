#include "ui/window/mainwindow.h"

#include "ui/account/accountmenu.h"
#include "ui/account/sessionpresenter.h"
#include "ui/backend/backendmenu.h"
#include "ui/backend/backendpanel.h"
#include "ui/backend/backendpresenter.h"
#include "ui/backend/profilepresenter.h"
#include "ui/common/labels.h"
#include "ui/common/plaintext.h"
#include "ui/common/wording.h"
#include "ui/run/homepage.h"
#include "ui/run/resourceaccess.h"
#include "ui/run/rulesdialog.h"
#include "ui/run/runpresenter.h"
#include "ui/run/verdictbar.h"
#include "ui/signin/logindialog.h"
#include "ui/signin/signinpresenter.h"
#include "ui/token/tokenpanel.h"
#include "ui/waterfall/waterfallmodel.h"
#include "ui/waterfall/waterfallview.h"

#include <QtCore/QEvent>
#include <QtCore/QSettings>
#include <QtGui/QAction>
#include <QtGui/QScreen>
#include <QtWidgets/QApplication>
#include <QtWidgets/QDockWidget>
#include <QtWidgets/QMenuBar>
#include <QtWidgets/QMessageBox>
#include <QtWidgets/QPushButton>
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

QString keychainWaits()
{
    return MainWindow::tr(
        "The keychain waits for you: unlock it, or allow the access, in its own dialog.");
}

} // namespace

MainWindow::MainWindow(const Desk &desk, QWidget *parent)
    : QMainWindow(parent)
    , m_desk(desk)
    , m_backends(new BackendMenu(this))
    , m_accounts(new AccountMenu(this))
    , m_login(new LoginDialog(this))
    , m_rules(new RulesDialog(this))
{
    setObjectName(u"mainWindow"_s);
    buildPages();
    buildDocks();
    if (desk.place.hasKeychain())
        m_actions.offerKeychain();
    m_actions.fill(menuBar(),
        {m_backends, m_accounts, m_tokenDock->toggleViewAction(),
            m_backendDock->toggleViewAction()});
    connectActions();
    connectSession();
    connectSignIn();
    connectProfiles();
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
    m_revocationBar = new MessageBar(page);
    m_revocationBar->setObjectName(u"revocationBar"_s);
    m_home = new HomePage({m_actions.send, m_actions.stop}, page);
    m_verdictBar = new VerdictBar(page);
    m_verdictBar->addAction(m_actions.breakAndSend);
    m_verdictBar->addAction(m_actions.why, tr("Why?"));
    m_waterfall = new WaterfallView(m_desk.waterfall, page);
    m_waterfall->setPlaceholder(tr("Requests, their attempts and the refresh appear here."));
    for (QWidget *widget : {static_cast<QWidget *>(m_backendBar),
             static_cast<QWidget *>(m_sessionBar), static_cast<QWidget *>(m_refreshBar),
             static_cast<QWidget *>(m_storeBar), static_cast<QWidget *>(m_revocationBar),
             static_cast<QWidget *>(m_home), static_cast<QWidget *>(m_verdictBar)})
        column->addWidget(widget);
    column->addWidget(m_waterfall, 1);
    setCentralWidget(page);

    m_plainHttp = new Label(this);
    m_plainHttp->setObjectName(u"plainHttpLabel"_s);
    m_plainHttp->hide();
    m_where = new Label(this);
    m_where->setObjectName(u"backendUrlLabel"_s);
    m_where->setMinimumWidth(fontMetrics().averageCharWidth() * 20); // long names are cut off
    m_traffic = new Label(this);
    m_traffic->setObjectName(u"trafficLabel"_s);
    statusBar()->addPermanentWidget(m_plainHttp);
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
    on(m_actions.quit, qApp, &QApplication::closeAllWindows);
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
    connect(&session, &SessionPresenter::signInNeeded, this,
        [this](const QString &reason) { openLogin(reason); });
    connect(&session, &SessionPresenter::signedIn, this, &MainWindow::showSignedIn);
    connect(&session, &SessionPresenter::signedOut, this, &MainWindow::showSignedOut);
    connect(&session, &SessionPresenter::summaryChanged, m_tokens, &TokenPanel::showSummary);
    connect(&session, &SessionPresenter::refreshTroubled, this, [this](const QString &problem) {
        m_refreshBar->showMessage(MessageBar::Tone::Bad, problem);
    });
    connect(&session, &SessionPresenter::refreshWentWell, m_refreshBar, &QWidget::hide);
    connect(&session, &SessionPresenter::leavingWaits, this, [this] {
        statusBar()->showMessage(
            tr("Waiting for the refresh under way, so that nothing is lost\u2026"));
    });
    connect(&session, &SessionPresenter::revocationTroubled, this, [this](const QString &problem) {
        m_revocationBar->showMessage(MessageBar::Tone::Bad, problem);
    });
    connect(&session, &SessionPresenter::storeTroubled, this, [this](const QString &problem) {
        m_storeBar->showMessage(MessageBar::Tone::Bad, problem);
    });
    connect(&session, &SessionPresenter::storeWentWell, m_storeBar, &QWidget::hide);
    connect(&session, &SessionPresenter::storeWaitsForPerson, this, [this] {
        auto *bar = m_desk.session.isSignedIn() ? m_storeBar : m_sessionBar;
        bar->showMessage(MessageBar::Tone::Neutral, keychainWaits());
    });
    connect(&session, &SessionPresenter::storeWaitIsOver, this, [this] {
        if (m_storeBar->text() == keychainWaits())
            m_storeBar->hide();
        if (m_sessionBar->text() == keychainWaits())
            showSignedOut({});
    });
}

void MainWindow::connectSignIn()
{
    SignInPresenter &signIn = m_desk.signIn;
    connect(m_login, &LoginDialog::signInRequested, &signIn, &SignInPresenter::signIn);
    connect(m_login, &LoginDialog::cancelRequested, &signIn, &SignInPresenter::cancel);
    connect(m_login, &QDialog::rejected, &signIn, &SignInPresenter::giveUp);
    connect(&signIn, &SignInPresenter::busy, m_login, &LoginDialog::showBusy);
    connect(&signIn, &SignInPresenter::failed, m_login, &LoginDialog::showProblem);
    connect(&signIn, &SignInPresenter::cancelled, m_login, &LoginDialog::showIdle);
    connect(&signIn, &SignInPresenter::placesNeedConsent, this, &MainWindow::askAboutPlaces);
    connect(&signIn, &SignInPresenter::browserNeeded, this, [this](const QUrl &url) {
        const bool opened = m_desk.dialogs.openInBrowser(url);
        m_login->showBrowser(
            url, opened ? BrowserPage::Browser::Opened : BrowserPage::Browser::Missing);
    });
    connect(&signIn, &SignInPresenter::deviceCodeReady, m_login, &LoginDialog::showDeviceCode);
    connect(m_login, &LoginDialog::addressRequested, this,
        [this](const QUrl &address) { m_desk.dialogs.openInBrowser(address); });

    connect(
        m_accounts, &AccountMenu::accountRequested, &m_desk.session, &SessionPresenter::switchTo);
    connect(m_accounts, &AccountMenu::otherRequested, this,
        [this] { openLogin({}, Whom::SomebodyElse); });
    connect(&m_desk.session, &SessionPresenter::accountsChanged, this, &MainWindow::showAccounts);
    showAccounts();
}

void MainWindow::connectProfiles()
{
    ProfilePresenter &profiles = m_desk.profiles;
    connect(m_backends, &BackendMenu::choiceRequested, &profiles, &ProfilePresenter::choose);
    connect(m_backends, &BackendMenu::fileRequested, this, &MainWindow::askForProfile);
    connect(&profiles, &ProfilePresenter::chosen, this, [this] {
        m_backends->showChoice(m_desk.profiles.choice(), m_desk.profiles.recentFiles());
    });
    connect(&profiles, &ProfilePresenter::troubled, this, [this](const QString &problem) {
        m_backendBar->showMessage(MessageBar::Tone::Bad, problem);
    });
    connect(&profiles, &ProfilePresenter::wentWell, m_backendBar, &QWidget::hide);
    connect(&m_desk.session, &SessionPresenter::profileChanged, this, [this] {
        if (m_desk.run.held() > 0) // for a sign-in at another backend
            m_desk.run.stop();
        clearIfQuiet();
        m_desk.signIn.cancel();
        m_login->hide(); // it is another backend's
        showProfile();
    });
    showProfile();
}

void MainWindow::connectPlace()
{
    PlacePresenter &place = m_desk.place;
    connect(&m_actions, &MainActions::placeRequested, this,
        [this](TokenPlace wanted) { m_desk.place.moveTo(wanted, m_desk.session.storeKeys()); });
    connect(&place, &PlacePresenter::placeChanged, &m_actions, &MainActions::showPlace);
    connect(&place, &PlacePresenter::placeChanged, m_login, &LoginDialog::setPlace);
    connect(&place, &PlacePresenter::moved, this, [this](const QString &text) {
        m_storeBar->hide();
        statusBar()->showMessage(oneLine(text), shortWhile);
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
}

void MainWindow::showProfile()
{
    const authcore::BackendProfile &profile = m_desk.session.profile();
    const ProfilePresenter &profiles = m_desk.profiles;
    m_backends->showChoice(profiles.choice(), profiles.recentFiles());
    QStringList resources;
    for (const authcore::Resource &resource : resourcesOf(profile))
        resources << resource.name;
    m_home->setResources(resources);
    m_where->setText(tr("Backend: %1, %2").arg(profile.name, profile.baseUrl.toDisplayString()));
    setTip(m_where, m_where->text());
    m_plainHttp->setText(QString(
        Wording::badGlyph() % u' ' % tr("Plain http is allowed: tokens can be read on the way")));
    m_plainHttp->setVisible(profile.allowInsecureHttp);
    const QString whyNot = profiles.choice().isBuiltIn()
        ? QString()
        : tr("This is for the built-in demo backend. The window talks to %1 now.")
              .arg(profile.name);
    m_backend->showObstacle(whyNot);
    m_actions.showDemoObstacle(whyNot);
    showTitle();
}

void MainWindow::showAccounts()
{
    const SessionPresenter &session = m_desk.session;
    QStringList names = session.accounts();
    names.sort();
    m_accounts->showAccounts(names, session.isSignedIn() ? session.userName() : QString());
}

void MainWindow::showTitle()
{
    const SessionPresenter &session = m_desk.session;
    QStringList parts {tr("Tokenflight"), session.profileName()};
    if (session.isSignedIn())
        parts << session.userName();
    setWindowTitle(titleText(parts.join(" - "_L1)));
}

void MainWindow::askForProfile()
{
    m_desk.dialogs.askForProfile(this, [this](const QString &file) {
        m_desk.profiles.choose({file, {}});
    });
}

void MainWindow::openLogin(const QString &reason, Whom whom)
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
    const QString userName = m_desk.session.userName();
    m_login->setForm(m_desk.signIn.form());
    m_login->showIdle();
    if (m_desk.profiles.choice().isBuiltIn()) {
        const demobackend::DemoUser user = whom == Whom::Same
            ? BackendPresenter::demoUser(userName)
            : BackendPresenter::otherDemoUser(userName);
        m_login->fillIn(user.name, user.password);
    } else {
        m_login->clear();
        if (whom == Whom::Same)
            m_login->setUserName(userName);
    }
    m_login->setStaySignedIn(m_desk.signIn.staySignedIn());
    m_login->open();
}

void MainWindow::showSignedIn(const QString &userName)
{
    m_login->showIdle();
    m_login->accept();
    m_sessionBar->hide();
    m_revocationBar->hide();
    m_refreshBar->hide();
    m_home->showUser(userName, m_desk.run.roles());
    showTitle();
    if (const int waiting = m_desk.run.unanswered(); waiting > 0)
        m_verdictBar->showRunning(waiting);
    else
        clearIfQuiet();
    m_desk.run.loadResources();
    showActivity();
}

void MainWindow::showSignedOut(const QString &reason)
{
    statusBar()->clearMessage();
    m_home->showNobody();
    m_refreshBar->hide();
    m_sessionBar->showMessage(
        MessageBar::Tone::Neutral, reason.isEmpty() ? tr("Nobody is signed in.") : reason);
    showTitle();
    showAccounts();
    if (const int waiting = m_desk.run.unanswered(); waiting > 0) {
        m_home->showHeld();
        m_verdictBar->showHeld(waiting);
    }
    m_desk.run.forgetResources();
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
    conditions.requests = m_home->count();
    if (m_desk.profiles.choice().isBuiltIn()) {
        conditions.refreshAnswer = backend.refreshAnswer();
        conditions.refreshAnswerTimes = backend.refreshAnswerTimes();
        conditions.resourceAnswer = backend.resourceAnswer();
        conditions.knobs = backend.knobs();
    }
    m_desk.run.send(conditions);
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

void MainWindow::askAboutPlaces(const QStringList &lines)
{
    const QString name = oneLine(m_desk.session.profileName());
    auto *box = new QMessageBox(QMessageBox::Question, tr("Sign in"),
        tr("%1 sends secrets to other places than its own. Is that right?").arg(name),
        QMessageBox::Cancel, m_login);
    box->setTextFormat(Qt::PlainText);
    box->setObjectName(u"placesBox"_s);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setInformativeText(bounded(lines.join(u'\n')));
    const auto *allow = box->addButton(tr("Sign in there"), QMessageBox::AcceptRole);
    box->setDefaultButton(QMessageBox::Cancel);
    connect(&m_desk.signIn, &SignInPresenter::cancelled, box, &QWidget::close);
    connect(box, &QMessageBox::buttonClicked, this, [this, allow](const QAbstractButton *clicked) {
        if (clicked == allow)
            m_desk.signIn.allowPlaces();
    });
    connect(box, &QDialog::rejected, &m_desk.signIn, &SignInPresenter::cancel);
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
    if (event->added() && event->child()->isWidgetType()) // which is not yet what it will be
        QMetaObject::invokeMethod(this, &MainWindow::nameTabBars, Qt::QueuedConnection);
}

// Qt makes these by itself when docks become tabs, and names them for nobody.
void MainWindow::nameTabBars()
{
    for (auto *tabs : findChildren<QTabBar *>(QString(), Qt::FindDirectChildrenOnly))
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
