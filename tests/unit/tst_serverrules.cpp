#include "app/cli/run/serverrules.h"

#include <QtCore/QCryptographicHash>
#include <QtTest/QTest>

#include <algorithm>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using namespace app::cli;
using namespace authcore::lab;
using demobackend::Counters;
using demobackend::RefreshAnswer;

Q_DECLARE_METATYPE(demobackend::Counters)
Q_DECLARE_METATYPE(demobackend::RefreshAnswer)
Q_DECLARE_METATYPE(authcore::lab::Scenario)
Q_DECLARE_METATYPE(authcore::lab::RefreshCourse)

//! The rules that the demo backend adds to a verdict: each one holds in one test and is broken in
//! another.
class ServerRulesTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void rules_data();
    void rules();
    void chanceIsNotJudged();
    void bodies_data();
    void bodies();
    void courses_data();
    void courses();
    void anErrorThatTheProfileDoesNotKnow();
};

namespace {

//! Three challenged, refreshed, served.
Counters counters(int refreshes, int rotations, int reuses = 0, int challenges = 3, int served = 3)
{
    return {1, refreshes, rotations, reuses, challenges, served};
}

Scenario scenario(Before before, RefreshCourse course)
{
    Scenario scenario;
    scenario.before = before;
    scenario.course = course;
    return scenario;
}

Verdict seenByTheClient()
{
    Verdict verdict;
    verdict.challenged = 3;
    verdict.ok = 3;
    return verdict;
}

BurstAnswer echoOf(const QByteArray &body, qsizetype length)
{
    BurstAnswer answer;
    answer.status = 200;
    answer.body = R"({"length":)" + QByteArray::number(length) + R"(,"sha256":")"
        + QCryptographicHash::hash(body, QCryptographicHash::Sha256).toHex() + R"("})";
    return answer;
}

} // namespace

void ServerRulesTest::rules_data()
{
    QTest::addColumn<Scenario>("run");
    QTest::addColumn<Counters>("counted");
    QTest::addColumn<QString>("id");
    QTest::addColumn<bool>("ok");
    const auto row = [](const char *name, const Scenario &run, const Counters &counted,
                         const char *id, bool ok) {
        QTest::addRow("%s: %s", id, name) << run << counted << QString::fromLatin1(id) << ok;
    };
    const auto plain = scenario(Before::BreakAccess, RefreshCourse::Succeeds);
    const auto recovers = scenario(Before::BreakAccess, RefreshCourse::Recovers);
    const auto rejected = scenario(Before::BreakAccess, RefreshCourse::Rejected);
    const auto lost = scenario(Before::BreakAccess, RefreshCourse::AnswerLost);
    const auto broken = scenario(Before::BreakRefresh, RefreshCourse::Succeeds);
    const auto brokenAndLost = scenario(Before::BreakRefresh, RefreshCourse::AnswerLost);
    const auto untouched = scenario(Before::Nothing, RefreshCourse::Rejected);
    // clang-format off
    row("one",                       plain,     counters(1, 1),       "server-saw-one-refresh", true);
    row("three, one for each",       plain,     counters(3, 3),       "server-saw-one-refresh", false);
    row("none",                      plain,     counters(0, 0),       "server-saw-one-refresh", false);
    row("none was due",              untouched, counters(0, 0),       "server-saw-no-refresh", true);
    row("one was not due",           untouched, counters(1, 0),       "server-saw-no-refresh", false);
    row("a second try",              recovers,  counters(2, 1),       "server-saw-refresh-tries", true);
    row("no second try",             recovers,  counters(1, 0),       "server-saw-refresh-tries", false);

    row("one",                       plain,     counters(1, 1),       "server-rotated-once", true);
    row("twice",                     plain,     counters(2, 2),       "server-rotated-once", false);
    row("although the answer is lost", lost,    counters(2, 1),       "server-rotated-once", true);
    row("nothing",                   rejected,  counters(1, 0),       "server-rotated-nothing", true);
    row("nothing for a broken token", broken,   counters(1, 0),       "server-rotated-nothing", true);
    row("something after all",       rejected,  counters(1, 1),       "server-rotated-nothing", false);

    row("none",                      plain,     counters(1, 1),       "server-saw-no-reuse", true);
    row("an old refresh token",      plain,     counters(2, 1, 1),    "server-saw-no-reuse", false);
    row("a broken one is not a used one", brokenAndLost, counters(2, 0), "server-saw-no-reuse", true);
    row("the lost answer's",         lost,      counters(2, 1, 1),    "server-saw-one-reuse", true);
    row("it is shown again and again", lost,    counters(5, 1, 4),    "server-saw-one-reuse", false);

    row("as many",                   plain,     counters(1, 1, 0, 3), "server-challenged-as-seen", true);
    row("one that nobody heard of",  plain,     counters(1, 1, 0, 4), "server-challenged-as-seen", false);
    row("once",                      plain,     counters(1, 1, 0, 3, 3), "server-served-each-once", true);
    row("one of them twice",         plain,     counters(1, 1, 0, 3, 4), "server-served-each-once", false);
    // clang-format on
}

void ServerRulesTest::rules()
{
    QFETCH(const Scenario, run);
    QFETCH(const Counters, counted);
    QFETCH(const QString, id);
    const auto results = judgeServer(counted, run, seenByTheClient());
    const auto found = std::find_if(
        results.begin(), results.end(), [&id](const RuleResult &rule) { return rule.id == id; });
    QVERIFY(found != results.end());
    QTEST(found->ok, "ok");
    QVERIFY(!found->title.isEmpty());
}

//! The back-off is random, and decides how often a failing refresh is tried before its deadline.
void ServerRulesTest::chanceIsNotJudged()
{
    const auto run = scenario(Before::BreakAccess, RefreshCourse::KeepsFailing);
    for (const auto &rule : judgeServer(counters(17, 0), run, seenByTheClient()))
        QVERIFY2(rule.ok, qPrintable(rule.id));
}

void ServerRulesTest::bodies_data()
{
    QTest::addColumn<QByteArray>("arrived");
    QTest::addColumn<qsizetype>("length");
    QTest::addColumn<QString>("observed");
    QTest::newRow("whole") << QByteArray("hello") << qsizetype(5) << u"2"_s;
    QTest::newRow("another one") << QByteArray("hellO") << qsizetype(5) << u"1"_s;
    QTest::newRow("of another length") << QByteArray("hello") << qsizetype(4) << u"1"_s;
    QTest::newRow("empty") << QByteArray() << qsizetype(0) << u"1"_s;
}

void ServerRulesTest::bodies()
{
    QFETCH(const QByteArray, arrived);
    QFETCH(const qsizetype, length);
    const auto rule = judgeBodies({echoOf("hello", 5), echoOf(arrived, length)}, "hello", 2);
    QTEST(rule.observed, "observed");
    QCOMPARE(rule.ok, rule.observed == u"2"_s);
}

void ServerRulesTest::courses_data()
{
    using A = RefreshAnswer;
    using C = RefreshCourse;
    QTest::addColumn<RefreshAnswer>("answer");
    QTest::addColumn<QList<int>>("rejectedStatuses");
    QTest::addColumn<int>("tryTimeout");
    QTest::addColumn<int>("totalTimeout");
    QTest::addColumn<RefreshCourse>("course");
    const auto row = [](const char *name, A answer, const QList<int> &statuses, int tryMs,
                         int totalMs, C course) {
        QTest::newRow(name) << answer << statuses << tryMs << totalMs << course;
    };
    const QList<int> usual {400, 401, 403};
    // clang-format off
    row("ok",                        A::Ok,              usual, 10'000, 30'000, C::Succeeds);
    row("invalid_grant",             A::InvalidGrant,    usual, 10'000, 30'000, C::Rejected);
    row("invalid_grant always ends", A::InvalidGrant,    {},    10'000, 30'000, C::Rejected);
    row("401",                       A::Unauthorized,    usual, 10'000, 30'000, C::Rejected);
    row("401 is not final here",     A::Unauthorized,    {403}, 10'000, 30'000, C::Recovers);
    row("403",                       A::Forbidden,       usual, 10'000, 30'000, C::Rejected);
    row("500",                       A::ServerError,     usual, 10'000, 30'000, C::Recovers);
    row("500 is final here",         A::ServerError,     {500}, 10'000, 30'000, C::Rejected);
    row("429",                       A::TooManyRequests, usual, 10'000, 30'000, C::Recovers);
    row("429, no time to wait",      A::TooManyRequests, usual, 10'000,  1'000, C::KeepsFailing);
    row("hang",                      A::Hang,            usual, 10'000, 30'000, C::Recovers);
    row("hang to the end",           A::Hang,            usual, 10'000, 10'000, C::KeepsFailing);
    row("drop",                      A::Drop,            usual, 10'000, 30'000, C::Recovers);
    row("drop in body",              A::DropInBody,      usual, 10'000, 30'000, C::Recovers);
    row("garbage",                   A::Garbage,         usual, 10'000, 30'000, C::Recovers);
    row("lose answer",               A::LoseAnswer,      usual, 10'000, 30'000, C::AnswerLost);
    row("slow body",                 A::SlowBody,        usual, 10'000, 30'000, C::Succeeds);
    row("slow body, too slow",       A::SlowBody,        usual,  1'000, 30'000, C::AnswerLost);
    // clang-format on
}

void ServerRulesTest::courses()
{
    QFETCH(const RefreshAnswer, answer);
    QFETCH(const QList<int>, rejectedStatuses);
    QFETCH(const int, tryTimeout);
    QFETCH(const int, totalTimeout);
    authcore::BackendProfile profile;
    profile.refreshRejectedStatuses = rejectedStatuses;
    profile.policy.tryTimeout = std::chrono::milliseconds(tryTimeout);
    profile.policy.totalTimeout = std::chrono::milliseconds(totalTimeout);
    QTEST(courseFor(answer, profile), "course");
}

//! The same answer, with a profile that does not look for an error code.
void ServerRulesTest::anErrorThatTheProfileDoesNotKnow()
{
    authcore::BackendProfile profile;
    profile.refreshRejectedErrors = QStringList {u"gone"_s};
    profile.refreshRejectedStatuses = {401};
    QCOMPARE(courseFor(RefreshAnswer::InvalidGrant, profile), RefreshCourse::Rejected);
    profile.answer.error = u"/code"_s;
    QCOMPARE(courseFor(RefreshAnswer::InvalidGrant, profile), RefreshCourse::Recovers);
    profile.refreshRejectedStatuses = {400};
    QCOMPARE(courseFor(RefreshAnswer::InvalidGrant, profile), RefreshCourse::Rejected);
}

QTEST_GUILESS_MAIN(ServerRulesTest)
#include "tst_serverrules.moc"
