#include "ui/window/mainactions.h"

#include "ui/backend/answerwording.h"
#include "ui/common/plaintext.h"

#include <QtGui/QAction>
#include <QtGui/QActionGroup>
#include <QtWidgets/QMenu>
#include <QtWidgets/QMenuBar>

namespace ui {

using namespace Qt::StringLiterals;

QString MainActions::expireTip()
{
    return tr("Have the server treat the access token as expired");
}

QString MainActions::revokeTip()
{
    return tr("Have the server refuse all tokens it has issued");
}

MainActions::MainActions(QObject *parent)
    : QObject(parent)
    , quit(make(u"quitAction"_s, tr("&Quit"), tr("Leave; the session is kept"), QKeySequence::Quit))
    , signIn(make(u"signInAction"_s, tr("&Sign in\u2026"), tr("Sign in, also as somebody else"),
          Qt::CTRL | Qt::Key_L))
    , signOut(make(u"signOutAction"_s, tr("Sign &out"), tr("Forget the tokens, here and on disk")))
    , breakAccess(make(u"breakAccessAction"_s, tr("&Break access token"),
          tr("Change the access token into one that no server issued"), Qt::CTRL | Qt::Key_B))
    , expireAccess(make(
          u"expireAccessAction"_s, tr("&Expire access token"), expireTip(), Qt::CTRL | Qt::Key_E))
    , deleteAccess(make(u"deleteAccessAction"_s, tr("&Delete access token"),
          tr("Forget the access token and keep the refresh token"), Qt::CTRL | Qt::Key_D))
    , breakRefresh(make(u"breakRefreshAction"_s, tr("Break &refresh token"),
          tr("Change the refresh token into one that no server issued"),
          Qt::CTRL | Qt::SHIFT | Qt::Key_B))
    , refreshNow(make(u"refreshNowAction"_s, tr("Refresh &now"),
          tr("Exchange the refresh token for new tokens"), Qt::CTRL | Qt::Key_R))
    , send(make(u"sendAction"_s, {}, tr("Send all requests at once"), Qt::Key_F5))
    , breakAndSend(make(u"breakAndSendAction"_s, tr("&Break, then send"),
          tr("Break the access token and send all requests at once"), Qt::SHIFT | Qt::Key_F5))
    , stop(make(u"stopAction"_s, tr("S&top"), tr("Stop what is not answered yet"), Qt::Key_Escape))
    , why(make(u"whyAction"_s, tr("&Why this verdict?"),
          tr("Show the rules with what they expected and observed"), Qt::CTRL | Qt::Key_I))
    , clear(make(u"clearAction"_s, tr("&Clear waterfall"), tr("Forget the requests shown")))
    , revoke(make(u"revokeAction"_s, tr("&Revoke everything"), revokeTip()))
    , expandAll(make(u"expandAllAction"_s, tr("&Expand all"), tr("Show all attempts")))
    , collapseAll(make(u"collapseAllAction"_s, tr("&Collapse all"), tr("Show requests only")))
    , restoreLayout(make(u"restoreLayoutAction"_s, tr("&Restore default layout"),
          tr("Put panels and columns back where they were at first")))
    , about(make(u"aboutAction"_s, tr("&About Tokenflight"), tr("Version and licence")))
    , aboutQt(make(u"aboutQtAction"_s, tr("About &Qt"), tr("The toolkit's version")))
    , m_places(new QActionGroup(this))
    , m_inFile(make(u"keepInFileAction"_s, tr("Settings &file"),
          tr("Keep the tokens in a file that only you can read; it is not encrypted")))
    , m_inKeychain(make(u"keepInKeychainAction"_s, tr("System &keychain"),
          tr("Keep the tokens where this system keeps passwords")))
    , m_refreshAnswers(new QActionGroup(this))
{
    for (QAction *action : {m_inFile, m_inKeychain}) {
        action->setCheckable(true);
        m_places->addAction(action);
    }
    connect(m_inFile, &QAction::triggered, this,
        [this] { Q_EMIT placeRequested(TokenPlace::SettingsFile); });
    connect(m_inKeychain, &QAction::triggered, this,
        [this] { Q_EMIT placeRequested(TokenPlace::SystemKeychain); });
    m_places->setVisible(false);
    quit->setMenuRole(QAction::QuitRole);
    about->setMenuRole(QAction::AboutRole);
    aboutQt->setMenuRole(QAction::AboutQtRole);
    showCount(3);
    showActivity(Somebody::SignedOut, Requests::Idle);
    why->setEnabled(false);
}

QAction *MainActions::make(
    const QString &name, const QString &text, const QString &tip, const QKeySequence &keys)
{
    auto *action = new QAction(text, this);
    action->setObjectName(name);
    action->setStatusTip(tip);
    action->setShortcut(keys);
    return action;
}

void MainActions::fill(QMenuBar *bar, const Others &others)
{
    QMenu *file = bar->addMenu(tr("&File"));
    file->addAction(quit);
    QMenu *session = bar->addMenu(tr("&Session"));
    session->addMenu(others.backends);
    session->addMenu(others.accounts);
    session->addSeparator();
    session->addActions({signIn, signOut});
    QAction *heading = session->addSection(tr("Keep tokens in"));
    heading->setVisible(m_places->isVisible());
    session->addActions(m_places->actions());
    QMenu *token = bar->addMenu(tr("&Token"));
    token->addActions({breakAccess, expireAccess, deleteAccess, breakRefresh});
    token->addSeparator();
    token->addAction(refreshNow);
    QMenu *run = bar->addMenu(tr("&Run"));
    run->addActions({send, breakAndSend, stop});
    run->addSeparator();
    run->addActions({why, clear});
    QMenu *server = bar->addMenu(tr("Ser&ver"));
    m_answerMenu = server->addMenu(tr("&Next refresh is answered with"));
    fillAnswers(m_answerMenu);
    server->addSeparator();
    server->addActions({expireAccess, revoke});
    QMenu *view = bar->addMenu(tr("V&iew"));
    view->addActions({others.toggleTokens, others.toggleBackend});
    view->addSeparator();
    view->addActions({expandAll, collapseAll});
    view->addSeparator();
    view->addAction(restoreLayout);
    QMenu *help = bar->addMenu(tr("&Help"));
    help->addActions({about, aboutQt});
}

void MainActions::fillAnswers(QMenu *menu)
{
    for (const auto answer : AnswerWording::refreshAnswers()) {
        auto *action = new QAction(AnswerWording::of(answer), m_refreshAnswers);
        action->setCheckable(true);
        action->setData(static_cast<int>(answer));
        connect(action, &QAction::triggered, this,
            [this, answer] { Q_EMIT refreshAnswerRequested(answer, 1); });
        menu->addAction(action);
    }
}

void MainActions::showCount(int count)
{
    send->setText(count == 1 ? tr("&Send one request") : tr("&Send %n requests", nullptr, count));
}

void MainActions::offerKeychain()
{
    m_places->setVisible(true);
}

void MainActions::showPlace(TokenPlace place)
{
    (place == TokenPlace::SystemKeychain ? m_inKeychain : m_inFile)->setChecked(true);
}

void MainActions::showRefreshAnswer(demobackend::RefreshAnswer answer)
{
    for (QAction *action : m_refreshAnswers->actions())
        action->setChecked(action->data().toInt() == static_cast<int>(answer));
}

void MainActions::showActivity(Somebody somebody, Requests requests)
{
    m_somebody = somebody;
    m_requests = requests;
    const bool in = somebody == Somebody::SignedIn;
    const bool running = requests == Requests::UnderWay;
    for (QAction *action : {signOut, breakAccess, deleteAccess, breakRefresh, refreshNow})
        action->setEnabled(in);
    for (QAction *action : {expireAccess, revoke})
        action->setEnabled(in && m_demoObstacle.isEmpty());
    for (QAction *action : {send, breakAndSend})
        action->setEnabled(in && !running);
    clear->setEnabled(!running);
    stop->setEnabled(running);
}

void MainActions::showDemoObstacle(const QString &whyNot)
{
    m_demoObstacle = whyNot;
    const auto say = [&whyNot](QAction *action, const QString &usual) {
        action->setStatusTip(whyNot.isEmpty() ? usual : oneLine(whyNot));
        setTip(action, whyNot);
    };
    say(expireAccess, expireTip());
    say(revoke, revokeTip());
    m_answerMenu->setEnabled(whyNot.isEmpty());
    say(m_answerMenu->menuAction(), {});
    showActivity(m_somebody, m_requests);
}

} // namespace ui
