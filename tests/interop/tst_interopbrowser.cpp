// Discovery of oidc-provider, an authorization server by other authors, and sign-ins by a browser.
#include "authcore/signin/discovery.h"
#include "authcore/tokens/jwt.h"
#include "tests/interop/attempts.h"
#include "tests/interop/interoptest.h"
#include "tests/interop/stage.h"

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using authcore::AuthSession;
using authcore::Discovery;
using authcore::EndReason;
using authcore::TokenError;
using test::Browser;
using test::BrowserAttempt;
using test::Stage;

class InteropBrowser : public test::InteropTest
{
    Q_OBJECT

private Q_SLOTS:
    // RFC 8414: the issuer's URL is enough to find all endpoints.
    void discoveryFindsTheEndpoints()
    {
        Stage stage(m_server);
        Discovery discovery(stage.clock);
        QSignalSpy succeeded(&discovery, &Discovery::succeeded);
        QSignalSpy failed(&discovery, &Discovery::failed);
        discovery.start(Discovery::withoutEndpoints(stage.profile));
        QTRY_COMPARE(succeeded.size() + failed.size(), 1);
        QVERIFY2(failed.isEmpty(), qPrintable(failed.value(0).value(0).value<TokenError>().detail));
        const auto found = succeeded[0][0].value<authcore::Discovered>();
        QCOMPARE(found.missing, QStringList());
        QCOMPARE(found.profile.refresh.url, stage.profile.refresh.url);
        QCOMPARE(found.profile.authorization.url, stage.profile.authorization.url);
        QCOMPARE(found.profile.deviceAuthorizationUrl, stage.profile.deviceAuthorizationUrl);
        QCOMPARE(found.profile.revocation.url, stage.profile.revocation.url);
        QVERIFY(found.profile == stage.profile);
    }

    // RFC 8414 section 3.3: the issuer is compared character by character.
    void discoveryRefusesAnotherIssuer()
    {
        Stage stage(m_server, [](auto &profile) { profile.issuer += u'/'; });
        Discovery discovery(stage.clock);
        QSignalSpy succeeded(&discovery, &Discovery::succeeded);
        QSignalSpy failed(&discovery, &Discovery::failed);
        discovery.start(Discovery::withoutEndpoints(stage.profile));
        QTRY_COMPARE(succeeded.size() + failed.size(), 1);
        QCOMPARE(failed.size(), 1);
    }

    // RFC 8252 and RFC 7636: code and PKCE; this server requires both.
    void aBrowserSignsIn()
    {
        Stage stage(m_server);
        BrowserAttempt attempt(*stage.session);
        QVERIFY(attempt.run());
        QVERIFY2(attempt.succeeded.size() == 1, qPrintable(attempt.error().detail));
        QCOMPARE(attempt.browser.status(), 200); // of the page with the error
        QCOMPARE(attempt.browser.url().host(), u"127.0.0.1"_s);
        QCOMPARE(stage.server.transcript(u"POST /token"_s),
            QStringList {u"POST /token authorization_code -> 200"_s});
        QCOMPARE(attempt.refreshTokenMissing.size(), 0);

        const auto tokens = stage.session->tokens();
        QVERIFY(!tokens.refreshToken.isEmpty());
        QCOMPARE(*tokens.expiresAt - *tokens.receivedAt, 5s);
        QCOMPARE(stage.session->accountId(), u"anna"_s);
        const auto idToken = authcore::Jwt::decode(tokens.idToken);
        QVERIFY(idToken);
        QCOMPARE(idToken->claims["iss"_L1].toString(), stage.profile.issuer);
        QCOMPARE(idToken->claims["aud"_L1].toString(), stage.profile.clientId);
        QCOMPARE(idToken->subject(), u"anna"_s);
        QVERIFY(!idToken->claims["nonce"_L1].toString().isEmpty());
        stage.get();
        QTRY_COMPARE(stage.endedWith(200), 1);
        QCOMPARE(stage.callers[0]->body, "protected resources, username: anna");
    }

    // RFC 6749 section 2.3.1: characters that must be encoded in Basic and in a form.
    void aConfidentialClientSignsInAndRefreshes_data()
    {
        QTest::addColumn<QString>("client");
        QTest::addColumn<int>("how");
        QTest::newRow("basic") << u"confidential:basic"_s
                               << int(authcore::ClientAuthentication::Basic);
        QTest::newRow("post") << u"confidential:post"_s
                              << int(authcore::ClientAuthentication::Post);
    }
    void aConfidentialClientSignsInAndRefreshes()
    {
        QFETCH(QString, client);
        QFETCH(int, how);
        Stage stage(m_server, [&](auto &profile) {
            profile.clientId = client;
            profile.clientAuthentication = authcore::ClientAuthentication(how);
        });
        BrowserAttempt attempt(*stage.session);
        attempt.signIn.setClientSecret("a secret+with %41:&=/?");
        QVERIFY(attempt.run());
        QVERIFY2(attempt.succeeded.size() == 1, qPrintable(attempt.error().detail));
        stage.expireAtServer();
        stage.get();
        QTRY_COMPARE(stage.endedWith(200), 1);
        QCOMPARE(stage.server.transcript(u"POST /token"_s),
            (QStringList {u"POST /token authorization_code -> 200"_s,
                u"POST /token refresh_token [R1] -> 200"_s}));
    }

    void aRefusalChangesNothing()
    {
        Stage stage(m_server);
        BrowserAttempt attempt(*stage.session, Browser::Answer::Refuses);
        QVERIFY(attempt.run());
        QCOMPARE(attempt.failed.size(), 1);
        QCOMPARE(attempt.error().code, TokenError::Code::Rejected);
        QCOMPARE(attempt.browser.url().path(), u"/callback"_s);
        QVERIFY(!stage.session->isSignedIn());
        QCOMPARE(stage.server.transcript(u"/token"_s), QStringList());
    }

    // RFC 9207: the answer names its issuer; a code of another issuer is not exchanged.
    void anAnswerOfAnotherIssuerIsRefused()
    {
        Stage stage(m_server, [](auto &profile) { profile.issuer += u"/other"_s; });
        BrowserAttempt attempt(*stage.session);
        QVERIFY(attempt.run());
        QCOMPARE(attempt.failed.size(), 1);
        QCOMPARE(attempt.error().code, TokenError::Code::BadAnswer);
        QVERIFY(!stage.session->isSignedIn());
        QCOMPARE(stage.server.transcript(u"/token"_s), QStringList());
    }

    // OpenID Connect Core section 11: offline access needs consent.
    void aMissingRefreshTokenIsExplained_data()
    {
        QTest::addColumn<QString>("client");
        QTest::addColumn<QString>("scope");
        QTest::addColumn<bool>("asksForConsent");
        QTest::newRow("not asked for") << u"tokenflight"_s << u"openid"_s << true;
        QTest::newRow("no prompt=consent")
            << u"tokenflight"_s << u"openid offline_access"_s << false;
        QTest::newRow("not for this client")
            << u"without-refresh"_s << u"openid offline_access"_s << true;
    }
    void aMissingRefreshTokenIsExplained()
    {
        QFETCH(QString, client);
        QFETCH(QString, scope);
        QFETCH(bool, asksForConsent);
        Stage stage(m_server, [&](auto &profile) {
            profile.clientId = client;
            profile.scope = scope;
            if (!asksForConsent)
                profile.authorization.parameters.clear();
        });
        BrowserAttempt attempt(*stage.session);
        QSignalSpy ended(stage.session.get(), &AuthSession::sessionEnded);
        QVERIFY(attempt.run());
        QVERIFY2(attempt.succeeded.size() == 1, qPrintable(attempt.error().detail));
        QCOMPARE(attempt.refreshTokenMissing.size(), 1);
        QVERIFY(!attempt.refreshTokenMissing[0][0].toString().isEmpty());
        QVERIFY(stage.session->tokens().refreshToken.isEmpty());
        stage.expireAtServer();
        stage.get();
        QTRY_COMPARE(stage.endedWith(401), 1);
        QCOMPARE(ended.size(), 1);
        QCOMPARE(ended[0][0].value<EndReason>(), EndReason::NoRefreshToken);
        QCOMPARE(stage.server.transcript(u"refresh_token"_s), QStringList());
    }
};

QTEST_GUILESS_MAIN(InteropBrowser)
#include "tst_interopbrowser.moc"
