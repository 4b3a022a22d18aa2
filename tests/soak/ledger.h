#pragma once

#include "authcore/network/requestfacts.h"
#include "authcore/network/requestsunderway.h"
#include "authcore/session/authsession.h"
#include "tests/soak/simulatedreply.h"

#include <QtCore/QIODevice>
#include <QtCore/QPointer>

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

namespace soak {

//! One request of a caller and its events so far.
struct Call
{
    int id = 0;
    const void *manager = nullptr;
    QString owner; //!< the account at its issue or of its first token; empty: none
    int priority = 0;
    QByteArray body;
    bool isCollected = false; //!< its whole body is read before it is queued
    std::unique_ptr<QIODevice> device; //!< of the caller; outlives the reply
    QPointer<QNetworkReply> reply;
    QByteArray read; //!< the bytes that the caller has read
    int finished = 0;
    int errors = 0;
    bool withdrawn = false; //!< the caller has aborted, closed or deleted it

    // On the wire.
    int sends = 0;
    bool isFlying = false;
    bool isAfterHop = false; //!< the next attempt is a redirect's hop
    bool mayRepeat = false; //!< the connection was closed, and the verb is idempotent
    int repeats = 0; //!< attempts because of that
    bool hasLeft = false; //!< a hop left its origin, so it carries no token any more
    bool keepsBody = true;
    QString url;
    QString window; //!< the origin whose window it takes a place of
    authcore::Generation generation {};
    int lastStatus = 0; //!< of the latest attempt
    bool saysHttp1 = false;
    bool isJudged = false; //!< a challenge over HTTP/2, which frees its place at the headers
    QByteArray lastBody;

    //! Whether it is sent again when its HTTP/2 connection is closed.
    [[nodiscard]] bool repeatsWhenClosed() const
    {
        return window.startsWith(QStringLiteral("https:")) && reply
            && repeats < authcore::RequestsUnderWay::mostDoubtfulRepeats
            && authcore::isIdempotent(authcore::verbOf(reply->operation(), reply->request()));
    }

    // In the queue.
    std::uint64_t waitsSince = 0; //!< the value of Ledger::m_sends when it was queued
    std::chrono::nanoseconds queuedAt {};
};

//! The record of a simulation: it notes all requests, attempts, answers and refreshes, and checks
//! after each step that all invariants hold.
class Ledger
{
public:
    explicit Ledger(const authcore::Clock &clock);

    //! Other processes cause the only trouble, so a token that they have spent is never sent.
    bool knowsOthers = false;

    // The first problem, and the latest events before it.
    [[nodiscard]] bool isFine() const { return m_problem.isEmpty(); }
    [[nodiscard]] QString problem() const { return m_problem; }
    void fail(const QString &what, int id = 0);
    void note(const char *what, int id = 0, int detail = 0);
    //! A hash of all events and their times: different runs have different hashes.
    [[nodiscard]] std::uint64_t digest() const { return m_digest; }

    void watch(const authcore::AuthSession *session) { m_session = session; }

    Call &open(const void *manager, int priority);
    [[nodiscard]] Call *find(int id);
    [[nodiscard]] std::map<int, Call> &calls() { return m_calls; }
    [[nodiscard]] int openCount() const { return m_open; } //!< not finished
    void forget(int id); //!< the reply was deleted
    void forgetManager(const void *manager);

    // Attempts. Returns the attempt's number.
    int sent(int id, const void *manager, const QNetworkRequest &request);
    void arrived(int id, int attempt, const QByteArray &body);
    void answered(int id, int attempt, const Answer &answer);
    void ended(int id, int attempt);
    void died(int id, int attempt);

    // The caller's actions and observations.
    void withdrawing(Call &call);
    //! While this object lives, a running call of `manager` is being aborted: meanwhile the manager
    //! must give Qt no request.
    class Aborting
    {
    public:
        Aborting(Ledger &ledger, const void *manager)
            : m_ledger(ledger)
            , m_before(ledger.m_aborting)
        {
            if (manager != nullptr)
                ledger.m_aborting = manager;
        }
        ~Aborting() { m_ledger.m_aborting = m_before; }
        Aborting(const Aborting &) = delete;
        Aborting &operator=(const Aborting &) = delete;

    private:
        Ledger &m_ledger;
        const void *m_before;
    };
    void heardError(int id);
    void heardFinished(Call &call);

    // Refreshes.
    void refreshSent(const QByteArray &refreshToken);
    //! The process was stopped for `time`: overdue deadlines wait for one more second.
    void stopped(std::chrono::seconds time);
    void waitsAnew(const void *manager); //!< waiting calls may wait for something else now
    void refreshEnded() { --m_exchanges; }
    //! A refresh with this token was sent.
    [[nodiscard]] bool isRefreshing(const QByteArray &refreshToken) const
    {
        return m_exchanges > 0 && refreshToken == m_presented;
    }
    void refreshUsed(const QByteArray &refreshToken) { m_used.insert(refreshToken); }
    //! Another process, which holds the lock, has refreshed and stored the result.
    void spentElsewhere(const QByteArray &refreshToken)
    {
        if (knowsOthers)
            m_used.insert(refreshToken);
    }
    void cameFromOutside(const QByteArray &refreshToken) { m_used.erase(refreshToken); }
    [[nodiscard]] int exchanges() const { return m_exchanges; }

    //! Checks that no call has waited too long; called from time to time.
    void checkHeld(const std::function<bool(const void *manager)> &waitsForPerson);

private:
    struct Entry
    {
        std::chrono::nanoseconds at {};
        const char *what = nullptr;
        int id = 0;
        int detail = 0;
    };
    using Class = std::tuple<const void *, QString, int>; //!< manager, origin, priority

    void digest(std::uint64_t value);
    void land(Call &call);
    void giveUpPlace(Call &call);
    [[nodiscard]] bool leadsAway(const QUrl &from, const QUrl &to) const;
    void checkToken(Call &call, const QNetworkRequest &request);
    void checkWindow(Call &call, const QUrl &url);
    void checkOrder(const Call &call, const QString &origin);

    const authcore::Clock &m_clock;
    const authcore::AuthSession *m_session = nullptr;
    QString m_problem;
    std::deque<Entry> m_log;
    std::uint64_t m_digest = 0xcbf29ce484222325U;
    std::map<int, Call> m_calls;
    int m_lastId = 0;
    int m_open = 0;
    std::uint64_t m_sends = 0;
    std::map<std::pair<const void *, QString>, int> m_flying;
    std::set<std::pair<const void *, QString>> m_http1;
    //! For each class pairs (send, id) with falling ids, to find the youngest call since any send.
    std::map<Class, std::vector<std::pair<std::uint64_t, int>>> m_youngest;
    std::set<QByteArray> m_used;
    int m_exchanges = 0;
    QByteArray m_presented; //!< the token of the latest refresh
    authcore::RefreshId m_heldBy {};
    bool m_isHolding = false;
    std::chrono::nanoseconds m_heldSince {};
    std::chrono::nanoseconds m_lateUntil {}; //!< until then deadlines may fire late
    const void *m_aborting = nullptr; //!< the manager of a call that is being aborted
};

} // namespace soak
