// QRestAccessManager works with AuthNetworkAccessManager as with Qt's own manager.
#include "tests/support/pipe.h"
#include "tests/support/world.h"

#include <QtNetwork/QRestAccessManager>
#include <QtNetwork/QRestReply>

#include <optional>

using namespace Qt::StringLiterals;
using test::World;

namespace {

//! What the callback of QRestAccessManager sees.
struct Seen
{
    int status = 0;
    bool success = false;
    //! Qt does not count an answer of the server as an error, whatever its status.
    bool hasError = false;
    QNetworkReply::NetworkError error = QNetworkReply::NoError;
    QByteArray body;
};

//! A world with a QRestAccessManager on its manager, and the result of one request.
struct RestWorld : World
{
    [[nodiscard]] auto callback()
    {
        return [this](QRestReply &reply) {
            QCOMPARE(++calls, 1);
            seen = Seen {reply.httpStatus(), reply.isSuccess(), reply.hasError(),
                reply.networkReply()->error(), reply.readBody()};
        };
    }

    int calls = 0;
    std::optional<Seen> seen;
};

const QJsonDocument order {QJsonObject {{u"item"_s, u"tea"_s}, {u"cups"_s, 2}}};

} // namespace

class RestAccess : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void getsAnAnswer_data()
    {
        QTest::addColumn<bool>("isBroken");
        QTest::addColumn<QStringList>("transcript");
        QTest::newRow("with a good token")
            << false << QStringList {u"GET /api/resources [A1] -> 200"_s};
        QTest::newRow("with one that is challenged")
            << true
            << QStringList {u"GET /api/resources [A?] -> 401"_s,
                   u"POST /authorization/refresh [R1] -> 200"_s,
                   u"GET /api/resources [A2] -> 200"_s};
    }
    void getsAnAnswer()
    {
        QFETCH(const bool, isBroken);
        RestWorld world;
        QVERIFY(world.signIn());
        if (isBroken)
            world.breakAccess();
        QRestAccessManager rest(world.manager.get());
        rest.get(world.request(), this, world.callback());
        QTRY_VERIFY(world.seen);
        QCOMPARE(world.seen->status, 200);
        QVERIFY(world.seen->success && !world.seen->hasError);
        QVERIFY(world.seen->body.contains("username: anna"));
        QTEST(world.backend.transcript(), "transcript");
    }

    void postsJsonAgain()
    {
        RestWorld world;
        QVERIFY(world.signIn());
        world.breakAccess();
        QRestAccessManager rest(world.manager.get());
        rest.post(world.request(u"/api/echo"_s), order, this, world.callback());
        QTRY_VERIFY(world.seen);
        QCOMPARE(world.seen->status, 200);
        const auto echoed = QJsonDocument::fromJson(world.seen->body);
        const auto whole = order.toJson(QJsonDocument::Compact);
        QCOMPARE(echoed["sha256"_L1].toString().toLatin1(), test::sha256(whole));
        QCOMPARE(world.refreshesOnTheWire(), 1);
    }

    // Status and error together: QRestAccessManager reads both.
    void anEndedSessionIsAnAnswerNotAFailure()
    {
        RestWorld world;
        QVERIFY(world.signIn());
        world.breakRefresh();
        world.breakAccess();
        QRestAccessManager rest(world.manager.get());
        rest.get(world.request(), this, world.callback());
        QTRY_VERIFY(world.seen);
        QVERIFY(!world.session->isSignedIn());
        QCOMPARE(world.seen->status, 401);
        QCOMPARE(world.seen->error, QNetworkReply::AuthenticationRequiredError);
        QVERIFY(!world.seen->success && !world.seen->hasError);
    }

    // QRestAccessManager returns one reply for the whole request. Aborting the request that caused
    // the refresh leaves the refresh alone.
    void aborting()
    {
        RestWorld world;
        QVERIFY(world.signIn());
        QSignalSpy refreshed(world.session.get(), &authcore::AuthSession::tokensRefreshed);
        world.breakAccess();
        world.backend.on(u"/authorization/refresh"_s).hold();
        QRestAccessManager rest(world.manager.get());
        QNetworkReply *reply = rest.get(world.request(), this, world.callback());
        QTRY_COMPARE(world.backend.on(u"/authorization/refresh"_s).heldCount(), 1);
        reply->abort();
        QTRY_VERIFY(world.seen);
        QCOMPARE(world.seen->error, QNetworkReply::OperationCanceledError);
        QVERIFY(world.seen->hasError);
        QVERIFY(world.session->isRefreshInProgress());
        world.backend.on(u"/authorization/refresh"_s).release();
        QTRY_COMPARE(refreshed.size(), 1);
        QVERIFY(world.stored() == world.session->tokens());
        QVERIFY(world.get().waitUntilFinished());
        QCOMPARE(world.endedWith(200), 1);
        QCOMPARE(world.refreshesOnTheWire(), 1);
    }
};

QTEST_GUILESS_MAIN(RestAccess)
#include "tst_restaccess.moc"
