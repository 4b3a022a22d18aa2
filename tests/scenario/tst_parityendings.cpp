// A reply of ours cannot be told from Qt's: aborting, closing and deleting it, in every state and
// in every slot.
#include "tests/support/endings.h"
#include "tests/support/pskserver.h"

using namespace Qt::StringLiterals;
using test::Act;
using test::acts;
using test::eventually;
using test::lead;
using test::lookAround;
using test::Scenario;
using test::send;
using test::Stage;
using test::State;
using test::states;
using test::Through;

namespace {

using Prepare = std::function<void(Stage &)>;

// A stage on which the reply waits in a way that Qt does not know.
enum class Waits { InTheQueue, ForARefresh, WithItsChallenge };

[[nodiscard]] QStringList playWaiting(Waits waits, const Act &act)
{
    Stage stage(waits == Waits::InTheQueue ? Through::GoodToken : Through::Challenged);
    stage.server.holds("/authorization/refresh");
    std::vector<std::unique_ptr<QNetworkReply>> others;
    if (waits == Waits::InTheQueue) {
        stage.server.holds("/others");
        for (int i = 0; i < 8; ++i)
            others.emplace_back(stage.manager->get(stage.request("/others")));
    }
    if (waits == Waits::ForARefresh) {
        others.emplace_back(stage.manager->get(stage.request("/others")));
        if (!eventually([&] { return stage.server.heldCount("/authorization/refresh") == 1; }))
            return {u"NO REFRESH"_s};
    }
    stage.server.holds("/x");
    auto &seen = stage.record(send(stage, false));
    if (waits == Waits::WithItsChallenge
        && !eventually([&] { return stage.server.heldCount("/authorization/refresh") == 1; }))
        return {u"NO REFRESH"_s};
    act(*seen.reply());
    stage.server.say("/authorization/refresh", test::http("503 No", {}, ""));
    lookAround(stage);
    return stage.recording();
}

} // namespace

class ParityEndings : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void endingFromOutside_data()
    {
        QTest::addColumn<Scenario>("scenario");
        for (const bool post : {false, true}) {
            for (const auto &[stateName, state] : states) {
                for (const auto &[actName, act] : acts) {
                    QTest::addRow("%s: %s when %s", post ? "POST" : "GET", actName, stateName)
                        << Scenario([act = act, state = state, post](Stage &stage) {
                               stage.server.holds("/x");
                               auto &seen = stage.record(send(stage, post));
                               if (!lead(stage, seen, state))
                                   seen.note(u"NOT LED THERE"_s);
                               act(*seen.reply());
                               lookAround(stage);
                           });
                }
            }
        }
    }
    void endingFromOutside() { test::compareWithPlain(); }

    void endingInASlot_data()
    {
        QTest::addColumn<Scenario>("scenario");
        for (const char *slot : {"socketStartedConnecting", "requestSent", "uploadProgress 4/4",
                 "metaDataChanged", "readyRead", "errorOccurred", "downloadProgress",
                 "readChannelFinished", "manager finished", "finished"}) {
            for (const auto &[actName, act] : acts) {
                if (qstrncmp(actName, "delete", 6) == 0)
                    continue; // Qt does not survive it everywhere, or dies now so, now so
                QTest::addRow("%s in %s", actName, slot)
                    << Scenario([act = act, in = QString::fromLatin1(slot)](Stage &stage) {
                           stage.server.on(
                               "/x", [](const auto &) { return test::http("404 No", {}, "body"); });
                           auto done = std::make_shared<bool>(false);
                           stage.record(send(stage, true),
                               [act, in, done](const QString &signal, QNetworkReply &reply) {
                                   if (signal.startsWith(in) && !std::exchange(*done, true))
                                       act(reply);
                               });
                           if (in == u"socketStartedConnecting" || in == u"requestSent"
                               || in.startsWith(u"upload"))
                               stage.neverAnswered();
                           if (stage.settled())
                               lookAround(stage);
                       });
            }
        }
    }
    void endingInASlot() { test::compareWithPlain(); }

    // Ours may be deleted anywhere but where Qt's manager looks at it afterwards, in the slots of
    // its own finished().
    void deletingInASlot_data()
    {
        QTest::addColumn<QString>("slot");
        QTest::addColumn<Prepare>("prepare");
        const auto answers = [](Stage &stage) {
            stage.server.on("/x", [](const auto &) { return test::http("404 No", {}, "body"); });
        };
        for (const char *slot : {"socketStartedConnecting", "requestSent", "uploadProgress 4/4",
                 "metaDataChanged", "readyRead", "errorOccurred", "downloadProgress",
                 "uploadProgress 0/0", "readChannelFinished", "finished"})
            QTest::newRow(slot) << QString::fromLatin1(slot) << Prepare(answers);
        for (const char *slot : {"metaDataChanged", "redirected"}) {
            QTest::addRow("%s, of a redirect", slot)
                << QString::fromLatin1(slot) << Prepare([](Stage &stage) {
                       stage.server.on("/x", [](const auto &) {
                           return test::http("302 There", {{"Location", "/y"}}, "moved");
                       });
                   });
        }
        QTest::newRow("aboutToClose") << u"aboutToClose"_s << Prepare(answers);
        for (const char *slot : {"asks for a key", "encrypted"}) {
            QTest::newRow(slot) << QString::fromLatin1(slot) << Prepare([answers](Stage &stage) {
                const auto *door = new test::PskServer(stage.server.serverPort(), &stage.server);
                stage.standBehind(door->url(), test::PskServer::clientConfiguration());
                answers(stage);
            });
        }
    }
    void deletingInASlot()
    {
        QFETCH(QString, slot);
        QFETCH(Prepare, prepare);
        for (const auto through : {Through::GoodToken, Through::Challenged}) {
            Stage stage(through);
            prepare(stage);
            QNetworkReply *reply = send(stage, true);
            QPointer<QNetworkReply> alive(reply);
            stage.record(reply, [&](const QString &signal, QNetworkReply &) {
                if (signal.startsWith(slot))
                    delete alive;
            });
            if (slot == u"aboutToClose")
                connect(reply, &QNetworkReply::requestSent, reply, &QNetworkReply::abort);
            connect(reply, &QNetworkReply::preSharedKeyAuthenticationRequired, reply,
                &test::PskServer::answer);
            QVERIFY(eventually([&] { return alive.isNull(); }));
            lookAround(stage);
            const QStringList lines = stage.recording();
            QCOMPARE(lines.last(), u"destroyed"_s);
            QVERIFY(lines[lines.size() - 2].startsWith(slot));
        }
    }

    // In states that Qt does not know, ours ends like one of Qt's that was not sent yet.
    void endingWhileItWaits_data()
    {
        QTest::addColumn<Waits>("waits");
        QTest::addColumn<Act>("act");
        for (const auto &[actName, act] : acts) {
            QTest::addRow("%s in the queue", actName) << Waits::InTheQueue << act;
            QTest::addRow("%s while a refresh runs", actName) << Waits::ForARefresh << act;
            QTest::addRow("%s with a challenge", actName) << Waits::WithItsChallenge << act;
        }
    }
    void endingWhileItWaits()
    {
        QFETCH(Waits, waits);
        QFETCH(Act, act);
        const auto state = waits == Waits::WithItsChallenge ? State::Sent : State::Created;
        const QStringList plain = test::play(
            [&](Stage &stage) {
                stage.server.holds("/x");
                auto &seen = stage.record(send(stage, false));
                if (!lead(stage, seen, state))
                    seen.note(u"NOT LED THERE"_s);
                act(*seen.reply());
                lookAround(stage);
            },
            Through::Plain);
        const QByteArray differs = test::difference(plain, playWaiting(waits, act));
        QVERIFY2(differs.isEmpty(), differs.constData());
    }

    // Replies die with their manager, and say nothing.
    void theManagerMayDieWithAHundredReplies_data()
    {
        QTest::addColumn<Through>("through");
        for (const auto through :
            {Through::Plain, Through::Unprotected, Through::GoodToken, Through::Challenged})
            QTest::newRow(test::nameOf(through)) << through;
    }
    void theManagerMayDieWithAHundredReplies()
    {
        QFETCH(Through, through);
        Stage stage(through);
        stage.server.holds("/held");
        stage.server.on("/x", [](const auto &) { return test::http("200 OK", {}, "body"); });
        for (int i = 0; i < 25; ++i)
            stage.get("/x"); // these finish
        QVERIFY(stage.settled());
        if (through == Through::Challenged) {
            auto tokens = stage.session->tokens();
            tokens.accessToken = "broken again";
            stage.session->setTokens(tokens);
            stage.server.holds("/authorization/refresh");
        }
        for (int i = 0; i < 75; ++i)
            stage.record(
                i % 2 == 0 ? send(stage, true) : stage.manager->get(stage.request("/held")));
        QVERIFY(eventually([&] {
            return stage.server.heldCount("/held")
                + stage.server.heldCount("/authorization/refresh")
                > 0;
        }));
        for (const auto &recorder : stage.recorders)
            recorder->note(u"now"_s);
        stage.manager.reset();
        for (const auto &recorder : stage.recorders) {
            const QStringList lines = recorder->finish();
            QCOMPARE(lines[lines.size() - 2], u"now"_s);
            QCOMPARE(lines.last(), u"destroyed"_s);
        }
    }

    void repliesDeleteThemselves_data()
    {
        QTest::addColumn<Scenario>("scenario");
        const auto row = [](const char *name, bool managers, const QVariant &requests) {
            QTest::newRow(name) << Scenario([managers, requests](Stage &stage) {
                stage.server.on("/x", [](const auto &) { return test::http("200 OK", {}, "b"); });
                stage.manager->setAutoDeleteReplies(managers);
                QNetworkRequest request = stage.request("/x");
                if (requests.isValid())
                    request.setAttribute(
                        QNetworkRequest::AutoDeleteReplyOnFinishAttribute, requests);
                stage.record(stage.manager->get(request));
                stage.manager->setAutoDeleteReplies(!managers); // counts for later ones only
                if (stage.settled())
                    lookAround(stage);
            });
        };
        row("no", false, {});
        row("the manager says so", true, {});
        row("the request says so", false, true);
        row("the manager says so, the request does not", true, false);
    }
    void repliesDeleteThemselves() { test::compareWithPlain(); }
};

QTEST_GUILESS_MAIN(ParityEndings)
#include "tst_parityendings.moc"
