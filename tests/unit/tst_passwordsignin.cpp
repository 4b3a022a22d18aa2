#include "authcore/signin/passwordsignin.h"
#include "tests/support/speaking.h"

#include "authcore/demobackend/demobackend.h"
#include "authcore/session/authsession.h"
#include "authcore/testing/manualclock.h"
#include "authcore/tokens/memorytokenstore.h"

#include <QtTest/QSignalSpy>
#include <QtTest/QTest>

#include <memory>
#include <utility>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using authcore::AuthSession;
using authcore::BackendProfile;
using authcore::MemoryTokenStore;
using authcore::PasswordSignIn;
using authcore::TokenError;

namespace {

const auto signInPath = u"/authorization/token"_s;
const auto userName = u"anna"_s;
const auto password = u"anna-demo-1"_s;

} // namespace

class TestPasswordSignIn : public QObject
{
    Q_OBJECT

private:
    demobackend::Script onSignIn() { return m_backend->on(signInPath); }
    [[nodiscard]] TokenError lastError() const
    {
        return m_failed->constLast().constFirst().value<TokenError>();
    }
    [[nodiscard]] QString ends() const
    {
        return test::endsOf(*m_succeeded, *m_failed, *m_cancelled);
    }

private Q_SLOTS:
    void init()
    {
        m_backend = std::make_unique<demobackend::DemoBackend>();
        QCOMPARE(m_backend->start(), QString());
        const auto profile = *BackendProfile::preset(u"custom-jwt"_s, m_backend->url());
        m_session = std::make_unique<AuthSession>(profile, m_store, m_clock, [] { return 0.5; });
        m_signIn = std::make_unique<PasswordSignIn>(*m_session);
        m_succeeded = std::make_unique<QSignalSpy>(m_signIn.get(), &PasswordSignIn::succeeded);
        m_failed = std::make_unique<QSignalSpy>(m_signIn.get(), &PasswordSignIn::failed);
        m_cancelled = std::make_unique<QSignalSpy>(m_signIn.get(), &PasswordSignIn::cancelled);
    }
    void cleanup()
    {
        if (QTest::currentTestFailed() && !m_failed->isEmpty())
            qInfo() << "the sign-in failed:" << lastError().detail;
        m_signIn.reset();
        m_session.reset();
    }

    void signsIn()
    {
        m_signIn->signIn(userName, password);
        QVERIFY(m_signIn->isBusy());
        QTRY_COMPARE(ends(), u"succeeded"_s);
        QVERIFY(!m_signIn->isBusy());
        QVERIFY(m_session->isSignedIn());
        const auto tokens = m_session->tokens();
        const auto &profile = m_session->profile();
        QVERIFY(!tokens.accessToken.isEmpty() && !tokens.refreshToken.isEmpty());
        QCOMPARE(tokens.userName, userName);
        QVERIFY(!tokens.accountId.isEmpty());
        QCOMPARE(tokens.tokenEndpoint, profile.resolved(profile.refresh.url));
        QCOMPARE(tokens.protectedOrigins, profile.protectedOrigins);
    }

    void reportsWhatItHasBrought()
    {
        QCOMPARE(m_signIn->report(), authcore::SignInReport());
        onSignIn().replies(200, R"({"authorizationToken":"a1","expires_in":60,"refresh":"r1"})");
        m_signIn->signIn(userName, password);
        QTRY_COMPARE(ends(), u"succeeded"_s);
        QCOMPARE(m_signIn->report().lines(),
            QStringList({u"Access token: 2 bytes, at \"/authorizationToken\" of the answer"_s,
                u"Lifetime: 60 s, as the answer says"_s,
                u"Refresh token: none, so that the session ends with the access token: the answer "
                "has none at \"/refreshToken\" (answer.refreshToken); the answer has "
                "\"/refresh\": give that as answer.refreshToken"_s,
                u"Account: anna"_s}));
    }

    void withoutAMappedValueTheTypedNameIsTheAccount()
    {
        onSignIn().replies(200, R"({"authorizationToken":"a1"})");
        m_signIn->signIn(u"typed"_s, password);
        QTRY_COMPARE(ends(), u"succeeded"_s);
        QCOMPARE(m_session->tokens().accountId, u"typed"_s);
    }

    void aProfileThatChangesMeanwhileIsAFailure()
    {
        onSignIn().hold();
        m_signIn->signIn(userName, password);
        QTRY_COMPARE(onSignIn().heldCount(), 1);
        auto profile = m_session->profile();
        profile.refresh.url = QUrl(u"/elsewhere"_s);
        m_session->setProfile(profile);
        onSignIn().release();
        QTRY_COMPARE(ends(), u"failed"_s);
        QCOMPARE(lastError().code, TokenError::Code::Misconfigured);
        QVERIFY(!m_session->isSignedIn());
    }

    void tokensThatTheSessionDoesNotTakeAreAFailure()
    {
        onSignIn().replies(200, R"({"authorizationToken":"a1"})");
        m_signIn->setClientSecret("a");
        m_signIn->signIn(userName, password);
        m_signIn->setClientSecret("a\r\nb");
        QTRY_COMPARE(ends(), u"failed"_s);
        QCOMPARE(lastError().code, TokenError::Code::Refused);
        QVERIFY(!m_session->isSignedIn());
    }

    void aSlotOfCancelledThatSignsInAgain()
    {
        onSignIn().hold();
        m_signIn->signIn(userName, password);
        bool again = true;
        connect(m_signIn.get(), &PasswordSignIn::cancelled, this, [&] {
            if (std::exchange(again, false))
                m_signIn->signIn(userName, password);
        });
        m_signIn->signIn(userName, password);
        // The first sign-in, and the one that the slot has replaced.
        QCOMPARE(ends(), u"cancelled twice"_s);
        QVERIFY(m_signIn->isBusy());
        onSignIn().release();
        QTRY_COMPARE(ends(), u"succeeded, cancelled twice"_s);
    }

    void anErrorCodeOfTheProfileRefuses()
    {
        auto profile = m_session->profile();
        profile.refreshRejectedErrors = {u"gone"_s};
        m_session->setProfile(profile);
        onSignIn().replies(500, R"({"error":"gone"})");
        m_signIn->signIn(userName, password);
        QTRY_COMPARE(ends(), u"failed"_s);
        QCOMPARE(lastError().code, TokenError::Code::Rejected);
    }

    void failures_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<TokenError::Code>("code");
        const auto row = [](const char *name, int status, const char *body, TokenError::Code code) {
            QTest::newRow(name) << status << QByteArray(body) << code;
        };
        row("wrong credentials", 401, "", TokenError::Code::Rejected);
        row("wrong credentials, said by OAuth", 400, R"({"error":"invalid_grant"})",
            TokenError::Code::Rejected);
        row("a status that rejects refreshes only", 500, "", TokenError::Code::ServerFailed);
        row("wrong credentials, said with 200", 200, R"({"error":"wrong password"})",
            TokenError::Code::Rejected);
        row("a hotel's page", 401, "<html>", TokenError::Code::ServerFailed);
        row("no such page", 404, "", TokenError::Code::Misconfigured);
        row("an answer without tokens", 200, "{}", TokenError::Code::Misconfigured);
    }
    void failures()
    {
        QFETCH(const int, status);
        QFETCH(const QByteArray, body);
        auto profile = m_session->profile();
        profile.refreshRejectedStatuses = {500};
        m_session->setProfile(profile);
        onSignIn().replies(status, body);
        m_signIn->signIn(userName, password);
        QTRY_COMPARE(ends(), u"failed"_s);
        QTEST(lastError().code, "code");
        QVERIFY(!m_signIn->isBusy());
        QVERIFY(!m_session->isSignedIn());
    }

    void wrongCredentialsOfTheBackend()
    {
        m_signIn->signIn(userName, u"wrong"_s);
        QTRY_COMPARE(ends(), u"failed"_s);
        QCOMPARE(lastError().code, TokenError::Code::Rejected);
        m_signIn->signIn(userName, password);
        QTRY_COMPARE(ends(), u"succeeded, failed"_s);
    }

    void isBoundedByOneTry()
    {
        onSignIn().hold();
        m_signIn->signIn(userName, password);
        QTRY_COMPARE(onSignIn().heldCount(), 1);
        m_clock.advance(m_session->profile().policy.tryTimeout);
        QCOMPARE(ends(), u"failed"_s);
        QCOMPARE(lastError().code, TokenError::Code::TimedOut);
    }

    void canBeCancelled()
    {
        onSignIn().hold();
        m_signIn->signIn(userName, password);
        QTRY_COMPARE(onSignIn().heldCount(), 1);
        m_signIn->cancel();
        QCOMPARE(ends(), u"cancelled"_s);
        QVERIFY(!m_signIn->isBusy());
        m_signIn->cancel();
        m_clock.advance(1h);
        QCOMPARE(ends(), u"cancelled"_s);
        QVERIFY(!m_session->isSignedIn());
    }

    void aSecondOneCancelsTheFirst()
    {
        onSignIn().holdAnswers();
        m_signIn->signIn(u"wrong"_s, password);
        QTRY_COMPARE(onSignIn().heldCount(), 1);
        m_signIn->signIn(userName, password);
        QCOMPARE(ends(), u"cancelled"_s);
        onSignIn().release();
        QTRY_COMPARE(ends(), u"succeeded, cancelled"_s);
        QCOMPARE(m_session->tokens().userName, userName);
    }

    void mayBeDeletedFromASlot_data()
    {
        QTest::addColumn<QString>("typedPassword");
        QTest::newRow("of succeeded()") << password;
        QTest::newRow("of failed()") << u"wrong"_s;
    }
    void mayBeDeletedFromASlot()
    {
        QFETCH(const QString, typedPassword);
        const auto destroy = [this] { m_signIn.release()->deleteLater(); };
        connect(m_signIn.get(), &PasswordSignIn::succeeded, this, destroy);
        connect(m_signIn.get(), &PasswordSignIn::failed, this, destroy);
        m_signIn->signIn(userName, typedPassword);
        QTRY_VERIFY(!m_signIn);
    }

    void mayBeDeletedWhenTheSessionTakesTheTokens()
    {
        connect(m_session.get(), &AuthSession::tokensReplaced, this, [this] { m_signIn.reset(); });
        m_signIn->signIn(userName, password);
        QTRY_VERIFY(!m_signIn);
        QVERIFY(m_session->isSignedIn());
    }

    void saysNothingWhenDestroyed()
    {
        m_signIn->signIn(userName, password);
        m_signIn.reset();
        QCOMPARE(ends(), u"not ended"_s);
    }

private:
    std::unique_ptr<demobackend::DemoBackend> m_backend;
    MemoryTokenStore m_store;
    authcore::testing::ManualClock m_clock;
    std::unique_ptr<AuthSession> m_session;
    std::unique_ptr<PasswordSignIn> m_signIn;
    std::unique_ptr<QSignalSpy> m_succeeded;
    std::unique_ptr<QSignalSpy> m_failed;
    std::unique_ptr<QSignalSpy> m_cancelled;
};

QTEST_GUILESS_MAIN(TestPasswordSignIn)
#include "tst_passwordsignin.moc"
