// Races 1, 2, 5, 7, 31, 34, 36, 38: one refresh, however many requests are challenged, in whatever
// order.
#include "tests/support/rawserver.h"
#include "tests/support/world.h"

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using test::World;

class SingleFlight : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aGoodTokenIsSent()
    {
        World world;
        QVERIFY(world.signIn());
        world.get();
        QTRY_COMPARE(world.endedWith(200), 1);
        QCOMPARE(world.callers[0]->body, "protected resources, username: anna");
        QCOMPARE(world.backend.transcript(), QStringList {u"GET /api/resources [A1] -> 200"_s});
    }

    void challengesCauseOneRefresh_data()
    {
        QTest::addColumn<int>("count");
        QTest::addColumn<int>("challenges");
        QTest::newRow("one request") << 1 << 1;
        QTest::newRow("three at once, the demo") << 3 << 3;
        QTest::newRow("a window") << 8 << 8;
        QTest::newRow("more than a window: the rest waits unsent") << 100 << 8;
    }
    void challengesCauseOneRefresh()
    {
        QFETCH(int, count);
        QFETCH(int, challenges);
        World world;
        QVERIFY(world.signIn());
        world.breakAccess();
        QSignalSpy started(world.session.get(), &authcore::AuthSession::refreshStarted);
        for (int i = 0; i < count; ++i)
            world.get();
        QTRY_COMPARE(world.endedWith(200), count);
        QCOMPARE(started.size(), 1);
        QCOMPARE(world.refreshesOnTheWire(), 1);
        const auto challenged = world.backend.transcript(u"[A?] -> 401"_s);
        QVERIFY2(challenged.size() <= challenges, qPrintable(challenged.join(u'\n')));
        QCOMPARE(world.backend.transcript(u"GET /api/resources [A2] -> 200"_s).size(), count);
        QVERIFY(!world.manager->isRefreshInProgress());
        QCOMPARE(world.manager->pendingReplies().size(), 0);
    }

    // Race 1: 401s that arrive before, during and after the refresh.
    void challengesInAnyOrder()
    {
        World world;
        QVERIFY(world.signIn());
        world.breakAccess();
        world.backend.on(u"/early"_s).replies(401).always({200, {}, "early"});
        world.backend.on(u"/during"_s).replies(401).always({200, {}, "during"});
        world.backend.on(u"/late"_s).replies(401).always({200, {}, "late"});
        world.backend.on(u"/during"_s).holdAnswers();
        world.backend.on(u"/late"_s).holdAnswers();
        world.backend.on(u"/authorization/refresh"_s).hold();

        world.get(u"/early"_s);
        world.get(u"/during"_s);
        world.get(u"/late"_s);
        QTRY_COMPARE(world.backend.on(u"/authorization/refresh"_s).heldCount(), 1);
        QVERIFY(world.manager->isRefreshInProgress());
        QCOMPARE(world.manager->pendingReplies().size(), 1);

        QTRY_COMPARE(world.backend.on(u"/during"_s).heldCount(), 1);
        world.backend.on(u"/during"_s).release();
        QTRY_COMPARE(world.manager->pendingReplies().size(), 2);

        world.backend.on(u"/authorization/refresh"_s).release();
        QTRY_COMPARE(world.endedWith(200), 2);
        QTRY_COMPARE(world.backend.on(u"/late"_s).heldCount(), 1);
        world.backend.on(u"/late"_s).release();
        QTRY_COMPARE(world.endedWith(200), 3);
        QCOMPARE(world.refreshesOnTheWire(), 1);
        // Race 2: the late challenge was replayed at once.
        QCOMPARE(world.backend.transcript(u"/late"_s),
            (QStringList {u"GET /late [A?] -> 401"_s, u"GET /late [A2] -> 200"_s}));
    }

    // While a refresh runs, no protected request leaves; afterwards the waiting ones leave in
    // order.
    void newRequestsWaitForTheRefresh()
    {
        World world;
        QVERIFY(world.signIn());
        world.breakAccess();
        world.backend.on(u"/authorization/refresh"_s).hold();
        world.get(u"/api/resources"_s);
        QTRY_VERIFY(world.manager->isRefreshInProgress());
        world.backend.on(u"/one"_s).always({200, {}, "1"});
        world.backend.on(u"/two"_s).always({200, {}, "2"});
        world.get(u"/one"_s);
        world.get(u"/two"_s);
        QCOMPARE(world.manager->pendingReplies().size(), 3);
        QTRY_COMPARE(world.backend.on(u"/authorization/refresh"_s).heldCount(), 1);
        QCOMPARE(world.backend.on(u"/one"_s).arrivedCount(), 0);
        world.backend.on(u"/authorization/refresh"_s).release();
        QTRY_COMPARE(world.endedWith(200), 3);
        QCOMPARE(world.backend.transcript(u"[A2]"_s).size(), 3);
        QCOMPARE(world.backend.transcript(u"[A?]"_s).size(), 1);
    }

    // Race 7: a replay that is challenged again never waits for itself.
    void aChallengedReplayIsFinal_data()
    {
        QTest::addColumn<bool>("endsSession");
        QTest::newRow("the session goes on by default") << false;
        QTest::newRow("the session ends where the profile says so") << true;
    }
    void aChallengedReplayIsFinal()
    {
        QFETCH(bool, endsSession);
        World world([&](auto &profile) { profile.replayChallengeEndsSession = endsSession; });
        QVERIFY(world.signIn());
        QSignalSpy ended(world.session.get(), &authcore::AuthSession::sessionEnded);
        world.backend.on(u"/never"_s).always({401, {}, "no"});
        world.get(u"/never"_s);
        QTRY_COMPARE(world.endedWith(401), 1);
        QCOMPARE(world.callers[0]->error, QNetworkReply::AuthenticationRequiredError);
        QCOMPARE(world.callers[0]->body, "no");
        QCOMPARE(world.callers[0]->errors, 1);
        QCOMPARE(world.backend.transcript(),
            (QStringList {u"GET /never [A1] -> 401"_s, u"POST /authorization/refresh [R1] -> 200"_s,
                u"GET /never [A2] -> 401"_s}));
        QCOMPARE(ended.size(), endsSession ? 1 : 0);
        QCOMPARE(world.session->isSignedIn(), !endsSession);
    }

    // Race 7: a request from a finished slot is an ordinary request.
    void aRequestFromAFinishedSlot()
    {
        World world;
        QVERIFY(world.signIn());
        world.breakAccess();
        auto &first = world.get();
        QObject::connect(first.reply, &QNetworkReply::finished, &first, [&] { world.get(); });
        QTRY_COMPARE(world.endedWith(200), 2);
        QCOMPARE(world.refreshesOnTheWire(), 1);
    }

    // Race 36: the new access token is byte-identical to the old one.
    void generationsCountNotStrings()
    {
        World world;
        QVERIFY(world.signIn());
        auto knobs = world.backend.knobs();
        knobs.sameAccessToken = true;
        world.backend.setKnobs(knobs);
        world.backend.on(u"/api/resources"_s).replies(401);
        const QByteArray before = world.session->tokens().accessToken;
        world.get();
        QTRY_COMPARE(world.endedWith(200), 1);
        QCOMPARE(world.session->tokens().accessToken, before);
        QCOMPARE(world.backend.transcript(),
            (QStringList {u"GET /api/resources [A1] -> 401"_s,
                u"POST /authorization/refresh [R1] -> 200"_s,
                u"GET /api/resources [A1] -> 200"_s}));
    }

    // Race 38, and other forms of a challenge.
    void anyChallengeCounts_data()
    {
        QTest::addColumn<QByteArray>("header");
        QTest::newRow("no WWW-Authenticate, no body") << QByteArray();
        QTest::newRow("Bearer") << QByteArray("Bearer error=\"invalid_token\"");
        QTest::newRow("Basic beside Bearer") << QByteArray("Basic realm=\"x\", Bearer");
        QTest::newRow("several challenges in one header")
            << QByteArray("Digest realm=\"a\", nonce=\"b\", Bearer realm=\"c\"");
    }
    void anyChallengeCounts()
    {
        QFETCH(QByteArray, header);
        World world;
        QVERIFY(world.signIn());
        demobackend::ScriptedReply challenge {401, {}, {}};
        if (!header.isEmpty())
            challenge.headers.emplace_back("WWW-Authenticate", header);
        world.backend.on(u"/api/resources"_s).replies(challenge);
        world.get();
        QTRY_COMPARE(world.endedWith(200), 1);
        QCOMPARE(world.refreshesOnTheWire(), 1);
    }

    // A status that the profile names is a challenge; others are answers.
    void theProfileNamesChallenges_data()
    {
        QTest::addColumn<QList<int>>("statuses");
        QTest::addColumn<int>("status");
        QTest::addColumn<int>("refreshes");
        QTest::newRow("401 by default") << QList<int> {401} << 401 << 1;
        QTest::newRow("403 is an answer") << QList<int> {401} << 403 << 0;
        QTest::newRow("403 where the profile says so") << QList<int> {401, 403} << 403 << 1;
        QTest::newRow("422 where the profile says so") << QList<int> {422} << 422 << 1;
        QTest::newRow("500 is an answer") << QList<int> {401} << 500 << 0;
    }
    void theProfileNamesChallenges()
    {
        QFETCH(QList<int>, statuses);
        QFETCH(int, status);
        QFETCH(int, refreshes);
        World world([&](auto &profile) { profile.challengeStatuses = statuses; });
        QVERIFY(world.signIn());
        world.backend.on(u"/x"_s).replies(status).always({200, {}, "good"});
        world.get(u"/x"_s);
        QTRY_COMPARE(world.finishedCount(), 1);
        QCOMPARE(world.callers[0]->status, refreshes ? 200 : status);
        QCOMPARE(world.refreshesOnTheWire(), refreshes);
    }

    // Race 34: a challenge with a large body does not keep its connection from the replay. Qt reads
    // a 401 to its end before it reports the answer, and reports any other status at once.
    void aLargeChallengeIsDrained_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<int>("buffer");
        QTest::newRow("401") << 401 << 1024;
        QTest::newRow("403 where the profile says so") << 403 << 1024;
        QTest::newRow("likewise, and the caller's buffer has any size") << 403 << 0;
    }
    void aLargeChallengeIsDrained()
    {
        QFETCH(int, status);
        QFETCH(int, buffer);
        World world([](auto &profile) { profile.challengeStatuses = {401, 403}; });
        QVERIFY(world.signIn());
        world.backend.on(u"/x"_s)
            .replies(status, QByteArray(8 << 20, 'x'))
            .always({200, {}, "good"});
        auto &caller = world.get(u"/x"_s);
        caller.reply->setReadBufferSize(buffer);
        QTRY_COMPARE(world.endedWith(200), 1);
        QCOMPARE(caller.body, "good");
    }

    // Likewise: the end of the challenge never arrives, so the request is sent again only if the
    // challenge is judged before its end.
    void aLargeChallengeIsJudgedBeforeItsEnd_data()
    {
        QTest::addColumn<int>("buffer");
        QTest::newRow("the caller's buffer has any size") << 0;
        QTest::newRow("it is large") << (1 << 20);
    }
    void aLargeChallengeIsJudgedBeforeItsEnd()
    {
        QFETCH(int, buffer);
        test::RawServer server;
        World world([&server](auto &profile) {
            profile.challengeStatuses = {403};
            profile.protectedOrigins.append(server.url().toString());
        });
        QVERIFY(world.signIn());
        server.holds("/x");
        auto request = world.request();
        request.setUrl(server.url("/x"));
        auto &caller = world.watch(world.manager->get(request));
        caller.reply->setReadBufferSize(buffer);
        QTRY_COMPARE(server.heldCount("/x"), 1);
        server.sayTo("/x", 0,
            "HTTP/1.1 403 Forbidden\r\nContent-Length: 8000000\r\n\r\n"
                + QByteArray(4'000'000, 'x'));
        QTRY_COMPARE(server.heldCount("/x"), 2);
        QCOMPARE(world.refreshesOnTheWire(), 1);
        server.sayTo("/x", 1, test::http("200 OK", {}, "good"));
        QTRY_COMPARE(caller.finished, 1);
        QCOMPARE(caller.body, "good");
    }
};

QTEST_GUILESS_MAIN(SingleFlight)
#include "tst_singleflight.moc"
