// Replies behave like Qt's own: aborting, closing and deleting them, in every state and in every
// slot.
#include "tests/support/endings.h"
#include "tests/support/pipe.h"
#include "tests/support/pskserver.h"

#include <QtCore/QTemporaryDir>
#include <QtNetwork/QNetworkDiskCache>

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
using Replies = QList<QNetworkReply *>;

// What programs do to all replies of a manager.
const std::vector<std::pair<const char *, std::function<void(const Replies &)>>> actsOnAll {
    {"abort",
        [](const Replies &all) {
            for (QNetworkReply *reply : all)
                reply->abort();
        }},
    {"close",
        [](const Replies &all) {
            for (QNetworkReply *reply : all)
                reply->close();
        }},
    {"delete", [](const Replies &all) { qDeleteAll(all); }},
    {"deleteLater",
        [](const Replies &all) {
            for (QNetworkReply *reply : all)
                reply->deleteLater();
        }},
};

// A reply whose manager is gone, owned by another object.
[[nodiscard]] test::Recorder &fostered(Stage &stage, State state)
{
    auto foster = std::make_shared<QObject>();
    stage.front = foster;
    stage.server.holds("/x");
    auto &seen = stage.record(send(stage, true));
    seen.reply()->setParent(foster.get());
    if (!lead(stage, seen, state))
        seen.note(u"NOT LED THERE"_s);
    stage.manager.reset();
    seen.note(u"now"_s);
    return seen;
}

// A manager that knows the inner replies.
class Watching : public authcore::AuthNetworkAccessManager
{
public:
    using AuthNetworkAccessManager::AuthNetworkAccessManager;
    std::shared_ptr<std::vector<QPointer<QNetworkReply>>> inners =
        std::make_shared<std::vector<QPointer<QNetworkReply>>>();

protected:
    QNetworkReply *createInnerReply(
        Operation op, const QNetworkRequest &request, QIODevice *body) override
    {
        QNetworkReply *inner = AuthNetworkAccessManager::createInnerReply(op, request, body);
        inners->emplace_back(inner);
        return inner;
    }
};

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

    // The body is still being read from the caller's device.
    void endingWhileABodyComes_data()
    {
        QTest::addColumn<Scenario>("scenario");
        for (const auto &[name, act] : acts) {
            QTest::newRow(name) << Scenario([act = act](Stage &stage) {
                stage.neverAnswered();
                auto *pipe = new test::Pipe;
                pipe->setParent(stage.manager.get());
                QNetworkRequest request = stage.request("/x");
                request.setHeader(QNetworkRequest::ContentTypeHeader, u"text/plain"_s);
                auto &seen = stage.record(stage.manager->post(request, pipe));
                pipe->feed("some");
                if (!eventually([pipe] { return pipe->taken() == 4; }))
                    seen.note(u"NOT LED THERE"_s);
                act(*seen.reply());
                pipe->finish();
                lookAround(stage);
            });
        }
    }
    void endingWhileABodyComes() { test::compareWithPlain(); }

    void theManagerMayDieWhileABodyComes()
    {
        for (const auto through :
            {Through::Plain, Through::Unprotected, Through::GoodToken, Through::Challenged}) {
            Stage stage(through);
            test::Pipe pipe;
            QNetworkRequest request = stage.request("/x");
            request.setHeader(QNetworkRequest::ContentTypeHeader, u"text/plain"_s);
            auto &seen = stage.record(stage.manager->post(request, &pipe));
            pipe.feed("some");
            QVERIFY(eventually([&pipe] { return pipe.taken() == 4; }));
            stage.manager.reset();
            QCOMPARE(seen.lines().mid(1), QStringList {u"destroyed"_s});
            pipe.feed("more"); // nobody receives this
            pipe.finish();
        }
    }

    // findChildren() finds the callers' replies and no others. 9 requests: more than Qt has
    // connections, and more than are handed to Qt.
    void endingAllOfAManager_data()
    {
        QTest::addColumn<Scenario>("scenario");
        const auto row = [](const char *name, State state, int count, const auto &act) {
            QTest::newRow(name) << Scenario([state, count, act](Stage &stage) {
                stage.comparesConnecting = false;
                stage.server.holds("/x");
                for (int i = 0; i < count; ++i)
                    stage.get("/x");
                if (state == State::Created)
                    stage.neverAnswered();
                else if (!eventually([&] { return stage.allSent("/x"); }))
                    stage.recorders[0]->note(u"NOT SENT"_s);
                if (state == State::Whole) {
                    stage.server.say("/x", test::http("200 OK", {}, "body"));
                    if (!stage.settled())
                        return;
                }
                const auto all = stage.manager->findChildren<QNetworkReply *>();
                stage.recorders[0]->note(u"%1 of them"_s.arg(all.size()));
                act(all);
                lookAround(stage);
            });
        };
        for (const auto &[name, act] : actsOnAll) {
            row(qPrintable(u"%1 3 that were created"_s.arg(QLatin1String(name))), State::Created, 3,
                act);
            row(qPrintable(u"%1 9 that were created"_s.arg(QLatin1String(name))), State::Created, 9,
                act);
            row(qPrintable(u"%1 3 that were sent"_s.arg(QLatin1String(name))), State::Sent, 3, act);
            row(qPrintable(u"%1 3 that have finished"_s.arg(QLatin1String(name))), State::Whole, 3,
                act);
        }
    }
    void endingAllOfAManager() { test::compareWithPlain(); }

    void endingInASlot_data()
    {
        QTest::addColumn<Scenario>("scenario");
        for (const char *slot : {"socketStartedConnecting", "requestSent", "uploadProgress 4/4",
                 "metaDataChanged", "readyRead", "errorOccurred", "downloadProgress",
                 "readChannelFinished", "manager finished", "finished"}) {
            for (const auto &[actName, act] : acts) {
                if (qstrncmp(actName, "delete", 6) == 0)
                    continue; // Qt crashes in some of these rows, or fails unpredictably
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

    // Replies may be deleted anywhere, except in slots of finished() after which Qt's manager uses
    // the reply.
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

    // Replies die with their manager, without a signal.
    void theManagerMayDieInEveryState()
    {
        for (const auto through :
            {Through::Plain, Through::Unprotected, Through::GoodToken, Through::Challenged}) {
            for (const auto &[name, state] : states) {
                Stage stage(through);
                stage.server.holds("/x");
                auto &seen = stage.record(send(stage, true));
                QVERIFY2(lead(stage, seen, state), name);
                seen.note(u"now"_s);
                stage.manager.reset();
                QCOMPARE(seen.lines().mid(seen.lines().size() - 2),
                    (QStringList {u"now"_s, u"destroyed"_s}));
            }
        }
    }

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
            stage.get("/x"); // these requests finish
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

    // Replies with another parent outlive the manager: a finished reply can be read, the others
    // never finish.
    void aReplyMayOutliveItsManager_data()
    {
        QTest::addColumn<Scenario>("scenario");
        const auto row = [](const char *name, State state, const Act &act) {
            QTest::newRow(name) << Scenario([state, act](Stage &stage) {
                auto &seen = fostered(stage, state);
                if (state == State::Whole)
                    seen.note(QString::fromLatin1(seen.reply()->read(3)));
                act(*seen.reply());
            });
        };
        for (const auto &[name, act] : acts)
            row(qPrintable(u"finished, then "_s + QLatin1String(name)), State::Whole, act);
        for (const auto &[name, state] : states)
            row(qPrintable(u"delete when "_s + QLatin1String(name)), state, acts.back().second);
    }
    void aReplyMayOutliveItsManager() { test::compareWithPlain(); }

    // Differs on purpose: aborting such a reply of Qt's calls the deleted manager and crashes. Our
    // reply ends without finished(), to which Qt has connected.
    void aReplyThatHasOutlivedItsManagerMayBeEnded()
    {
        for (const auto through : {Through::GoodToken, Through::Challenged}) {
            for (const auto &[name, state] : states) {
                Stage stage(through);
                auto &seen = fostered(stage, state);
                const bool wasFinished = seen.reply()->isFinished();
                seen.reply()->abort();
                seen.reply()->close();
                QVERIFY(seen.reply()->isFinished());
                QCOMPARE(seen.finishedCount(), wasFinished ? 1 : 0);
                QCOMPARE(seen.finish().filter(u"PROBLEM"_s), QStringList());
            }
        }
    }

    // The inner reply has no parent that would delete it.
    void noAttemptOutlivesTheManager_data()
    {
        QTest::addColumn<Act>("act");
        QTest::newRow("under way") << Act([](QNetworkReply &) {});
        for (const auto &[name, act] : acts)
            QTest::newRow(name) << act;
        QTest::newRow("of another parent")
            << Act([](QNetworkReply &reply) { reply.setParent(QCoreApplication::instance()); });
    }
    void noAttemptOutlivesTheManager()
    {
        QFETCH(Act, act);
        for (const char *slot : {"requestSent", "metaDataChanged", "readyRead"}) {
            Stage stage(Through::GoodToken);
            auto *manager = new Watching(*stage.session);
            const auto inners = manager->inners;
            stage.manager.reset(manager);
            const QTemporaryDir folder;
            auto *cache = new QNetworkDiskCache(manager);
            cache->setCacheDirectory(folder.path());
            manager->setCache(cache);
            stage.server.on("/x", [](const auto &) {
                return QByteArray("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
            });
            QEventLoop loop; // runs deferred deletions after the calls that were queued before
            qsizetype left = -1;
            QPointer<QNetworkReply> reply = manager->get(stage.request());
            stage.record(reply, [&](const QString &signal, QNetworkReply &seen) {
                if (!signal.startsWith(QLatin1String(slot)))
                    return;
                // Before the event loop deletes anything.
                QMetaObject::invokeMethod(
                    &stage.server,
                    [&] {
                        stage.manager.reset();
                        left = std::count_if(inners->begin(), inners->end(),
                            [](const auto &inner) { return !inner.isNull(); });
                        loop.quit();
                    },
                    Qt::QueuedConnection);
                act(seen);
            });
            loop.exec();
            QCOMPARE(left, 0);
            delete reply;
        }
    }

    // The reply's parent belongs to the manager, without being its child.
    void aReplyMayBelongToAPartOfItsManager()
    {
        for (const auto through :
            {Through::Plain, Through::Unprotected, Through::GoodToken, Through::Challenged}) {
            for (const auto &[name, state] : states) {
                Stage stage(through);
                auto *part = new QObject(stage.manager.get());
                stage.server.holds("/x");
                auto &seen = stage.record(send(stage, true));
                seen.reply()->setParent(part);
                QVERIFY2(lead(stage, seen, state), name);
                seen.note(u"now"_s);
                stage.manager.reset();
                QCOMPARE(seen.lines().mid(seen.lines().size() - 2),
                    (QStringList {u"now"_s, u"destroyed"_s}));
            }
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
                stage.manager->setAutoDeleteReplies(!managers); // counts for later replies only
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
