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

//! Runs the operations of a store one after the other. An operation that writes runs in a turn: no
//! other process has the turn at the same time. The operations use QtKeychain, which can neither
//! cancel a job nor limit its time.
//!
//! Lifetime: `clock` outlives the queue, or lives until finishAlone(). Jobs outlive the queue where
//!           QtKeychain needs them.
//! Thread:   any for begin() and waitUntilIdle(); all else the application's main thread. In other
//!           threads each operation fails at once.
//! Errors:   in the answers, which never come inside ask(). An operation runs without its turn when
//!           the turn's file cannot be made or another process keeps it for too long.
//! Units:    patience() bounds each wait for a turn and for an answer.
class KeychainQueue : public QObject
{
    Q_OBJECT

public:
    using Then = std::function<void(const KeychainAnswer &)>;

    explicit KeychainQueue(Clock *clock); //!< null: the system's clock

    [[nodiscard]] std::chrono::milliseconds patience() const { return m_patience; }
    void setPatience(std::chrono::milliseconds patience) { m_patience = patience; }

    //! Calls `operation` when all earlier operations have ended and this process has the turn of
    //! the file `turn`; an empty name needs no turn. `operation` calls ask() any number of times,
    //! then end().
    void begin(const QString &turn, std::function<void()> operation);
    void ask(std::unique_ptr<QKeychain::Job> job, Then then);
    void end();
    [[nodiscard]] bool isIdle() const; //!< all operations have ended
    //! Blocks until isIdle(). False: the time is over, or the calling thread runs the operations.
    [[nodiscard]] bool waitUntilIdle(std::chrono::milliseconds patience);

    //! Finishes all operations with the system's clock while the application runs, then deletes the
    //! queue.
    static void finishAlone(std::unique_ptr<KeychainQueue> queue);

Q_SIGNALS:
    void waitingForPerson(); //!< at most once before each personAnswered()
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
    void jobFinished(const QKeychain::Job &job);
    void settle(const KeychainAnswer &answer);
    void waitForAnswer();
    enum class Look { Early, AfterPatience };
    void inspectSilence(Look look);
    void handleSilence(Look look, secretservice::State state);
    void endPersonsTurn();
    [[nodiscard]] bool isWaitingForAnswer() const { return m_isOwed && m_then; }

    SystemClock m_systemClock; //!< also for the tries to get a turn
    Clock *m_clock;
    std::chrono::milliseconds m_patience {30'000};
    std::deque<Operation> m_operations; //!< the first one is running
    mutable std::mutex m_mutex; //!< guards the next three members
    std::condition_variable m_ended;
    std::deque<Operation> m_arrivals; //!< begun, but not in m_operations so far
    int m_unended = 0; //!< the number of operations in both
    bool m_isAlone = false;
    std::unique_ptr<RefreshLock> m_turn;
    QString m_service; //!< of the latest entry
    QString m_key;
    Then m_then; //!< of the latest job; empty: the queue no longer waits for it
    int m_asked = 0; //!< the number of jobs so far
    bool m_isOwed = false; //!< a job has not finished, even if nothing waits for it
    std::unique_ptr<Clock::Timer> m_timer; //!< limits the wait
    bool m_personWasAsked = false;
    bool m_isLastWait = false; //!< the keychain is unlocked and should have answered
    bool m_isWatched = false; //!< restarts of the service are watched for
};

} // namespace authcore
