// The state of a session under threads: each change must be visible to all threads as a whole.
//
// A program of its own, without QTest and Qt's event delivery: Debian's Qt is not built for
// ThreadSanitizer, which would report races inside Qt. ./dev test --tsan runs this program.
#include "authcore/session/sessionstate.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <barrier>
#include <cstdio>
#include <functional>
#include <thread>
#include <vector>

#ifdef __SANITIZE_THREAD__
#include <sanitizer/tsan_interface.h>

#include <cstdlib>

// Tells ThreadSanitizer that freeing happens after every release of a reference: inside Qt's own
// libraries, with cookies for example, it sees the free but not the releases.
void QArrayData::deallocate(QArrayData *data, qsizetype, qsizetype) noexcept
{
    __tsan_acquire(data);
    std::free(data); // NOLINT: as Qt has allocated it
}
#endif

using namespace authcore;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;
using Answer = SessionState::Admission::Answer;
using Leeway = SessionState::Leeway;

namespace {

const TokenKey key {u"cookie-form"_s, u"anna"_s, {}, {}};
constexpr SessionState::Moment now {std::chrono::sys_seconds(2'000'000'000s), 0ns};

// Profiles with cookies, since cookies are the part of the shared state that changes without a
// refresh.
std::array<BackendProfile, 2> profiles()
{
    return {*BackendProfile::preset(u"cookie-form"_s, QUrl(u"https://api.example.org"_s)),
        *BackendProfile::preset(u"cookie-form"_s, QUrl(u"https://other.example.org"_s))};
}

QNetworkCookie cookie(const BackendProfile &profile, const QByteArray &name, int value)
{
    QNetworkCookie made(name, QByteArray::number(value));
    made.setDomain(profile.baseUrl.host());
    made.setPath(u"/"_s);
    return made;
}

//! Revision n has profile n % 2. The token carries both numbers. Each third token has expired.
TokenSet tokens(const std::array<BackendProfile, 2> &profiles, int number, int revision)
{
    const BackendProfile &profile = profiles[std::size_t(revision % 2)];
    const auto today = std::chrono::floor<std::chrono::seconds>(now.wall);
    TokenSet set;
    set.accessToken = "A" + QByteArray::number(number) + "/" + QByteArray::number(revision);
    set.refreshToken = "R" + QByteArray::number(number);
    set.receivedAt = today - 1h;
    set.expiresAt = number % 3 == 0 ? today - 1s : today + 1h;
    set.cookies = {cookie(profile, "number", number)};
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

// Fails a refresh as at the deadline, with a pause before the next one.
void failRefresh(SessionState &state, RefreshId id)
{
    const SessionState::Failure failure {
        {TokenError::Code::ServerFailed, u"no connection"_s, {}, {}}, now.monotonic + 1s,
        now.monotonic + 1s};
    state.apply(machine::RereadFoundNothing {}, id);
    state.apply(machine::RefreshWanted {machine::Urgency::Needed}, id);
    state.applyFailure(machine::TryFailedForNow {}, id, failure);
    state.applyFailure(machine::DeadlinePassed {}, id, failure);
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
            const auto decision = state.challenged({Generation {1}}, now);
            started += decision.outcome == ChallengeOutcome::StartedRefresh ? 1 : 0;
            joined += decision.outcome == ChallengeOutcome::JoinedRefresh
                    && decision.refresh == RefreshId {1}
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

void ofManyWhoAskOneIsHeard()
{
    for (int round = 0; round < 200; ++round) {
        SessionState state(profiles()[0]);
        inThreads(4, [&](int) { state.askForSignIn(u"Sign in to go on."_s); });
        int asked = 0;
        while (state.takeTask())
            ++asked;
        expect("questions for a sign-in", asked, 1);
    }
}

void ofManyCookiesNoneIsLost()
{
    const auto both = profiles();
    for (int round = 0; round < 200; ++round) {
        SessionState state(both[0]);
        state.adopt(tokens(both, 1, 0), key);
        inThreads(4, [&](int thread) {
            const QByteArray name = "of" + QByteArray::number(thread);
            state.takeCookies(
                {Generation {1}, both[0].baseUrl, {cookie(both[0], name, thread)}, {}}, now);
        });
        const auto count = [](const TokenSet &tokens) {
            return int(std::count_if(tokens.cookies.begin(), tokens.cookies.end(),
                [](const QNetworkCookie &known) { return known.name().startsWith("of"); }));
        };
        expect("cookies", count(state.tokens()), 4);
        int stored = 0;
        while (const auto task = state.takeTask()) {
            const auto *keep = std::get_if<KeepCookies>(&*task);
            expect("cookies before", keep != nullptr ? count(keep->before) : -1, stored++);
        }
        expect("changes to be stored", stored, 4);
    }
}

//! Plays the session: refreshes, fails, adopts tokens, signs out and in, and changes its profile.
class Session
{
public:
    explicit Session(SessionState &state)
        : m_state(state)
    {
        m_state.adopt(tokens(m_both, m_number, m_revision), key);
    }

    void step(int step)
    {
        const RefreshId id = m_state.snapshot().refresh;
        if (id != RefreshId {})
            finish(id, step);
        if (step % 97 == 0) {
            ++m_revision;
            m_state.setProfile(m_both[std::size_t(m_revision % 2)]);
            comeBack();
        } else if (step % 53 == 0) {
            m_state.apply(machine::SignOut {});
            comeBack();
        } else if (!m_state.snapshot().isSignedIn || step % 31 == 0) {
            m_state.adopt(tokens(m_both, ++m_number, m_revision), key);
        }
        while (m_state.takeTask()) { }
    }

    //! The number is odd while nobody is signed in.
    [[nodiscard]] int signOuts() const { return m_signOuts; }

private:
    void finish(RefreshId id, int step)
    {
        if (step % 4 == 0) {
            failRefresh(m_state, id);
            return;
        }
        if (step % 4 == 1) { // as if another process had stored the tokens
            auto theirs = tokens(m_both, m_number, m_revision);
            theirs.accessToken += '+';
            m_state.takeOver(theirs, id);
        }
        refresh(m_state, id, tokens(m_both, ++m_number, m_revision));
    }
    void comeBack()
    {
        ++m_signOuts;
        m_state.setRestoring(key.account);
        std::this_thread::yield();
        if (m_revision % 2 == 0)
            m_state.setRestoring(std::nullopt);
        ++m_signOuts;
        m_state.adopt(tokens(m_both, ++m_number, m_revision), key);
    }

    const std::array<BackendProfile, 2> m_both = profiles();
    SessionState &m_state;
    int m_number = 1; //!< the n-th token set has generation n
    int m_revision = 0;
    std::atomic<int> m_signOuts = 0;
};

//! Plays a manager: asks for admissions, and reports challenges and cookies in any order.
class Manager
{
public:
    Manager(SessionState &state, const Session &session)
        : m_state(state)
        , m_session(session)
    {
    }

    //! Returns true if a request may be sent.
    [[nodiscard]] bool step(int step)
    {
        const int before = m_session.signOuts();
        const auto admission =
            m_state.admit({}, step % 2 == 0 ? Leeway::Usual : Leeway::Upload, now);
        const bool isOut = before % 2 == 1 && before == m_session.signOuts();
        look(m_state.snapshot());
        switch (admission.answer) {
        case Answer::Wait:
            torn +=
                admission.snapshot.isRestoring || admission.snapshot.isRefreshInProgress ? 0 : 1;
            return false;
        case Answer::NoSession:
            if (step % 7 == 0)
                m_state.askForSignIn(u"Sign in to go on."_s);
            return false;
        case Answer::CoolingDown:
            torn += admission.error && admission.error->detail == u"no connection"_s ? 0 : 1;
            return false;
        case Answer::Send:
            break;
        }
        torn += isOut ? 1 : 0;
        check(admission);
        if (step % 5 == 0)
            (void)m_state.challenged({admission.snapshot.generation}, now);
        else if (step % 5 == 1)
            takeCookie(admission);
        return true;
    }

    int torn = 0; //!< the number of values that mix two states

private:
    void look(const SessionState::Snapshot &snapshot)
    {
        torn += snapshot.isSignedIn == snapshot.account.isEmpty() ? 1 : 0;
        torn += snapshot.isRefreshInProgress == (snapshot.refresh == RefreshId {}) ? 1 : 0;
        torn += snapshot.generation < m_generation ? 1 : 0;
        torn += snapshot.tokenFamily < m_tokenFamily ? 1 : 0;
        m_generation = snapshot.generation;
        m_tokenFamily = snapshot.tokenFamily;
        const TokenSet tokens = m_state.tokens();
        torn += tokens.isEmpty()
                || tokens.accessToken.mid(1, tokens.accessToken.indexOf('/') - 1)
                    == tokens.refreshToken.mid(1)
            ? 0
            : 1;
        const auto profile = m_state.profile();
        torn += tokens.isEmpty() || !profile->baseUrl.isEmpty() ? 0 : 1;
        (void)m_state.isReady(Leeway::Usual, now);
        (void)m_state.isTokenUsable(now);
    }
    void check(const SessionState::Admission &admission)
    {
        const auto &snapshot = admission.snapshot;
        torn +=
            snapshot.isSignedIn && !snapshot.isRestoring && !snapshot.isRefreshInProgress ? 0 : 1;
        const QByteArray number = QByteArray::number(quint32(snapshot.generation));
        const QByteArray expected =
            "A" + number + "/" + QByteArray::number(admission.profileRevision);
        torn +=
            admission.accessToken == expected || admission.accessToken == expected + '+' ? 0 : 1;
        int known = 0;
        for (const QNetworkCookie &cookie : admission.cookies) {
            const QByteArray name = cookie.name();
            const bool isNumber = name == "number" || name == "seen";
            known += name == "number" || name == "access_token" ? 1 : 0;
            torn += isNumber && cookie.value() != number ? 1 : 0;
            torn += name == "access_token" && cookie.value() != admission.accessToken ? 1 : 0;
        }
        torn += known == 2 ? 0 : 1;
    }
    // The cookie may come late and belong to an old generation.
    void takeCookie(const SessionState::Admission &admission)
    {
        const BackendProfile &profile = m_both[std::size_t(admission.profileRevision % 2)];
        const auto generation = admission.snapshot.generation;
        m_state.takeCookies(
            {generation, profile.baseUrl, {cookie(profile, "seen", int(generation))}, {}}, now);
    }

    const std::array<BackendProfile, 2> m_both = profiles();
    SessionState &m_state;
    const Session &m_session;
    Generation m_generation {};
    TokenFamily m_tokenFamily {};
};

// No manager ever holds a token or cookie of another generation or profile, nor any while nobody is
// signed in.
void nobodySeesHalfOfAChange()
{
    SessionState state(profiles()[0]);
    Session session(state);
    std::atomic<bool> stop = false;
    std::atomic<int> torn = 0;
    std::atomic<int> sent = 0;
    inThreads(4, [&](int thread) {
        if (thread == 0) {
            for (int step = 0; step < 3000 || sent < 1000; ++step)
                session.step(step);
            stop = true;
            return;
        }
        Manager manager(state, session);
        for (int step = 0; !stop; ++step)
            sent += manager.step(step) ? 1 : 0;
        torn += manager.torn;
    });
    expect("things seen of two states at once", torn, 0);
}

} // namespace

int main()
{
    ofManyChallengesOneStartsTheRefresh();
    ofManyWhoAskOneIsHeard();
    ofManyCookiesNoneIsLost();
    nobodySeesHalfOfAChange();
    return failed == 0 ? 0 : 1;
}
