// A session's state under threads: transitions that are true for everybody at once.
//
// A program of its own, without QTest and Qt's event delivery: Debian's Qt is not built for
// ThreadSanitizer, which would report them and not us. ./dev test --tsan runs it.
#include "authcore/session/sessionstate.h"

#include <array>
#include <atomic>
#include <barrier>
#include <cstdio>
#include <functional>
#include <thread>
#include <vector>

using namespace authcore;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;
using Admission = SessionState::Pass::Admission;
using Leeway = SessionState::Leeway;

namespace {

const TokenKey key {u"custom-jwt"_s, u"anna"_s, {}, {}};
constexpr SessionState::Moment now {std::chrono::sys_seconds(2'000'000'000s), 0ns};

std::array<BackendProfile, 2> profiles()
{
    return {*BackendProfile::preset(u"custom-jwt"_s, QUrl(u"https://api.example.org"_s)),
        *BackendProfile::preset(u"custom-jwt"_s, QUrl(u"https://other.example.org"_s))};
}

//! Of revision n is the profile n % 2. The token says both numbers.
TokenSet tokens(const std::array<BackendProfile, 2> &profiles, int number, int revision)
{
    const BackendProfile &profile = profiles[std::size_t(revision % 2)];
    TokenSet set;
    set.accessToken = "A" + QByteArray::number(number) + "/" + QByteArray::number(revision);
    set.refreshToken = "R" + QByteArray::number(number);
    set.accountId = u"anna"_s;
    set.tokenEndpoint = profile.resolved(profile.refresh.url);
    set.protectedOrigins = profile.protectedOrigins;
    return set;
}

void refresh(SessionState &state, RefreshId id, TokenSet fresh)
{
    state.apply(machine::RereadFoundNothing {}, id);
    state.applyFresh(machine::TrySucceeded {}, id, std::move(fresh));
    state.apply(machine::StoreDone {}, id);
}

void inThreads(int count, const std::function<void(int)> &work)
{
    std::barrier start(count);
    std::vector<std::thread> threads;
    threads.reserve(std::size_t(count));
    for (int i = 0; i < count; ++i)
        threads.emplace_back([&, i] {
            start.arrive_and_wait();
            work(i);
        });
    for (std::thread &thread : threads)
        thread.join();
}

int failed = 0;

void expect(const char *what, int seen, int wanted)
{
    if (seen == wanted)
        return;
    std::fprintf(stderr, "FAIL: %s: %d, expected %d\n", what, seen, wanted);
    ++failed;
}

void ofManyChallengesOneStartsTheRefresh()
{
    const auto both = profiles();
    for (int round = 0; round < 500; ++round) {
        SessionState state(both[0]);
        state.adopt(tokens(both, 1, 0), key);
        std::atomic<int> started = 0;
        std::atomic<int> joined = 0;
        inThreads(4, [&](int) {
            const auto ruling = state.challenged(Generation {1}, {}, now);
            started += ruling.outcome == ChallengeOutcome::StartedRefresh ? 1 : 0;
            joined +=
                ruling.outcome == ChallengeOutcome::JoinedRefresh && ruling.refresh == RefreshId {1}
                ? 1
                : 0;
        });
        expect("challenges that started a refresh", started, 1);
        expect("challenges that joined it", joined, 3);
        int tasks = 0;
        while (state.takeTask())
            ++tasks;
        expect("tasks for the session", tasks, 1);
    }
}

// Requests in three threads, challenged as they please, while the session refreshes, signs out and
// in, and changes its profile: nobody ever holds a token that is not of its generation, nor one of
// another profile.
void nobodySeesHalfOfAChange()
{
    const auto both = profiles();
    SessionState state(both[0]);
    state.adopt(tokens(both, 1, 0), key);
    std::atomic<bool> stop = false;
    std::atomic<int> torn = 0;
    std::atomic<int> sent = 0;
    const auto session = [&] {
        int number = 1;
        int revision = 0;
        for (int step = 0; step < 3000 || sent < 1000; ++step) {
            const RefreshId id = state.standing().refresh;
            if (id != RefreshId {})
                refresh(state, id, tokens(both, ++number, revision));
            if (step % 97 == 0) {
                ++revision;
                state.setProfile(both[std::size_t(revision % 2)]);
                state.adopt(tokens(both, ++number, revision), key);
            } else if (!state.standing().isSignedIn || step % 31 == 0) {
                state.adopt(tokens(both, ++number, revision), key);
            }
            while (state.takeTask()) { }
        }
        stop = true;
    };
    const auto manager = [&] {
        while (!stop) {
            const auto pass = state.admit({}, Leeway::Usual, now);
            if (pass.admission != Admission::Send)
                continue;
            ++sent;
            // The n-th set of tokens is generation n.
            const QByteArray expected = "A" + QByteArray::number(quint32(pass.standing.generation))
                + "/" + QByteArray::number(pass.profileRevision);
            torn += pass.accessToken != expected ? 1 : 0;
            if (sent % 5 == 0)
                (void)state.challenged(pass.standing.generation, {}, now);
        }
    };
    inThreads(4, [&](int thread) {
        if (thread == 0)
            session();
        else
            manager();
    });
    expect("passes with a token of another generation or profile", torn, 0);
}

} // namespace

int main()
{
    ofManyChallengesOneStartsTheRefresh();
    nobodySeesHalfOfAChange();
    return failed == 0 ? 0 : 1;
}
