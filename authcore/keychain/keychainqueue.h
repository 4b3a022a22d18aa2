#pragma once

#include "authcore/keychain/keychainanswer.h"
#include "authcore/keychain/secretservice.h"
#include "authcore/session/refreshlock.h"
#include "authcore/system/clock.h"

#include <QtCore/QObject>
#include <QtCore/QString>

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>

namespace QKeychain {
class Job;
}

namespace authcore {

//! Carries out what a store is asked, one operation after the other, and those that write in a turn
//! that no other process has meanwhile. Asks QtKeychain for them, which neither takes a job back
//! nor limits its time.
//!
//! Lifetime: `clock` outlives this, or until finishAlone(). Jobs outlive this where they must.
//! Thread:   begin() and waitUntilIdle() any; the rest the application's main thread, elsewhere
//!           what is asked fails at once.
//! Errors:   in the answers, which never come inside ask(). Without a turn, because its file cannot
//!           be made or its holder keeps it for too long, an operation is carried out all the same.
//! Units:    patience() bounds each wait, for a turn and for an answer.
class KeychainQueue : public QObject
{
    Q_OBJECT

public:
    using Then = std::function<void(const KeychainAnswer &)>;

    explicit KeychainQueue(Clock *clock); //!< none: the system's

    [[nodiscard]] std::chrono::milliseconds patience() const { return m_patience; }
    void setPatience(std::chrono::milliseconds patience) { m_patience = patience; }

    //! Calls `operation` when all before it have ended, and this process has the turn that the file
    //! `turn` stands for, if any. It calls ask() once or several times, and in the end end().
    void begin(const QString &turn, std::function<void()> operation);
    void ask(std::unique_ptr<QKeychain::Job> job, Then then);
    void end();
    [[nodiscard]] bool isIdle() const; //!< everything that was begun has ended
    //! Blocks until isIdle(). False: not in that time, or this is the thread that has to do it.
    [[nodiscard]] bool waitUntilIdle(std::chrono::milliseconds patience);

    //! What was begun is carried out as long as the application lives, by the system's clock.
    static void finishAlone(std::unique_ptr<KeychainQueue> queue);

Q_SIGNALS:
    void waitingForPerson(); //!< once until personAnswered()
    void personAnswered();

private:
    struct Operation
    {
        QString turn;
        std::function<void()> carryOut;
    };

    void takeArrivals();
    void startFirst();
    void waitForTurn();
    void carryOutFirst();
    [[nodiscard]] std::optional<StoreError> refusal() const;
    void hear(const QKeychain::Job &job);
    void settle(const KeychainAnswer &answer);
    void waitForAnswer();
    enum class Look { Early, AfterPatience };
    void findOutWhyItIsSilent(Look look);
    void hearWhyItIsSilent(Look look, secretservice::State state);
    void endPersonsTurn();
    [[nodiscard]] bool isWaitingForAnswer() const { return m_isOwed && m_then; }

    SystemClock m_systemClock; //!< of the tries to get a turn, too
    Clock *m_clock;
    std::chrono::milliseconds m_patience {30'000};
    std::deque<Operation> m_operations; //!< the first one is under way
    mutable std::mutex m_mutex; //!< of the next three
    std::condition_variable m_ended;
    std::deque<Operation> m_arrivals; //!< begun, and not in m_operations yet
    int m_unended = 0; //!< in both
    bool m_isAlone = false;
    std::unique_ptr<RefreshLock> m_turn;
    QString m_service; //!< of the entry that was asked for last
    QString m_key;
    Then m_then; //!< of what QtKeychain was asked last, unless that is given up
    int m_asked = 0; //!< how often
    bool m_isOwed = false; //!< QtKeychain has not answered, which perhaps nobody waits for any more
    std::unique_ptr<Clock::Timer> m_timer; //!< bounds the wait
    bool m_personWasAsked = false;
    bool m_isLastWait = false; //!< it is open, and would have answered by now
    bool m_isWatched = false; //!< for restarts of the service
};

} // namespace authcore
