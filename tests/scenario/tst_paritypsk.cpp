// Replies behave like Qt's own: TLS with a pre-shared key.
#include "tests/support/parity.h"
#include "tests/support/pskserver.h"

using namespace Qt::StringLiterals;
using test::PskServer;
using test::Scenario;
using test::Stage;

namespace {

using Answer = std::function<void(QSslPreSharedKeyAuthenticator &)>;

void knows(QSslPreSharedKeyAuthenticator &asked)
{
    PskServer::answer(&asked);
}

void begin(Stage &stage)
{
    const auto *door = new PskServer(stage.server.serverPort(), &stage.server);
    stage.standBehind(door->url(), PskServer::clientConfiguration());
    stage.server.on("/x", [](const auto &) { return test::http("200 OK", {}, "body"); });
}

// The caller answers the signal of the reply.
void answerAtReply(Stage &stage, const Answer &answer)
{
    QNetworkReply *reply = stage.recorders.back()->reply();
    QObject::connect(reply, &QNetworkReply::preSharedKeyAuthenticationRequired, reply,
        [answer](QSslPreSharedKeyAuthenticator *asked) { answer(*asked); });
}

// The application answers the manager's signal, and checks which reply it is for.
void answerAtManager(Stage &stage, const Answer &answer)
{
    QObject::connect(stage.manager.get(),
        &QNetworkAccessManager::preSharedKeyAuthenticationRequired, stage.manager.get(),
        [&stage, answer](QNetworkReply *reply, QSslPreSharedKeyAuthenticator *asked) {
            const bool known = reply == stage.recorders.back()->reply();
            stage.recorders.back()->note(known ? u"asked for it"_s : u"asked for a stranger"_s);
            answer(*asked);
        });
}

void row(const char *name, const std::function<void(Stage &)> &act)
{
    QTest::newRow(name) << Scenario([act](Stage &stage) {
        begin(stage);
        act(stage);
    });
}

} // namespace

class ParityPsk : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void keys_data()
    {
        QTest::addColumn<Scenario>("scenario");
        row("the caller answers", [](Stage &stage) {
            stage.get("/x");
            answerAtReply(stage, knows);
        });
        row("the manager's owner answers", [](Stage &stage) {
            answerAtManager(stage, knows);
            stage.get("/x");
        });
        row("a POST", [](Stage &stage) {
            QNetworkRequest request = stage.request("/x");
            request.setHeader(QNetworkRequest::ContentTypeHeader, u"text/plain"_s);
            stage.record(stage.manager->post(request, QByteArray("tea")));
            answerAtReply(stage, knows);
        });
        row("asked once for two on one connection", [](Stage &stage) {
            answerAtManager(stage, knows);
            stage.get("/x");
            if (stage.settled())
                stage.get("/x");
        });
        row("asked for each connection", [](Stage &stage) {
            answerAtManager(stage, knows);
            stage.get("/x");
            if (!stage.settled())
                return;
            stage.manager->clearConnectionCache();
            stage.get("/x");
        });
        row("aborted when encrypted", [](Stage &stage) {
            stage.neverAnswered();
            stage.get("/x", [](const QString &signal, QNetworkReply &reply) {
                if (signal == u"encrypted"_s)
                    reply.abort();
            });
            answerAtReply(stage, knows);
        });
    }
    void keys() { test::compareWithPlain(); }

    void noKey_data()
    {
        QTest::addColumn<Scenario>("scenario");
        const auto failing = [](const char *name, const Answer &answer) {
            row(name, [answer](Stage &stage) {
                stage.neverAnswered();
                stage.get("/x");
                answerAtReply(stage, answer);
            });
        };
        failing("nobody answers", [](auto &) {});
        failing("a wrong key", [](auto &asked) {
            knows(asked);
            asked.setPreSharedKey("wrong");
        });
        failing("an identity that the server does not know", [](auto &asked) {
            knows(asked);
            asked.setIdentity("bert");
        });
        row("aborted in the slot", [](Stage &stage) {
            stage.neverAnswered();
            stage.get("/x", [](const QString &signal, QNetworkReply &reply) {
                if (signal.startsWith(u"asks for a key"_s))
                    reply.abort();
            });
            answerAtReply(stage, knows);
        });
    }
    void noKey() { test::compareWithPlain(); }

    // Differs on purpose: where the challenge ends the connection, the next connection asks again,
    // as it does with Qt for a second request.
    void aChallengeThatHangsUp()
    {
        Stage stage(test::Through::Challenged);
        begin(stage);
        stage.server.setChallengeHeaders({{"WWW-Authenticate", "Bearer"}, {"Connection", "close"}});
        answerAtManager(stage, knows);
        auto &seen = stage.get("/x");
        QVERIFY(stage.settled());
        QCOMPARE(seen.lines().filter(u"asked for it"_s).size(), 2);
        QCOMPARE(seen.reply()->readAll(), "body");
        QCOMPARE(stage.recording().filter(u"PROBLEM"_s), QStringList());
    }
};

QTEST_GUILESS_MAIN(ParityPsk)
#include "tst_paritypsk.moc"
