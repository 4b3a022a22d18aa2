// Challenges inside answers whose status is a success.
#include "tests/support/rawserver.h"
#include "tests/support/world.h"

using namespace authcore;
using namespace Qt::StringLiterals;
using demobackend::ScriptedReply;
using test::World;

namespace {

const QString place = u"/api/resources"_s;

ScriptedReply json(const QByteArray &body, const QByteArray &type = "application/json")
{
    return {200, {{"Content-Type", type}}, body};
}

void giveValues(BackendProfile &profile)
{
    profile.challengeValues = {{u"/code"_s, u"TOKEN_EXPIRED"_s}, {u"/status"_s, u"401"_s},
        {u"/errors/0/extensions/code"_s, u"UNAUTHENTICATED"_s}};
}

// What a caller has read of an answer that is still under way.
class Reading
{
public:
    explicit Reading(QNetworkReply *reply)
        : m_reply(reply)
    {
        QObject::connect(
            reply, &QIODevice::readyRead, reply, [this] { m_body += m_reply->readAll(); });
    }
    [[nodiscard]] const QByteArray &body() const { return m_body; }

private:
    QNetworkReply *m_reply;
    QByteArray m_body;
};

} // namespace

class ChallengeValues : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void answers_data()
    {
        QTest::addColumn<ScriptedReply>("answer");
        QTest::addColumn<bool>("isChallenge");
        const auto row = [](const char *name, bool isChallenge, const ScriptedReply &answer) {
            QTest::newRow(name) << answer << isChallenge;
        };
        const QByteArray expired = "{\"code\":\"TOKEN_EXPIRED\"}";
        row("a text", true, json(expired));
        row("a number", true, json("{\"status\": 401, \"code\": 7}"));
        row("deep inside", true,
            json("{\"data\":null,\"errors\":[{\"extensions\":{\"code\":\"UNAUTHENTICATED\"}}]}"));
        row("another JSON type", true, json(expired, "application/problem+json; charset=utf-8"));
        row("with spaces, up to what is looked into", true,
            json(expired.leftJustified(131'072, ' ')));
        row("another text", false, json("{\"code\":\"OK\"}"));
        row("the text at another place", false, json("{\"error\":\"TOKEN_EXPIRED\"}"));
        row("an object at the place", false, json("{\"code\":{\"TOKEN_EXPIRED\":1}}"));
        row("no JSON type", false, json(expired, "text/plain"));
        row("a JSON type, but no JSON", false, json("{\"code\":\"TOKEN_EXPIRED\""));
        row("nothing at all", false, json({}));
        row("larger than what is looked into", false, json(expired.leftJustified(131'073, ' ')));
        row("another status", false, {404, {{"Content-Type", "application/json"}}, expired});
    }
    void answers()
    {
        QFETCH(const ScriptedReply, answer);
        QFETCH(const bool, isChallenge);
        World world(giveValues);
        QVERIFY(world.signIn());
        world.backend.on(place).replies(answer).always(json("{\"code\":\"good\"}"));
        const auto &caller = world.get();
        QTRY_COMPARE(caller.finished, 1);
        QCOMPARE(caller.body, isChallenge ? QByteArray("{\"code\":\"good\"}") : answer.body);
        QCOMPARE(caller.status, isChallenge ? 200 : answer.status);
        QCOMPARE(world.refreshesOnTheWire(), isChallenge ? 1 : 0);
        QVERIFY(world.session->isSignedIn());
    }

    void onlyWhereTheProfileNamesThem()
    {
        World world;
        QVERIFY(world.signIn());
        world.backend.on(place).always(json("{\"code\":\"TOKEN_EXPIRED\"}"));
        const auto &caller = world.get();
        QTRY_COMPARE(caller.finished, 1);
        QCOMPARE(caller.body, QByteArray("{\"code\":\"TOKEN_EXPIRED\"}"));
        QCOMPARE(world.refreshesOnTheWire(), 0);
    }

    void manyShareOneRefresh()
    {
        World world(giveValues);
        QVERIFY(world.signIn());
        auto script = world.backend.on(place).hold();
        for (int i = 0; i < 5; ++i) {
            world.get();
            script.replies(json("{\"code\":\"TOKEN_EXPIRED\"}"));
        }
        script.always(json("{\"code\":\"good\"}"));
        QTRY_COMPARE(script.heldCount(), 5);
        script.release();
        QTRY_COMPARE(world.endedWith(200), 5);
        for (const auto &caller : world.callers)
            QCOMPARE(caller->body, QByteArray("{\"code\":\"good\"}"));
        QCOMPARE(world.refreshesOnTheWire(), 1);
    }

    // The second challenge is final. Its success status proves no token, so it ends this session.
    void aRefusedReplayIsDelivered()
    {
        const QByteArray expired = "{\"code\":\"TOKEN_EXPIRED\"}";
        World world(giveValues);
        QVERIFY(world.signIn());
        QSignalSpy ended(world.session.get(), &AuthSession::sessionEnded);
        world.backend.on(place).always(json(expired));
        world.get();
        QTRY_COMPARE(world.endedWith(200), 1);
        QCOMPARE(world.callers[0]->body, expired);
        QCOMPARE(world.callers[0]->error, QNetworkReply::NoError);
        QCOMPARE(world.backend.on(place).arrivedCount(), 2);
        QCOMPARE(world.refreshesOnTheWire(), 1);
        QCOMPARE(ended.size(), 1);
    }

    void answersAreStreamed_data()
    {
        QTest::addColumn<bool>("hasValues");
        QTest::addColumn<QByteArray>("head");
        QTest::addColumn<qsizetype>("size");
        const auto row = [](const char *name, bool hasValues, const char *head, qsizetype size) {
            QTest::newRow(name) << hasValues << QByteArray(head) << size;
        };
        const auto *const json = "Content-Type: application/json\r\nTransfer-Encoding: chunked";
        row("JSON, where the profile names no values", false, json, 10);
        row("no JSON", true, "Content-Type: text/plain\r\nTransfer-Encoding: chunked", 10);
        row("JSON of a length that is not looked into", true,
            "Content-Type: application/json\r\nContent-Length: 200000", 10);
        row("JSON, once more has come than is looked into", true, json, 200'000);
    }
    void answersAreStreamed()
    {
        QFETCH(const bool, hasValues);
        QFETCH(const QByteArray, head);
        QFETCH(const qsizetype, size);
        test::RawServer server;
        World world([&](BackendProfile &profile) {
            if (hasValues)
                giveValues(profile);
            profile.protectedOrigins.append(originOf(server.url()));
        });
        QVERIFY(world.signIn());
        server.holds("/slow");
        const QByteArray part(size, ' ');
        QNetworkReply *reply = world.manager->get(QNetworkRequest(server.url("/slow")));
        const Reading reading(reply);
        QTRY_COMPARE(server.heldCount("/slow"), 1);
        const QByteArray chunk = QByteArray::number(size, 16) + "\r\n" + part + "\r\n";
        server.say("/slow",
            "HTTP/1.1 200 OK\r\n" + head + "\r\n\r\n" + (head.endsWith("chunked") ? chunk : part));
        QTRY_COMPARE(reading.body(), part);
        QVERIFY(!reply->isFinished());
        server.hangUp("/slow");
        QTRY_VERIFY(reply->isFinished());
    }

    // Nothing of an answer shows before it is known to be the caller's.
    void aJsonAnswerIsHeldUntilItsEnd()
    {
        test::RawServer server;
        World world([&](BackendProfile &profile) {
            giveValues(profile);
            profile.protectedOrigins.append(originOf(server.url()));
        });
        QVERIFY(world.signIn());
        server.holds("/slow");
        const auto &caller = world.watch(world.manager->get(QNetworkRequest(server.url("/slow"))));
        QTRY_COMPARE(server.heldCount("/slow"), 1);
        server.say("/slow",
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: "
            "13\r\n\r\n{\"code");
        world.get(); // another answer shows that the first part has had its time
        QTRY_COMPARE(world.endedWith(200), 1);
        QCOMPARE(caller.finished, 0);
        server.say("/slow", "\":\"OK\"}");
        QTRY_COMPARE(world.endedWith(200), 2);
        QCOMPARE(caller.body, QByteArray("{\"code\":\"OK\"}"));
        QCOMPARE(world.refreshesOnTheWire(), 0);
    }
};

QTEST_GUILESS_MAIN(ChallengeValues)
#include "tst_challengevalues.moc"
