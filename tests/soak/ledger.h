#pragma once

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

//! One request of a caller, and all that is known of it.
struct Call
{
    int id = 0;
    const void *manager = nullptr;
    QString owner; //!< whose tokens were there when it was issued, or first carried; empty: none
    int priority = 0;
    QByteArray body;
    bool isCollected = false; //!< its body is gathered before it queues
    std::unique_ptr<QIODevice> device; //!< the caller's; outlives the reply
    QPointer<QNetworkReply> reply;
    QByteArray read; //!< by the caller
    int finished = 0;
    int errors = 0;
    bool withdrawn = false; //!< aborted, closed or deleted by its caller

    // On the wire.
    int sends = 0;
    bool isFlying = false;
    bool isAfterHop = false; //!< what comes next is a redirect's hop
    bool hasLeft = false; //!< a hop led away: it carries no token from there on
    bool keepsBody = true;
    QString url;
    QString window; //!< the origin in whose window it counts
    authcore::Generation generation {};
    int lastStatus = 0; //!< of the latest attempt
    bool saysHttp1 = false;
    bool isJudged = false; //!< a challenge over HTTP/2: its place is free at its headers
    QByteArray lastBody;

    // In the queue.
    std::uint64_t waitsSince = 0; //!< a number of Ledger::m_sends
    std::chrono::nanoseconds queuedAt {};
};

//! The book-keeping of a simulation: it notes what goes in and what comes out, and checks at each
//! step what must hold.
class Ledger
{
public:
    explicit Ledger(const authcore::Clock &clock);

    //! Other processes are the only trouble: what they have spent is never presented.
    bool knowsOthers = false;

    // What went wrong first, and the latest events up to it.
    [[nodiscard]] bool isFine() const { return m_problem.isEmpty(); }
    [[nodiscard]] QString problem() const { return m_problem; }
    void fail(const QString &what, int id = 0);
    void note(const char *what, int id = 0, int detail = 0);
    //! Of all events and their times: runs that differ anywhere have other ones.
    [[nodiscard]] std::uint64_t digest() const { return m_digest; }

    void watch(const authcore::AuthSession *session) { m_session = session; }

    Call &open(const void *manager, int priority);
    [[nodiscard]] Call *find(int id);
    [[nodiscard]] std::map<int, Call> &calls() { return m_calls; }
    [[nodiscard]] int openCount() const { return m_open; } //!< not finished
    void forget(int id); //!< its reply is gone
    void forgetManager(const void *manager);

    // Attempts. Returns the attempt's number.
    int sent(int id, const void *manager, const QNetworkRequest &request);
    void arrived(int id, int attempt, const QByteArray &body);
    void answered(int id, int attempt, const Answer &answer);
    void ended(int id, int attempt);
    void died(int id, int attempt);

    // What the caller does and sees.
    void withdrawing(Call &call);
    //! While it lives, a call of `manager` that was on its way is being aborted: Qt must get none
    //! of its requests until then.
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
    //! The process, for `time`: deadlines that are overdue wait for one second more.
    void stopped(std::chrono::seconds time);
    void waitsAnew(const void *manager); //!< what waits there, perhaps for something else
    void refreshEnded() { --m_exchanges; }
    //! On the wire, with this token.
    [[nodiscard]] bool isRefreshing(const QByteArray &refreshToken) const
    {
        return m_exchanges > 0 && refreshToken == m_presented;
    }
    void refreshUsed(const QByteArray &refreshToken) { m_used.insert(refreshToken); }
    //! By another process, which holds the lock and has stored what came of it.
    void spentElsewhere(const QByteArray &refreshToken)
    {
        if (knowsOthers)
            m_used.insert(refreshToken);
    }
    void cameFromOutside(const QByteArray &refreshToken) { m_used.erase(refreshToken); }
    [[nodiscard]] int exchanges() const { return m_exchanges; }

    //! Once in a while: has somebody waited too long?
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
    //! Of each class: (send, id), ids falling, so that the youngest since any send is found.
    std::map<Class, std::vector<std::pair<std::uint64_t, int>>> m_youngest;
    std::set<QByteArray> m_used;
    int m_exchanges = 0;
    QByteArray m_presented; //!< by the latest refresh
    authcore::RefreshId m_heldBy {};
    bool m_isHolding = false;
    std::chrono::nanoseconds m_heldSince {};
    std::chrono::nanoseconds m_lateUntil {}; //!< deadlines may come later than they are due
    const void *m_aborting = nullptr; //!< the manager of a call that is being aborted
};

} // namespace soak
