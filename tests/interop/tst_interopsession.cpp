// Refreshes and sign-outs with oidc-provider, an authorization server by other authors, with access
// tokens of 5 s and rotating refresh tokens.
#include "tests/interop/interoptest.h"
#include "tests/interop/stage.h"

#include <QtTest/QTest>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using authcore::AuthSession;
using authcore::EndReason;
using authcore::TokenError;
using test::Stage;

class InteropSession : public test::InteropTest
{
    Q_OBJECT

private Q_SLOTS:
    // The profile describes this server correctly.
    void aSignInIsUnderstood()
    {
        Stage stage(m_server);
        QCOMPARE(stage.signIn(), QString());
        const auto tokens = stage.session->tokens();
        QVERIFY(!tokens.refreshToken.isEmpty());
        QVERIFY(!tokens.idToken.isEmpty());
        QCOMPARE(tokens.scope, u"openid offline_access"_s);
        QCOMPARE(*tokens.expiresAt - *tokens.receivedAt, 5s);
        stage.get();
        QTRY_COMPARE(stage.endedWith(200), 1);
        QCOMPARE(stage.callers[0]->body, "protected resources, username: anna");
        QCOMPARE(stage.server.transcript(), QStringList {u"GET /api/me [A1] -> 200"_s});
    }

    // Rotation: the client uses each refresh token once, then the one of the answer.
    void refreshesFollowTheRotation()
    {
        Stage stage(m_server);
        QCOMPARE(stage.signIn(), QString());
        for (int round = 1; round <= 3; ++round) {
            stage.expireAtServer();
            stage.get();
            QTRY_COMPARE(stage.endedWith(200), round);
        }
        // clang-format off
        QCOMPARE(stage.server.transcript(), (QStringList {
            u"GET /api/me [A1] -> 401"_s, u"POST /token refresh_token [R1] -> 200"_s,
            u"GET /api/me [A2] -> 200"_s, u"GET /api/me [A2] -> 401"_s,
            u"POST /token refresh_token [R2] -> 200"_s, u"GET /api/me [A3] -> 200"_s,
            u"GET /api/me [A3] -> 401"_s, u"POST /token refresh_token [R3] -> 200"_s,
            u"GET /api/me [A4] -> 200"_s}));
        // clang-format on
    }

    void aBurstCausesOneRefresh_data()
    {
        QTest::addColumn<bool>("clientKnows");
        QTest::newRow("the client finds out by a window of challenges") << false;
        QTest::newRow("the client knows that its token is over") << true;
    }
    void aBurstCausesOneRefresh()
    {
        QFETCH(bool, clientKnows);
        Stage stage(m_server);
        QCOMPARE(stage.signIn(), QString());
        if (clientKnows)
            stage.expireEverywhere();
        else
            stage.expireAtServer();
        stage.get(100);
        QTRY_COMPARE(stage.endedWith(200), 100);
        QCOMPARE(stage.server.transcript(u"POST"_s),
            QStringList {u"POST /token refresh_token [R1] -> 200"_s});
        const auto challenges = stage.server.transcript(u"[A1] -> 401"_s).size();
        QVERIFY2(clientKnows ? challenges == 0 : challenges > 0 && challenges <= 8,
            qPrintable(QString::number(challenges)));
        QCOMPARE(stage.server.transcript(u"[A2] -> 200"_s).size(), 100);
    }

    // RFC 9700 section 4.14.2: the second use of a refresh token revokes its family.
    void aStolenRefreshTokenEndsTheSessionOnce_data()
    {
        QTest::addColumn<bool>("thiefIsFirst");
        QTest::newRow("the thief uses it first: ours is the reuse") << true;
        QTest::newRow("the thief uses it again: what we hold is revoked") << false;
    }
    void aStolenRefreshTokenEndsTheSessionOnce()
    {
        QFETCH(bool, thiefIsFirst);
        Stage stage(m_server);
        QCOMPARE(stage.signIn(), QString());
        const auto stolen = stage.session->tokens().refreshToken;
        QSignalSpy ended(stage.session.get(), &AuthSession::sessionEnded);
        QSignalSpy required(stage.session.get(), &AuthSession::signInRequired);
        if (!thiefIsFirst) {
            stage.session->refreshNow();
            QTRY_VERIFY(!stage.session->isRefreshInProgress());
        }
        QCOMPARE(stage.refreshElsewhere(stolen), thiefIsFirst ? 200 : 400);
        QCOMPARE(stage.server.transcript(u"grant.revoked"_s).size(), thiefIsFirst ? 0 : 1);
        if (thiefIsFirst)
            stage.expireAtServer();
        stage.server.clearTranscript();

        stage.get(100);
        QTRY_VERIFY(stage.areAllFinished());
        // Sent requests get their challenge; the others are never sent.
        const auto challenged = stage.server.transcript(u"GET /api/me"_s);
        QVERIFY(challenged.size() <= 8);
        QCOMPARE(stage.endedWith(401), challenged.size());
        QCOMPARE(stage.endedWith(0), 100 - challenged.size());
        QCOMPARE(stage.server.transcript(u"POST /token"_s),
            QStringList {thiefIsFirst ? u"POST /token refresh_token [R1] -> 400 invalid_grant: "
                                        "refresh token already used"_s
                                      : u"POST /token refresh_token [R2] -> 400 invalid_grant: "
                                        "refresh token not found"_s});
        QCOMPARE(stage.server.transcript(u"grant.revoked"_s).size(), thiefIsFirst ? 1 : 0);
        QCOMPARE(ended.size(), 1);
        QCOMPARE(ended[0][0].value<EndReason>(), EndReason::RefreshRejected);
        QCOMPARE(required.size(), 1);
        QVERIFY(!stage.session->isSignedIn());
        QVERIFY(!stage.isStored());
    }

    // Race 29: the server rotates and its answer is lost. Without grace the second try is a reuse,
    // which ends the session after one refresh.
    void aLostRotationEndsTheSessionOnce()
    {
        Stage stage(m_server);
        QCOMPARE(stage.signIn(), QString());
        QSignalSpy ended(stage.session.get(), &AuthSession::sessionEnded);
        stage.expireAtServer();
        stage.server.command(u"lose /token"_s);
        stage.get(3);
        QTRY_COMPARE(stage.server.transcript(u"lost /token"_s).size(), 1);
        QTRY_COMPARE(stage.tries.finished, 1);
        stage.clock.advance(500ms); // the longest possible first back-off
        QTRY_COMPARE(stage.endedWith(401), 3);
        QCOMPARE(stage.server.transcript(u"POST /token"_s),
            (QStringList {u"POST /token refresh_token [R1] -> 200"_s,
                u"POST /token refresh_token [R1] -> 400 invalid_grant: "
                "refresh token already used"_s}));
        QCOMPARE(stage.server.transcript(u"grant.revoked"_s).size(), 1);
        QCOMPARE(stage.server.transcript(u"GET"_s).size(), 3);
        QCOMPARE(ended.size(), 1);
    }

    // A wrong profile does not end the session.
    void aWrongClientKeepsTheSession_data()
    {
        QTest::addColumn<QString>("client");
        QTest::addColumn<QString>("line");
        QTest::newRow("unknown") << u"nobody"_s << u"-> 401 invalid_client: client not found"_s;
        QTest::newRow("not allowed to refresh")
            << u"without-refresh"_s << u"-> 400 invalid_request"_s;
    }
    void aWrongClientKeepsTheSession()
    {
        QFETCH(QString, client);
        QFETCH(QString, line);
        Stage stage(m_server);
        QCOMPARE(stage.signIn(), QString());
        stage.profile.clientId = client;
        stage.session->setProfile(stage.profile);
        QSignalSpy failed(stage.session.get(), &AuthSession::refreshFailed);
        QSignalSpy ended(stage.session.get(), &AuthSession::sessionEnded);
        stage.session->refreshNow();
        QTRY_COMPARE(failed.size(), 1);
        QCOMPARE(failed[0][0].value<TokenError>().code, TokenError::Code::Misconfigured);
        QCOMPARE(stage.server.transcript(u"POST /token"_s).size(), 1);
        QVERIFY2(stage.server.transcript(u"POST /token"_s)[0].contains(line),
            qPrintable(stage.server.transcript().join(u'\n')));
        QCOMPARE(ended.size(), 0);
        stage.get();
        QTRY_COMPARE(stage.endedWith(200), 1);
    }

    // RFC 7009: copies of the tokens are invalid afterwards.
    void aSignOutRevokesTheGrant()
    {
        Stage stage(m_server);
        QCOMPARE(stage.signIn(), QString());
        const auto tokens = stage.session->tokens();
        QVERIFY(stage.isActive(tokens.accessToken) && stage.isActive(tokens.refreshToken));
        stage.session->signOut();
        QVERIFY(!stage.session->isSignedIn());
        QTRY_COMPARE(stage.server.transcript(u"POST /token/revocation [R1] -> 200"_s).size(), 1);
        QVERIFY(!stage.isActive(tokens.accessToken) && !stage.isActive(tokens.refreshToken));
        QCOMPARE(stage.refreshElsewhere(tokens.refreshToken), 400);
        QVERIFY(!stage.isStored());
    }

    // Race 22: a sign-out before and after the server rotates.
    void aSignOutDuringARefreshLeavesNothing_data()
    {
        QTest::addColumn<QString>("command");
        QTest::addColumn<QString>("event");
        QTest::addColumn<QString>("refresh");
        QTest::addColumn<QStringList>("revoked");
        QTest::newRow("before the server rotates")
            << u"hold /token"_s << u"held /token"_s
            << u"POST /token refresh_token [R1] -> 400 invalid_grant: refresh token not found"_s
            << QStringList {u"POST /token/revocation [R1] -> 200"_s};
        QTest::newRow("when it has: what it brings is revoked as well")
            << u"keep /token"_s << u"kept /token"_s << u"POST /token refresh_token [R1] -> 200"_s
            << QStringList {u"POST /token/revocation [R1] -> 200"_s,
                   u"POST /token/revocation [R2] -> 200"_s};
    }
    void aSignOutDuringARefreshLeavesNothing()
    {
        QFETCH(QString, command);
        QFETCH(QString, event);
        QFETCH(QString, refresh);
        QFETCH(QStringList, revoked);
        Stage stage(m_server);
        QCOMPARE(stage.signIn(), QString());
        const auto tokens = stage.session->tokens();
        QSignalSpy ended(stage.session.get(), &AuthSession::sessionEnded);
        QSignalSpy refreshed(stage.session.get(), &AuthSession::tokensRefreshed);
        stage.server.command(command);
        stage.session->refreshNow();
        QTRY_VERIFY(!stage.server.transcript(event).isEmpty());
        stage.session->signOut();
        QTRY_COMPARE(stage.server.transcript(u"grant.revoked"_s).size(), 1);
        stage.server.command(u"release"_s);
        QTRY_COMPARE(stage.server.transcript(u"POST /token/revocation"_s), revoked);
        QTRY_COMPARE(
            stage.server.transcript(u"POST /token refresh_token"_s), QStringList {refresh});
        QVERIFY(!stage.isActive(tokens.accessToken) && !stage.isActive(tokens.refreshToken));

        stage.get();
        QTRY_COMPARE(stage.endedWith(401), 1);
        QCOMPARE(stage.server.transcript(u"GET"_s), QStringList {u"GET /api/me -> 401"_s});
        QCOMPARE(refreshed.size(), 0);
        QCOMPARE(ended.size(), 1);
        QCOMPARE(ended[0][0].value<EndReason>(), EndReason::SignedOut);
        QVERIFY(!stage.isStored());
    }
};

QTEST_GUILESS_MAIN(InteropSession)
#include "tst_interopsession.moc"
