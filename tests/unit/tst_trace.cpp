#include "authcore/lab/trace.h"
#include "tests/support/speaking.h"
#include "tests/support/story.h"

#include <QtTest/QSignalSpy>
#include <QtTest/QTest>

#include <array>

using namespace authcore;
using namespace authcore::lab;
using test::Story;
using namespace std::chrono_literals;

//! A trace turns events into records.
class TraceTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void attemptsAreRecorded();
    void phasesFollowEachOther_data();
    void phasesFollowEachOther();
    void refreshKnowsItsTriesAndWaiters();
    void triesAreToldApart();
    void refreshEnds_data();
    void refreshEnds();
    void rowsKeepTheOrderOfCreation();
    void signalsNameTheRow();
    void unknownIdsChangeNothing();
    void secondBeginningIsIgnored();
    void clearForgetsWhatIsUnderWay();
    void eventsCostTheSameHoweverMany();
};

namespace {

//! "Queued 1-2, Held(1) 2-4": milliseconds since the first event; an open end is empty.
QByteArray toText(const std::vector<PhaseRecord> &phases)
{
    static constexpr std::array names {"Queued", "Held", "Sending", "Receiving"};
    QByteArrayList texts;
    for (const auto &phase : phases) {
        QByteArray text = names.at(static_cast<std::size_t>(phase.phase));
        if (phase.refresh != RefreshId {})
            text += "(" + QByteArray::number(static_cast<int>(phase.refresh)) + ")";
        text += " " + QByteArray::number(qint64(phase.from / 1ms)) + "-";
        if (phase.to)
            text += QByteArray::number(qint64(*phase.to / 1ms));
        texts.append(text);
    }
    return texts.join(", ");
}

Story afterOneChallenge()
{
    return Story()
        .created(1)
        .sent(1, 1, 1)
        .refreshStarted(1, 1)
        .challenged(1, 1, ChallengeOutcome::StartedRefresh, 1)
        .held(1, 1)
        .received(1, 1, 401);
}

} // namespace

void TraceTest::attemptsAreRecorded()
{
    Trace trace;
    afterOneChallenge()
        .refreshed(1, 2)
        .sent(1, 2, 2)
        .firstByte(1, 2, 200)
        .received(1, 2, 200)
        .answered(1, 200)
        .tell(trace);

    const auto &request = trace.requests().at(0);
    QCOMPARE(request.attempts.size(), 2U);
    QCOMPARE(request.attempts[0].status, 401);
    QCOMPARE(request.attempts[0].challenge, ChallengeOutcome::StartedRefresh);
    QCOMPARE(request.attempts[0].refresh, Story::refreshId(1));
    QCOMPARE(request.attempts[1].generation, Story::g(2));
    QCOMPARE(request.attempts[1].sentAt, 7ms);
    QCOMPARE(request.attempts[1].firstByteAt, 8ms);
    QCOMPARE(request.attempts[1].finishedAt, 9ms);
    QVERIFY(!request.attempts[1].challenge);
    QCOMPARE(request.status, 200);
    QCOMPARE(request.finishedAt, 10ms);
    QCOMPARE(trace.lastEventAt(), 10ms);
}

void TraceTest::phasesFollowEachOther_data()
{
    QTest::addColumn<test::Story>("story");
    QTest::addColumn<QByteArray>("expected");
    const auto row = [](const char *name, const Story &story, const QByteArray &expected) {
        QTest::newRow(name) << story << expected;
    };
    // clang-format off
    row("nothing yet",             Story().created(1), "");
    row("waits for its turn",      Story().created(1).queued(1), "Queued 1-");
    row("queued, then on the wire", Story().created(1).queued(1).sent(1, 1, 1), "Queued 1-2, Sending 2-");
    row("answered",                Story().created(1).sent(1, 1, 1).firstByte(1, 1, 200).received(1, 1, 200),
                                   "Sending 1-2, Receiving 2-3");
    row("an answer without a first byte", Story().created(1).sent(1, 1, 1).failed(1), "Sending 1-2");
    row("held for a refresh",      Story().created(1).held(1, 7).sent(1, 1, 1), "Held(7) 1-2, Sending 2-");
    row("held for a sign-in",      Story().created(1).held(1, 0), "Held 1-");
    row("held, queued, sent",      Story().created(1).held(1, 1).queued(1).sent(1, 1, 2),
                                   "Held(1) 1-2, Queued 2-3, Sending 3-");
    row("held before its 401 is read to the end", afterOneChallenge().sent(1, 2, 2),
                                   "Sending 1-4, Held(1) 4-6, Sending 6-");
    row("its first byte is late news when it is held", afterOneChallenge().firstByte(1, 1, 401),
                                   "Sending 1-4, Held(1) 4-");
    row("finished while held",     Story().created(1).held(1, 1).failed(1), "Held(1) 1-2");
    // clang-format on
}

void TraceTest::phasesFollowEachOther()
{
    QFETCH(const Story, story);
    QFETCH(const QByteArray, expected);
    Trace trace;
    story.tell(trace);
    QCOMPARE(toText(trace.requests().at(0).phases), expected);
}

void TraceTest::refreshKnowsItsTriesAndWaiters()
{
    Trace trace;
    afterOneChallenge()
        .trySent(1, 1)
        .created(2)
        .held(2, 1)
        .tryFailed(1, 1, TokenError::Code::ServerFailed, 500)
        .trySent(1, 2)
        .trySucceeded(1, 2)
        .refreshed(1, 2)
        .tell(trace);

    const auto &refresh = trace.refreshes().at(0);
    QCOMPARE(refresh.tries.size(), 2U);
    QCOMPARE(refresh.tries[0].error, TokenError::Code::ServerFailed);
    QCOMPARE(refresh.tries[0].status, 500);
    QVERIFY(!refresh.tries[1].error);
    QCOMPARE(refresh.tries[1].sentAt, 10ms);
    QCOMPARE(refresh.tries[1].finishedAt, 11ms);
    QCOMPARE(refresh.causedBy, std::vector {Story::id(1)});
    QCOMPARE(refresh.waitedFor, (std::vector {Story::id(1), Story::id(2)}));
}

//! The number of a try counts, not its place in the list.
void TraceTest::triesAreToldApart()
{
    Trace trace;
    Story()
        .refreshStarted(1, 1)
        .trySent(1, 1)
        .trySent(1, 2)
        .tryFailed(1, 1, TokenError::Code::TimedOut, 0)
        .tell(trace);
    const auto &tries = trace.refreshes().at(0).tries;
    QCOMPARE(tries.at(0).error, TokenError::Code::TimedOut);
    QVERIFY(!tries.at(1).finishedAt);
}

void TraceTest::refreshEnds_data()
{
    QTest::addColumn<test::Story>("story");
    QTest::addColumn<bool>("finished");
    QTest::addColumn<bool>("succeeded");
    QTest::addColumn<bool>("discarded");
    const auto begun = Story().refreshStarted(1, 1);
    QTest::newRow("still running") << begun << false << false << false;
    QTest::newRow("new tokens") << Story(begun).refreshed(1, 2) << true << true << false;
    QTest::newRow("rejected") << Story(begun).refreshFailed(1, TokenError::Code::Rejected) << true
                              << false << false;
    QTest::newRow("discarded") << Story(begun).refreshDiscarded(1) << true << false << true;
}

void TraceTest::refreshEnds()
{
    QFETCH(const Story, story);
    Trace trace;
    story.tell(trace);
    const auto &refresh = trace.refreshes().at(0);
    QTEST(refresh.finishedAt.has_value(), "finished");
    QTEST(refresh.to.has_value(), "succeeded");
    QTEST(refresh.discarded, "discarded");
}

void TraceTest::rowsKeepTheOrderOfCreation()
{
    Trace trace;
    Story().created(5).refreshStarted(1, 1).created(6).tell(trace);
    QCOMPARE(trace.rows().size(), 3U);
    QCOMPARE(trace.rows()[0].kind, Trace::Row::Kind::Request);
    QCOMPARE(trace.rows()[1].kind, Trace::Row::Kind::Refresh);
    QCOMPARE(trace.rows()[2].index, 1U);
    QCOMPARE(trace.find(Story::id(6))->createdAt, 2ms);
    QVERIFY(trace.find(Story::refreshId(1)) != nullptr);
    QVERIFY(trace.find(Story::refreshId(2)) == nullptr);
}

void TraceTest::signalsNameTheRow()
{
    Trace trace;
    QStringList recorded;
    const auto record = [&recorded](const char *what) {
        return [&recorded, what](std::size_t row) {
            recorded.append(QLatin1String(what) + QString::number(row));
        };
    };
    connect(&trace, &Trace::rowAdded, this, record("+"));
    connect(&trace, &Trace::attemptAdded, this, record("a"));
    connect(&trace, &Trace::rowChanged, this, record("c"));

    Story()
        .created(1)
        .sent(1, 1, 1)
        .refreshStarted(1, 1)
        .trySent(1, 1)
        .held(1, 1)
        .answered(1, 200)
        .ended()
        .tell(trace);
    // Holding a request changes its row and the row of its refresh; the end of a session has no
    // row.
    QCOMPARE(recorded.join(u' '), QStringLiteral("+0 a0 +1 a1 c0 c1 c0"));
}

void TraceTest::unknownIdsChangeNothing()
{
    Trace trace;
    QSignalSpy changed(&trace, &Trace::rowChanged);
    Story()
        .queued(9)
        .held(9, 9)
        .sent(9, 1, 1)
        .firstByte(9, 1, 200)
        .received(9, 1, 200)
        .challenged(9, 1, ChallengeOutcome::StartedRefresh, 9)
        .answered(9, 200)
        .trySent(9, 1)
        .trySucceeded(9, 1)
        .refreshed(9, 2)
        .refreshDiscarded(9)
        .tell(trace);
    QVERIFY(trace.events().empty());
    QVERIFY(trace.rows().empty());
    QCOMPARE(changed.count(), 0);
}

void TraceTest::secondBeginningIsIgnored()
{
    Trace trace;
    Story().created(1).created(1).refreshStarted(1, 1).refreshStarted(1, 1).tell(trace);
    QCOMPARE(trace.rows().size(), 2U);
    QCOMPARE(trace.events().size(), 2U);
}

void TraceTest::clearForgetsWhatIsUnderWay()
{
    Trace trace;
    QSignalSpy cleared(&trace, &Trace::cleared);
    Story().created(1).sent(1, 1, 1).ended().tell(trace);
    QCOMPARE(trace.sessionEnds(), std::vector {std::chrono::nanoseconds(2ms)});
    trace.clear();
    QCOMPARE(cleared.count(), 1);
    QVERIFY(trace.sessionEnds().empty());
    // An answer to a forgotten request begins nothing.
    Story().answered(1, 200).created(2).sent(2, 1, 1).tell(trace);
    QCOMPARE(trace.requests().size(), 1U);
    QCOMPARE(trace.requests()[0].createdAt, 0ms);
    QCOMPARE(trace.lastEventAt(), 1ms);
}

//! 20,000 requests that all wait for one refresh. Quadratic effort would take minutes here.
void TraceTest::eventsCostTheSameHoweverMany()
{
    constexpr int count = 20'000;
    Story story;
    story.refreshStarted(1, 1);
    for (int request = 1; request <= count; ++request)
        story.created(request).sent(request, 1, 1);
    for (int request = 1; request <= count; ++request)
        story.challenged(request, 1, ChallengeOutcome::JoinedRefresh, 1).held(request, 1);
    for (int request = 1; request <= count; ++request)
        story.replayed(request, 2);

    Trace trace;
    const auto begun = std::chrono::steady_clock::now();
    story.tell(trace);
    QCOMPARE_LT(std::chrono::steady_clock::now() - begun, 10s);
    QCOMPARE(trace.refreshes()[0].waitedFor.size(), std::size_t {count});
    QCOMPARE(trace.requests().back().attempts.size(), 2U);
}

QTEST_GUILESS_MAIN(TraceTest)
#include "tst_trace.moc"
