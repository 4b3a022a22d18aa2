// The refresh state machine: one row for each pair of state and event, also for ignored events.
#include "authcore/session/refreshmachine.h"

#include <QtTest/QTest>

#include <set>
#include <string>

using namespace authcore;
using namespace authcore::machine;

Q_DECLARE_METATYPE(authcore::machine::State)
Q_DECLARE_METATYPE(authcore::machine::Event)
Q_DECLARE_METATYPE(authcore::machine::Effect)

namespace {

constexpr Generation g1 {1};
constexpr Generation g2 {2};
constexpr Generation g3 {3};

std::set<std::pair<std::size_t, std::size_t>> covered;

void row(const char *name, State state, Event event, State next, Effect effect)
{
    covered.emplace(state.index(), event.index());
    QTest::newRow(name) << state << event << next << effect;
}

} // namespace

class RefreshMachine : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void table_data()
    {
        QTest::addColumn<State>("state");
        QTest::addColumn<Event>("event");
        QTest::addColumn<State>("next");
        QTest::addColumn<Effect>("effect");

        const auto absent = RefreshToken::Absent;
        const Preparing prepare {g2, Urgency::Needed};
        const Preparing prepareEarly {g2, Urgency::Early};
        const Refreshing trying {g2, 1, Urgency::Needed};
        const Refreshing early {g2, 1, Urgency::Early};
        const Challenged fresh {g2, Remedy::Refresh, RefreshToken::Present};
        const Challenged late {g1, Remedy::Refresh, RefreshToken::Present};
        const Challenged replayed {g2, Remedy::None, RefreshToken::Present};
        const SignOut signOut {};
        const RefreshWanted needed {Urgency::Needed};
        // clang-format off
        row("out: tokens are taken",                 SignedOut{g2},   TokensSet{},          Holding{g3},     Effect::Adopt);
        row("out: signed out again",                 SignedOut{g2},   signOut,              SignedOut{g2},   Effect::None);
        row("out: a challenge is delivered",         SignedOut{g2},   fresh,                SignedOut{g2},   Effect::Deliver);
        row("out: an old challenge is delivered",    SignedOut{g2},   late,                 SignedOut{g2},   Effect::Deliver);
        row("out: nothing to refresh",               SignedOut{g2},   needed,               SignedOut{g2},   Effect::None);
        row("out: late success brings nobody back",  SignedOut{g2},   TrySucceeded{},       SignedOut{g2},   Effect::None);
        row("out: late rejection",                   SignedOut{g2},   TryRejected{},        SignedOut{g2},   Effect::None);
        row("out: late misconfiguration",            SignedOut{g2},   TryMisconfigured{},   SignedOut{g2},   Effect::None);
        row("out: late failure",                     SignedOut{g2},   TryFailedForNow{},    SignedOut{g2},   Effect::None);
        row("out: late retry",                       SignedOut{g2},   RetryDue{},           SignedOut{g2},   Effect::None);
        row("out: late deadline",                    SignedOut{g2},   DeadlinePassed{},     SignedOut{g2},   Effect::None);
        row("out: late store",                       SignedOut{g2},   StoreDone{},          SignedOut{g2},   Effect::None);
        row("out: late reread, newer",               SignedOut{g2},   RereadFoundNewer{},   SignedOut{g2},   Effect::None);
        row("out: late reread, nothing",             SignedOut{g2},   RereadFoundNothing{}, SignedOut{g2},   Effect::None);
        row("out: late reread, no entry",             SignedOut{g2},   RereadFoundNoEntry{}, SignedOut{g2},   Effect::None);
        row("out: late refused replay",              SignedOut{g2},   ReplayRefused{},      SignedOut{g2},   Effect::None);

        row("holding: new tokens replace",           Holding{g2},     TokensSet{},          Holding{g3},     Effect::Adopt);
        row("holding: sign-out ends",                Holding{g2},     signOut,              SignedOut{g2},   Effect::End);
        row("holding: first 401 starts the refresh", Holding{g2},     fresh,                prepare,         Effect::StartRefresh);
        row("holding: late 401 replays, no refresh", Holding{g2},     late,                 Holding{g2},     Effect::Replay);
        row("holding: late 401 of one that waited",  Holding{g2},     Challenged{g1, Remedy::None, absent}, Holding{g2}, Effect::Replay);
        row("holding: a replay's 401 is final",      Holding{g2},     replayed,             Holding{g2},     Effect::Deliver);
        row("holding: 401 without refresh token",    Holding{g2},     Challenged{g2, Remedy::Refresh, absent}, SignedOut{g2}, Effect::End);
        row("holding: bare 401 after a sign-in",     Holding{g2},     Challenged{{}, Remedy::Refresh, absent}, Holding{g2}, Effect::Replay);
        row("holding: refresh wanted",               Holding{g2},     needed,               prepare,         Effect::StartRefresh);
        row("holding: early refresh wanted",         Holding{g2},     RefreshWanted{Urgency::Early}, prepareEarly, Effect::StartRefresh);
        row("holding: late success is no news",      Holding{g2},     TrySucceeded{},       Holding{g2},     Effect::None);
        row("holding: late rejection ends nothing",  Holding{g2},     TryRejected{},        Holding{g2},     Effect::None);
        row("holding: late misconfiguration",        Holding{g2},     TryMisconfigured{},   Holding{g2},     Effect::None);
        row("holding: late failure",                 Holding{g2},     TryFailedForNow{},    Holding{g2},     Effect::None);
        row("holding: late retry",                   Holding{g2},     RetryDue{},           Holding{g2},     Effect::None);
        row("holding: late deadline",                Holding{g2},     DeadlinePassed{},     Holding{g2},     Effect::None);
        row("holding: late store",                   Holding{g2},     StoreDone{},          Holding{g2},     Effect::None);
        row("holding: late reread, newer",           Holding{g2},     RereadFoundNewer{},   Holding{g2},     Effect::None);
        row("holding: late reread, nothing",         Holding{g2},     RereadFoundNothing{}, Holding{g2},     Effect::None);
        row("holding: late reread, no entry",         Holding{g2},     RereadFoundNoEntry{}, Holding{g2},     Effect::None);
        row("holding: refused replay ends",          Holding{g2},     ReplayRefused{},      SignedOut{g2},   Effect::End);

        row("preparing: new tokens discard it", prepare, TokensSet{}, Holding{g3}, Effect::DiscardAndAdopt);
        row("preparing: sign-out discards it", prepare, signOut, SignedOut{g2}, Effect::DiscardAndEnd);
        row("preparing: second 401 joins", prepare, fresh, prepare, Effect::Join);
        row("preparing: late 401 joins", prepare, late, prepare, Effect::Join);
        row("preparing: a replay's 401 is final", prepare, replayed, prepare, Effect::Deliver);
        row("preparing: refresh wanted joins", prepare, needed, prepare, Effect::Join);
        row("preparing early: a 401 makes it needed", prepareEarly, fresh, prepare, Effect::Join);
        row("preparing early: needed makes it needed", prepareEarly, needed, prepare, Effect::Join);
        row("preparing early: the first try is early", prepareEarly, RereadFoundNothing{}, early, Effect::StartTry);
        row("preparing: late success", prepare, TrySucceeded{}, prepare, Effect::None);
        row("preparing: late rejection", prepare, TryRejected{}, prepare, Effect::None);
        row("preparing: late misconfiguration", prepare, TryMisconfigured{}, prepare, Effect::None);
        row("preparing: late failure",  prepare, TryFailedForNow{}, prepare, Effect::None);
        row("preparing: late retry", prepare, RetryDue{}, prepare, Effect::None);
        row("preparing: a lock that is never free", prepare, DeadlinePassed{}, Holding{g2}, Effect::FailWaiters);
        row("preparing: nothing was stored", prepare, StoreDone{}, prepare, Effect::None);
        row("preparing: somebody has refreshed", prepare, RereadFoundNewer{}, Holding{g3}, Effect::Announce);
        row("preparing: nobody has, the first try", prepare, RereadFoundNothing{}, trying, Effect::StartTry);
        row("preparing: signed out elsewhere", prepare, RereadFoundNoEntry{}, SignedOut{g2}, Effect::End);
        row("preparing: a refused replay waits for it", prepare, ReplayRefused{}, prepare, Effect::None);

        row("trying: new tokens discard it",         trying,          TokensSet{},          Holding{g3},     Effect::DiscardAndAdopt);
        row("trying: sign-out discards it",          trying,          signOut,              SignedOut{g2},   Effect::DiscardAndEnd);
        row("trying: second 401 joins",              trying,          fresh,                trying,          Effect::Join);
        row("trying: late 401 joins",                trying,          late,                 trying,          Effect::Join);
        row("trying: a replay's 401 is final",       trying,          replayed,             trying,          Effect::Deliver);
        row("early: a 401 makes it needed",          early,           fresh,                trying,          Effect::Join);
        row("early: a final 401 leaves it early",    early,           replayed,             early,           Effect::Deliver);
        row("trying: refresh wanted joins",          trying,          needed,               trying,          Effect::Join);
        row("early: needed makes it needed",         early,           needed,               trying,          Effect::Join);
        row("trying: early wanted keeps it needed",  trying,          RefreshWanted{Urgency::Early}, trying, Effect::Join);
        row("trying: success is stored first",       trying,          TrySucceeded{},       Storing{g2},     Effect::Store);
        row("trying: rejection rereads the store",   trying,          TryRejected{},        Rereading{g2},   Effect::Reread);
        row("trying: misconfiguration ends nothing", trying,          TryMisconfigured{},   Holding{g2},     Effect::FailWaiters);
        row("trying: a failure backs off",           trying,          TryFailedForNow{},    BackingOff{g2, 1}, Effect::BackOff);
        row("early: a failure ends it",              early,           TryFailedForNow{},    Holding{g2},     Effect::FailWaiters);
        row("trying: no retry is due",               trying,          RetryDue{},           trying,          Effect::None);
        row("trying: deadline",                      trying,          DeadlinePassed{},     Holding{g2},     Effect::FailWaiters);
        row("trying: nothing was stored",            trying,          StoreDone{},          trying,          Effect::None);
        row("trying: nothing was reread, newer",     trying,          RereadFoundNewer{},   trying,          Effect::None);
        row("trying: nothing was reread, nothing",   trying,          RereadFoundNothing{}, trying,          Effect::None);
        row("trying: nothing was reread, no entry",   trying,          RereadFoundNoEntry{}, trying,          Effect::None);
        row("trying: a refused replay waits for it", trying,          ReplayRefused{},      trying,          Effect::None);

        row("backing off: new tokens discard it",    BackingOff{g2, 3}, TokensSet{},          Holding{g3},     Effect::DiscardAndAdopt);
        row("backing off: sign-out discards it",     BackingOff{g2, 3}, signOut,              SignedOut{g2},   Effect::DiscardAndEnd);
        row("backing off: 401 joins",                BackingOff{g2, 3}, fresh,                BackingOff{g2, 3}, Effect::Join);
        row("backing off: late 401 joins",           BackingOff{g2, 3}, late,                 BackingOff{g2, 3}, Effect::Join);
        row("backing off: a replay's 401 is final",  BackingOff{g2, 3}, replayed,             BackingOff{g2, 3}, Effect::Deliver);
        row("backing off: refresh wanted joins",     BackingOff{g2, 3}, needed,               BackingOff{g2, 3}, Effect::Join);
        row("backing off: late success",             BackingOff{g2, 3}, TrySucceeded{},       BackingOff{g2, 3}, Effect::None);
        row("backing off: late rejection",           BackingOff{g2, 3}, TryRejected{},        BackingOff{g2, 3}, Effect::None);
        row("backing off: late misconfiguration",    BackingOff{g2, 3}, TryMisconfigured{},   BackingOff{g2, 3}, Effect::None);
        row("backing off: late failure",             BackingOff{g2, 3}, TryFailedForNow{},    BackingOff{g2, 3}, Effect::None);
        row("backing off: the next try",             BackingOff{g2, 3}, RetryDue{},           Refreshing{g2, 4, Urgency::Needed}, Effect::StartTry);
        row("backing off: deadline",                 BackingOff{g2, 3}, DeadlinePassed{},     Holding{g2},     Effect::FailWaiters);
        row("backing off: nothing was stored",       BackingOff{g2, 3}, StoreDone{},          BackingOff{g2, 3}, Effect::None);
        row("backing off: nothing reread, newer",    BackingOff{g2, 3}, RereadFoundNewer{},   BackingOff{g2, 3}, Effect::None);
        row("backing off: nothing reread, nothing",  BackingOff{g2, 3}, RereadFoundNothing{}, BackingOff{g2, 3}, Effect::None);
        row("backing off: nothing reread, no entry",  BackingOff{g2, 3}, RereadFoundNoEntry{}, BackingOff{g2, 3}, Effect::None);
        row("backing off: refused replay",           BackingOff{g2, 3}, ReplayRefused{},      BackingOff{g2, 3}, Effect::None);

        row("storing: new tokens discard it",        Storing{g2},     TokensSet{},          Holding{g3},     Effect::DiscardAndAdopt);
        row("storing: sign-out discards it",         Storing{g2},     signOut,              SignedOut{g2},   Effect::DiscardAndEnd);
        row("storing: 401 joins",                    Storing{g2},     fresh,                Storing{g2},     Effect::Join);
        row("storing: late 401 joins",               Storing{g2},     late,                 Storing{g2},     Effect::Join);
        row("storing: a replay's 401 is final",      Storing{g2},     replayed,             Storing{g2},     Effect::Deliver);
        row("storing: refresh wanted joins",         Storing{g2},     needed,               Storing{g2},     Effect::Join);
        row("storing: late success",                 Storing{g2},     TrySucceeded{},       Storing{g2},     Effect::None);
        row("storing: late rejection",               Storing{g2},     TryRejected{},        Storing{g2},     Effect::None);
        row("storing: late misconfiguration",        Storing{g2},     TryMisconfigured{},   Storing{g2},     Effect::None);
        row("storing: late failure",                 Storing{g2},     TryFailedForNow{},    Storing{g2},     Effect::None);
        row("storing: late retry",                   Storing{g2},     RetryDue{},           Storing{g2},     Effect::None);
        row("storing: a silent store costs nothing", Storing{g2},     DeadlinePassed{},     Holding{g3},     Effect::Announce);
        row("storing: done, the new tokens count",   Storing{g2},     StoreDone{},          Holding{g3},     Effect::Announce);
        row("storing: nothing reread, newer",        Storing{g2},     RereadFoundNewer{},   Storing{g2},     Effect::None);
        row("storing: nothing reread, nothing",      Storing{g2},     RereadFoundNothing{}, Storing{g2},     Effect::None);
        row("storing: signed out elsewhere",         Storing{g2},     RereadFoundNoEntry{}, SignedOut{g2},   Effect::End);
        row("storing: refused replay",               Storing{g2},     ReplayRefused{},      Storing{g2},     Effect::None);

        row("rereading: new tokens discard it",      Rereading{g2},   TokensSet{},          Holding{g3},     Effect::DiscardAndAdopt);
        row("rereading: sign-out discards it",       Rereading{g2},   signOut,              SignedOut{g2},   Effect::DiscardAndEnd);
        row("rereading: 401 joins",                  Rereading{g2},   fresh,                Rereading{g2},   Effect::Join);
        row("rereading: late 401 joins",             Rereading{g2},   late,                 Rereading{g2},   Effect::Join);
        row("rereading: a replay's 401 is final",    Rereading{g2},   replayed,             Rereading{g2},   Effect::Deliver);
        row("rereading: refresh wanted joins",       Rereading{g2},   needed,               Rereading{g2},   Effect::Join);
        row("rereading: late success",               Rereading{g2},   TrySucceeded{},       Rereading{g2},   Effect::None);
        row("rereading: late rejection",             Rereading{g2},   TryRejected{},        Rereading{g2},   Effect::None);
        row("rereading: late misconfiguration",      Rereading{g2},   TryMisconfigured{},   Rereading{g2},   Effect::None);
        row("rereading: late failure",               Rereading{g2},   TryFailedForNow{},    Rereading{g2},   Effect::None);
        row("rereading: late retry",                 Rereading{g2},   RetryDue{},           Rereading{g2},   Effect::None);
        row("rereading: a silent store saves nobody", Rereading{g2},  DeadlinePassed{},     SignedOut{g2},   Effect::End);
        row("rereading: nothing was stored",         Rereading{g2},   StoreDone{},          Rereading{g2},   Effect::None);
        row("rereading: somebody has refreshed",     Rereading{g2},   RereadFoundNewer{},   Holding{g3},     Effect::Announce);
        row("rereading: nobody has, it is over",     Rereading{g2},   RereadFoundNothing{}, SignedOut{g2},   Effect::End);
        row("rereading: signed out elsewhere",      Rereading{g2},   RereadFoundNoEntry{}, SignedOut{g2},   Effect::End);
        row("rereading: refused replay",             Rereading{g2},   ReplayRefused{},      Rereading{g2},   Effect::None);
        // clang-format on

        QCOMPARE(covered.size(), std::variant_size_v<State> * std::variant_size_v<Event>);
    }
    void table()
    {
        QFETCH(State, state);
        QFETCH(Event, event);
        QFETCH(State, next);
        QFETCH(Effect, effect);
        const Step step = machine::advance(state, event);
        QCOMPARE(step.effect, effect);
        QVERIFY(step.next == next);
        QCOMPARE(isSignedIn(next), !std::holds_alternative<SignedOut>(next));
    }
};

QTEST_APPLESS_MAIN(RefreshMachine)
#include "tst_refreshmachine.moc"
