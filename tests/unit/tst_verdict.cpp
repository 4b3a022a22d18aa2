#include "authcore/lab/verdict.h"
#include "tests/support/story.h"

#include <QtTest/QTest>

#include <algorithm>

using namespace authcore;
using namespace authcore::lab;
using test::Story;

//! Each rule holds in one test and is broken in another.
class VerdictTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void rules_data();
    void rules();
    void everyRuleIsSeenGreenAndRed();
    void rulesThatNobodyAskedForAreLeftOut();
    void callersAreHeardOnce_data();
    void callersAreHeardOnce();
    void tokensAreKeptOrErased_data();
    void tokensAreKeptOrErased();
    void numbers();
    void line_data();
    void line();
};

Q_DECLARE_METATYPE(authcore::lab::Expectation)

namespace {

using Outcome = ChallengeOutcome;

//! The expected course: three requests, three challenges, one refresh, three replays.
Story threeBroken()
{
    return Story()
        .created(1)
        .sent(1, 1, 1)
        .created(2)
        .sent(2, 1, 1)
        .created(3)
        .sent(3, 1, 1)
        .refreshStarted(1, 1)
        .challenged(1, 1, Outcome::StartedRefresh, 1)
        .challenged(2, 1, Outcome::JoinedRefresh, 1)
        .challenged(3, 1, Outcome::JoinedRefresh, 1);
}

Story threeGood()
{
    return threeBroken().refreshed(1, 2).replayed(1, 2).replayed(2, 2).replayed(3, 2);
}

Expectation three()
{
    Expectation expectation;
    expectation.challengesExactly = 3;
    expectation.refreshes = 1;
    expectation.ok = 3;
    return expectation;
}

Expectation noneRefreshed()
{
    Expectation expectation;
    expectation.refreshes = 0;
    return expectation;
}

Expectation successes(int ok)
{
    Expectation expectation;
    expectation.ok = ok;
    return expectation;
}

Expectation window(int most)
{
    Expectation expectation;
    expectation.challengesAtMost = most;
    return expectation;
}

Expectation ending()
{
    Expectation expectation;
    expectation.sessionEnds = true;
    return expectation;
}

const RuleResult *ruleOf(const Verdict &verdict, const QString &id)
{
    const auto found = std::find_if(verdict.rules.begin(), verdict.rules.end(),
        [&id](const RuleResult &rule) { return rule.id == id; });
    return found == verdict.rules.end() ? nullptr : &*found;
}

struct Row
{
    const char *name;
    const char *rule;
    Expectation expectation;
    Story story;
    bool ok;
    const char *observed;
    QList<int> broke;
};

QList<Row> table()
{
    const auto rejected = Story(threeBroken()).refreshFailed(1, TokenError::Code::Rejected).ended();
    // clang-format off
    return {
        {"all answered", "every-request-answered", three(), threeGood(), true, "3", {}},
        {"one never ends", "every-request-answered", three(),
            threeBroken().refreshed(1, 2).replayed(1, 2).replayed(3, 2), false, "2", {2}},
        {"one was never sent at all", "every-request-answered", three(),
            Story().whole(1, 1, 200).whole(2, 1, 200), false, "2", {}},

        {"each ends once", "one-final-answer-each", three(), threeGood(), true, "0", {}},
        {"one ends twice", "one-final-answer-each", three(), threeGood().answered(2, 200), false, "1", {2}},

        {"one refresh", "exactly-one-refresh", three(), threeGood(), true, "1", {}},
        {"a refresh of its own for another", "exactly-one-refresh", three(),
            threeBroken().refreshed(1, 2).refreshStarted(2, 2)
                .challenged(2, 1, Outcome::StartedRefresh, 2).refreshed(2, 3), false, "2", {2}},
        {"no refresh although one was due", "exactly-one-refresh", three(),
            Story().whole(1, 1, 200), false, "0", {}},

        {"nothing to refresh", "no-refresh", noneRefreshed(), Story().whole(1, 1, 200), true, "0", {}},
        {"a refresh without need", "no-refresh", noneRefreshed(), threeGood(), false, "1", {1}},

        {"all succeed", "every-request-succeeded", three(), threeGood(), true, "3", {}},
        {"a replay is refused", "every-request-succeeded", three(),
            threeBroken().refreshed(1, 2).replayed(1, 2).replayed(2, 2, 401).replayed(3, 2), false, "2", {2}},
        {"a request without an answer is no success", "every-request-succeeded", three(),
            threeBroken().refreshed(1, 2).replayed(1, 2).replayed(2, 2).sent(3, 2, 2), false, "2", {3}},
        {"a network error is no success", "every-request-succeeded", three(),
            Story().whole(1, 1, 200).whole(2, 1, 200).created(3).sent(3, 1, 1).failed(3), false, "2", {3}},

        {"half an answer is no success", "every-request-succeeded", three(),
            Story().whole(1, 1, 200).whole(2, 1, 200).created(3).sent(3, 1, 1).brokeOff(3), false, "2", {3}},

        {"none succeeds", "no-request-succeeded", successes(0), Story().whole(1, 1, 401), true, "0", {}},
        {"one slips through", "no-request-succeeded", successes(0),
            Story().whole(1, 1, 401).whole(2, 1, 200), false, "1", {2}},

        {"two of three", "some-requests-succeeded", successes(2),
            Story().whole(1, 1, 401).whole(2, 1, 200).whole(3, 1, 200), true, "2", {}},
        {"only one of three", "some-requests-succeeded", successes(2),
            Story().whole(1, 1, 401).whole(2, 1, 200).whole(3, 1, 401), false, "1", {1, 3}},

        {"three challenges", "challenges-exactly", three(), threeGood(), true, "3", {}},
        {"only the first is challenged", "challenges-exactly", three(),
            Story().whole(1, 1, 200).whole(2, 1, 200).whole(3, 1, 200), false, "0", {1, 2, 3}},
        {"a fourth challenge", "challenges-exactly", three(),
            threeGood().created(4).sent(4, 1, 2).challenged(4, 1, Outcome::Delivered), false, "4", {4}},
        {"a request challenged twice counts once", "challenges-exactly", three(),
            threeGood().challenged(1, 2, Outcome::Delivered), true, "3", {}},

        {"three in a window of three", "challenges-within-window", window(3), threeGood(), true, "3", {}},
        {"three in a window of two", "challenges-within-window", window(2), threeGood(), false, "3", {3}},

        {"one refresh after the other", "never-two-refreshes-at-once", three(),
            threeGood().refreshStarted(2, 2).refreshed(2, 3), true, "1", {}},
        {"after a failed one", "never-two-refreshes-at-once", three(),
            threeBroken().refreshFailed(1, TokenError::Code::NoNetwork).refreshStarted(2, 1), true, "1", {}},
        {"after a discarded one", "never-two-refreshes-at-once", three(),
            threeBroken().refreshDiscarded(1).refreshStarted(2, 1), true, "1", {}},
        {"two at once", "never-two-refreshes-at-once", three(),
            threeBroken().refreshStarted(2, 1).challenged(2, 1, Outcome::StartedRefresh, 2)
                .refreshed(1, 2).refreshed(2, 3), false, "2", {2}},

        {"replays with the new token", "replays-use-new-generation", three(), threeGood(), true, "0", {}},
        {"a replay with the refused token", "replays-use-new-generation", three(),
            threeBroken().refreshed(1, 2).replayed(1, 2).replayed(2, 1), false, "1", {2}},
        {"a redirect keeps its token", "replays-use-new-generation", three(),
            Story().created(1).sent(1, 1, 1).received(1, 1, 302).sent(1, 2, 1), true, "0", {}},

        {"silence after the end", "no-replay-after-end", ending(),
            Story(rejected).answered(1, 401).answered(2, 401), true, "0", {}},
        {"a replay after the end", "no-replay-after-end", ending(),
            Story(rejected).replayed(2, 1), false, "1", {2}},
        {"a held one leaves after the end", "no-replay-after-end", ending(),
            Story().created(4).held(4, 1).ended().sent(4, 1, 0), false, "1", {4}},
        {"a replay after the next sign-in", "no-replay-after-end", ending(),
            Story(rejected).tokensReplaced(5).replayed(2, 5), true, "0", {}},
        {"a bare request made after the end", "no-replay-after-end", ending(),
            Story(rejected).created(9).sent(9, 1, 0), true, "0", {}},
        {"a bare request sent again", "no-replay-after-end", ending(),
            Story(rejected).created(9).sent(9, 1, 0).challenged(9, 1, Outcome::WaitsForSignIn).sent(9, 2, 0),
            false, "1", {9}},

        {"the session ends", "session-ended", ending(), rejected, true, "1", {}},
        {"the session ends twice", "session-ended", ending(), Story(rejected).ended(), false, "2", {}},
        {"the session goes on", "session-ended", ending(), threeGood(), false, "0", {}},
        {"the session is kept", "session-kept", three(), threeGood(), true, "0", {}},
        {"the session is lost", "session-kept", three(), rejected, false, "1", {}},
    };
    // clang-format on
}

} // namespace

void VerdictTest::rules_data()
{
    QTest::addColumn<qsizetype>("index");
    const auto rows = table();
    for (qsizetype index = 0; index < rows.size(); ++index)
        QTest::addRow("%s: %s", rows[index].rule, rows[index].name) << index;
}

void VerdictTest::rules()
{
    QFETCH(const qsizetype, index);
    const auto row = table().at(index);
    Trace trace;
    row.story.tell(trace);
    const auto verdict = judge(trace, row.expectation);
    const auto *const rule = ruleOf(verdict, QLatin1String(row.rule));
    QVERIFY(rule != nullptr);
    QCOMPARE(rule->observed, QLatin1String(row.observed));
    QCOMPARE(rule->ok, row.ok);
    QList<int> broke;
    for (const auto id : rule->requests)
        broke.append(static_cast<int>(id));
    QCOMPARE(broke, row.broke);
    QVERIFY(!rule->title.isEmpty() && !rule->expected.isEmpty());
    QVERIFY(rule->ok || !verdict.passed());
}

//! A rule that never fails would be a defect, and so would one that never holds.
void VerdictTest::everyRuleIsSeenGreenAndRed()
{
    QSet<QString> all;
    QSet<QString> green;
    QSet<QString> red;
    for (const auto &row : table()) {
        (row.ok ? green : red).insert(QLatin1String(row.rule));
        Trace trace;
        for (const auto &rule : judge(trace, row.expectation).rules)
            all.insert(rule.id);
    }
    QCOMPARE(green, all);
    QCOMPARE(red, all);
}

void VerdictTest::rulesThatNobodyAskedForAreLeftOut()
{
    Trace trace;
    const auto verdict = judge(trace, Expectation {});
    QStringList ids;
    for (const auto &rule : verdict.rules)
        ids.append(rule.id);
    QCOMPARE(ids,
        QStringList({QStringLiteral("every-request-answered"),
            QStringLiteral("one-final-answer-each"), QStringLiteral("never-two-refreshes-at-once"),
            QStringLiteral("replays-use-new-generation"), QStringLiteral("no-replay-after-end"),
            QStringLiteral("session-kept")}));
}

void VerdictTest::callersAreHeardOnce_data()
{
    QTest::addColumn<QList<int>>("counts");
    QTest::addColumn<bool>("ok");
    QTest::newRow("once each") << QList {1, 1, 1} << true;
    QTest::newRow("one not at all") << QList {1, 0, 1} << false;
    QTest::newRow("one twice") << QList {1, 2, 1} << false;
    QTest::newRow("twice and not at all do not make up") << QList {1, 0, 2} << false;
}

void VerdictTest::callersAreHeardOnce()
{
    QFETCH(const QList<int>, counts);
    std::vector<BurstAnswer> answers(static_cast<std::size_t>(counts.size()));
    for (std::size_t index = 0; index < answers.size(); ++index)
        answers[index].finishedCount = counts[static_cast<qsizetype>(index)];
    const auto rule = judgeAnswers(answers);
    QTEST(rule.ok, "ok");
    QCOMPARE(rule.expected, QStringLiteral("3"));
}

void VerdictTest::tokensAreKeptOrErased_data()
{
    QTest::addColumn<bool>("held");
    QTest::addColumn<bool>("ends");
    QTest::addColumn<QString>("id");
    QTest::addColumn<bool>("ok");
    QTest::newRow("kept") << true << false << QStringLiteral("tokens-kept") << true;
    QTest::newRow("lost") << false << false << QStringLiteral("tokens-kept") << false;
    QTest::newRow("erased") << false << true << QStringLiteral("tokens-erased") << true;
    QTest::newRow("left over") << true << true << QStringLiteral("tokens-erased") << false;
}

void VerdictTest::tokensAreKeptOrErased()
{
    QFETCH(const bool, held);
    QFETCH(const bool, ends);
    const auto rule =
        judgeTokens(held ? TokensNow::Held : TokensNow::Gone, ends ? ending() : three());
    QTEST(rule.id, "id");
    QTEST(rule.ok, "ok");
}

void VerdictTest::numbers()
{
    Trace trace;
    threeBroken().refreshed(1, 2).replayed(1, 2).replayed(2, 2, 401).created(4).tell(trace);
    const auto verdict = judge(trace, three());
    QCOMPARE(verdict.sent, 4);
    QCOMPARE(verdict.ok, 1);
    QCOMPARE(verdict.challenged, 3);
    QCOMPARE(verdict.refreshes, 1);
    QCOMPARE(verdict.replayed, 2);
    QCOMPARE(verdict.lost, 2);
    QCOMPARE(verdict.wallTime, std::chrono::milliseconds(17));
}

void VerdictTest::line_data()
{
    QTest::addColumn<test::Story>("story");
    QTest::addColumn<QString>("expected");
    QTest::newRow("pass") << threeGood()
                          << QStringLiteral("PASS  3 sent . 3 x 401 . refresh 1 of 1 . 3 retried"
                                            " . 0 lost . 19 ms");
    QTest::newRow("fail") << Story().created(1)
                          << QStringLiteral("FAIL  1 sent . 0 x 401 . refresh 0 of 1 . 0 retried"
                                            " . 1 lost . 0 ms");
}

void VerdictTest::line()
{
    QFETCH(const Story, story);
    Trace trace;
    story.tell(trace);
    QTEST(toLine(judge(trace, three())), "expected");
}

QTEST_GUILESS_MAIN(VerdictTest)
#include "tst_verdict.moc"
