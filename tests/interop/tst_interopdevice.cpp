// The device grant of oidc-provider, an authorization server by other authors.
#include "tests/interop/attempts.h"
#include "tests/interop/interoptest.h"
#include "tests/interop/stage.h"

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using authcore::TokenError;
using test::Browser;
using test::DeviceAttempt;
using test::Stage;

class InteropDevice : public test::InteropTest
{
    Q_OBJECT

private Q_SLOTS:
    // RFC 8628: this server names no interval, so the interval is 5 s.
    void aDeviceSignsIn_data()
    {
        QTest::addColumn<bool>("types");
        QTest::newRow("by a link with the code in it") << false;
        QTest::newRow("the person types the code") << true;
    }
    void aDeviceSignsIn()
    {
        QFETCH(bool, types);
        Stage stage(m_server);
        DeviceAttempt attempt(*stage.session);
        QVERIFY2(attempt.run(), qPrintable(attempt.error().detail));
        QVERIFY(attempt.poll(stage.clock));
        QTRY_COMPARE(stage.server.transcript(u"authorization_pending"_s).size(), 1);
        Browser browser(u"anna"_s);
        if (types)
            browser.setUserCode(attempt.userCode());
        browser.open(types ? attempt.page() : attempt.pageWithCode());
        QTRY_VERIFY(browser.isIdle());
        QVERIFY2(browser.page().contains("Sign-in Success"_L1), qPrintable(browser.page()));
        QVERIFY(attempt.poll(stage.clock));
        QTRY_VERIFY(attempt.isOver());
        QVERIFY2(attempt.succeeded.size() == 1, qPrintable(attempt.error().detail));
        QCOMPARE(stage.server.transcript(u"POST /token"_s),
            (QStringList {u"POST /token device_code -> 400 authorization_pending"_s,
                u"POST /token device_code -> 200"_s}));
        QCOMPARE(stage.session->accountId(), u"anna"_s);

        stage.expireAtServer();
        stage.get();
        QTRY_COMPARE(stage.endedWith(200), 1);
        QCOMPARE(stage.server.transcript(u"refresh_token"_s),
            QStringList {u"POST /token refresh_token [R1] -> 200"_s});
    }

    void aDeviceIsTurnedDown_data()
    {
        QTest::addColumn<bool>("refused");
        QTest::addColumn<TokenError::Code>("code");
        QTest::newRow("by the person") << true << TokenError::Code::Rejected;
        QTest::newRow("by time, as the server sees it") << false << TokenError::Code::TimedOut;
    }
    void aDeviceIsTurnedDown()
    {
        QFETCH(bool, refused);
        QFETCH(TokenError::Code, code);
        Stage stage(m_server);
        DeviceAttempt attempt(*stage.session);
        QVERIFY2(attempt.run(), qPrintable(attempt.error().detail));
        Browser browser(u"anna"_s, Browser::Answer::Refuses);
        if (refused)
            browser.open(attempt.pageWithCode());
        else
            stage.server.command(u"advance 700"_s);
        QTRY_VERIFY(browser.isIdle());
        QVERIFY(attempt.poll(stage.clock));
        QTRY_VERIFY(attempt.isOver());
        QCOMPARE(attempt.failed.size(), 1);
        QCOMPARE(attempt.error().code, code);
        QCOMPARE(stage.server.transcript(u"POST /token"_s).size(), 1);
        QVERIFY(!stage.session->isSignedIn());
    }
};

QTEST_GUILESS_MAIN(InteropDevice)
#include "tst_interopdevice.moc"
