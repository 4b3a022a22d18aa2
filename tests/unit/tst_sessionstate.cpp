// The state that the managers of a session share: the answers to events, and the tasks that follow.
// sessionstatethreads.cpp tests the same state under threads.
#include "authcore/session/sessionstate.h"
#include "tests/support/speaking.h"

#include <QtTest/QTest>

#include <cmath>
#include <functional>

using namespace authcore;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;
using Answer = SessionState::Admission::Answer;
using Leeway = SessionState::Leeway;
using std::chrono::sys_seconds;

namespace {

const QUrl base(u"https://api.example.org"_s);

BackendProfile profile(const QUrl &url = base)
{
    return *BackendProfile::preset(u"custom-jwt"_s, url);
}

SessionState::Moment at(std::chrono::milliseconds monotonic)
{
    return {std::chrono::sys_seconds(2'000'000'000s) + monotonic, monotonic};
}

// Tokens that name their set, valid for a quarter of an hour from at(0ms) on.
TokenSet tokens(int number, const BackendProfile &of = profile())
{
    TokenSet set;
    set.accessToken = "A" + QByteArray::number(number);
    set.refreshToken = "R" + QByteArray::number(number);
    set.receivedAt = std::chrono::floor<std::chrono::seconds>(at(0ms).wall);
    set.expiresAt = *set.receivedAt + 900s;
    set.accountId = u"anna"_s;
    set.tokenEndpoint = of.resolved(of.refresh.url);
    set.protectedOrigins = of.protectedOrigins;
    return set;
}

const TokenKey key {u"custom-jwt"_s, u"anna"_s, {}, {}};

// Takes the next task, expects this effect, and returns the refresh of the task.
RefreshId nextTask(SessionState &state, machine::Effect effect)
{
    const auto task = state.takeTask();
    const auto *perform = task ? std::get_if<PerformEffect>(&*task) : nullptr;
    return perform && perform->effect == effect ? perform->refresh : RefreshId {999};
}

// Carries out a refresh from its start to the new tokens, as the session's thread does.
void refresh(SessionState &state, RefreshId id, const TokenSet &fresh)
{
    state.apply(machine::RereadFoundNothing {}, id);
    state.applyFresh(machine::TrySucceeded {}, id, fresh);
    state.apply(machine::StoreDone {}, id);
}

void failRefresh(SessionState &state, RefreshId id, const SessionState::Failure &failure)
{
    state.apply(machine::RereadFoundNothing {}, id);
    state.applyFailure(machine::DeadlinePassed {}, id, failure);
}

} // namespace

Q_DECLARE_METATYPE(authcore::SessionState::Challenge)

class TestSessionState : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aPassNamesTheTokenAndWhoseItIs()
    {
        SessionState state(profile());
        QCOMPARE(state.admit({}, Leeway::Usual, at(0s)).answer, Answer::NoSession);
        state.adopt(tokens(1), key);
        const auto admission = state.admit({}, Leeway::Usual, at(0s));
        QCOMPARE(admission.answer, Answer::Send);
        QCOMPARE(admission.accessToken, "A1");
        QCOMPARE(admission.snapshot.generation, Generation {1});
        QCOMPARE(admission.snapshot.account, u"anna"_s);
        QVERIFY(!state.takeTask());
    }

    void whenATokenNeedsARefresh_data()
    {
        QTest::addColumn<std::chrono::milliseconds>("when");
        QTest::addColumn<Leeway>("leeway");
        QTest::addColumn<Answer>("answer");
        const auto row = [](const char *name, std::chrono::milliseconds when, Leeway leeway,
                             Answer answer) { QTest::newRow(name) << when << leeway << answer; };
        // Lifetime 900 s; leeway min(30 s, a tenth) = 30 s; of uploads 120 s.
        row("a second before its leeway", 869s, Leeway::Usual, Answer::Send);
        row("at its leeway", 870s, Leeway::Usual, Answer::Wait);
        row("a second after it", 871s, Leeway::Usual, Answer::Wait);
        row("an upload, a second before its own", 779s, Leeway::Upload, Answer::Send);
        row("an upload, at its own", 780s, Leeway::Upload, Answer::Wait);
        row("expired", 900s, Leeway::Usual, Answer::Wait);
        row("the clock was set back", -24h, Leeway::Usual, Answer::Send);
    }
    void whenATokenNeedsARefresh()
    {
        QFETCH(std::chrono::milliseconds, when);
        QFETCH(Leeway, leeway);
        SessionState state(profile());
        state.adopt(tokens(1), key);
        QTEST(state.admit({}, leeway, at(when)).answer, "answer");
    }

    void whatAChallengeToAFreshTokenMeans_data()
    {
        QTest::addColumn<SessionState::Challenge>("challenge");
        QTest::addColumn<bool>("proven");
        QTest::addColumn<ChallengeOutcome>("outcome");
        QTest::addColumn<bool>("kept");
        const auto row = [](const char *name, const SessionState::Challenge &challenge, bool proven,
                             ChallengeOutcome outcome, bool kept) {
            QTest::newRow(name) << challenge << proven << outcome << kept;
        };
        using Outcome = ChallengeOutcome;
        constexpr Generation g1 {1};
        constexpr Generation g2 {2};
        constexpr RefreshId none {};
        constexpr RefreshId made {1};
        const Acceptance::Request get {"GET", base};
        // Refresh `made` has made g2. The profile ends a session when a replay is challenged.
        row("neither waited nor was challenged", {g2, none, none, 1, 0s, get}, false,
            Outcome::StartedRefresh, true);
        row("waited, and the token is proven nowhere", {g2, made, none, 1, 0s, get}, false,
            Outcome::Delivered, true);
        row("waited, and the token is proven", {g2, made, none, 1, 0s, get}, true,
            Outcome::StartedRefresh, true);
        row("a replay, and the token is proven nowhere", {g2, made, made, 2, 0s, get}, false,
            Outcome::Delivered, false);
        row("a replay, and the token is proven", {g2, made, made, 2, 0s, get}, true,
            Outcome::Delivered, true);
        row("a replay that took longer than a try may", {g2, made, made, 2, -11s, get}, false,
            Outcome::StartedRefresh, true);
        row("an older token", {g1, none, none, 1, 0s, get}, false, Outcome::ReplayedAtOnce, true);
        row("an older token, the third time", {g1, none, none, 3, 0s, get}, false,
            Outcome::Delivered, true);
        row("the third time", {g2, none, none, 3, 0s, get}, true, Outcome::Delivered, true);
    }
    void whatAChallengeToAFreshTokenMeans()
    {
        QFETCH(SessionState::Challenge, challenge);
        QFETCH(bool, proven);
        SessionState state(profile());
        state.adopt(tokens(1), key);
        const auto first = state.challenged({Generation {1}}, at(0s));
        QCOMPARE(first.outcome, ChallengeOutcome::StartedRefresh);
        QCOMPARE(nextTask(state, machine::Effect::StartRefresh), first.refresh);
        refresh(state, first.refresh, tokens(2));
        if (proven)
            state.accepted({Generation {2}, 0, {"GET", base}});
        QTEST(state.challenged(challenge, at(0s)).outcome, "outcome");
        QTEST(state.snapshot().isSignedIn, "kept");
    }

    // The token expires while its request is under way, sooner than a try may take.
    void aTokenThatExpiresOnItsWayIsNoRefusal()
    {
        SessionState state(profile());
        state.adopt(tokens(1), key);
        const RefreshId made = state.challenged({Generation {1}}, at(0s)).refresh;
        refresh(state, made, tokens(2));
        const SessionState::Challenge replay {Generation {2}, made, made, 2, 899s, {"GET", base}};
        QCOMPARE(state.challenged(replay, at(900s)).outcome, ChallengeOutcome::StartedRefresh);
    }

    void repeatedFailuresCoolDown()
    {
        SessionState state(profile());
        state.adopt(tokens(1), key);
        const TokenError dead {TokenError::Code::NoNetwork, u"no network"_s, {}, {}};
        for (int i = 0; i < 3; ++i) {
            const auto decision = state.challenged({Generation {1}}, at(0s));
            QCOMPARE(decision.outcome, ChallengeOutcome::StartedRefresh);
            failRefresh(state, decision.refresh, {dead, 30s, i < 2 ? 0s : 5s});
        }
        QCOMPARE(state.failures(), 3);
        // A challenge is delivered, and an expired token is not even tried, until the time is over.
        QCOMPARE(
            state.challenged({Generation {1}}, at(4999ms)).outcome, ChallengeOutcome::Delivered);
        QCOMPARE(
            state.admit({}, Leeway::Usual, {at(901s).wall, 4999ms}).answer, Answer::CoolingDown);
        QCOMPARE(state.admit({}, Leeway::Usual, {at(901s).wall, 4999ms}).error, dead);
        QCOMPARE(state.admit({}, Leeway::Usual, {at(901s).wall, 5s}).answer, Answer::Wait);
        refresh(state, state.snapshot().refresh, tokens(2));
        QCOMPARE(state.failures(), 0);
    }

    void whatComesLateIsVoid()
    {
        SessionState state(profile());
        state.adopt(tokens(1), key);
        const RefreshId old = state.challenged({Generation {1}}, at(0s)).refresh;
        state.apply(machine::SignOut {});
        refresh(state, old, tokens(2));
        QVERIFY(!state.snapshot().isSignedIn);
        QVERIFY(state.tokens().isEmpty());
        state.adopt(tokens(3), key);
        refresh(state, old, tokens(2));
        state.takeOver(tokens(2), old);
        QCOMPARE(state.tokens().accessToken, "A3");
    }

    // The result of an earlier refresh must not end a later one.
    void whatComesLateIsOfNoOtherRefresh_data()
    {
        using Late = std::function<void(SessionState &, RefreshId)>;
        QTest::addColumn<Late>("late");
        QTest::newRow("its answer") << Late([](SessionState &state, RefreshId old) {
            state.applyFresh(machine::TrySucceeded {}, old, tokens(3));
        });
        QTest::newRow("its rejection") << Late(
            [](SessionState &state, RefreshId old) { state.apply(machine::TryRejected {}, old); });
        QTest::newRow("its failure") << Late([](SessionState &state, RefreshId old) {
            state.applyFailure(machine::TryMisconfigured {}, old, {});
        });
        QTest::newRow("tokens of another process")
            << Late([](SessionState &state, RefreshId old) { state.takeOver(tokens(3), old); });
    }
    void whatComesLateIsOfNoOtherRefresh()
    {
        QFETCH(const std::function<void(SessionState &, RefreshId)>, late);
        SessionState state(profile());
        state.adopt(tokens(1), key);
        const RefreshId old = state.challenged({Generation {1}}, at(0s)).refresh;
        state.adopt(tokens(2), key);
        const RefreshId present = state.challenged({Generation {2}}, at(0s)).refresh;
        state.apply(machine::RereadFoundNothing {}, present);
        while (state.takeTask()) { }
        late(state, old);
        QVERIFY(!state.hasTasks());
        QCOMPARE(state.tokens().accessToken, "A2");
        state.applyFresh(machine::TrySucceeded {}, present, tokens(4));
        state.apply(machine::StoreDone {}, present);
        QCOMPARE(state.tokens().accessToken, "A4");
    }

    // Sums of these times and a clock's time must not overflow; UBSan checks that.
    void timesOfAnySizeAreBounded_data()
    {
        QTest::addColumn<sys_seconds>("expiresAt");
        QTest::addColumn<std::chrono::milliseconds>("duration");
        QTest::addColumn<double>("fraction");
        constexpr auto most = std::chrono::milliseconds::max();
        constexpr auto least = std::chrono::milliseconds::min();
        QTest::newRow("for ever") << sys_seconds::max() << most << 0.1;
        QTest::newRow("for ever, a leeway of nothing") << sys_seconds::max() << least << 0.0;
        QTest::newRow("no fraction at all") << sys_seconds::max() << most << std::nan("");
        QTest::newRow("more than the whole") << sys_seconds::max() << most << 1e300;
        QTest::newRow("since ever") << sys_seconds::min() << most << 0.1;
    }
    void timesOfAnySizeAreBounded()
    {
        QFETCH(const sys_seconds, expiresAt);
        QFETCH(const std::chrono::milliseconds, duration);
        QFETCH(const double, fraction);
        auto of = profile();
        of.policy.leeway = of.policy.uploadLeeway = of.policy.holdTimeout = duration;
        of.policy.leewayFraction = fraction;
        SessionState state(of);
        QCOMPARE_LE(state.profile()->policy.holdTimeout, std::chrono::days(365));
        QCOMPARE_GE(state.profile()->policy.holdTimeout, 0ms);
        auto odd = tokens(1);
        odd.expiresAt = expiresAt;
        state.adopt(odd, key);
        QCOMPARE(state.isTokenUsable(at(0s)), expiresAt > sys_seconds());
        QCOMPARE(state.isReady(Leeway::Upload, at(0s)), expiresAt > sys_seconds());
        QVERIFY(state.earlyRefreshDue(1).has_value());
    }

    void aChangedProfileEndsTheSessionAtOnce()
    {
        SessionState state(profile());
        state.adopt(tokens(1), key);
        state.setProfile(profile(QUrl(u"https://other.example.org"_s)));
        QCOMPARE(state.profileRevision(), 1);
        QCOMPARE(state.admit({}, Leeway::Usual, at(0s)).answer, Answer::NoSession);
        const auto task = std::get<PerformEffect>(*state.takeTask());
        QCOMPARE(task.effect, machine::Effect::End);
        QCOMPARE(task.reason, EndReason::ProfileChanged);
        QCOMPARE(task.tokens.accessToken, "A1");
    }
};

QTEST_APPLESS_MAIN(TestSessionState)
#include "tst_sessionstate.moc"
