// Races 43, 44, 49, 50: the content of a token answer decides first, then its status.
#include "tests/support/rawserver.h"
#include "tests/support/speaking.h"
#include "tests/support/world.h"

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using authcore::AuthSession;
using authcore::TokenError;
using demobackend::ScriptedReply;
using test::World;

Q_DECLARE_METATYPE(demobackend::ScriptedReply)

namespace {

const QString refreshPath = u"/authorization/refresh"_s;
const QByteArray goodAnswer = R"({"authorizationToken":"good2","refreshToken":"refresh2"})";

ScriptedReply json(int status, const QByteArray &body)
{
    return {status, {{"Content-Type", "application/json"}}, body};
}

ScriptedReply html(int status)
{
    return {status, {{"Content-Type", "text/html"}}, "<html>Please sign in to the network</html>"};
}

} // namespace

class RefreshAnswers : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aRefusalEndsTheSessionAtOnce_data()
    {
        QTest::addColumn<ScriptedReply>("answer");
        const auto row = [](const char *name, const ScriptedReply &answer) {
            QTest::newRow(name) << answer;
        };
        row("bad_refresh_token with 200", json(200, R"({"error":"bad_refresh_token"})"));
        row("invalid_grant with 200", json(200, R"({"error":"invalid_grant"})"));
        row("an unknown code with 200", json(200, R"({"error":"no such session"})"));
        row("invalid_grant with 401 and a Basic challenge",
            {401, {{"WWW-Authenticate", "Basic realm=\"x\""}}, R"({"error":"invalid_grant"})"});
        row("403 in plain text", {403, {{"Content-Type", "text/plain"}}, "Forbidden"});
        row("401 without a body", {401, {}, {}});
    }
    void aRefusalEndsTheSessionAtOnce()
    {
        QFETCH(const ScriptedReply, answer);
        World world;
        QVERIFY(world.signIn());
        QSignalSpy ended(world.session.get(), &AuthSession::sessionEnded);
        world.breakAccess();
        world.backend.on(refreshPath).always(answer);
        for (int i = 0; i < 3; ++i)
            world.get();
        QTRY_COMPARE(world.endedWith(401), 3);
        QCOMPARE(ended.size(), 1);
        QCOMPARE(ended[0][0].value<authcore::EndReason>(), authcore::EndReason::RefreshRejected);
        QVERIFY(!world.stored());
        QVERIFY(world.get().waitUntilFinished());
        QCOMPARE(world.refreshesOnTheWire(), 1);
    }

    // A firewall, a proxy or a hotel's network answers: that must not end a session.
    void aPageOfHtmlIsTriedAgain_data()
    {
        QTest::addColumn<int>("status");
        for (const int status : {200, 400, 401, 403, 404, 503})
            QTest::addRow("%d", status) << status;
    }
    void aPageOfHtmlIsTriedAgain()
    {
        QFETCH(const int, status);
        World world;
        QVERIFY(world.signIn());
        QSignalSpy ended(world.session.get(), &AuthSession::sessionEnded);
        world.breakAccess();
        world.backend.on(refreshPath).replies(html(status));
        world.get();
        QTRY_COMPARE(world.clock.nextTimer(), 250ms); // the back-off
        QCOMPARE(world.finishedCount(), 0);
        world.clock.advance(250ms);
        QTRY_COMPARE(world.endedWith(200), 1);
        QCOMPARE(ended.size(), 0);
        QCOMPARE(world.backend.transcript(refreshPath),
            (QStringList {u"POST /authorization/refresh [R1] -> %1"_s.arg(status),
                u"POST /authorization/refresh [R1] -> 200"_s}));
    }

    void aWrongProfileIsToldAtOnce_data()
    {
        QTest::addColumn<ScriptedReply>("answer");
        QTest::addColumn<QString>("told");
        const auto row = [](const QByteArray &name, const ScriptedReply &answer, const char *told) {
            QTest::newRow(name.constData()) << answer << QString::fromLatin1(told);
        };
        row("308", {308, {{"Location", "https://new.example.org/token?code=hunter2"}}, {}},
            "https://new.example.org/token");
        row("302, with the page that servers add",
            {302, {{"Location", "/login?code=hunter2"}, {"Content-Type", "text/html"}}, "<html>"},
            "/login");
        for (const int status : {300, 301, 303, 304, 305, 307})
            row(QByteArray::number(status), {status, {}, {}}, "redirects");
        row("404", {404, {}, {}}, "404");
        for (const int status : {405, 406, 410, 411, 413, 415, 501})
            row(QByteArray::number(status), {status, {}, {}},
                QByteArray::number(status).constData());
        row("422", json(422, R"({"message":"hunter2"})"), "422");
        row("200 without a token", json(200, R"({"access_token":"hunter2"})"),
            "/authorizationToken");
        row("204", {204, {}, {}}, "/authorizationToken");
        row("invalid_client with 200", json(200, R"({"error":"invalid_client"})"),
            "invalid_client");
        row("invalid_request with 401", json(401, R"({"error":"invalid_request"})"),
            "invalid_request");
    }
    void aWrongProfileIsToldAtOnce()
    {
        QFETCH(const ScriptedReply, answer);
        QFETCH(const QString, told);
        World world;
        QVERIFY(world.signIn());
        QSignalSpy failed(world.session.get(), &AuthSession::refreshFailed);
        // The token is known to be expired, so no challenge is needed.
        world.clock.setNow(world.clock.now() + 24h);
        world.backend.on(refreshPath).always(answer);
        for (int i = 0; i < 3; ++i)
            world.get();
        QTRY_COMPARE(world.finishedCount(), 3); // no time has passed
        QCOMPARE(failed.size(), 1);
        const auto error = failed[0][0].value<TokenError>();
        QCOMPARE(error.code, TokenError::Code::Misconfigured);
        QVERIFY2(error.detail.contains(told), qPrintable(error.detail));
        for (const auto &caller : world.callers) {
            QVERIFY2(caller->errorText.contains(told), qPrintable(caller->errorText));
            QVERIFY2(!caller->errorText.contains(u"hunter2"_s), qPrintable(caller->errorText));
        }
        QVERIFY(world.session->isSignedIn());

        // The next refresh waits for the cool-down, and the application recovers by itself.
        world.clock.advance(30s - 1ms);
        QVERIFY(world.get().waitUntilFinished());
        QCOMPARE(world.refreshesOnTheWire(), 1);
        world.backend.on(refreshPath).clear();
        world.clock.advance(1ms);
        QVERIFY(world.get().waitUntilFinished());
        QCOMPARE(world.endedWith(200), 1);
        QCOMPARE(world.refreshesOnTheWire(), 2);
    }

    void aProfileThatWasMendedIsTriedAtOnce()
    {
        World world;
        QVERIFY(world.signIn());
        world.clock.setNow(world.clock.now() + 24h);
        world.backend.on(refreshPath).replies(json(401, R"({"error":"invalid_client"})"));
        QVERIFY(world.get().waitUntilFinished());
        world.session->setProfile(world.profile);
        QVERIFY(world.get().waitUntilFinished());
        QCOMPARE(world.endedWith(200), 1);
    }

    // The refresh token that was sent is spent, so only the new one is good.
    void aWholeAnswerInAWrongFrameIsUsed_data()
    {
        QTest::addColumn<QByteArray>("frame");
        QTest::newRow("a length that is too large")
            << "HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n" + goodAnswer;
        QTest::newRow("no end of the chunks")
            << "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                + QByteArray::number(goodAnswer.size(), 16) + "\r\n" + goodAnswer + "\r\n";
    }
    void aWholeAnswerInAWrongFrameIsUsed()
    {
        QFETCH(const QByteArray, frame);
        test::RawServer server;
        const QByteArray path = refreshPath.toLatin1();
        server.on(
            path, [&](const auto &) { return frame; }, test::RawServer::Then::HangUp);
        authcore::testing::ManualClock clock;
        authcore::MemoryTokenStore store;
        AuthSession session(*authcore::BackendProfile::preset(u"custom-jwt"_s, server.url()), store,
            clock, [] { return 0.5; });
        QSignalSpy refreshed(&session, &AuthSession::tokensRefreshed);
        authcore::TokenSet tokens;
        tokens.accessToken = "good1";
        tokens.refreshToken = "refresh1";
        session.setTokens(tokens);
        session.refreshNow();
        QTRY_COMPARE(refreshed.size(), 1);
        QCOMPARE(session.tokens().accessToken, QByteArray("good2"));
        server.on(path, [](const auto &) { return test::RawServer::refreshed(); });
        session.refreshNow();
        QTRY_COMPARE(refreshed.size(), 2);
        QCOMPARE(server.arrivedCount(path), 2);
        QVERIFY(server.arrived().front().body.contains("refresh1"));
        QVERIFY(server.arrived().back().body.contains("refresh2"));
    }
};

QTEST_GUILESS_MAIN(RefreshAnswers)
#include "tst_refreshanswers.moc"
