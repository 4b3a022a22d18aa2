// Several accounts in one window: no account sees another's tokens or loses its own.
#include "tests/support/storeanswers.h"
#include "tests/ui/window/windowfixture.h"
#include "ui/account/accountmenu.h"

#include <QtCore/QFile>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>
#include <QtWidgets/QAbstractButton>
#include <QtWidgets/QApplication>
#include <QtWidgets/QStatusBar>

using namespace Qt::StringLiterals;
using authcore::TokenKey;
using authcore::TokenSet;
using demobackend::RefreshAnswer;
using test::WindowFixture;

namespace {

QString answerTo(const QString &name)
{
    return QString(u"✓ 200  protected resources, username: "_s % name);
}

//! Two accounts have signed in, boris last. Each resource is loaded, and the transcript is empty.
struct TwoAccounts : WindowFixture
{
    explicit TwoAccounts(bool stay = true)
    {
        [&] { QTRY_VERIFY(isLoginOpen()); }();
        find<QAbstractButton>("staySignedInBox")->setChecked(stay);
        click("signInButton");
        waitFor(u"anna"_s);
        trigger("signInAsOtherAction");
        [&] { QTRY_VERIFY(isLoginOpen()); }();
        [&] { QCOMPARE(find<QLineEdit>("userNameEdit")->text(), u"boris"_s); }();
        click("signInButton");
        waitFor(u"boris"_s);
        backend().clearTranscript();
    }

    void waitFor(const QString &name)
    {
        [&] { QTRY_COMPARE(text("resourceLabel"), answerTo(name)); }();
    }
    //! Switches by the menu, and waits for the resource of the account.
    void switchTo(const QString &name)
    {
        trigger(qPrintable(u"accountAction_"_s + name));
        waitFor(name);
    }
    void send()
    {
        trigger("breakAndSendAction");
        [&] { QTRY_VERIFY(find<QAction>("whyAction")->isEnabled()); }();
    }
    [[nodiscard]] bool isChecked(const char *action) { return find<QAction>(action)->isChecked(); }
    [[nodiscard]] QString stored(const QString &name)
    {
        return test::described(
            test::loaded(desktop().fileStore, TokenKey {u"demo"_s, name, {}, {}}));
    }
};

} // namespace

class TestAccounts : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whoIsLeftComesBackWithoutASignIn()
    {
        TwoAccounts fixture;
        QVERIFY(fixture.isChecked("accountAction_boris"));
        for (const auto &name : {u"anna"_s, u"boris"_s, u"anna"_s}) {
            fixture.switchTo(name);
            QCOMPARE(fixture.text("userLabel"), name);
            QVERIFY(fixture.window().windowTitle().endsWith(name));
            QVERIFY(!fixture.isLoginOpen());
        }
        QVERIFY(fixture.isChecked("accountAction_anna"));
        QVERIFY(!fixture.isChecked("accountAction_boris"));
        const auto counters = fixture.backend().counters();
        QCOMPARE(counters.signIns, 0);
        QCOMPARE(counters.refreshes, 0);
        QCOMPARE(counters.challenges, 0);
    }

    void switchingIsNoSignOut()
    {
        TwoAccounts fixture;
        const QString boris = fixture.stored(u"boris"_s);
        fixture.switchTo(u"anna"_s);
        QVERIFY(boris != u"nothing"_s);
        QCOMPARE(fixture.stored(u"boris"_s), boris);
        for (const QString &line : fixture.backend().transcript())
            QVERIFY2(line.startsWith("GET /api/resources"_L1), qPrintable(line));
    }

    void eachRefreshesItsOwnTokens()
    {
        TwoAccounts fixture;
        fixture.send();
        QVERIFY(fixture.message("verdictBar").startsWith("PASS"_L1));
        fixture.switchTo(u"anna"_s);
        fixture.send();
        QVERIFY2(fixture.message("verdictBar").startsWith("PASS"_L1),
            qPrintable(fixture.message("verdictBar")));
        QCOMPARE(fixture.text("firstResponse"), answerTo(u"anna"_s));
        fixture.switchTo(u"boris"_s);
        fixture.send();
        QVERIFY(fixture.message("verdictBar").startsWith("PASS"_L1));
        QCOMPARE(fixture.text("firstResponse"), answerTo(u"boris"_s));
        QCOMPARE(fixture.backend().counters().refreshes, 3);
        QCOMPARE(fixture.backend().counters().reuses, 0);
    }

    void aRefreshUnderWayIsWaitedFor()
    {
        TwoAccounts fixture;
        auto refresh = fixture.backend().on(u"/authorization/refresh"_s).hold();
        const QByteArray before = fixture.desktop().session.tokens().refreshToken;
        fixture.trigger("refreshNowAction");
        QTRY_COMPARE(refresh.heldCount(), 1);
        fixture.trigger("accountAction_anna");
        QCOMPARE(fixture.text("userLabel"), u"boris"_s); // until the refresh has ended
        auto *status = fixture.window().statusBar();
        QVERIFY(status->currentMessage().contains("refresh"_L1));
        refresh.release();
        fixture.waitFor(u"anna"_s);
        QVERIFY(status->currentMessage().isEmpty());
        const auto left =
            test::loaded(fixture.desktop().fileStore, TokenKey {u"demo"_s, u"boris"_s, {}, {}});
        const auto tokens = std::get<std::optional<TokenSet>>(left);
        QVERIFY(tokens && tokens->refreshToken != before);
        fixture.switchTo(u"boris"_s);
        fixture.send();
        QVERIFY2(fixture.message("verdictBar").startsWith("PASS"_L1),
            qPrintable(fixture.message("verdictBar")));
        QCOMPARE(fixture.backend().counters().reuses, 0);
    }

    void whoStaysOnlyUntilQuitComesBackAsWell()
    {
        TwoAccounts fixture(false);
        fixture.switchTo(u"anna"_s);
        fixture.send();
        fixture.switchTo(u"boris"_s);
        fixture.switchTo(u"anna"_s);
        fixture.send();
        QVERIFY(fixture.message("verdictBar").startsWith("PASS"_L1));
        QCOMPARE(fixture.stored(u"anna"_s), u"nothing"_s);
        QCOMPARE(fixture.backend().counters().signIns, 0);
        fixture.restart();
        QTRY_VERIFY(fixture.isLoginOpen());
    }

    void heldRequestsOfWhoIsLeftAreFinished()
    {
        TwoAccounts fixture;
        auto refresh = fixture.backend().on(u"/authorization/refresh"_s).hold();
        fixture.backend().answerRefreshes(RefreshAnswer::InvalidGrant);
        fixture.trigger("breakAndSendAction");
        QTRY_COMPARE(refresh.heldCount(), 1);
        QTRY_COMPARE(fixture.text("trafficLabel"), u"In flight 0, held 3"_s);
        fixture.trigger("accountAction_anna");
        refresh.release();
        fixture.waitFor(u"anna"_s);
        QTRY_VERIFY(fixture.text("firstResponse").startsWith(u"✗ 401"_s));
        QVERIFY(!fixture.isLoginOpen());
    }

    void whoDoesNotSignInAfterAllIsBack()
    {
        TwoAccounts fixture;
        fixture.trigger("signInAsOtherAction");
        fixture.find<QLineEdit>("passwordEdit")->setText(u"wrong"_s);
        fixture.click("signInButton");
        QTRY_VERIFY(fixture.find<QLabel>("problemLabel")->isVisible());
        QCOMPARE(fixture.text("userLabel"), u"signed out"_s);
        fixture.click("cancelButton");
        fixture.waitFor(u"boris"_s);
        QVERIFY(!fixture.isLoginOpen());
    }

    void whoSignedOutIsStillListedAndAskedForAPassword()
    {
        TwoAccounts fixture;
        fixture.trigger("signOutAction");
        QTRY_VERIFY(fixture.isLoginOpen());
        fixture.click("cancelButton");
        fixture.switchTo(u"anna"_s);
        fixture.trigger("accountAction_boris");
        QTRY_VERIFY(fixture.isLoginOpen());
        QCOMPARE(fixture.find<QLineEdit>("userNameEdit")->text(), u"boris"_s);
    }

    void theLastOneIsBackAfterARestart()
    {
        TwoAccounts fixture;
        fixture.switchTo(u"anna"_s);
        fixture.switchTo(u"boris"_s);
        fixture.restart();
        fixture.waitFor(u"boris"_s);
        fixture.switchTo(u"anna"_s);
        QCOMPARE(fixture.backend().counters().signIns, 0);
    }

    void namesAreRememberedAndNothingElse()
    {
        TwoAccounts fixture;
        const TokenSet tokens = fixture.desktop().session.tokens();
        fixture.window().close();
        const QString name = fixture.desktop().settings.fileName();
        fixture.close();
        QFile file(name);
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray content = file.readAll();
        QVERIFY(content.contains("boris, anna"));
        for (const QByteArray &secret : {tokens.accessToken, tokens.refreshToken,
                 QByteArray("anna-demo-1"), QByteArray("boris-demo-1")})
            QVERIFY(!secret.isEmpty() && !content.contains(secret));
    }
};

QTEST_MAIN(TestAccounts)
#include "tst_accounts.moc"
