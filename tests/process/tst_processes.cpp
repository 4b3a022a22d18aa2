#include "tests/process/fleet.h"
#include "tests/support/leftovers.h"

#include <QtCore/QDeadlineTimer>
#include <QtCore/QDir>
#include <QtCore/QRandomGenerator>

#include <algorithm>
#include <chrono>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using demobackend::Counters;
using demobackend::RefreshAnswer;
using test::Fleet;

//! One account and many processes, checked by the server's counters.
class TestProcesses : public QObject
{
    Q_OBJECT

private:
    [[nodiscard]] static bool isFull() { return qEnvironmentVariableIsSet("TOKENFLIGHT_FULL"); }

private Q_SLOTS:
    void eachExpiryIsRefreshedOnce()
    {
        constexpr int processes = 8;
        Fleet fleet;
        QVERIFY(fleet.begin(processes));
        const int expiries = isFull() ? 1000 : 50;
        for (int i = 1; i <= expiries; ++i) {
            const int each = 1 + i % 3;
            fleet.expire(each);
            QVERIFY2(fleet.areIdle(), qPrintable(QString::number(i)));
            const Counters counters = fleet.backend.counters();
            QCOMPARE(counters.reuses, 0);
            QCOMPARE(counters.refreshes, 1);
            QCOMPARE(counters.rotations, 1);
            QCOMPARE(fleet.count("200"), processes * each);
            QCOMPARE(fleet.count("ended"), 0);
            fleet.forget();
        }
        QCOMPARE(fleet.namesOfStored(),
            QString(u"A%1 R%1"_s).arg(expiries + 1)); // the sign-in got A1 and R1
    }

    void aKilledProcessTakesItsOwnAnswerAlongAtMost_data()
    {
        QTest::addColumn<bool>("whileItRefreshes");
        QTest::newRow("anybody, at any moment") << false;
        QTest::newRow("whoever refreshes, soon after the server was asked") << true;
    }
    void aKilledProcessTakesItsOwnAnswerAlongAtMost()
    {
        QFETCH(const bool, whileItRefreshes);
        constexpr int processes = 3;
        const quint32 seed = QRandomGenerator::global()->generate();
        qInfo("seed %u", seed);
        QRandomGenerator random(seed);
        Fleet fleet;
        QVERIFY(fleet.begin(processes));
        const int kills = isFull() ? 250 : 10;
        int struck = 0; // the killed process was the one that refreshed
        int lost = 0; // the killed process had lost its answer
        for (int i = 0; i < kills; ++i) {
            fleet.forget();
            const int first = fleet.refreshes().arrivedCount();
            fleet.expire();
            std::size_t victim = random.bounded(processes);
            if (whileItRefreshes) {
                const QDeadlineTimer limit(test::patience);
                while (fleet.refreshes().arrivedCount() == first)
                    QVERIFY(!limit.hasExpired()); // without sleeping, as in pass()
                victim = fleet.indexOf(fleet.refreshes().arrivedHeader(first, "x-worker"));
            }
            pass(std::chrono::microseconds(random.bounded(whileItRefreshes ? 10'000 : 40'000)));
            const auto name = fleet.killAmongStill(victim);
            QVERIFY(name);
            QVERIFY(fleet.areIdle());
            const Counters counters = fleet.backend.counters();
            const bool byTheDead = fleet.refreshes().arrivedHeader(first, "x-worker") == name;
            struck += byTheDead ? 1 : 0;
            QCOMPARE(counters.rotations, 1);
            if (counters.reuses == 0) {
                QCOMPARE(counters.refreshes, 1);
                QCOMPARE(fleet.count("ended"), 0);
                QCOMPARE(fleet.count("200"), processes - 1);
                const auto names = fleet.namesOfStored();
                QVERIFY2(isOfOneGeneration(names), qPrintable(names));
                fleet.forget();
                fleet.start();
                QVERIFY(fleet.areReady(1));
                continue;
            }
            ++lost;
            QVERIFY(byTheDead); // otherwise a process has ignored the stored tokens
            QCOMPARE(counters.reuses, 1);
            QCOMPARE(counters.refreshes, 2); // after the end no process refreshes again
            QTRY_COMPARE(fleet.count("ended"), processes - 1);
            QCOMPARE(fleet.count("401"), processes - 1);
            QVERIFY(!fleet.stored());
            fleet.workers.clear();
            QVERIFY(fleet.begin(processes));
        }
        qInfo("%d killed, %d of them had asked the server, %d took its answer along", kills, struck,
            lost);
    }

    //! Race 55: while a process refreshes, two others are killed and two are stopped; in every
    //! second round the refreshing process is stopped, too.
    void sixteenOfWhichSomeAreKilledAndSomeStandStill()
    {
        constexpr std::size_t processes = 16;
        Fleet fleet;
        QVERIFY(fleet.begin(processes));
        const int rounds = isFull() ? 100 : 2;
        for (int round = 0; round < rounds; ++round) {
            fleet.forget();
            const int first = fleet.refreshes().arrivedCount();
            fleet.refreshes().hold();
            fleet.expire();
            QTRY_COMPARE(fleet.refreshes().heldCount(), 1);
            const QByteArray refreshing = fleet.refreshes().arrivedHeader(first, "x-worker");
            const auto rest = fleet.workers.begin() + 1;
            std::iter_swap(fleet.workers.begin(),
                fleet.workers.begin() + std::ptrdiff_t(fleet.indexOf(refreshing)));
            QVERIFY((*rest)->standStill());
            QVERIFY((*(rest + 1))->standStill());
            if (round % 2 == 1)
                QVERIFY(fleet.workers.front()->standStill());
            fleet.kill(processes - 1);
            fleet.kill(processes - 2);
            fleet.refreshes().release();
            for (const auto &worker : fleet.workers)
                worker->goOn();
            QVERIFY2(fleet.areIdle(), qPrintable(QString::number(round)));
            QCOMPARE(fleet.backend.counters().refreshes, 1);
            QCOMPARE(fleet.backend.counters().reuses, 0);
            QCOMPARE(fleet.count("200"), int(processes - 2));
            QCOMPARE(fleet.count("ended"), 0);
            fleet.forget();
            fleet.start();
            fleet.start();
            QVERIFY(fleet.areReady(2));
        }
        QCOMPARE(fleet.namesOfStored(), QString(u"A%1 R%1"_s).arg(rounds + 1));
    }

    //! Race 11.
    void aHolderThatIsKilledWhileTheServerHangs()
    {
        Fleet fleet;
        QVERIFY(fleet.begin(2));
        fleet.backend.answerRefreshes(RefreshAnswer::Hang);
        fleet.backend.expireAccessTokens();
        fleet.workers[0]->get();
        // The server has decided this answer: later requests get theirs at once.
        QTRY_COMPARE(fleet.backend.nextRefreshAnswer(), RefreshAnswer::Ok);
        fleet.workers[1]->get();
        QTRY_COMPARE(fleet.backend.counters().challenges, 2);
        QCOMPARE(fleet.backend.counters().refreshes, 1); // the other process waits for the lock
        fleet.kill(0);
        QVERIFY(fleet.areIdle());
        QCOMPARE(fleet.count("200"), 1);
        QCOMPARE(fleet.backend.counters().rotations, 1);
    }

    //! The files of processes that were killed while they stored tokens or removed old files.
    void whatKilledWritersLeftHoldsNobodyUp()
    {
        Fleet fleet;
        QVERIFY(fleet.begin(2));
        for (const auto &suffix : {u".lock"_s, u".lock.rmlock"_s, u".lock.rmlock.rmlock"_s}) {
            const QByteArray content =
                suffix.endsWith(u"k.rmlock.rmlock"_s) ? QByteArray() : test::nameOfADeadProcess();
            QVERIFY(test::leaveBehind(fleet.file + suffix, content));
        }
        fleet.backend.answerRefreshes(RefreshAnswer::LoseAnswer);
        fleet.expire();
        QVERIFY(fleet.areIdle());
        QCOMPARE(fleet.count("401"), 2);
        QTRY_COMPARE(fleet.count("ended"), 2);
        QVERIFY(!fleet.stored());
    }

    //! The process takes the tokens that another one has stored, although they have expired by
    //! then.
    void oneThatLagsBehindEndsNothing()
    {
        Fleet fleet;
        QVERIFY(fleet.begin(2));
        for (const auto &worker : fleet.workers) {
            fleet.backend.expireAccessTokens();
            worker->get();
            QVERIFY(fleet.areIdle());
        }
        QCOMPARE(fleet.count("200"), 2);
        QCOMPARE(fleet.count("ended"), 0);
        QCOMPARE(fleet.backend.counters().rotations, 2);
        QCOMPARE(fleet.backend.counters().reuses, 0);
        QCOMPARE(fleet.namesOfStored(), u"A3 R3"_s);
    }

    //! Race 30: without a lock, two processes may use the same refresh token.
    void theLosersRejectionKeepsTheWinnersTokens()
    {
        Fleet fleet;
        auto knobs = fleet.backend.knobs();
        knobs.reuseDetection = false; // otherwise the server would revoke the winner's tokens
        fleet.backend.setKnobs(knobs);
        QVERIFY(fleet.begin(2));
        QVERIFY(QDir().mkdir(authcore::SettingsTokenStore(fleet.file).lockPath(fleet.key())));
        fleet.refreshes().hold();
        fleet.expire();
        QTRY_COMPARE(fleet.refreshes().heldCount(), 2);
        fleet.refreshes().release(1);
        QTRY_COMPARE(fleet.count("refreshed"), 1);
        fleet.refreshes().release();
        QVERIFY(fleet.areIdle());
        QCOMPARE(fleet.backend.counters().reuses, 1);
        QCOMPARE(fleet.count("200"), 2);
        QCOMPARE(fleet.count("ended"), 0);
        QCOMPARE(fleet.namesOfStored(), u"A2 R2"_s);
    }

    //! Race 29.
    void anAnswerIsLost_data()
    {
        QTest::addColumn<std::chrono::seconds>("grace");
        QTest::addColumn<QByteArray>("status");
        QTest::newRow("the server has a grace time: asked again") << 600s << QByteArray("200");
        QTest::newRow("it has none: the end, once") << 0s << QByteArray("401");
    }
    void anAnswerIsLost()
    {
        QFETCH(const std::chrono::seconds, grace);
        QFETCH(const QByteArray, status);
        Fleet fleet;
        auto knobs = fleet.backend.knobs();
        knobs.reuseGrace = grace;
        fleet.backend.setKnobs(knobs);
        QVERIFY(fleet.begin(2));
        fleet.backend.answerRefreshes(RefreshAnswer::LoseAnswer);
        fleet.expire();
        QVERIFY(fleet.areIdle());
        QCOMPARE(fleet.count(status), 2);
        QCOMPARE(fleet.backend.counters().refreshes, 2);
        const bool isOver = status == "401";
        QTRY_COMPARE(fleet.count("ended"), isOver ? 2 : 0);
        QCOMPARE(fleet.backend.counters().reuses, isOver ? 1 : 0);
        QCOMPARE(fleet.stored().has_value(), !isOver);
        fleet.workers[0]->get();
        QVERIFY(fleet.areIdle());
        QCOMPARE(fleet.count(status), 3);
        QCOMPARE(fleet.backend.counters().refreshes, 2); // the refresh does not repeat forever
    }

    //! Race 25: unstored tokens exist in one process only, so no other process may refresh.
    void tokensThatCannotBeStoredAreKept()
    {
        Fleet fleet;
        QVERIFY(fleet.begin(2));
        auto &first = *fleet.workers[0];
        fleet.refreshes().hold();
        fleet.backend.expireAccessTokens();
        first.get();
        QTRY_COMPARE(fleet.refreshes().heldCount(), 1); // the first process has the lock
        QVERIFY(first.setSpace(0));
        fleet.refreshes().release();
        QTRY_COMPARE(first.said("200"), 1); // the first process uses its unstored tokens
        QVERIFY(first.said("store-failed") > 0);
        QCOMPARE(fleet.namesOfStored(), u"A1 R1"_s);
        fleet.workers[1]->get();
        // The first process tries to store again; the other one still waits.
        QTRY_VERIFY(first.said("store-failed") > 1);
        QCOMPARE(fleet.workers[1]->answered(), 0);
        QVERIFY(first.setSpace(1));
        QVERIFY(fleet.areIdle());
        QCOMPARE(fleet.count("200"), 2);
        // The process with the last answer does not print this.
        QTRY_COMPARE(fleet.count("store-recovered"), 1);
        QCOMPARE(fleet.backend.counters(), (Counters {.challenges = 1, .served = 1}));
        QCOMPARE(fleet.namesOfStored(), u"A2 R2"_s);
    }

    //! Race 63: no process spends a refresh token if its successor could not be stored.
    void nobodyRefreshesWhereNothingCanBeStored()
    {
        constexpr int processes = 16;
        Fleet fleet;
        QVERIFY(fleet.begin(processes));
        for (const auto &worker : fleet.workers)
            QVERIFY(worker->setSpace(0));
        fleet.expire();
        QVERIFY(fleet.areIdle());
        QCOMPARE(fleet.backend.counters().refreshes, 0);
        QCOMPARE(fleet.count("failed"), processes);
        QCOMPARE(fleet.count("ended"), 0);
        for (const auto &worker : fleet.workers)
            QVERIFY(worker->setSpace(1));
        fleet.forget();
        fleet.expire();
        QVERIFY(fleet.areIdle());
        QCOMPARE(fleet.count("200"), processes);
        QCOMPARE(fleet.backend.counters().refreshes, 1);
        QCOMPARE(fleet.backend.counters().reuses, 0);
    }

private:
    //! Passes a moment within an operation by a busy loop, since event waits are too coarse.
    static void pass(std::chrono::microseconds time)
    {
        const QDeadlineTimer end(time, Qt::PreciseTimer);
        while (!end.hasExpired()) { }
    }

    //! "A7 R7": the names of tokens that the backend issued together.
    static bool isOfOneGeneration(const QString &names)
    {
        const auto parts = names.split(u' ');
        return parts.size() == 2 && parts[0].mid(1).toInt() > 0
            && parts[0].mid(1) == parts[1].mid(1);
    }
};

QTEST_GUILESS_MAIN(TestProcesses)
#include "tst_processes.moc"
