#include "ui/run/runconditions.h"

#include <QtTest/QTest>

using namespace authcore::lab;
using namespace demobackend;
using ui::RunConditions;
using ui::RunPlan;
using Access = ui::TokenDamage::Access;
using Refresh = ui::TokenDamage::Refresh;
using Local = RunConditions::Local;

namespace {

RunConditions conditions(Access access, Refresh refresh = Refresh::Intact,
    RefreshAnswer answer = RefreshAnswer::Ok, int times = 1)
{
    RunConditions made;
    made.damage = {access, refresh};
    made.refreshAnswer = answer;
    made.refreshAnswerTimes = times;
    return made;
}

//! Challenges, refreshes and successes; empty: not judged. And whether the session ends.
struct Expected
{
    std::optional<int> challenges;
    std::optional<int> refreshes;
    std::optional<int> ok;
    bool ends = false;
};

} // namespace

Q_DECLARE_METATYPE(RunConditions)
Q_DECLARE_METATYPE(Expected)

class TestRunConditions : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whatIsExpected_data()
    {
        QTest::addColumn<RunConditions>("given");
        QTest::addColumn<Expected>("expected");
        const auto row = [](const char *name, const RunConditions &given,
                             const Expected &expected) {
            QTest::newRow(name) << given << expected;
        };
        RunConditions expired = conditions(Access::Intact);
        expired.local = Local::Expired;
        RunConditions nearEnd = conditions(Access::Intact);
        nearEnd.local = Local::NearItsEnd;
        RunConditions refusing = conditions(Access::Broken);
        refusing.resourceAnswer = ResourceAnswer::Unauthorized;
        RunConditions throwing = conditions(Access::Broken, Refresh::Broken);
        throwing.knobs.unknownRefreshTokenStatus = 500;
        // clang-format off
        row("good tokens",                  conditions(Access::Intact),                   {0, 0, 3});
        row("broken access token",          conditions(Access::Broken),                   {3, 1, 3});
        row("expired at the server",        conditions(Access::ExpiredAtServer),          {3, 1, 3});
        row("expired here",                 expired,                                      {0, 1, 3});
        row("deleted access token",         conditions(Access::Deleted),                  {0, 1, 3});
        row("broken refresh token alone",   conditions(Access::Intact, Refresh::Broken),  {0, 0, 3});
        row("both broken, held, signed in", conditions(Access::Broken, Refresh::Broken),  {3, 1, 3, true});
        row("everything revoked",           conditions(Access::Revoked, Refresh::Revoked), {3, 1, 3, true});
        row("refresh is refused",           conditions(Access::Broken, Refresh::Intact, RefreshAnswer::InvalidGrant), {3, 1, 3, true});
        row("refresh fails once",           conditions(Access::Broken, Refresh::Intact, RefreshAnswer::ServerError),  {3, 1, 3});
        row("refresh answer is lost",       conditions(Access::Broken, Refresh::Intact, RefreshAnswer::LoseAnswer),   {3, 1, 3, true});
        row("refresh fails often",          conditions(Access::Broken, Refresh::Intact, RefreshAnswer::Garbage, 9),   {});
        row("server throws on unknown",     throwing,                                     {});
        row("token near its end",           nearEnd,                                      {});
        row("resource refuses good tokens", refusing,                                     {});
        // clang-format on
    }

    void whatIsExpected()
    {
        QFETCH(RunConditions, given);
        QFETCH(Expected, expected);
        const RunPlan plan = planFor(given);
        QCOMPARE(plan.expectation.sent, 3);
        QCOMPARE(plan.expectation.challengesExactly, expected.challenges);
        QCOMPARE(plan.expectation.refreshes, expected.refreshes);
        QCOMPARE(plan.expectation.ok, expected.ok);
        QCOMPARE(plan.expectation.sessionEnds, expected.ends);
        const bool judged = expected.ok.has_value();
        QCOMPARE(plan.sessionEnd == RunPlan::SessionEnd::Judged, judged);
    }
};

QTEST_APPLESS_MAIN(TestRunConditions)
#include "tst_runconditions.moc"
