#include "tests/ui/window/windowfixture.h"
#include "ui/run/rulesdialog.h"

#include <QtNetwork/QNetworkAccessManager>
#include <QtNetwork/QNetworkReply>
#include <QtNetwork/QTcpServer>
#include <QtTest/QAbstractItemModelTester>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>
#include <QtWidgets/QAbstractButton>
#include <QtWidgets/QApplication>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QDialog>
#include <QtWidgets/QDockWidget>
#include <QtWidgets/QHeaderView>
#include <QtWidgets/QMenu>
#include <QtWidgets/QMenuBar>
#include <QtWidgets/QSpinBox>
#include <QtWidgets/QStatusBar>
#include <QtWidgets/QTabBar>
#include <QtWidgets/QTreeView>

#include <set>

using namespace Qt::StringLiterals;
using demobackend::RefreshAnswer;
using test::WindowFixture;

namespace {

//! The first demo user is signed in, the resource is loaded, and the transcript is empty.
struct SignedIn : WindowFixture
{
    SignedIn()
    {
        signIn();
        backend().clearTranscript();
    }

    void signIn()
    {
        // clang-format off
        [&] { QTRY_VERIFY(isLoginOpen()); }();
        click("signInButton");
        [&] { QTRY_COMPARE(text("resourceLabel"),
            u"✓ 200  protected resources, username: anna"_s); }();
        // clang-format on
    }
    void waitForVerdict()
    {
        [&] { QTRY_VERIFY(find<QAction>("whyAction")->isEnabled()); }();
    }
    void send()
    {
        trigger("sendAction");
        waitForVerdict();
    }
    QAbstractItemModel *waterfall() { return find<QTreeView>("waterfallView")->model(); }
};

template <typename... Types>
bool isOneOf(const QObject *object)
{
    return ((qobject_cast<const Types *>(object) != nullptr) || ...);
}

//! All texts that a person can see in the window and its dialogs.
QStringList everyText(const QWidget &window)
{
    QStringList texts {window.windowTitle()};
    for (const auto *label : window.findChildren<QLabel *>())
        texts << label->text() << label->toolTip() << label->accessibleDescription();
    for (const auto *button : window.findChildren<QAbstractButton *>())
        texts << button->text() << button->toolTip();
    for (const auto *edit : window.findChildren<QLineEdit *>())
        texts << edit->displayText();
    for (const auto *view : window.findChildren<QTreeView *>()) {
        const auto *model = view->model();
        const auto add = [&](const auto &self, const QModelIndex &parent) -> void {
            for (int row = 0; row < model->rowCount(parent); ++row) {
                for (int column = 0; column < model->columnCount(parent); ++column)
                    for (const int role :
                        {int(Qt::DisplayRole), int(Qt::ToolTipRole), int(Qt::AccessibleTextRole)})
                        texts << model->index(row, column, parent).data(role).toString();
                self(self, model->index(row, 0, parent));
            }
        };
        add(add, {});
    }
    return texts;
}

} // namespace

class TestMainWindow : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theFirstStartAsksForASignInWithOneClick()
    {
        WindowFixture fixture;
        QTRY_VERIFY(fixture.isLoginOpen());
        QCOMPARE(fixture.find<QLineEdit>("userNameEdit")->text(), u"anna"_s);
        QVERIFY(!fixture.find<QLineEdit>("passwordEdit")->text().isEmpty());
        QCOMPARE(fixture.text("userLabel"), u"signed out"_s);
        QVERIFY(!fixture.find<QAction>("sendAction")->isEnabled());
        fixture.click("signInButton");
        QTRY_COMPARE(
            fixture.text("resourceLabel"), u"✓ 200  protected resources, username: anna"_s);
        QVERIFY(!fixture.isLoginOpen());
        QCOMPARE(fixture.text("userLabel"), u"anna"_s);
        QCOMPARE(fixture.window().windowTitle(), u"Tokenflight - Demo backend (built in) - anna"_s);
        QCOMPARE(fixture.backend().transcript(u"/api/resources"_s).size(), 1);
        QVERIFY2(fixture.text("signInReportLabel").startsWith("Access token: a JWT of "_L1),
            qPrintable(fixture.text("signInReportLabel")));
    }

    void aStatusThatIsNoChallengeIsNamed()
    {
        SignedIn fixture;
        fixture.backend().on(u"/api/resources"_s).always({422, {}, "{}"});
        fixture.send();
        QVERIFY2(fixture.message("verdictBar").contains("\n3 answered 422: if that is how"_L1),
            qPrintable(fixture.message("verdictBar")));
    }

    void aBrokenAccessTokenIsRefreshedOnceForThree()
    {
        SignedIn fixture;
        fixture.trigger("breakAccessAction");
        QCOMPARE(fixture.text("accessStateLabel"), u"✗ broken by you"_s);
        fixture.send();
        QVERIFY2(fixture.message("verdictBar").startsWith("PASS"_L1),
            qPrintable(fixture.message("verdictBar")));
        QVERIFY(fixture.message("verdictBar").contains(u"3 × 401 · refresh 1 of 1"_s));
        for (const char *name : {"firstResponse", "secondResponse", "thirdResponse"})
            QCOMPARE(fixture.text(name), u"✓ 200  protected resources, username: anna"_s);
        const auto counters = fixture.backend().counters();
        QCOMPARE(counters.challenges, 3);
        QCOMPARE(counters.refreshes, 1);
        QCOMPARE(counters.served, 3);
        QVERIFY(fixture.text("accessStateLabel").startsWith(u"✓ valid for"_s));
    }

    void theWaterfallShowsRequestsAttemptsAndTheRefresh()
    {
        SignedIn fixture;
        const QAbstractItemModelTester tester(
            fixture.waterfall(), QAbstractItemModelTester::FailureReportingMode::QtTest);
        fixture.trigger("breakAccessAction");
        fixture.send();
        auto *view = fixture.find<QTreeView>("waterfallView");
        QCOMPARE(view->model()->rowCount(), 4);
        int requests = 0;
        for (int row = 0; row < 4; ++row) {
            const QModelIndex index = view->model()->index(row, 0);
            const bool request = index.siblingAtColumn(1).data().toString().startsWith("GET"_L1);
            requests += request ? 1 : 0;
            QCOMPARE(view->model()->rowCount(index), request ? 2 : 1);
            QVERIFY(view->isExpanded(index));
        }
        QCOMPARE(requests, 3);
    }

    void aGoodTokenNeedsNoRefresh()
    {
        SignedIn fixture;
        fixture.send();
        QVERIFY2(fixture.message("verdictBar").startsWith("PASS"_L1),
            qPrintable(fixture.message("verdictBar")));
        QCOMPARE(fixture.backend().counters().refreshes, 0);
    }

    void everyWayToSpoilTheAccessTokenPasses_data()
    {
        QTest::addColumn<QByteArray>("action");
        QTest::addColumn<int>("challenges");
        QTest::newRow("break") << QByteArray("breakAccessAction") << 3;
        QTest::newRow("expire") << QByteArray("expireAccessAction") << 3;
        QTest::newRow("delete") << QByteArray("deleteAccessAction") << 0;
    }

    void everyWayToSpoilTheAccessTokenPasses()
    {
        QFETCH(QByteArray, action);
        QFETCH(int, challenges);
        SignedIn fixture;
        fixture.trigger(action.constData());
        fixture.send();
        QVERIFY2(fixture.message("verdictBar").startsWith("PASS"_L1),
            qPrintable(fixture.message("verdictBar")));
        QCOMPARE(fixture.backend().counters().refreshes, 1);
        QCOMPARE(fixture.backend().counters().challenges, challenges);
    }

    void manyRequestsAtOnce()
    {
        SignedIn fixture;
        fixture.find<QSpinBox>("countSpin")->setValue(200);
        fixture.trigger("breakAndSendAction");
        fixture.waitForVerdict();
        QVERIFY2(fixture.message("verdictBar").startsWith("PASS"_L1),
            qPrintable(fixture.message("verdictBar")));
        QCOMPARE(fixture.text("restLabel"), u"200 of 200 answered: 200 good, 0 failed"_s);
        QCOMPARE(fixture.backend().counters().refreshes, 1);
    }

    void aRefusedRefreshOpensTheLoginAndTheHeldRequestsGoOn()
    {
        SignedIn fixture;
        fixture.trigger("breakAccessAction");
        fixture.backend().answerRefreshes(RefreshAnswer::InvalidGrant);
        fixture.trigger("sendAction");
        QTRY_VERIFY(fixture.isLoginOpen());
        QVERIFY(fixture.text("reasonLabel").contains("no longer accepts the refresh token"_L1));
        // The dialog and the window behind it say why, and show each try in a tool tip.
        QVERIFY2(fixture.text("storyLabel").contains("refreshRejectedErrors"_L1),
            qPrintable(fixture.text("storyLabel")));
        QVERIFY(fixture.find<QLabel>("storyLabel")->isVisible());
        QVERIFY(fixture.find<QLabel>("storyLabel")->toolTip().contains(": 400 in "_L1));
        QVERIFY(fixture.message("sessionBar").contains("refreshRejectedErrors"_L1));
        QVERIFY(fixture.find<QWidget>("sessionBar")->toolTip().contains(": 400 in "_L1));
        QTRY_COMPARE(fixture.text("firstResponse"), u"waits for sign-in…"_s);
        QCOMPARE(fixture.text("userLabel"), u"signed out"_s);
        QTRY_COMPARE(fixture.text("trafficLabel"), u"In flight 0, held 3"_s);
        QCOMPARE(fixture.backend().counters().served, 0);

        fixture.click("signInButton");
        fixture.waitForVerdict();
        QVERIFY2(fixture.message("verdictBar").startsWith("PASS"_L1),
            qPrintable(fixture.message("verdictBar")));
        for (const char *name : {"firstResponse", "secondResponse", "thirdResponse"})
            QCOMPARE(fixture.text(name), u"✓ 200  protected resources, username: anna"_s);
        QVERIFY(!fixture.isLoginOpen());
        QVERIFY(!fixture.find<QWidget>("sessionBar")->isVisible());
        QTRY_COMPARE(
            fixture.text("resourceLabel"), u"✓ 200  protected resources, username: anna"_s);
    }

    void aBrokenRefreshTokenEndsTheSessionToo()
    {
        SignedIn fixture;
        fixture.trigger("breakRefreshAction");
        QCOMPARE(fixture.text("refreshStateLabel"), u"✗ broken by you"_s);
        QVERIFY(fixture.text("accessStateLabel").startsWith(u"✓"_s));
        fixture.trigger("breakAndSendAction");
        QTRY_VERIFY(fixture.isLoginOpen());
        fixture.click("signInButton");
        fixture.waitForVerdict();
        QVERIFY2(fixture.message("verdictBar").startsWith("PASS"_L1),
            qPrintable(fixture.message("verdictBar")));
    }

    void theWindowCanBeLeftWhileRequestsAreHeld()
    {
        SignedIn fixture;
        fixture.backend().answerRefreshes(RefreshAnswer::InvalidGrant);
        fixture.trigger("breakAndSendAction");
        QTRY_COMPARE(fixture.text("trafficLabel"), u"In flight 0, held 3"_s);
        QElapsedTimer elapsed;
        elapsed.start();
        fixture.close();
        QVERIFY(elapsed.elapsed() < 20'000); // the test does not wait for the held requests
    }

    void heldRequestsCanBeStopped()
    {
        SignedIn fixture;
        fixture.backend().answerRefreshes(RefreshAnswer::InvalidGrant);
        fixture.trigger("breakAndSendAction");
        QTRY_VERIFY(fixture.isLoginOpen());
        fixture.click("cancelButton");
        QVERIFY(!fixture.isLoginOpen());
        QVERIFY(fixture.find<QWidget>("sessionBar")->isVisible());
        fixture.window().activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&fixture.window(), test::patience));
        QTest::keyClick(&fixture.window(), Qt::Key_Escape);
        fixture.waitForVerdict();
        QVERIFY(fixture.message("verdictBar").startsWith("FAIL"_L1)); // no request got its resource
        QVERIFY(fixture.text("firstResponse").startsWith(u"✗"_s));
        QVERIFY(!fixture.find<QAction>("stopAction")->isEnabled());
    }

    void aFailedRefreshIsShownAndCanBeTriedAgain()
    {
        SignedIn fixture;
        fixture.tryRefreshesOnce();
        fixture.backend().answerRefreshes(RefreshAnswer::ServerError, 1000);
        fixture.trigger("breakAndSendAction");
        fixture.waitForVerdict();
        QVERIFY(fixture.find<QWidget>("refreshBar")->isVisible());
        QVERIFY2(fixture.message("refreshBar").contains("policy.totalTimeoutMs"_L1),
            qPrintable(fixture.message("refreshBar")));
        QVERIFY(fixture.find<QWidget>("refreshBar")->toolTip().contains(": 500 in "_L1));
        QVERIFY(!fixture.isLoginOpen());
        QCOMPARE(fixture.text("userLabel"), u"anna"_s);

        fixture.backend().answerRefreshes(RefreshAnswer::Ok);
        fixture.trigger("refreshNowAction");
        QTRY_VERIFY(fixture.text("accessStateLabel").startsWith(u"✓ valid for"_s));
        QVERIFY(!fixture.find<QWidget>("refreshBar")->isVisible());
    }

    void aWrongPasswordIsSaidInline()
    {
        WindowFixture fixture;
        QTRY_VERIFY(fixture.isLoginOpen());
        fixture.find<QLineEdit>("passwordEdit")->setText(u"wrong"_s);
        fixture.click("signInButton");
        QTRY_COMPARE(fixture.text("problemLabel"), u"✗ The user name or the password is wrong."_s);
        QVERIFY(fixture.find<QWidget>("problemLabel")->isVisible());
        QVERIFY(fixture.isLoginOpen());
        QVERIFY(!fixture.desktop().session.isSignedIn());
    }

    void aBrokenConnectionIsSaidInline()
    {
        WindowFixture fixture;
        QTRY_VERIFY(fixture.isLoginOpen());
        fixture.backend().on(u"/authorization/token"_s).drops();
        fixture.click("signInButton");
        QTRY_VERIFY(fixture.text("problemLabel")
                        .startsWith(u"✗ The server cannot be reached. The server closed the "
                                    "connection before it answered; "_s));
    }

    void aSignInUnderWayCanBeCancelled()
    {
        WindowFixture fixture;
        auto signIn = fixture.backend().on(u"/authorization/token"_s).hold();
        QTRY_VERIFY(fixture.isLoginOpen());
        fixture.click("signInButton");
        QTRY_COMPARE(signIn.heldCount(), 1);
        QVERIFY(fixture.find<QWidget>("busyBar")->isVisible());
        fixture.click("cancelButton");
        QVERIFY(fixture.isLoginOpen());
        QVERIFY(!fixture.find<QWidget>("busyBar")->isVisible());
        signIn.release();
        QTRY_COMPARE(fixture.backend().counters().signIns, 1);
        // A second answer of the server takes the same way and comes later.
        QNetworkAccessManager http;
        QSignalSpy beside(
            http.get(QNetworkRequest(fixture.backend().url())), &QNetworkReply::finished);
        QVERIFY(beside.wait(test::patience));
        QVERIFY(!fixture.desktop().session.isSignedIn());
        fixture.click("signInButton");
        QTRY_COMPARE(fixture.text("userLabel"), u"anna"_s);
    }

    void aRestartNeedsNoSignIn()
    {
        SignedIn fixture;
        fixture.restart();
        QTRY_COMPARE(
            fixture.text("resourceLabel"), u"✓ 200  protected resources, username: anna"_s);
        QVERIFY(!fixture.isLoginOpen());
        QCOMPARE(fixture.text("userLabel"), u"anna"_s);
        QCOMPARE(fixture.backend().counters().signIns, 0);
    }

    void aRestartOnAnotherPortNeedsNoneEither()
    {
        SignedIn fixture;
        const QUrl before = fixture.backend().url();
        fixture.close();
        QTcpServer squatter;
        // If listening fails, another program has the port, which serves the test as well.
        squatter.listen(QHostAddress::LocalHost, static_cast<quint16>(before.port()));
        fixture.restart();
        QVERIFY(fixture.backend().url() != before);
        QTRY_COMPARE(
            fixture.text("resourceLabel"), u"✓ 200  protected resources, username: anna"_s);
        QVERIFY(!fixture.isLoginOpen());
    }

    void whoDoesNotStaySignedInIsAskedAfterARestart()
    {
        WindowFixture fixture;
        QTRY_VERIFY(fixture.isLoginOpen());
        fixture.find<QAbstractButton>("staySignedInBox")->setChecked(false);
        fixture.click("signInButton");
        QTRY_COMPARE(fixture.text("userLabel"), u"anna"_s);
        fixture.restart();
        QTRY_VERIFY(fixture.isLoginOpen());
        QVERIFY(!fixture.find<QAbstractButton>("staySignedInBox")->isChecked());
        QVERIFY(!QFile::exists(fixture.folder() + u"/config/tokens.ini"_s));
    }

    void whoSignsOutStaysOut()
    {
        SignedIn fixture;
        fixture.trigger("signOutAction");
        QTRY_VERIFY(fixture.isLoginOpen());
        QCOMPARE(fixture.text("reasonLabel"), u"You signed out."_s);
        QCOMPARE(fixture.text("accessTokenLabel"), u"none"_s);
        fixture.restart();
        QTRY_VERIFY(fixture.isLoginOpen());
        QCOMPARE(fixture.find<QLineEdit>("userNameEdit")->text(), u"anna"_s);
    }

    void theLayoutSurvivesARestartAndCanBeForgotten()
    {
        SignedIn fixture;
        QVERIFY(!fixture.find<QDockWidget>("backendDock")->isVisible());
        fixture.trigger("showBackendAction");
        fixture.find<QSpinBox>("countSpin")->setValue(7);
        auto *header = fixture.find<QTreeView>("waterfallView")->header();
        header->resizeSection(1, 123);
        // The size fits the offscreen screen: Qt 6.8 restores no larger windows.
        const QSize size(780, 650);
        fixture.window().resize(size);
        fixture.window().close();
        fixture.restart();
        QVERIFY(fixture.find<QDockWidget>("backendDock")->isVisible());
        QCOMPARE(fixture.find<QSpinBox>("countSpin")->value(), 7);
        QCOMPARE(fixture.window().size(), size);
        QCOMPARE(fixture.find<QTreeView>("waterfallView")->header()->sectionSize(1), 123);
        fixture.trigger("restoreLayoutAction");
        QVERIFY(!fixture.find<QDockWidget>("backendDock")->isVisible());
        QVERIFY(fixture.find<QTreeView>("waterfallView")->header()->sectionSize(1) != 123);
    }

    void refreshNowIsARowOfItsOwn()
    {
        SignedIn fixture;
        fixture.send();
        fixture.trigger("refreshNowAction");
        QTRY_COMPARE(fixture.text("generationLabel"), u"A2"_s);
        // The new run has replaced the rows and the verdict of the old one.
        QCOMPARE(fixture.waterfall()->rowCount(), 1);
        QVERIFY(fixture.waterfall()->index(0, 1).data().toString().startsWith("refresh"_L1));
        QVERIFY(!fixture.find<QAction>("whyAction")->isEnabled());
    }

    void whyShowsTheRules()
    {
        SignedIn fixture;
        fixture.send();
        fixture.trigger("whyAction");
        QVERIFY(fixture.find<QDialog>("rulesDialog")->isVisible());
        QVERIFY(fixture.find<QTreeView>("rulesView")->model()->rowCount() > 5);
    }

    void theBackendPanelTurnsKnobs()
    {
        SignedIn fixture;
        fixture.find<QSpinBox>("accessLifetimeSpin")->setValue(60);
        fixture.find<QSpinBox>("refreshLatencySpin")->setValue(5);
        fixture.find<QAbstractButton>("rotationBox")->setChecked(false);
        const auto knobs = fixture.backend().knobs();
        QCOMPARE(knobs.accessLifetime, std::chrono::seconds(60));
        QCOMPARE(knobs.latency.at(demobackend::Endpoint::Refresh), std::chrono::milliseconds(5));
        QVERIFY(!knobs.rotation);
        QVERIFY(knobs.reuseDetection);
        auto *answers = fixture.find<QComboBox>("refreshAnswerBox");
        answers->setCurrentIndex(answers->findData(static_cast<int>(RefreshAnswer::ServerError)));
        QCOMPARE(fixture.backend().nextRefreshAnswer(), RefreshAnswer::ServerError);
        fixture.trigger("breakAndSendAction");
        fixture.waitForVerdict();
        QVERIFY2(fixture.message("verdictBar").startsWith("PASS"_L1),
            qPrintable(fixture.message("verdictBar")));
        QTRY_COMPARE(answers->currentData().toInt(),
            static_cast<int>(RefreshAnswer::Ok)); // the answer is used up
    }

    void noKeyIsUsedTwice()
    {
        SignedIn fixture;
        std::set<QString> used;
        for (const auto *action : fixture.window().findChildren<QAction *>()) {
            for (const QKeySequence &keys : action->shortcuts())
                QVERIFY2(used.insert(keys.toString(QKeySequence::PortableText)).second,
                    qPrintable(action->objectName() + u' ' + keys.toString()));
        }
        for (const char *keys : {"F5", "Ctrl+B", "Ctrl+R", "Ctrl+L", "Esc"})
            QVERIFY2(used.count(QString::fromLatin1(keys)) == 1, keys);
    }

    void noMnemonicIsUsedTwiceInAMenu()
    {
        SignedIn fixture;
        QList<QList<QAction *>> groups {fixture.window().menuBar()->actions()};
        for (const auto *menu : fixture.window().findChildren<QMenu *>())
            groups << menu->actions();
        for (const auto &group : groups) {
            std::set<QString> used;
            for (const auto *action : group) {
                const QString key = QKeySequence::mnemonic(action->text()).toString();
                QVERIFY2(key.isEmpty() || used.insert(key).second, qPrintable(action->text()));
            }
        }
    }

    void everyButtonIsAnActionInAMenu()
    {
        SignedIn fixture;
        QStringList inMenus;
        for (const auto *menu : fixture.window().findChildren<QMenu *>())
            for (const auto *action : menu->actions())
                inMenus << action->objectName();
        for (const auto *action : fixture.window().findChildren<QAction *>()) {
            if (action->objectName().endsWith("Action"_L1)
                && !action->objectName().startsWith(u'_'))
                QVERIFY2(inMenus.contains(action->objectName()), qPrintable(action->objectName()));
        }
    }

    void everyControlHasAName()
    {
        SignedIn fixture;
        fixture.trigger("showBackendAction");
        for (const auto *tabs : fixture.window().findChildren<QTabBar *>())
            QTRY_COMPARE(tabs->accessibleName(), u"Panels"_s); // Qt makes the tab bar later
        QList<const QWidget *> buddies;
        for (const auto *label : fixture.window().findChildren<QLabel *>())
            buddies << label->buddy();
        for (const auto *widget : fixture.window().findChildren<QWidget *>()) {
            if (widget->focusPolicy() == Qt::NoFocus || widget->objectName().startsWith("qt_"_L1))
                continue;
            const auto *button = qobject_cast<const QAbstractButton *>(widget);
            const bool named = !widget->accessibleName().isEmpty() || buddies.contains(widget)
                || (button != nullptr && !button->text().isEmpty());
            const QWidget *owner = widget->parentWidget();
            const bool partOfOther = isOneOf<QAbstractSpinBox, QComboBox, QAbstractItemView>(owner)
                || isOneOf<QMenu, QDockWidget, QDialog>(widget)
                || widget->window()->windowType() == Qt::Popup;
            const QString what = QString::fromLatin1(widget->metaObject()->className()) + u' '
                + widget->objectName();
            QVERIFY2(named || partOfOther, qPrintable(what));
        }
    }

    void tabReachesEveryControlAndComesBack()
    {
        SignedIn fixture;
        fixture.window().activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&fixture.window(), test::patience));
        auto *first = fixture.find<QWidget>("sendButton");
        first->setFocus();
        QStringList seen;
        for (int i = 0; i < 100; ++i) {
            QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
            if (QApplication::focusWidget() == first)
                break;
            seen << QApplication::focusWidget()->objectName();
        }
        QCOMPARE(QApplication::focusWidget(), first); // the focus is not trapped
        for (const char *name : {"countSpin", "waterfallView", "claimsView", "breakAccessButton",
                 "breakRefreshButton", "signOutButton"})
            QVERIFY2(seen.contains(QString::fromLatin1(name)), name);
    }

    void noTokenIsShownAnywhere()
    {
        SignedIn fixture;
        fixture.trigger("breakAndSendAction");
        fixture.waitForVerdict();
        fixture.trigger("whyAction");
        const authcore::TokenSet tokens = fixture.desktop().session.tokens();
        QVERIFY(!tokens.refreshToken.isEmpty());
        for (const QString &text : everyText(fixture.window())) {
            for (const QByteArray &secret : {tokens.accessToken, tokens.refreshToken}) {
                for (qsizetype at = 0; at + 8 <= secret.size(); at += 4)
                    QVERIFY2(
                        !text.contains(QString::fromLatin1(secret.mid(at, 8))), qPrintable(text));
            }
        }
    }

    void aNarrowWindowClipsNothing()
    {
        SignedIn fixture;
        fixture.trigger("showBackendAction");
        fixture.window().resize(800, 600);
        QTRY_COMPARE(fixture.window().size(), QSize(800, 600));
        for (const auto *button : fixture.window().findChildren<QPushButton *>()) {
            if (button->isVisible())
                QVERIFY2(button->width() >= button->minimumSizeHint().width(),
                    qPrintable(button->objectName()));
        }
        for (const auto *box : fixture.window().findChildren<QSpinBox *>()) {
            if (box->isVisible())
                QVERIFY2(
                    box->width() >= box->minimumSizeHint().width(), qPrintable(box->objectName()));
        }
    }
};

QTEST_MAIN(TestMainWindow)
#include "tst_mainwindow.moc"
