// Races 3, 8, 9, 10, 22: aborting, deleting, signing out and calling back at the worst moment.
#include "tests/support/world.h"

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using authcore::AuthSession;
using test::World;

namespace {

const QString refreshPath = u"/authorization/refresh"_s;
const QString resourcePath = u"/api/resources"_s;

// N challenged requests whose refresh is held at the server.
[[nodiscard]] bool holdRefresh(World &world, int requests)
{
    world.breakAccess();
    world.backend.on(refreshPath).hold();
    for (int i = 0; i < requests; ++i)
        world.get();
    return test::waitFor([&] {
        return world.backend.on(refreshPath).heldCount() == 1
            && world.manager->pendingReplies().size() == requests
            && world.manager->activeCount() == 0;
    });
}

} // namespace

class Endings : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // Race 3: aborting requests does not abort the refresh.
    void abortingDoesNotAbortTheRefresh_data()
    {
        QTest::addColumn<int>("aborted");
        QTest::newRow("the request that caused it") << 1;
        QTest::newRow("every waiting request") << 3;
    }
    void abortingDoesNotAbortTheRefresh()
    {
        QFETCH(int, aborted);
        World world;
        QVERIFY(world.signIn());
        QVERIFY(holdRefresh(world, 3));
        for (int i = 0; i < aborted; ++i) {
            world.callers[std::size_t(i)]->reply->abort();
            QCOMPARE(world.callers[std::size_t(i)]->finished, 1);
            QCOMPARE(world.callers[std::size_t(i)]->error, QNetworkReply::OperationCanceledError);
        }
        QCOMPARE(world.manager->pendingReplies().size(), 3 - aborted);
        QSignalSpy refreshed(world.session.get(), &AuthSession::tokensRefreshed);
        world.backend.on(refreshPath).release();
        QTRY_COMPARE(refreshed.size(), 1);
        QTRY_COMPARE(world.endedWith(200), 3 - aborted);
        QVERIFY(world.stored() == world.session->tokens());
        QCOMPARE(world.backend.transcript(u"[A2] -> 200"_s).size(), 3 - aborted);
    }

    // Race 8: the queue drains, whatever the state and order.
    void anyReplyMayGo_data()
    {
        QTest::addColumn<bool>("deletes");
        QTest::addColumn<int>("stride");
        for (const bool deletes : {false, true}) {
            for (const int stride : {1, 2, 3, 7}) {
                QTest::addRow("%s every %d.", deletes ? "deleting" : "aborting", stride)
                    << deletes << stride;
            }
        }
    }
    void anyReplyMayGo()
    {
        QFETCH(bool, deletes);
        QFETCH(int, stride);
        World world;
        QVERIFY(world.signIn());
        world.backend.on(resourcePath).hold();
        constexpr int count = 40;
        for (int i = 0; i < count; ++i)
            world.get();
        QTRY_COMPARE(world.backend.on(resourcePath).heldCount(), 6); // Qt's six connections
        int gone = 0;
        for (int i = count - 1; i >= 0; i -= stride, ++gone) {
            QNetworkReply *reply = world.callers[std::size_t(i)]->reply;
            if (deletes)
                delete reply;
            else
                reply->abort();
        }
        world.backend.on(resourcePath).release();
        QTRY_COMPARE(world.endedWith(200), count - gone);
        QTRY_COMPARE(world.manager->activeCount(), 0);
        for (const auto &caller : world.callers)
            QVERIFY(caller->finished <= 1);
        world.get();
        QTRY_COMPARE(world.endedWith(200), count - gone + 1);
    }

    // An aborted held reply emits the signals of Qt's abort at once, in Qt's order.
    void abortWhileHeldLooksLikeQts()
    {
        World world;
        QVERIFY(world.signIn());
        QVERIFY(holdRefresh(world, 1));
        QStringList seen;
        QNetworkReply *reply = world.callers[0]->reply;
        connect(reply, &QIODevice::aboutToClose, reply, [&] { seen << u"aboutToClose"_s; });
        connect(reply, &QNetworkReply::errorOccurred, reply,
            [&] { seen << u"errorOccurred finished=%1"_s.arg(reply->isFinished() ? 1 : 0); });
        connect(reply, &QNetworkReply::downloadProgress, reply,
            [&] { seen << u"downloadProgress finished=%1"_s.arg(reply->isFinished() ? 1 : 0); });
        connect(reply, &QIODevice::readChannelFinished, reply,
            [&] { seen << u"readChannelFinished"_s; });
        connect(reply, &QNetworkReply::finished, reply, [&] { seen << u"finished"_s; });
        reply->abort();
        QCOMPARE(seen,
            (QStringList {u"aboutToClose"_s, u"errorOccurred finished=0"_s,
                u"downloadProgress finished=1"_s, u"readChannelFinished"_s, u"finished"_s}));
        reply->abort();
        reply->close();
        QCOMPARE(seen.size(), 5);
    }

    // Race 9: six hanging requests to the same host do not block the refresh.
    void hangingRequestsDoNotStarveTheRefresh()
    {
        World world;
        QVERIFY(world.signIn());
        world.backend.on(u"/hangs"_s).hold();
        for (int i = 0; i < 7; ++i)
            world.get(u"/hangs"_s);
        QTRY_COMPARE(world.backend.on(u"/hangs"_s).heldCount(), 6);
        QSignalSpy refreshed(world.session.get(), &AuthSession::tokensRefreshed);
        world.session->refreshNow();
        QTRY_COMPARE(refreshed.size(), 1);
        world.backend.on(u"/hangs"_s).release();
        QTRY_COMPARE(world.finishedCount(), 7);
    }

    // Race 22: the answer of a refresh does not count after a sign-out or another sign-in.
    void signingOutDiscardsTheRefresh()
    {
        World world;
        QVERIFY(world.signIn());
        QSignalSpy ended(world.session.get(), &AuthSession::sessionEnded);
        QSignalSpy refreshed(world.session.get(), &AuthSession::tokensRefreshed);
        QVERIFY(holdRefresh(world, 3));
        world.session->signOut();
        QCOMPARE(world.endedWith(401), 3);
        QVERIFY(!world.manager->isRefreshInProgress());
        world.backend.on(refreshPath).release();
        world.get(); // goes out without a token, and returns after the refresh's answer would have
        QTRY_COMPARE(world.endedWith(401), 4);
        QCOMPARE(refreshed.size(), 0);
        QCOMPARE(ended.size(), 1);
        QVERIFY(world.session->tokens().isEmpty());
        QVERIFY(!world.stored());
        QCOMPARE(world.backend.transcript(u"GET /api/resources -> 401"_s).size(), 1);
    }

    void signingInAsSomebodyElseDiscardsTheRefresh()
    {
        World world;
        QVERIFY(world.signIn());
        QSignalSpy refreshed(world.session.get(), &AuthSession::tokensRefreshed);
        QVERIFY(holdRefresh(world, 2));
        QVERIFY(world.signIn(u"boris"_s));
        // The requests of the other account finish with their own challenges.
        QCOMPARE(world.endedWith(401), 2);
        world.backend.on(refreshPath).release();
        world.get();
        QTRY_COMPARE(world.endedWith(200), 1);
        QCOMPARE(world.callers.back()->body, "protected resources, username: boris");
        QCOMPARE(refreshed.size(), 0);
        QCOMPARE(world.session->tokens().userName, u"boris"_s);
        QCOMPARE(world.backend.transcript(u"[A1]"_s).size(), 0);
    }

    // A request under way when the account changes is not sent again for the new account.
    void aLateChallengeIsNotReplayedAsSomebodyElse()
    {
        World world;
        QVERIFY(world.signIn());
        world.breakAccess();
        world.backend.on(resourcePath).holdAnswers();
        world.get();
        QTRY_COMPARE(world.backend.on(resourcePath).heldCount(), 1);
        QVERIFY(world.signIn(u"boris"_s));
        world.backend.on(resourcePath).release();
        QTRY_COMPARE(world.endedWith(401), 1);
        QCOMPARE(world.refreshesOnTheWire(), 0);
        QCOMPARE(world.backend.transcript(u"GET"_s).size(), 0); // the request was made before
    }

    // Race 10: slots that call back, connected before the manager's own slots.
    void slotsMayCallBack_data()
    {
        using Slot = std::function<void(World &)>;
        QTest::addColumn<Slot>("slot");
        const std::map<const char *, Slot> slots {
            {"a request", [](World &world) { world.get(); }},
            {"a sign-out", [](World &world) { world.session->signOut(); }},
            {"new tokens", [](World &world) { world.session->setTokens(world.session->tokens()); }},
            {"another refresh", [](World &world) { world.session->refreshNow(); }},
            {"an abort of all",
                [](World &world) {
                    for (const auto &caller : world.callers)
                        caller->reply->abort();
                }},
            {"a deletion of all",
                [](World &world) {
                    for (const auto &caller : world.callers)
                        delete caller->reply;
                }},
            {"deletion of the manager", [](World &world) { world.manager.reset(); }},
        };
        QTest::addColumn<bool>("first");
        QTest::addColumn<bool>("rejected");
        for (const auto &[name, slot] : slots) {
            for (const bool first : {true, false}) {
                for (const bool rejected : {false, true}) {
                    QTest::addRow("%s, %s the manager hears, on %s", name,
                        first ? "before" : "after", rejected ? "sessionEnded" : "tokensRefreshed")
                        << slot << first << rejected;
                }
            }
        }
    }
    void slotsMayCallBack()
    {
        using Slot = std::function<void(World &)>;
        QFETCH(Slot, slot);
        QFETCH(bool, first);
        QFETCH(bool, rejected);
        World world;
        QVERIFY(world.signIn());
        world.manager.reset();
        int calls = 0;
        const auto listen = [&] {
            const auto once = [&] {
                if (++calls == 1)
                    slot(world);
            };
            connect(world.session.get(), &AuthSession::tokensRefreshed, this, once);
            connect(world.session.get(), &AuthSession::sessionEnded, this, once);
        };
        if (first)
            listen();
        world.manager = std::make_unique<authcore::AuthNetworkAccessManager>(*world.session);
        if (!first)
            listen();
        if (rejected)
            world.backend.answerRefreshes(demobackend::RefreshAnswer::InvalidGrant);
        QVERIFY(holdRefresh(world, 3));
        world.backend.on(refreshPath).release();
        QTRY_VERIFY(calls > 0);
        // Each reply that still exists has ended exactly once, and the session works.
        QTRY_VERIFY(std::all_of(world.callers.begin(), world.callers.end(),
            [](const auto &caller) { return caller->finished == 1 || !caller->reply; }));
        if (!world.manager)
            world.manager = std::make_unique<authcore::AuthNetworkAccessManager>(*world.session);
        QTRY_VERIFY(!world.manager->isRefreshInProgress());
        QVERIFY(world.signIn());
        auto &last = world.get();
        QTRY_COMPARE(last.status, 200);
        QCOMPARE(world.manager->pendingReplies().size(), 0);
        for (const auto &caller : world.callers)
            QVERIFY(caller->finished <= 1);
        world.session->disconnect(this);
    }

    // However many requests wait, they end one after the other, without recursion.
    void aLongQueueEndsWithoutRecursion()
    {
        World world;
        QVERIFY(world.signIn());
        world.manager.reset();
        // A slot asks for more before the manager learns that the session is over.
        connect(world.session.get(), &AuthSession::sessionEnded, this, [&] { world.get(); });
        world.manager = std::make_unique<authcore::AuthNetworkAccessManager>(*world.session);
        QVERIFY(holdRefresh(world, 1));
        constexpr int count = 30'000;
        for (int i = 0; i < count; ++i)
            world.get();
        world.session->signOut();
        QTRY_COMPARE(world.endedWith(0), count); // not inside that get()
        QTRY_COMPARE(world.endedWith(401), 2); // the last request went out without a token
        world.session->disconnect(this);
    }

    // Race 10 at the start of a refresh: the slot runs while the manager still handles the
    // challenge.
    void slotsOnTheStartMayCallBack_data()
    {
        using Slot = std::function<void(World &)>;
        QTest::addColumn<Slot>("slot");
        QTest::addColumn<int>("status"); // of the challenged request; -1: it is deleted
        QTest::newRow("a sign-out") << Slot([](World &world) { world.session->signOut(); }) << 401;
        QTest::newRow("a request") << Slot([](World &world) { world.get(); }) << 200;
        QTest::newRow("an abort") << Slot([](World &world) { world.callers[0]->reply->abort(); })
                                  << 0;
        QTest::newRow("a deletion")
            << Slot([](World &world) { delete world.callers[0]->reply; }) << -1;
        QTest::newRow("deletion of the manager")
            << Slot([](World &world) { world.manager.reset(); }) << -1;
    }
    void slotsOnTheStartMayCallBack()
    {
        using Slot = std::function<void(World &)>;
        QFETCH(Slot, slot);
        QFETCH(int, status);
        World world;
        QVERIFY(world.signIn());
        world.breakAccess();
        bool called = false;
        connect(world.session.get(), &AuthSession::refreshStarted, this, [&] {
            if (!std::exchange(called, true))
                slot(world);
        });
        test::Caller &caller = world.get();
        QTRY_VERIFY(called);
        QTRY_VERIFY(!caller.reply || caller.finished == 1);
        QCOMPARE(caller.reply ? caller.status : -1, status);
        world.session->disconnect(this);
        QVERIFY(world.signIn());
        if (!world.manager)
            world.manager = std::make_unique<authcore::AuthNetworkAccessManager>(*world.session);
        test::Caller &last = world.get();
        QTRY_COMPARE(last.status, 200);
        QCOMPARE(world.manager->pendingReplies().size(), 0);
    }

    // A reply may be deleted in any of its own slots, also those of a replay.
    void aReplyMayBeDeletedInAnySlot_data()
    {
        QTest::addColumn<int>("slot");
        QTest::newRow("metaDataChanged") << 0;
        QTest::newRow("readyRead") << 1;
        QTest::newRow("errorOccurred") << 2;
        QTest::newRow("downloadProgress") << 3;
        QTest::newRow("readChannelFinished") << 4;
        QTest::newRow("finished") << 5;
    }
    void aReplyMayBeDeletedInAnySlot()
    {
        QFETCH(int, slot);
        World world;
        QVERIFY(world.signIn());
        world.breakAccess();
        world.backend.on(u"/x"_s).replies(401).always({404, {}, "nothing here"});
        QPointer<QNetworkReply> reply = world.manager->get(world.request(u"/x"_s));
        const auto remove = [reply] { delete reply; };
        switch (slot) {
        case 0:
            connect(reply, &QNetworkReply::metaDataChanged, this, remove);
            break;
        case 1:
            connect(reply, &QIODevice::readyRead, this, remove);
            break;
        case 2:
            connect(reply, &QNetworkReply::errorOccurred, this, remove);
            break;
        case 3:
            connect(reply, &QNetworkReply::downloadProgress, this, remove);
            break;
        case 4:
            connect(reply, &QIODevice::readChannelFinished, this, remove);
            break;
        default:
            connect(reply, &QNetworkReply::finished, this, remove);
        }
        QTRY_VERIFY(!reply);
        QTRY_COMPARE(world.manager->activeCount(), 0);
        world.get();
        QTRY_COMPARE(world.endedWith(200), 1);
    }

    // As with Qt, replies die with their manager without a signal.
    void theManagerMayDieWithRepliesInEveryState()
    {
        World world;
        QVERIFY(world.signIn());
        QVERIFY(holdRefresh(world, 3)); // held with a challenge
        for (int i = 0; i < 20; ++i)
            world.get(); // held without
        world.manager.reset();
        QCOMPARE(world.finishedCount(), 0);
        for (const auto &caller : world.callers)
            QVERIFY(!caller->reply);

        world.manager = std::make_unique<authcore::AuthNetworkAccessManager>(*world.session);
        QVERIFY(world.manager->isRefreshInProgress()); // the request joins the refresh under way
        world.get();
        QCOMPARE(world.manager->pendingReplies().size(), 1);
        world.backend.on(refreshPath).release();
        QTRY_COMPARE(world.endedWith(200), 1);
        for (int i = 0; i < 20; ++i)
            world.get(); // sent and queued
        world.manager.reset();
        QCOMPARE(world.endedWith(200), 1);
    }

    // Several managers on one session: one refresh, and all requests are replayed.
    void managersShareOneRefresh()
    {
        World world;
        QVERIFY(world.signIn());
        world.breakAccess();
        authcore::AuthNetworkAccessManager other(*world.session);
        for (int i = 0; i < 3; ++i) {
            world.get();
            world.watch(other.get(world.request()));
        }
        QTRY_COMPARE(world.endedWith(200), 6);
        QCOMPARE(world.refreshesOnTheWire(), 1);
        world.callers.clear();
    }
};

QTEST_GUILESS_MAIN(Endings)
#include "tst_endings.moc"
