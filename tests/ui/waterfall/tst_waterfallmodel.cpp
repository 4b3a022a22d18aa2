#include "authcore/testing/manualclock.h"
#include "ui/waterfall/bar.h"
#include "ui/waterfall/waterfallmodel.h"

#include <QtTest/QAbstractItemModelTester>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>

using namespace Qt::StringLiterals;
using namespace authcore;
using namespace std::chrono_literals;
using ui::Bar;
using ui::BarSegment;
using ui::WaterfallModel;

namespace {

//! A trace written by hand; its clock advances by a millisecond with each event.
struct Story
{
    authcore::testing::ManualClock clock;
    lab::Trace trace;

    void tell(decltype(TraceEvent::what) what, std::chrono::milliseconds later = 1ms)
    {
        clock.advance(later);
        trace.record({clock.monotonic(), std::move(what)});
    }

    void create(int request)
    {
        tell(trace::RequestCreated {
            RequestId(request), "GET", QUrl(u"http://127.0.0.1/api/resources"_s)});
    }
    void send(int request, int attempt, int generation)
    {
        tell(trace::AttemptSent {RequestId(request), attempt, Generation(generation),
            QUrl(u"http://127.0.0.1/api/resources"_s)});
    }
    void challenge(int request, int attempt, ChallengeOutcome outcome)
    {
        tell(trace::AttemptFirstByte {RequestId(request), attempt, 401}, 10ms);
        tell(trace::AttemptFinished {
            RequestId(request), attempt, 401, QNetworkReply::AuthenticationRequiredError});
        if (outcome == ChallengeOutcome::StartedRefresh) {
            tell(trace::RefreshStarted {RefreshId(1), Generation(1)}, 0ms);
            tell(trace::RefreshTrySent {RefreshId(1), 1}, 0ms);
        }
        tell(trace::Challenged {RequestId(request), attempt, outcome, RefreshId(1)}, 0ms);
        tell(trace::RequestHeld {RequestId(request), RefreshId(1)}, 0ms);
    }
    void succeed(int request, int attempt)
    {
        tell(trace::AttemptFirstByte {RequestId(request), attempt, 200}, 10ms);
        tell(trace::AttemptFinished {RequestId(request), attempt, 200, QNetworkReply::NoError});
        tell(trace::RequestFinished {RequestId(request), 200, QNetworkReply::NoError}, 0ms);
    }
    void finishRefresh()
    {
        tell(trace::RefreshTryFinished {RefreshId(1), 1, {}, 200}, 30ms);
        RefreshStory story;
        story.add(RefreshTry {1, {.url = u"https://host/token"_s, .httpStatus = 503}, {}, {}});
        story.decision = u"Decided."_s;
        tell(trace::RefreshFinished {RefreshId(1), {}, Generation(2),
                 std::make_shared<const RefreshStory>(story)},
            0ms);
    }

    //! Tells of two requests with a broken token, one refresh, and both requests sent again.
    void tellAll()
    {
        create(1);
        create(2);
        send(1, 1, 1);
        send(2, 1, 1);
        challenge(1, 1, ChallengeOutcome::StartedRefresh);
        challenge(2, 1, ChallengeOutcome::JoinedRefresh);
        finishRefresh();
        send(1, 2, 2);
        send(2, 2, 2);
        succeed(1, 2);
        succeed(2, 2);
    }
};

QStringList column(const QAbstractItemModel &model, int column, const QModelIndex &parent = {})
{
    QStringList texts;
    for (int row = 0; row < model.rowCount(parent); ++row)
        texts << model.index(row, column, parent).data().toString();
    return texts;
}

} // namespace

class TestWaterfallModel : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyStepOfAStoryKeepsTheModelConsistent()
    {
        Story story;
        WaterfallModel model(story.trace, story.clock);
        const QAbstractItemModelTester tester(
            &model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        story.tellAll();
        story.trace.clear();
        QCOMPARE(model.rowCount(), 0);
        story.tellAll();
        QCOMPARE(model.rowCount(), 3);
    }

    void rowsAreRequestsAndRefreshesInOrder()
    {
        Story story;
        WaterfallModel model(story.trace, story.clock);
        story.tellAll();
        QCOMPARE(
            column(model, WaterfallModel::NumberColumn), (QStringList {u"1"_s, u"2"_s, u"↻1"_s}));
        QCOMPARE(column(model, WaterfallModel::RequestColumn),
            (QStringList {
                u"GET /api/resources"_s, u"GET /api/resources"_s, u"refresh, for 1, 2"_s}));
        QCOMPARE(column(model, WaterfallModel::StatusColumn),
            (QStringList {u"✓ 200"_s, u"✓ 200"_s, u"✓ new tokens"_s}));
        QCOMPARE(column(model, WaterfallModel::GenerationColumn),
            (QStringList {u"A2"_s, u"A2"_s, u"A1 → A2"_s}));
    }

    void childrenAreAttemptsAndTries()
    {
        Story story;
        WaterfallModel model(story.trace, story.clock);
        story.tellAll();
        QCOMPARE(column(model, WaterfallModel::RequestColumn, model.index(0, 0)),
            (QStringList {u"attempt 1, caused refresh 1"_s, u"attempt 2"_s}));
        QCOMPARE(column(model, WaterfallModel::RequestColumn, model.index(1, 0)),
            (QStringList {u"attempt 1, waited for refresh 1"_s, u"attempt 2"_s}));
        QCOMPARE(column(model, WaterfallModel::StatusColumn, model.index(1, 0)),
            (QStringList {u"✗ 401"_s, u"✓ 200"_s}));
        QCOMPARE(column(model, WaterfallModel::RequestColumn, model.index(2, 0)),
            (QStringList {u"try 1"_s}));
    }

    void theTipOfARefreshShowsItsTries()
    {
        Story story;
        WaterfallModel model(story.trace, story.clock);
        story.tellAll();
        const QStringList lines = model.index(2, 0).data(Qt::ToolTipRole).toString().split(u'\n');
        QCOMPARE(lines.size(), 3);
        QCOMPARE(lines[0], model.index(2, 0).data(Qt::AccessibleTextRole).toString());
        QVERIFY2(lines[1].endsWith(" https://host/token: 503 in 0 ms"_L1), qPrintable(lines[1]));
        QCOMPARE(lines[2], u"Decided."_s);
    }

    void eachRowSaysItselfInWords()
    {
        Story story;
        WaterfallModel model(story.trace, story.clock);
        story.tellAll();
        const QModelIndex attempt = model.index(0, WaterfallModel::TimeColumn, model.index(0, 0));
        QCOMPARE(attempt.data(Qt::AccessibleTextRole).toString(),
            u"Request 1, attempt 1, GET /api/resources, 401, generation A1, 2.0 ms to 14 ms, "
            "caused refresh 1"_s);
        QCOMPARE(model.index(2, 0).data(Qt::AccessibleTextRole).toString(),
            u"Refresh 1, new tokens, generation A1 to A2, 14 ms to 55 ms, for 1, 2"_s);
    }

    void aHeldRequestSaysWhatItWaitsFor()
    {
        Story story;
        WaterfallModel model(story.trace, story.clock);
        story.create(1);
        story.tell(trace::RequestHeld {RequestId(1), RefreshId {}});
        QCOMPARE(
            model.index(0, WaterfallModel::StatusColumn).data().toString(), u"… needs sign-in"_s);
        QVERIFY(model.index(0, 0)
                    .data(Qt::AccessibleTextRole)
                    .toString()
                    .contains("waits for sign-in"_L1));
    }

    void theBarOfARequestShowsItsPhases()
    {
        Story story;
        WaterfallModel model(story.trace, story.clock);
        story.tellAll();
        const auto bar =
            model.index(0, WaterfallModel::TimeColumn).data(WaterfallModel::BarRole).value<Bar>();
        QCOMPARE(bar.ending, Bar::Ending::Good);
        std::vector<BarSegment::Kind> kinds;
        for (const BarSegment &segment : bar.segments)
            kinds.push_back(segment.kind);
        const auto held = std::find_if(bar.segments.begin(), bar.segments.end(),
            [](const auto &segment) { return segment.kind == BarSegment::Kind::Held; });
        QVERIFY(held != bar.segments.end());
        QVERIFY(bar.segments.front().challenged || bar.segments.at(1).challenged);
        QVERIFY(!bar.segments.back().challenged);
    }

    void rowsComeOneByOneAndNeverByReset()
    {
        Story story;
        WaterfallModel model(story.trace, story.clock);
        QSignalSpy inserted(&model, &QAbstractItemModel::rowsInserted);
        QSignalSpy reset(&model, &QAbstractItemModel::modelReset);
        story.tellAll();
        QCOMPARE(inserted.count(), 3 + 2 + 2 + 1); // requests and refresh, attempts, and the try
        QCOMPARE(reset.count(), 0);
    }

    void changesAreGathered()
    {
        constexpr int many = 1000;
        Story story;
        WaterfallModel model(story.trace, story.clock);
        for (int request = 1; request <= many; ++request)
            story.create(request);
        QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
        QTRY_VERIFY(changed.count() > 0 || model.rowCount() == many);
        changed.clear();
        for (int request = 1; request <= many; ++request) {
            story.tell(trace::RequestQueued {RequestId(request)});
            story.tell(trace::RequestHeld {RequestId(request), RefreshId {}});
        }
        QCOMPARE(changed.count(), 0);
        QTRY_COMPARE(changed.count(), 1);
        QCOMPARE(changed.front().at(0).toModelIndex().row(), 0);
        QCOMPARE(changed.front().at(1).toModelIndex().row(), many - 1);
    }

    void theExtentFollowsTheClockOnlyWhileSomethingGoesOn()
    {
        Story story;
        WaterfallModel model(story.trace, story.clock);
        story.create(1);
        story.send(1, 1, 1);
        QVERIFY(model.isLive());
        const auto before = model.extent();
        story.clock.advance(500ms);
        QCOMPARE(model.extent(), before + 500ms);
        story.succeed(1, 1);
        QVERIFY(!model.isLive());
        const auto end = model.extent();
        story.clock.advance(500ms);
        QCOMPARE(model.extent(), end);
    }

    void tokensReplacedLaterDoNotStretchTheBars()
    {
        Story story;
        WaterfallModel model(story.trace, story.clock);
        story.tellAll();
        const auto end = model.extent();
        story.tell(trace::TokensReplaced {Generation(3)}, 5min);
        QCOMPARE(model.extent(), end);
    }

    void clearingWhileSomethingGoesOnForgetsIt()
    {
        Story story;
        WaterfallModel model(story.trace, story.clock);
        story.create(1);
        story.send(1, 1, 1);
        story.trace.clear();
        QVERIFY(!model.isLive());
        story.succeed(1, 1);
        QCOMPARE(model.rowCount(), 0);
    }
};

QTEST_GUILESS_MAIN(TestWaterfallModel)
#include "tst_waterfallmodel.moc"
