#pragma once

#include <QtCore/QFile>
#include <QtCore/QString>

namespace authcore {

//! Locks a file with flock(2). The kernel releases the lock when its holder dies, so no process has
//! to find out whether a holder is alive. (QLockFile has to find out, and a process that is killed
//! while it does leaves files that block all others for half a minute.)
//!
//! A holder that dies leaves the file, unlocked. Several objects of one process exclude one
//! another, too. On network file systems it works if they pass locks on, as NFS does.
//! Thread:   one at a time. Nothing here waits.
//! Errors:   Unavailable: no such file can be made or locked, for the reason that problem() tells;
//!           a symbolic link, a FIFO or another user's file in its place, say.
class KernelLock
{
public:
    //! How a try ended.
    enum class Got { Held, Busy, Unavailable };

    explicit KernelLock(const QString &path); //!< makes no file yet
    ~KernelLock(); //!< unlock()
    KernelLock(const KernelLock &) = delete;
    KernelLock &operator=(const KernelLock &) = delete;

    //! Tries once. Held if this has the lock already. Creates the file, for its owner only.
    [[nodiscard]] Got tryLock();
    void unlock(); //!< releases the lock and leaves the file
    void remove(); //!< removes the file and releases the lock

    [[nodiscard]] QString path() const { return m_path; } //!< the path of the file
    [[nodiscard]] bool isHeld() const { return m_file.isOpen(); } //!< by this
    [[nodiscard]] QString problem() const { return m_problem; } //!< of Unavailable, for people

    //! Writes into the file which process holds the lock.
    void sign();
    //! "process 123 (tokenflight)", as far as it can be told; for people.
    [[nodiscard]] QString signature() const;

private:
    QString m_path;
    QFile m_file; //!< open: locked
    QString m_problem;
};

} // namespace authcore
