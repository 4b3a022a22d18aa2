#include "authcore/demobackend/demobackend.h"
#include "authcore/session/authsession.h"
#include "authcore/testing/manualclock.h"
#include "authcore/tokens/memorytokenstore.h"

#include <QtTest/QSignalSpy>
#include <QtTest/QTest>

#include <algorithm>
#include <memory>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using authcore::AuthSession;
using authcore::BackendProfile;
using authcore::BodyFormat;
using authcore::ClientAuthentication;
using authcore::MemoryTokenStore;
using authcore::StoreError;
using authcore::TokenError;
using authcore::TokenSet;
using Code = TokenError::Code;

namespace {

const QByteArray freshTokens = R"({"access_token":"a2","refresh_token":"r2","expires_in":60})";

//! A store that another process has emptied.
class GoneStore : public MemoryTokenStore
{
public:
    bool isGone = false;

    void write(const authcore::TokenKey &key, const authcore::WriteCondition &condition,
        const std::optional<TokenSet> &tokens, QObject *context,
        std::function<void(const Done &)> then) override
    {
        if (isGone && std::holds_alternative<authcore::OverAnEntry>(condition))
            QMetaObject::invokeMethod(
                context,
                [then] {
                    then(StoreError {StoreError::Code::Gone, {}});
                },
                Qt::QueuedConnection);
        else
            MemoryTokenStore::write(key, condition, tokens, context, std::move(then));
    }
};

} // namespace

class TestRevocation : public QObject
{
    Q_OBJECT

private:
    demobackend::Script onRevoke() { return m_backend->on(u"/oauth2/revoke"_s); }
    demobackend::Script onToken() { return m_backend->on(u"/oauth2/token"_s); }
    void signIn(const QByteArray &refreshToken = "r1+/ %", const QByteArray &secret = {})
    {
        TokenSet tokens;
        tokens.accessToken = "a1";
        tokens.refreshToken = refreshToken;
        tokens.userName = u"anna"_s;
        tokens.clientSecret = secret;
        m_session->setTokens(tokens);
    }
    void setProfile(const std::function<void(BackendProfile &)> &tweak)
    {
        auto profile = m_session->profile();
        tweak(profile);
        m_session->setProfile(profile);
    }
    [[nodiscard]] QString ends() const //!< revoked, revocationFailed
    {
        return u"%1 %2"_s.arg(m_revoked->size()).arg(m_failed->size());
    }
    //! The revoked tokens, sorted: they travel on separate connections, in any order.
    QByteArrayList revokedTokens()
    {
        QByteArrayList tokens;
        for (int i = 0; i < onRevoke().arrivedCount(); ++i) {
            for (const QByteArray &field : onRevoke().arrivedBody(i).split('&')) {
                if (field.startsWith("token="))
                    tokens.append(QByteArray::fromPercentEncoding(field.mid(6)));
            }
        }
        std::sort(tokens.begin(), tokens.end());
        return tokens;
    }

private Q_SLOTS:
    void init()
    {
        m_backend = std::make_unique<demobackend::DemoBackend>();
        QCOMPARE(m_backend->start(), QString());
        onRevoke().always({200, {}, {}});
        auto profile = *BackendProfile::preset(u"oauth2"_s, m_backend->url());
        m_store = std::make_unique<GoneStore>();
        m_session = std::make_unique<AuthSession>(profile, *m_store, m_clock, [] { return 0.5; });
        m_revoked = std::make_unique<QSignalSpy>(m_session.get(), &AuthSession::revoked);
        m_failed = std::make_unique<QSignalSpy>(m_session.get(), &AuthSession::revocationFailed);
    }
    void cleanup()
    {
        m_session.reset();
        m_backend.reset();
    }

    void signingOutRevokesTheRefreshToken()
    {
        signIn();
        QSignalSpy ended(m_session.get(), &AuthSession::sessionEnded);
        m_session->signOut();
        QCOMPARE(ended.size(), 1); // signOut() does not wait for the answer
        QCOMPARE(ends(), u"0 0"_s);
        QTRY_COMPARE(ends(), u"1 0"_s);
        QCOMPARE(onRevoke().arrivedBody(0),
            "client_id=tokenflight&token=r1%2B%2F%20%25&token_type_hint=refresh_token"_ba);
        m_session->signOut();
        m_clock.advance(1h);
        QCOMPARE(onRevoke().arrivedCount(), 1);
    }

    void withoutARefreshTokenItIsTheAccessToken()
    {
        signIn({});
        m_session->signOut();
        QTRY_COMPARE(ends(), u"1 0"_s);
        QCOMPARE(onRevoke().arrivedBody(0),
            "client_id=tokenflight&token=a1&token_type_hint=access_token"_ba);
    }

    void aConfidentialClientShowsItsSecret()
    {
        setProfile([](BackendProfile &profile) {
            profile.clientAuthentication = ClientAuthentication::Basic;
        });
        signIn("r1", "secret");
        m_session->signOut();
        QTRY_COMPARE(ends(), u"1 0"_s);
        QCOMPARE(onRevoke().arrivedHeader(0, "authorization"),
            "Basic " + QByteArray("tokenflight:secret").toBase64());
    }

    void aDialectOfItsOwn()
    {
        setProfile([](BackendProfile &profile) {
            profile.revocation = {QUrl(u"oauth2/revoke"_s), BodyFormat::Json,
                {{u"refreshToken"_s, u"${refreshToken}"_s}},
                {{u"Authorization"_s, u"Bearer ${accessToken}"_s}}};
        });
        signIn();
        m_session->signOut();
        QTRY_COMPARE(ends(), u"1 0"_s);
        QCOMPARE(onRevoke().arrivedBody(0), R"({"refreshToken":"r1+/ %"})"_ba);
        QCOMPARE(onRevoke().arrivedHeader(0, "authorization"), "Bearer a1"_ba);
    }

    void nothingIsSent_data()
    {
        QTest::addColumn<QByteArray>("how");
        QTest::newRow("without an endpoint") << "no endpoint"_ba;
        QTest::newRow("when nobody was signed in") << "nobody"_ba;
        QTest::newRow("to the endpoints of another profile") << "another"_ba;
        QTest::newRow("for an account that only steps aside") << "leave"_ba;
        QTest::newRow("for tokens that the server has rejected") << "rejected"_ba;
    }
    void nothingIsSent()
    {
        QFETCH(const QByteArray, how);
        if (how == "no endpoint")
            setProfile([](BackendProfile &profile) { profile.revocation.url.clear(); });
        if (how != "nobody")
            signIn();
        if (how == "another") {
            setProfile([](BackendProfile &profile) { profile.refresh.url = QUrl(u"other"_s); });
        } else if (how == "leave") {
            m_session->leave();
        } else if (how == "rejected") {
            onToken().replies(400, R"({"error":"invalid_grant"})");
            QSignalSpy ended(m_session.get(), &AuthSession::sessionEnded);
            m_session->refreshNow();
            QTRY_COMPARE(ended.size(), 1);
        } else {
            m_session->signOut();
        }
        QVERIFY(!m_session->isSignedIn());
        // A revocation would have been sent before this refresh.
        QSignalSpy refreshed(m_session.get(), &AuthSession::tokensRefreshed);
        onToken().replies(200, freshTokens);
        m_backend->on(u"/other"_s).replies(200, freshTokens);
        signIn("r9");
        m_session->refreshNow();
        QTRY_COMPARE(refreshed.size(), 1);
        QCOMPARE(onRevoke().arrivedCount(), 0);
        QCOMPARE(ends(), u"0 0"_s);
    }

    void failures_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<Code>("code");
        QTest::newRow("not supported")
            << 400 << R"({"error":"unsupported_token_type"})"_ba << Code::Misconfigured;
        QTest::newRow("not supported, with 200")
            << 200 << R"({"error":"unsupported_token_type"})"_ba << Code::Misconfigured;
        QTest::newRow("a hotel's page") << 200 << "<html>"_ba << Code::BadAnswer;
        QTest::newRow("no such client")
            << 401 << R"({"error":"invalid_client"})"_ba << Code::Misconfigured;
        QTest::newRow("busy") << 503 << ""_ba << Code::ServerFailed;
        QTest::newRow("moved") << 302 << ""_ba << Code::Misconfigured;
    }
    void failures()
    {
        QFETCH(const int, status);
        QFETCH(const QByteArray, body);
        onRevoke().always({status, {}, body});
        signIn();
        m_session->signOut();
        QTRY_COMPARE(ends(), u"0 1"_s);
        const auto error = m_failed->constLast().constFirst().value<TokenError>();
        QTEST(error.code, "code");
        QVERIFY(!error.detail.contains("r1"_L1));
        m_clock.advance(1h);
        QCOMPARE(onRevoke().arrivedCount(), 1); // best effort: no second try
    }

    void isSentOnceWhenTheConnectionBreaks()
    {
        onRevoke().clear().drops(2);
        signIn();
        m_session->signOut();
        QTRY_COMPARE(ends(), u"0 1"_s);
        QCOMPARE(onRevoke().arrivedCount(), 1);
    }

    void isBoundedAndInNobodysWay()
    {
        onRevoke().hold();
        signIn();
        m_session->signOut();
        QTRY_COMPARE(onRevoke().heldCount(), 1);
        signIn("r5");
        QVERIFY(m_session->isSignedIn());
        m_clock.advance(m_session->profile().policy.tryTimeout);
        QCOMPARE(ends(), u"0 1"_s);
        QVERIFY(m_session->isSignedIn());
        onRevoke().release();
    }

    void theSessionMayGoMeanwhile()
    {
        onRevoke().hold();
        signIn();
        m_session->signOut();
        QTRY_COMPARE(onRevoke().heldCount(), 1);
        m_session.reset();
        onRevoke().release();
        QCOMPARE(ends(), u"0 0"_s);
    }

    void tokensThatComeTooLate_data()
    {
        QTest::addColumn<QByteArray>("what");
        QTest::addColumn<QByteArray>("answer");
        QTest::addColumn<QByteArrayList>("revoked");
        const QByteArray unrotated = R"({"access_token":"a2"})";
        const QByteArray refusal = R"({"error":"temporarily_unavailable"})";
        QTest::newRow("signed out") << "out"_ba << freshTokens << QByteArrayList {"r1", "r2"};
        QTest::newRow("signed out, not rotated") << "out"_ba << unrotated << QByteArrayList {"r1"};
        QTest::newRow("signed out, no tokens") << "out"_ba << refusal << QByteArrayList {"r1"};
        QTest::newRow("signed in again") << "in"_ba << freshTokens << QByteArrayList {"r2"};
        QTest::newRow("signed in again, not rotated") << "in"_ba << unrotated << QByteArrayList {};
    }
    void tokensThatComeTooLate()
    {
        QFETCH(const QByteArray, what);
        QFETCH(const QByteArray, answer);
        QFETCH(const QByteArrayList, revoked);
        signIn("r1");
        onToken().replies(200, answer).hold();
        m_session->refreshNow();
        QTRY_COMPARE(onToken().heldCount(), 1);
        QSignalSpy refreshed(m_session.get(), &AuthSession::tokensRefreshed);
        if (what == "out")
            m_session->signOut();
        else
            signIn("r7");
        onToken().release();
        QTRY_COMPARE(m_clock.pendingTimers(), 0); // nothing is under way any more
        QCOMPARE(m_revoked->size(), revoked.size());
        QCOMPARE(revokedTokens(), revoked);
        QCOMPARE(refreshed.size(), 0);
        QCOMPARE(m_session->isSignedIn(), what == "in");
        QCOMPARE(m_session->tokens().refreshToken, what == "in" ? "r7"_ba : ""_ba);
    }

    void tokensThatTheStoreDoesNotTakeAreRevoked()
    {
        signIn("r1");
        onToken().replies(200, freshTokens);
        m_store->isGone = true; // another process has signed out
        QSignalSpy ended(m_session.get(), &AuthSession::sessionEnded);
        m_session->refreshNow();
        QTRY_COMPARE(ended.size(), 1);
        QTRY_COMPARE(ends(), u"1 0"_s);
        QCOMPARE(revokedTokens(), QByteArrayList {"r2"});
    }

    void theDemoBackendDoesIt()
    {
        onRevoke().clear();
        signIn("unknown"); // RFC 7009 section 2.2: fine as well
        m_session->signOut();
        QTRY_COMPARE(ends(), u"1 0"_s);
    }

private:
    std::unique_ptr<demobackend::DemoBackend> m_backend;
    std::unique_ptr<GoneStore> m_store;
    authcore::testing::ManualClock m_clock;
    std::unique_ptr<AuthSession> m_session;
    std::unique_ptr<QSignalSpy> m_revoked;
    std::unique_ptr<QSignalSpy> m_failed;
};

QTEST_GUILESS_MAIN(TestRevocation)
#include "tst_revocation.moc"
