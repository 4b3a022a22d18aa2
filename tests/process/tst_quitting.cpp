// Races 46, 53, 60: programs that end or are stopped in the middle of a refresh.
#include "tests/process/fleet.h"

#include <QtCore/QDeadlineTimer>
#include <QtCore/QRandomGenerator>

#include <array>
#include <chrono>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using demobackend::Counters;
using test::Fleet;
using test::WorkerProcess;

//! The server detects reuse: a spent refresh token revokes its family.
class TestQuitting : public QObject
{
    Q_OBJECT

private:
    [[nodiscard]] static bool isFull() { return qEnvironmentVariableIsSet("TOKENFLIGHT_FULL"); }

    //! Passes real time while a process is stopped.
    [[nodiscard]] static bool pass(std::chrono::milliseconds time)
    {
        const QDeadlineTimer end(time);
        return test::waitFor([&end] { return end.hasExpired(); });
    }

    //! Whether the stored tokens are valid, so that the next program is signed in.
    [[nodiscard]] static bool isSignedIn(Fleet &fleet)
    {
        fleet.workers.clear();
        WorkerProcess &next = fleet.start();
        if (!next.awaitLine("ready"))
            return false;
        fleet.backend.expireAccessTokens(); // so that the program uses its refresh token
        next.get();
        return next.awaitLine("200") && fleet.backend.counters().reuses == 0;
    }

private Q_SLOTS:
    void aQuitLosesNoAnswer_data()
    {
        QTest::addColumn<QByteArray>("way");
        QTest::addColumn<bool>("isDecided");
        for (const char *way : {"exec", "object", "shutdown"}) {
            QTest::addRow("%s, before the server decides", way) << QByteArray(way) << false;
            QTest::addRow("%s, while the answer is on its way", way) << QByteArray(way) << true;
        }
    }
    void aQuitLosesNoAnswer()
    {
        QFETCH(const QByteArray, way);
        QFETCH(const bool, isDecided);
        Fleet fleet;
        QVERIFY(fleet.begin(1));
        if (isDecided)
            fleet.refreshes().holdAnswers();
        else
            fleet.refreshes().hold();
        WorkerProcess &worker = *fleet.workers[0];
        worker.tell("refresh");
        QTRY_COMPARE(fleet.refreshes().heldCount(), 1);
        worker.tell("end " + way);
        QVERIFY(worker.awaitLine("quitting"));
        fleet.refreshes().release();
        QCOMPARE(worker.ending(), u"exit 0"_s);
        QCOMPARE(fleet.backend.counters().refreshes, 1);
        QCOMPARE(fleet.namesOfStored(), u"A2 R2"_s);
    }

    // The wait is limited: the program ends although its server hangs.
    void aSilentServerHoldsNobodyUp()
    {
        Fleet fleet;
        QVERIFY(fleet.begin(1));
        fleet.refreshes().hold();
        fleet.workers[0]->tell("refresh");
        QTRY_COMPARE(fleet.refreshes().heldCount(), 1);
        fleet.workers[0]->tell("end impatient");
        QCOMPARE(fleet.workers[0]->ending(), u"exit 0"_s);
    }

    // A program that waits for the lock of an ending program finds the new tokens.
    void theLockIsHeldUntilTheAnswerIsStored()
    {
        Fleet fleet;
        QVERIFY(fleet.begin(2));
        fleet.refreshes().holdAnswers();
        fleet.backend.expireAccessTokens();
        fleet.workers[0]->tell("refresh");
        QTRY_COMPARE(fleet.refreshes().heldCount(), 1);
        fleet.workers[1]->get();
        fleet.workers[0]->tell("end exec");
        QVERIFY(fleet.workers[0]->awaitLine("quitting"));
        fleet.refreshes().release();
        QCOMPARE(fleet.workers[0]->ending(), u"exit 0"_s);
        QVERIFY(fleet.workers[1]->awaitLine("200"));
        const Counters counters = fleet.backend.counters();
        QCOMPARE(counters.refreshes, 1);
        QCOMPARE(counters.reuses, 0);
    }

    void quitsAtAnyMoment()
    {
        const int quits = isFull() ? 100 : 6;
        const quint32 seed = QRandomGenerator::global()->generate();
        qInfo("seed %u", seed);
        QRandomGenerator random(seed);
        Fleet fleet;
        QVERIFY(fleet.signIn());
        auto knobs = fleet.backend.knobs();
        knobs.latency[demobackend::Endpoint::Refresh] = 100ms;
        fleet.backend.setKnobs(knobs);
        constexpr std::array<const char *, 3> ways {"exec", "object", "shutdown"};
        int lost = 0;
        for (int i = 0; i < quits; ++i) {
            fleet.workers.clear();
            WorkerProcess &worker = fleet.start();
            QVERIFY(worker.awaitLine("ready"));
            worker.tell("refresh");
            worker.tell(QByteArray("end ") + ways.at(std::size_t(i) % ways.size()) + ' '
                + QByteArray::number(random.bounded(150)));
            QCOMPARE(worker.ending(), u"exit 0"_s);
            if (!isSignedIn(fleet)) {
                ++lost;
                QVERIFY(fleet.signIn());
            }
            fleet.backend.clearTranscript();
        }
        qInfo("%d quits, %d lost", quits, lost);
        QCOMPARE(lost, 0);
    }

    // Race 46: the answer arrives while the process is stopped for longer than a try's time-out.
    void aStoppedProcessReadsWhatHasCome()
    {
        const int stops = isFull() ? 50 : 2;
        qputenv("TRY_TIMEOUT", "300");
        const auto cleanup = qScopeGuard([] { qunsetenv("TRY_TIMEOUT"); });
        Fleet fleet;
        QVERIFY(fleet.begin(1));
        WorkerProcess &worker = *fleet.workers[0];
        for (int i = 0; i < stops; ++i) {
            fleet.forget();
            fleet.refreshes().holdAnswers();
            worker.tell("refresh");
            QTRY_COMPARE(fleet.refreshes().heldCount(), 1);
            QVERIFY(worker.standStill());
            fleet.refreshes().release();
            QTRY_VERIFY(fleet.backend.transcript(u"-> ..."_s).isEmpty());
            QVERIFY(pass(1500ms)); // the deadline is more than a second late
            worker.goOn();
            QTRY_VERIFY(worker.said("refreshed") + worker.said("ended") > 0);
            QCOMPARE(fleet.backend.counters().refreshes, 1);
            QCOMPARE(worker.said("ended"), 0);
        }
        qInfo("%d stops, none lost", stops);
    }

    // Race 53: the process is stopped right before it sends its refresh token.
    void aProcessThatStopsBeforeItSendsKeepsItsTurn()
    {
        qputenv("TRY_TIMEOUT", "300");
        const auto cleanup = qScopeGuard([] { qunsetenv("TRY_TIMEOUT"); });
        Fleet fleet;
        QVERIFY(fleet.begin(2));
        fleet.backend.expireAccessTokens();
        fleet.workers[0]->tell("stop");
        fleet.workers[0]->tell("refresh");
        QVERIFY(fleet.workers[0]->awaitLine("stops"));
        QVERIFY(fleet.workers[0]->hasStopped());
        fleet.workers[1]->get();
        QVERIFY(pass(1500ms));
        QCOMPARE(fleet.backend.counters().refreshes, 0); // the other process waits
        fleet.workers[0]->goOn();
        QVERIFY(fleet.workers[0]->awaitLine("refreshed"));
        QVERIFY(fleet.workers[1]->awaitLine("200"));
        QCOMPARE(fleet.backend.counters().refreshes, 1);
        QCOMPARE(fleet.backend.counters().reuses, 0);
    }
};

QTEST_GUILESS_MAIN(TestQuitting)

#include "tst_quitting.moc"
