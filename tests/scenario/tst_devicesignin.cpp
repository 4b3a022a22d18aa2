#include "authcore/signin/devicesignin.h"
#include "tests/support/speaking.h"

#include "authcore/demobackend/demobackend.h"
#include "authcore/session/authsession.h"
#include "authcore/testing/manualclock.h"
#include "authcore/tokens/memorytokenstore.h"

#include <QtTest/QSignalSpy>
#include <QtTest/QTest>

#include <memory>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using authcore::AuthSession;
using authcore::BackendProfile;
using authcore::ClientAuthentication;
using authcore::DeviceSignIn;
using authcore::MemoryTokenStore;
using authcore::TokenError;
using demobackend::DeviceApproval;
using Code = TokenError::Code;

namespace {

//! For raw strings, in which moc takes "//" for a comment.
QByteArray withSlashes(QByteArray text)
{
    return text.replace(":@", "://");
}

const QByteArray codeAnswer =
    withSlashes(R"({"device_code":"d${scope}+1","user_code":"WDJB-MJHT",)"
                R"("verification_uri":"https:@example.com/device",)"
                R"("verification_uri_complete":"https:@example.com/device?c=W",)"
                R"("expires_in":600,"interval":7})");
const QByteArray pending = R"({"error":"authorization_pending"})";
const QByteArray tokenAnswer =
    R"({"access_token":"a1","refresh_token":"r1","token_type":"Bearer","expires_in":60})";

} // namespace

class TestDeviceSignIn : public QObject
{
    Q_OBJECT

private:
    demobackend::Script onCode() { return m_backend->on(u"/oauth2/device_authorization"_s); }
    demobackend::Script onToken() { return m_backend->on(u"/oauth2/token"_s); }
    [[nodiscard]] QString ends() const
    {
        return test::endsOf(*m_succeeded, *m_failed, *m_cancelled);
    }
    [[nodiscard]] TokenError lastError() const
    {
        return m_failed->constLast().constFirst().value<TokenError>();
    }
    void setProfile(const std::function<void(BackendProfile &)> &tweak)
    {
        auto profile = m_session->profile();
        tweak(profile);
        m_session->setProfile(profile);
    }
    //! For scripted answers, which have no ID token.
    void begin(const QByteArray &answer = codeAnswer)
    {
        setProfile([](BackendProfile &profile) {
            profile.scope = u"offline_access a+b"_s;
            profile.refreshRejectedErrors = {u"gone"_s};
        });
        onCode().replies(200, withSlashes(answer));
        m_signIn->signIn();
        QTRY_COMPARE(m_codeReady->size(), 1);
    }
    //! Lets time pass until the next poll, which gets this answer.
    void poll(std::chrono::milliseconds wait, int status, const QByteArray &answer)
    {
        const int before = onToken().arrivedCount();
        const auto ended = ends();
        onToken().replies(status, answer);
        m_clock.advance(wait - 1ms);
        // And not the timer of a request that has left too early.
        QCOMPARE(m_clock.nextTimer(), 1ms);
        QCOMPARE(polls(), before);
        m_clock.advance(1ms);
        QTRY_COMPARE(polls(), before + 1);
        // The answer has arrived, and the device waits for the next poll or has ended.
        QTRY_VERIFY(ends() != ended || isWaiting());
    }
    //! No request is under way: the next timer is no time-out of a request.
    [[nodiscard]] bool isWaiting() const
    {
        return m_clock.nextTimer() != m_session->profile().policy.tryTimeout;
    }
    int polls() { return onToken().arrivedCount(); }

private Q_SLOTS:
    void init()
    {
        m_backend = std::make_unique<demobackend::DemoBackend>();
        QCOMPARE(m_backend->start(), QString());
        auto profile = *BackendProfile::preset(u"oauth2"_s, m_backend->url());
        profile.issuer = QString::fromLatin1(m_backend->url().toEncoded());
        profile.policy.refreshAhead = false; // the test counts timers
        m_session = std::make_unique<AuthSession>(profile, m_store, m_clock, [] { return 0.5; });
        m_signIn = std::make_unique<DeviceSignIn>(*m_session);
        m_codeReady = std::make_unique<QSignalSpy>(m_signIn.get(), &DeviceSignIn::userCodeReady);
        m_tokenMissing =
            std::make_unique<QSignalSpy>(m_signIn.get(), &DeviceSignIn::refreshTokenMissing);
        m_succeeded = std::make_unique<QSignalSpy>(m_signIn.get(), &DeviceSignIn::succeeded);
        m_failed = std::make_unique<QSignalSpy>(m_signIn.get(), &DeviceSignIn::failed);
        m_cancelled = std::make_unique<QSignalSpy>(m_signIn.get(), &DeviceSignIn::cancelled);
    }
    void cleanup()
    {
        m_signIn.reset();
        m_session.reset();
        m_backend.reset();
    }

    void signsInAtTheDemoBackend()
    {
        m_signIn->signIn();
        QVERIFY(m_signIn->isBusy());
        QTRY_COMPARE(m_codeReady->size(), 1);
        m_clock.advance(5s);
        QTRY_COMPARE(ends(), u"succeeded"_s);
        QVERIFY(!m_signIn->isBusy());
        const auto tokens = m_session->tokens();
        QVERIFY(!tokens.accessToken.isEmpty() && !tokens.refreshToken.isEmpty());
        QCOMPARE(tokens.userName, u"anna"_s);
        QVERIFY(!tokens.accountId.isEmpty());
        QCOMPARE(m_tokenMissing->size(), 0);
        QSignalSpy refreshed(m_session.get(), &AuthSession::tokensRefreshed);
        m_session->refreshNow();
        QTRY_COMPARE(refreshed.size(), 1);
    }

    void theDemoBackendSaysNo_data()
    {
        QTest::addColumn<DeviceApproval>("approval");
        QTest::addColumn<Code>("code");
        QTest::newRow("denied") << DeviceApproval::Denied << Code::Rejected;
        QTest::newRow("expired") << DeviceApproval::Expired << Code::TimedOut;
    }
    void theDemoBackendSaysNo()
    {
        QFETCH(const DeviceApproval, approval);
        auto knobs = m_backend->knobs();
        knobs.deviceApproval = approval;
        m_backend->setKnobs(knobs);
        m_signIn->signIn();
        QTRY_COMPARE(m_codeReady->size(), 1);
        m_clock.advance(5s);
        QTRY_COMPARE(ends(), u"failed"_s);
        QTEST(lastError().code, "code");
        QVERIFY(!m_session->isSignedIn());
    }

    void showsTheCode()
    {
        begin();
        QCOMPARE(m_codeReady->constFirst(),
            (QVariantList {u"WDJB-MJHT"_s, QUrl(u"https://example.com/device"_s),
                QUrl(u"https://example.com/device?c=W"_s),
                QVariant::fromValue(std::chrono::seconds(600))}));
        QCOMPARE(onCode().arrivedBody(0), "client_id=tokenflight&scope=offline_access%20a%2Bb"_ba);
    }

    void codeAnswers_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("answer");
        QTest::addColumn<Code>("code");
        const auto row = [](const char *name, int status, const char *answer, Code code) {
            QTest::newRow(name) << status << QByteArray(answer) << code;
        };
        // clang-format off
        row("no such client", 401, R"({"error":"invalid_client"})", Code::Misconfigured);
        row("a client that may not", 400, R"({"error":"unauthorized_client"})", Code::Misconfigured);
        row("no such page", 404, "", Code::Misconfigured);
        row("a page that moved", 308, "", Code::Misconfigured);
        row("a hotel's page", 403, "<html>", Code::ServerFailed);
        row("a refusal with 200", 200, R"({"error":"unauthorized_client"})", Code::Misconfigured);
        row("out of order", 503, "", Code::ServerFailed);
        row("too many", 429, "", Code::RateLimited);
        row("babble", 200, "hello", Code::BadAnswer);
        row("no device code", 200, R"({"user_code":"U","verification_uri":"https:@a","expires_in":9})", Code::Misconfigured);
        row("no user code", 200, R"({"device_code":"D","verification_uri":"https:@a","expires_in":9})", Code::Misconfigured);
        row("no page to go to", 200, R"({"device_code":"D","user_code":"U","expires_in":9})", Code::Misconfigured);
        row("a page of plain http", 200, R"({"device_code":"D","user_code":"U","verification_uri":"http:@a","expires_in":9})", Code::Misconfigured);
        row("a page that is a script", 200, R"({"device_code":"D","user_code":"U","verification_uri":"javascript:x","expires_in":9})", Code::Misconfigured);
        row("a page that is a file", 200, R"({"device_code":"D","user_code":"U","verification_uri":"file:@/a","expires_in":9})", Code::Misconfigured);
        row("no expiry", 200, R"({"device_code":"D","user_code":"U","verification_uri":"https:@a"})", Code::Misconfigured);
        row("an expiry that is no number", 200, R"({"device_code":"D","user_code":"U","verification_uri":"https:@a","expires_in":"nan"})", Code::Misconfigured);
        row("an endless expiry", 200, R"({"device_code":"D","user_code":"U","verification_uri":"https:@a","expires_in":"inf"})", Code::Misconfigured);
        row("an expiry beyond all numbers", 200, R"({"device_code":"D","user_code":"U","verification_uri":"https:@a","expires_in":"1e999"})", Code::Misconfigured);
        row("an expiry in the past", 200, R"({"device_code":"D","user_code":"U","verification_uri":"https:@a","expires_in":-5})", Code::Misconfigured);
        row("an expiry that is no number", 200, R"({"device_code":"D","user_code":"U","verification_uri":"https:@a","expires_in":"nan"})", Code::Misconfigured);
        // clang-format on
    }
    void codeAnswers()
    {
        QFETCH(const int, status);
        QFETCH(const QByteArray, answer);
        onCode().replies(status, withSlashes(answer));
        m_signIn->signIn();
        QTRY_COMPARE(ends(), u"failed"_s);
        QTEST(lastError().code, "code");
        QCOMPARE(m_codeReady->size(), 0);
        QCOMPARE(m_clock.pendingTimers(), 0);
    }

    void oddCodeAnswersThatAreGood_data()
    {
        QTest::addColumn<QByteArray>("answer");
        QTest::newRow("as Google has it")
            << R"({"device_code":"D","user_code":"U","verification_url":"https:@a","expires_in":9})"_ba;
        QTest::newRow("numbers in quotes")
            << R"({"device_code":"D","user_code":"U","verification_uri":"https:@a","expires_in":"9","interval":"5"})"_ba;
        QTest::newRow("an interval that is no number")
            << R"({"device_code":"D","user_code":"U","verification_uri":"https:@a","expires_in":9,"interval":"nan"})"_ba;
        QTest::newRow("an interval in the past")
            << R"({"device_code":"D","user_code":"U","verification_uri":"https:@a","expires_in":9,"interval":-7})"_ba;
        QTest::newRow("a complete page that is a script")
            << R"({"device_code":"D","user_code":"U","verification_uri":"https:@a","verification_uri_complete":"javascript:x","expires_in":9})"_ba;
    }
    void oddCodeAnswersThatAreGood()
    {
        QFETCH(const QByteArray, answer);
        begin(answer);
        QCOMPARE(m_codeReady->constFirst().at(1).toUrl(), QUrl(u"https://a"_s));
        QCOMPARE(m_codeReady->constFirst().at(2).toUrl(), QUrl());
        poll(5s, 200, tokenAnswer); // the usual interval
        QTRY_COMPARE(ends(), u"succeeded"_s);
    }

    void pollsUntilSomebodyDecides()
    {
        begin();
        poll(7s, 400, pending);
        poll(7s, 400, pending);
        poll(7s, 200, tokenAnswer);
        QCOMPARE(ends(), u"succeeded"_s);
        QCOMPARE(onToken().arrivedBody(0),
            "client_id=tokenflight&device_code=d%24%7Bscope%7D%2B1&grant_type="
            "urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code"_ba);
        QCOMPARE(m_session->tokens().accessToken, "a1"_ba);
        QCOMPARE(m_clock.pendingTimers(), 0);
    }

    // GitHub answers so: the error code decides, not the status.
    void pollsOnWhenErrorsComeWithASuccessStatus()
    {
        begin();
        poll(7s, 200, pending);
        poll(7s, 200, R"({"error":"slow_down"})");
        poll(12s, 200, pending);
        poll(12s, 200, tokenAnswer);
        QCOMPARE(ends(), u"succeeded"_s);
    }

    void slowsDownForGood()
    {
        begin();
        poll(7s, 400, R"({"error":"slow_down"})");
        poll(12s, 400, pending);
        poll(12s, 400, R"({"error":"slow_down"})");
        poll(17s, 200, tokenAnswer);
        QCOMPARE(ends(), u"succeeded"_s);
    }

    void temporaryFailuresMakePollsRarer()
    {
        begin();
        poll(7s, 500, {});
        poll(14s, 429, {});
        poll(28s, 400, pending);
        onToken().drops();
        m_clock.advance(28s);
        QVERIFY(!isWaiting());
        QTRY_VERIFY(isWaiting());
        poll(56s, 403, "<html>");
        poll(60s, 200, "<html>");
        poll(60s, 200, "babble");
        poll(60s, 200, tokenAnswer);
        QCOMPARE(ends(), u"succeeded"_s);
    }

    void anAnswerThatDoesNotComeMakesItRarer()
    {
        begin();
        onToken().hold();
        m_clock.advance(7s);
        QTRY_COMPARE(onToken().heldCount(), 1);
        m_clock.advance(m_session->profile().policy.tryTimeout);
        QCOMPARE(ends(), u"not ended"_s);
        QVERIFY(isWaiting());
        QCOMPARE(m_clock.nextTimer(), std::optional<std::chrono::milliseconds>(14s));
        onToken().release();
    }

    void waitsAsLongAsTheServerWants()
    {
        begin();
        onToken().replies({503, {{"Retry-After", "90"}}, {}});
        m_clock.advance(7s);
        QVERIFY(!isWaiting());
        QTRY_VERIFY(isWaiting());
        poll(90s, 200, tokenAnswer);
        QCOMPARE(ends(), u"succeeded"_s);
    }

    void pollAnswersThatEndIt_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("answer");
        QTest::addColumn<Code>("code");
        const auto row = [](const char *name, int status, const char *answer, Code code) {
            QTest::newRow(name) << status << QByteArray(answer) << code;
        };
        row("denied", 400, R"({"error":"access_denied"})", Code::Rejected);
        row("expired", 400, R"({"error":"expired_token"})", Code::TimedOut);
        row("not ours", 400, R"({"error":"invalid_grant"})", Code::Rejected);
        row("no such client", 401, R"({"error":"invalid_client"})", Code::Misconfigured);
        row("no such grant", 400, R"({"error":"unsupported_grant_type"})", Code::Misconfigured);
        row("refused without a word", 403, "", Code::Rejected);
        row("denied with 200", 200, R"({"error":"access_denied"})", Code::Rejected);
        row("a code of the profile", 500, R"({"error":"gone"})", Code::Rejected);
        row("expired with 200", 200, R"({"error":"expired_token"})", Code::TimedOut);
        row("no such code, with 200", 200, R"({"error":"incorrect_device_code"})", Code::Rejected);
        row("no such page", 404, "", Code::Misconfigured);
        row("tokens that are none", 200, "{}", Code::Misconfigured);
    }
    void pollAnswersThatEndIt()
    {
        QFETCH(const int, status);
        QFETCH(const QByteArray, answer);
        begin();
        poll(7s, status, answer);
        QCOMPARE(ends(), u"failed"_s);
        QTEST(lastError().code, "code");
        QVERIFY(!lastError().detail.contains(u"scope}+1"_s));
        QVERIFY(!m_session->isSignedIn());
        QCOMPARE(m_clock.pendingTimers(), 0);
    }

    void theCodeExpires()
    {
        begin();
        onToken().always({400, {}, pending});
        onToken().hold();
        m_clock.advance(7s);
        QTRY_COMPARE(onToken().heldCount(), 1);
        m_clock.advance(9s); // less than a try may take
        QCOMPARE(ends(), u"not ended"_s);
        onToken().release();
        QTRY_VERIFY(isWaiting());
        m_clock.advance(600s - 16s - 1ms);
        QCOMPARE(ends(), u"not ended"_s);
        m_clock.advance(1ms);
        QCOMPARE(ends(), u"failed"_s);
        QCOMPARE(lastError().code, Code::TimedOut);
        QCOMPARE(m_clock.pendingTimers(), 0);
    }

    void canBeCancelled_data()
    {
        QTest::addColumn<QByteArray>("when");
        QTest::newRow("before there is a code") << "code"_ba;
        QTest::newRow("between polls") << "between"_ba;
        QTest::newRow("during a poll") << "poll"_ba;
    }
    void canBeCancelled()
    {
        QFETCH(const QByteArray, when);
        if (when == "code") {
            onCode().hold();
            m_signIn->signIn();
            QTRY_COMPARE(onCode().heldCount(), 1);
        } else {
            begin();
        }
        if (when == "poll") {
            onToken().hold();
            m_clock.advance(7s);
            QTRY_COMPARE(onToken().heldCount(), 1);
        }
        m_signIn->cancel();
        QCOMPARE(ends(), u"cancelled"_s);
        QVERIFY(!m_signIn->isBusy());
        QCOMPARE(m_clock.pendingTimers(), 0);
        m_signIn->cancel();
        QCOMPARE(ends(), u"cancelled"_s);
    }

    void aSecondOneCancelsTheFirst()
    {
        begin();
        onCode().replies(200, codeAnswer);
        m_signIn->signIn();
        QCOMPARE(ends(), u"cancelled"_s);
        QTRY_COMPARE(m_codeReady->size(), 2);
        poll(7s, 200, tokenAnswer);
        QCOMPARE(ends(), u"succeeded, cancelled"_s);
    }

    void aConfidentialClientShowsItsSecret()
    {
        setProfile([](BackendProfile &profile) {
            profile.clientAuthentication = ClientAuthentication::Post;
        });
        m_signIn->setClientSecret("se+cret");
        begin();
        poll(7s, 200, tokenAnswer);
        QCOMPARE(ends(), u"succeeded"_s);
        QVERIFY(onCode().arrivedBody(0).contains("client_secret=se%2Bcret"));
        QVERIFY(onToken().arrivedBody(0).contains("client_secret=se%2Bcret"));
        QCOMPARE(m_session->tokens().clientSecret, "se+cret"_ba);
    }

    void withoutAnEndpointNothingIsSent()
    {
        setProfile([](BackendProfile &profile) { profile.deviceAuthorizationUrl.clear(); });
        m_signIn->signIn();
        QTRY_COMPARE(ends(), u"failed"_s);
        QCOMPARE(lastError().code, Code::Refused);
    }

    void saysWhyThereIsNoRefreshToken()
    {
        begin();
        poll(7s, 200, R"({"access_token":"a1","scope":"a+b"})");
        QCOMPARE(ends(), u"succeeded"_s);
        QCOMPARE(m_tokenMissing->size(), 1);
        const auto said = m_tokenMissing->constFirst().constFirst().toString();
        QVERIFY(said.contains("did not grant"_L1));
        QCOMPARE(m_signIn->report().whyNoRefreshToken,
            QString(u"the answer has none at \"/refresh_token\" (answer.refreshToken). "_s + said));
    }

    void mayBeDeletedFromASlot_data()
    {
        QTest::addColumn<QByteArray>("signal");
        for (const char *name : {"userCodeReady", "refreshTokenMissing", "succeeded", "failed",
                 "cancelled", "the session's tokensReplaced"})
            QTest::newRow(name) << QByteArray(name);
    }
    void mayBeDeletedFromASlot()
    {
        QFETCH(const QByteArray, signal);
        const auto destroy = [this] { m_signIn.reset(); };
        auto *signIn = m_signIn.get();
        if (signal == "userCodeReady")
            connect(signIn, &DeviceSignIn::userCodeReady, this, destroy);
        else if (signal == "refreshTokenMissing")
            connect(signIn, &DeviceSignIn::refreshTokenMissing, this, destroy);
        else if (signal == "succeeded")
            connect(signIn, &DeviceSignIn::succeeded, this, destroy);
        else if (signal == "failed")
            connect(signIn, &DeviceSignIn::failed, this, destroy);
        else if (signal == "cancelled")
            connect(signIn, &DeviceSignIn::cancelled, this, destroy);
        else
            connect(m_session.get(), &AuthSession::tokensReplaced, this, destroy);
        begin();
        if (signal == "failed")
            onToken().replies(400, R"({"error":"access_denied"})");
        else
            onToken().replies(200, R"({"access_token":"a1"})");
        if (signal == "cancelled")
            m_signIn->signIn();
        m_clock.advance(7s);
        QTRY_VERIFY(!m_signIn);
    }

    void saysNothingWhenDestroyed()
    {
        begin();
        m_signIn.reset();
        QCOMPARE(ends(), u"not ended"_s);
        QCOMPARE(m_clock.pendingTimers(), 0);
    }

private:
    std::unique_ptr<demobackend::DemoBackend> m_backend;
    MemoryTokenStore m_store;
    authcore::testing::ManualClock m_clock;
    std::unique_ptr<AuthSession> m_session;
    std::unique_ptr<DeviceSignIn> m_signIn;
    std::unique_ptr<QSignalSpy> m_codeReady;
    std::unique_ptr<QSignalSpy> m_tokenMissing;
    std::unique_ptr<QSignalSpy> m_succeeded;
    std::unique_ptr<QSignalSpy> m_failed;
    std::unique_ptr<QSignalSpy> m_cancelled;
};

QTEST_GUILESS_MAIN(TestDeviceSignIn)
#include "tst_devicesignin.moc"
