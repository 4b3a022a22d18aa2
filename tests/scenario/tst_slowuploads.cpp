// Race 62: an upload that the server judges at its end may take longer than its token lives. The
// upload is sent three times at most, and does not end the session.
#include "tests/support/pipe.h"
#include "tests/support/world.h"

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using test::World;

namespace {

constexpr int size = 3'000'000;

//! What the client knows about the token's expiry.
enum class Expiry { Known, Unknown };

QNetworkReply *upload(World &world, const QByteArray &kind)
{
    QNetworkRequest request = world.request(u"/api/echo"_s);
    request.setRawHeader("Content-Type", "application/octet-stream");
    if (kind == "bytes")
        return world.manager->post(request, test::bytes(size));
    auto *pipe = new test::Pipe(test::bytes(size));
    pipe->setParent(world.manager.get());
    return world.manager->post(request, pipe);
}

} // namespace

class SlowUploads : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theTokenRunsOutOnItsWay_data()
    {
        QTest::addColumn<QByteArray>("kind");
        QTest::addColumn<Expiry>("expiry");
        QTest::addColumn<int>("runsOut"); // the number of tokens that expire too early
        QTest::addColumn<int>("status");
        for (const char *kind : {"bytes", "a pipe"}) {
            for (const auto &[known, expiry] :
                {std::pair("expiry known", Expiry::Known), {"expiry unknown", Expiry::Unknown}}) {
                QTest::addRow("%s, %s, once", kind, known)
                    << QByteArray(kind) << expiry << 1 << 200;
                QTest::addRow("%s, %s, twice", kind, known)
                    << QByteArray(kind) << expiry << 2 << 200;
                QTest::addRow("%s, %s, each time", kind, known)
                    << QByteArray(kind) << expiry << 3 << 401;
            }
        }
    }
    void theTokenRunsOutOnItsWay()
    {
        QFETCH(QByteArray, kind);
        QFETCH(Expiry, expiry);
        QFETCH(int, runsOut);
        QFETCH(int, status);
        World world([](auto &profile) {
            profile.replayChallengeEndsSession = true;
            // The early refresh would come while the test moves the clock.
            profile.policy.refreshAhead = false;
        });
        QVERIFY(world.signIn());
        auto echo = world.backend.on(u"/api/echo"_s);
        echo.hold();
        auto &caller = world.watch(upload(world, kind));
        for (int sent = 1; sent <= runsOut; ++sent) {
            QVERIFY(test::eventually([&] { return echo.heldCount() == 1; }));
            world.backend.expireAccessTokens();
            // Where the expiry is unknown, an upload that takes longer than any answer is reason
            // enough.
            world.clock.advance(expiry == Expiry::Known ? 901s : 11s);
            echo.release(1);
            if (sent < runsOut || status == 200)
                QVERIFY(test::eventually([&] { return echo.arrivedCount() == sent + 1; }));
        }
        echo.release();
        QVERIFY(caller.waitUntilFinished());
        QCOMPARE(caller.status, status);
        QStringList expected;
        for (int sent = 1; sent <= runsOut; ++sent)
            expected << u"POST /api/echo [A%1] -> 401"_s.arg(sent);
        if (status == 200)
            expected << u"POST /api/echo [A%1] -> 200"_s.arg(runsOut + 1);
        QCOMPARE(world.backend.transcript(u"POST /api/echo"_s), expected);
        QCOMPARE(world.refreshesOnTheWire(), expected.size() - 1);
        QVERIFY(world.session->isSignedIn());
        auto &next = world.get();
        QVERIFY(next.waitUntilFinished());
        QCOMPARE(next.status, 200);
    }
};

QTEST_GUILESS_MAIN(SlowUploads)
#include "tst_slowuploads.moc"
