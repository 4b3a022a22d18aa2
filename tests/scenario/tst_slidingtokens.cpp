// Sessions whose access token is what refreshes, so that there is no refresh token.
#include "tests/support/world.h"

using namespace authcore;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;
using test::World;

namespace {

// A server of sliding tokens, S1 first. They live 300 s, so the timer of a token in use is due
// 1.25 leeways of 30 s before that: at 262.5 s.
struct SlidingWorld : World
{
    explicit SlidingWorld(const Tweak &tweak = {})
        : World([&](BackendProfile &ours) {
            ours.refresh.body = {{u"token"_s, u"${accessToken}"_s}};
            ours.answer.refreshToken.clear();
            if (tweak)
                tweak(ours);
        })
        , ended(session.get(), &AuthSession::sessionEnded)
    {
        backend.on(u"/authorization/token"_s).replies(200, fresh("S1"));
    }

    [[nodiscard]] static QByteArray fresh(const QByteArray &token)
    {
        return R"({"authorizationToken":")" + token + R"(","expires_in":300})";
    }
    [[nodiscard]] QByteArray sentWith(int index) const
    {
        return resource.arrivedHeader(index, "authorization");
    }

    demobackend::Script resource = backend.on(u"/api/resources"_s);
    demobackend::Script refresh = backend.on(u"/authorization/refresh"_s);
    QSignalSpy ended;
};

} // namespace

class SlidingTokens : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aChallengeRefreshesWithTheAccessToken_data()
    {
        QTest::addColumn<bool>("isInHeader");
        QTest::newRow("in the body") << false;
        QTest::newRow("in a header, by GET") << true;
    }
    void aChallengeRefreshesWithTheAccessToken()
    {
        QFETCH(const bool, isInHeader);
        SlidingWorld world([&](BackendProfile &profile) {
            if (isInHeader)
                profile.refresh = {profile.refresh.url, BodyFormat::Json, {},
                    {{u"Authorization"_s, u"Bearer ${accessToken}"_s}}, HttpMethod::Get};
        });
        QVERIFY(world.signIn());
        world.resource.replies(401).replies(401).replies(401).always({200, {}, "good"});
        world.refresh.replies(200, SlidingWorld::fresh("S2"));
        for (int i = 0; i < 3; ++i)
            world.get();
        QTRY_COMPARE(world.endedWith(200), 3);
        QCOMPARE(world.refresh.arrivedCount(), 1);
        if (isInHeader)
            QCOMPARE(world.refresh.arrivedHeader(0, "authorization"), QByteArray("Bearer S1"));
        else
            QCOMPARE(world.refresh.arrivedBody(0), QByteArray(R"({"token":"S1"})"));
        QCOMPARE(world.sentWith(2), QByteArray("Bearer S1"));
        QCOMPARE(world.sentWith(3), QByteArray("Bearer S2"));
        QVERIFY(world.ended.isEmpty());
    }

    // A server that refuses expired tokens has to be asked before.
    void aTokenInUseIsRefreshedBeforeItsEnd()
    {
        SlidingWorld world;
        QVERIFY(world.signIn());
        world.resource.always({200, {}, "good"});
        world.refresh.replies(200, SlidingWorld::fresh("S2"));
        world.get();
        QTRY_COMPARE(world.endedWith(200), 1);
        world.clock.advance(262'500ms);
        QTRY_COMPARE(world.session->generation(), Generation {2});
        world.get();
        QTRY_COMPARE(world.endedWith(200), 2);
        QCOMPARE(world.sentWith(1), QByteArray("Bearer S2"));
        QCOMPARE(world.refresh.arrivedCount(), 1);
    }

    void anExpiredTokenIsTriedOnce_data()
    {
        QTest::addColumn<int>("refreshStatus");
        QTest::addColumn<int>("requests"); // that the resource saw
        QTest::newRow("and the server takes it") << 200 << 1;
        QTest::newRow("and the server wants a sign-in") << 401 << 0;
    }
    void anExpiredTokenIsTriedOnce()
    {
        QFETCH(const int, refreshStatus);
        SlidingWorld world;
        QVERIFY(world.signIn());
        QSignalSpy required(world.session.get(), &AuthSession::signInRequired);
        world.resource.always({200, {}, "good"});
        world.refresh.always({refreshStatus, {}, SlidingWorld::fresh("S2")});
        world.clock.advance(1h);
        world.get();
        QTRY_COMPARE(world.finishedCount(), 1);
        QCOMPARE(world.refresh.arrivedCount(), 1);
        QTEST(world.resource.arrivedCount(), "requests");
        QCOMPARE(world.session->isSignedIn(), refreshStatus == 200);
        QCOMPARE(world.ended.size(), refreshStatus == 200 ? 0 : 1);
        QCOMPARE(required.size(), world.ended.size());
    }

    void aPersonMayRefresh()
    {
        SlidingWorld world;
        QVERIFY(world.signIn());
        world.refresh.replies(200, SlidingWorld::fresh("S2"));
        world.session->refreshNow();
        QTRY_COMPARE(world.session->tokens().accessToken, QByteArray("S2"));
        QVERIFY(world.ended.isEmpty());
    }

    // Another process has refreshed with the same token first, and its server refuses used ones.
    void theTokenOfAnotherProcessIsTaken()
    {
        SlidingWorld world;
        QVERIFY(world.signIn());
        TokenSet winners = world.session->tokens();
        winners.accessToken = "S9";
        world.resource.replies(401).always({200, {}, "good"});
        world.refresh.hold().always({401, {}, "{}"});
        world.get();
        QTRY_COMPARE(world.refresh.heldCount(), 1);
        bool isStored = false;
        world.store.save({world.profile.id, u"anna"_s, {}, {}}, winners, &world.store,
            [&isStored](auto) { isStored = true; });
        QTRY_VERIFY(isStored);
        world.refresh.release();
        QTRY_COMPARE(world.endedWith(200), 1);
        QCOMPARE(world.sentWith(1), QByteArray("Bearer S9"));
        QVERIFY(world.ended.isEmpty());
    }
};

QTEST_GUILESS_MAIN(SlidingTokens)
#include "tst_slidingtokens.moc"
