#include "authcore/lab/scenario.h"

#include <QtTest/QTest>

using namespace authcore;
using namespace authcore::lab;
using namespace std::chrono_literals;

Q_DECLARE_METATYPE(authcore::lab::Scenario)
Q_DECLARE_METATYPE(authcore::lab::Expectation)
Q_DECLARE_METATYPE(authcore::lab::Before)

//! The effect of a scenario on the tokens, and the expectation that follows.
class ScenarioTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void namesGoBothWays();
    void breakingChangesTheTokenButNotItsShape_data();
    void breakingChangesTheTokenButNotItsShape();
    void eachChangesOnlyItsOwn_data();
    void eachChangesOnlyItsOwn();
    void expectations_data();
    void expectations();
};

namespace {

constexpr std::chrono::sys_seconds now {2'000'000'000s};

TokenSet tokens()
{
    TokenSet set;
    set.accessToken = "head.claims.signature";
    set.refreshToken = "opaque";
    set.expiresAt = now + 900s;
    set.userName = QStringLiteral("anna");
    return set;
}

} // namespace

void ScenarioTest::namesGoBothWays()
{
    QCOMPARE(beforeNames(),
        QStringList({QStringLiteral("break-access"), QStringLiteral("expire-access"),
            QStringLiteral("delete-access"), QStringLiteral("break-refresh"),
            QStringLiteral("none")}));
    for (const auto &name : beforeNames())
        QCOMPARE(toName(beforeFromName(name).value()), name);
    QVERIFY(!beforeFromName(QStringLiteral("nonsense")));
    QVERIFY(!beforeFromName({}));
}

void ScenarioTest::breakingChangesTheTokenButNotItsShape_data()
{
    QTest::addColumn<QByteArray>("token");
    QTest::addColumn<QByteArray>("broken");
    const auto row = [](const char *name, const QByteArray &token, const QByteArray &broken) {
        QTest::newRow(name) << token << broken;
    };
    row("a JWT loses its signature", "aa.bb.cc", "aa.bb.Ac");
    row("a JWT whose signature starts with A", "aa.bb.Ac", "aa.bb.Bc");
    row("a JWT without a signature gets one", "aa.bb.", "aa.bb.broken");
    row("an opaque token", "token", "Aoken");
    row("an opaque token that starts with A", "A", "B");
    row("no token at all", "", "broken");
}

void ScenarioTest::breakingChangesTheTokenButNotItsShape()
{
    QFETCH(const QByteArray, token);
    auto set = tokens();
    set.accessToken = set.refreshToken = token;
    QTEST(applied(Before::BreakAccess, set, now).accessToken, "broken");
    QTEST(applied(Before::BreakRefresh, set, now).refreshToken, "broken");
}

void ScenarioTest::eachChangesOnlyItsOwn_data()
{
    QTest::addColumn<Before>("before");
    QTest::addColumn<QByteArray>("access");
    QTest::addColumn<QByteArray>("refresh");
    QTest::addColumn<bool>("usable");
    const auto row = [](Before before, const QByteArray &access, const QByteArray &refresh,
                         bool usable) {
        QTest::newRow(qPrintable(toName(before))) << before << access << refresh << usable;
    };
    row(Before::Nothing, "head.claims.signature", "opaque", true);
    row(Before::BreakAccess, "head.claims.Aignature", "opaque", true);
    row(Before::ExpireAccess, "head.claims.signature", "opaque", false);
    row(Before::DeleteAccess, "", "opaque", true);
    row(Before::BreakRefresh, "head.claims.Aignature", "Apaque", true);
}

void ScenarioTest::eachChangesOnlyItsOwn()
{
    QFETCH(const Before, before);
    QFETCH(const bool, usable);
    auto set = applied(before, tokens(), now);
    QTEST(set.accessToken, "access");
    QTEST(set.refreshToken, "refresh");
    QCOMPARE(set.expiresAt.value() > now, usable);
    set.accessToken = tokens().accessToken;
    set.refreshToken = tokens().refreshToken;
    set.expiresAt = tokens().expiresAt;
    QVERIFY(set == tokens()); // account and origin of the tokens stay
}

void ScenarioTest::expectations_data()
{
    using C = RefreshCourse;
    using B = Before;
    using E = Expiry;
    constexpr auto replayable = Scenario::Body::Replayable;
    constexpr auto oneShot = Scenario::Body::OneShot;
    constexpr bool kept = false;
    constexpr bool ends = true;
    constexpr std::nullopt_t open = std::nullopt;
    using Number = std::optional<int>;

    QTest::addColumn<Scenario>("scenario");
    QTest::addColumn<Expectation>("expected");
    QTest::addColumn<int>("tries");
    const auto row = [](const char *name, Scenario scenario, Number exactly, Number atMost,
                         Number refreshes, Number ok, bool sessionEnds, Number tries) {
        const Expectation expected {scenario.requests, exactly, atMost, refreshes, ok, sessionEnds};
        QTest::newRow(name) << scenario << expected << tries.value_or(-1);
    };
    // clang-format off
    //                                   before, expiry, course, requests, window, body           401s  most  refr. 2xx
    row("three broken",                  {B::BreakAccess, {}, C::Succeeds, 3, 8, replayable},        3, open, 1,    3, kept, 1);
    row("as many as the window",         {B::BreakAccess, {}, C::Succeeds, 8, 8, replayable},        8, open, 1,    8, kept, 1);
    row("one more than the window",      {B::BreakAccess, {}, C::Succeeds, 9, 8, replayable},     open,    8, 1,    9, kept, 1);
    row("the server says expired",       {B::ExpireAccess, E::KnownToServer, C::Succeeds, 3, 8, replayable}, 3, open, 1, 3, kept, 1);
    row("we know that it is expired",    {B::ExpireAccess, E::KnownHere, C::Succeeds, 3, 8, replayable}, 0, open, 1, 3, kept, 1);
    row("no access token",               {B::DeleteAccess, {}, C::Succeeds, 100, 8, replayable},     0, open, 1,  100, kept, 1);
    row("nothing done",                  {B::Nothing, {}, C::Succeeds, 100, 8, replayable},          0, open, 0,  100, kept, 0);
    row("nothing done, and the refresh that never comes would fail",
                                         {B::Nothing, {}, C::Rejected, 3, 8, replayable},            0, open, 0,    3, kept, 0);
    row("both broken",                   {B::BreakRefresh, {}, C::Succeeds, 3, 8, replayable},       3, open, 1,    0, ends, 1);
    row("both broken, a failure first",  {B::BreakRefresh, {}, C::Recovers, 3, 8, replayable},       3, open, 1,    0, ends, 2);
    row("both broken, no answer at all", {B::BreakRefresh, {}, C::KeepsFailing, 3, 8, replayable},   3, open, open,    0, kept, open);
    row("rejected",                      {B::BreakAccess, {}, C::Rejected, 100, 8, replayable},   open,    8, 1,    0, ends, 1);
    row("rejected before anything left", {B::DeleteAccess, {}, C::Rejected, 3, 8, replayable},       0, open, 1,    0, ends, 1);
    row("fails once",                    {B::BreakAccess, {}, C::Recovers, 3, 8, replayable},        3, open, 1,    3, kept, 2);
    row("fails to the end",              {B::BreakAccess, {}, C::KeepsFailing, 3, 8, replayable},    3, open, open,    0, kept, open);
    row("the answer is lost",            {B::BreakAccess, {}, C::AnswerLost, 3, 8, replayable},      3, open, 1,    0, ends, 2);
    row("bodies that cannot be sent again", {B::BreakAccess, {}, C::Succeeds, 3, 8, oneShot},        3, open, 1,    0, kept, 1);
    row("such bodies beyond the window", {B::BreakAccess, {}, C::Succeeds, 9, 8, oneShot},        open,    8, 1, open, kept, 1);
    row("such bodies, not sent yet",     {B::DeleteAccess, {}, C::Succeeds, 9, 8, oneShot},          0, open, 1,    9, kept, 1);
    // clang-format on
}

void ScenarioTest::expectations()
{
    QFETCH(const Scenario, scenario);
    QFETCH(const Expectation, expected);
    const auto got = expectationFor(scenario);
    QCOMPARE(got.sent, expected.sent);
    QCOMPARE(got.challengesExactly, expected.challengesExactly);
    QCOMPARE(got.challengesAtMost, expected.challengesAtMost);
    QCOMPARE(got.refreshes, expected.refreshes);
    QCOMPARE(got.ok, expected.ok);
    QCOMPARE(got.sessionEnds, expected.sessionEnds);
    QTEST(refreshTriesIn(scenario).value_or(-1), "tries");
}

QTEST_GUILESS_MAIN(ScenarioTest)
#include "tst_scenario.moc"
