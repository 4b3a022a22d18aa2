#pragma once

#include <QtCore/QFile>
#include <QtCore/QString>

namespace authcore {

//! A file that one at a time has locked, by flock(2): the kernel lets it go when its holder dies,
//! so there is nothing to find out about holders that are gone, and nothing that they leave behind
//! is in the way. (QLockFile has to find out, and a process that is killed while it does leaves
//! files that hold up all others for half a minute.)
//!
//! Who dies leaves the file, unlocked. Several of these on one file exclude one another in one
//! process too. On network file systems it works where theirs passes locks on, as NFS does.
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

    //! One try. Held as well where this holds it already. Makes the file, for its owner only.
    [[nodiscard]] Got tryLock();
    void unlock(); //!< lets go, and leaves the file for the next one
    void remove(); //!< removes the file and lets go

    [[nodiscard]] QString path() const { return m_path; } //!< of the file
    [[nodiscard]] bool isHeld() const { return m_file.isOpen(); } //!< by this
    [[nodiscard]] QString problem() const { return m_problem; } //!< of Unavailable, for people

    //! Notes in the file which process it is that holds it.
    void sign();
    //! "process 123 (tokenflight)", as far as it can be told; for people.
    [[nodiscard]] QString signature() const;

private:
    QString m_path;
    QFile m_file; //!< open: locked
    QString m_problem;
};

} // namespace authcore
