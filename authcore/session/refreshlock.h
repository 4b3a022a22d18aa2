#pragma once

#include "authcore/system/clock.h"
#include "authcore/system/export.h"
#include "authcore/system/kernellock.h"

#include <QtCore/QString>

#include <functional>
#include <memory>

namespace authcore {

//! A lock file that lets one process at a time refresh an account, and that is waited for without
//! blocking.
//!
//! The event loop makes the first try, and another one every 20 to 60 ms: there is no asynchronous
//! lock, and random pauses spread the tries of waiting processes. The kernel frees the lock at once
//! when its holder dies. Nobody takes the lock from a living holder, however long that needs,
//! because it may have spent the refresh token already. The holder has a deadline of its own, and
//! so has each process that waits. The file is removed when the lock is released.
//!
//! Lifetime: `clock` outlives this. The destructor releases the lock and cancels a wait.
//! Thread:   one; that of its event loop.
//! Errors:   Unavailable: no such file can be made; problem() says why. The caller refreshes
//!           without a lock then, which is better than no refresh.
class AUTHCORE_EXPORT RefreshLock
{
public:
    //! How a wait ended.
    enum class Acquired {
        Yes, //!< it is held
        Unavailable, //!< there cannot be a lock: see problem()
    };
    using UniformRandom = std::function<double()>; //!< in [0, 1)

    //! `path` is the lock file; folders are made. `random` spreads the tries.
    RefreshLock(const QString &path, Clock &clock, UniformRandom random = {});
    ~RefreshLock();
    RefreshLock(const RefreshLock &) = delete;
    RefreshLock &operator=(const RefreshLock &) = delete;

    //! `then` is called once with the result, from the event loop, never inside acquire(). It may
    //! release and destroy this. An earlier wait is cancelled; a lock that is held stays held.
    void acquire(std::function<void(Acquired)> then);
    //! Releases the lock, or cancels the wait, whose `then` is not called.
    void release();

    [[nodiscard]] QString path() const { return m_lock.path(); } //!< of the file
    [[nodiscard]] bool isHeld() const; //!< by this
    [[nodiscard]] bool isWaiting() const { return m_next != nullptr; } //!< for acquire() to end
    [[nodiscard]] QString problem() const { return m_problem; } //!< of Unavailable, for people
    //! "process 123 (tokenflight)", as far as it can be told; for people.
    [[nodiscard]] QString holder() const;

private:
    void tryNow();
    [[nodiscard]] KernelLock::Got tryFile();
    void settle(Acquired result);
    void tryAfter(std::chrono::milliseconds pause);

    Clock &m_clock;
    UniformRandom m_random;
    KernelLock m_lock;
    QString m_problem;
    std::function<void(Acquired)> m_then;
    std::unique_ptr<Clock::Timer> m_next; //!< while waiting
};

} // namespace authcore
