#pragma once

#include <QtCore/QLockFile>

#include <chrono>

namespace authcore {

//! One try at a lock file: QLockFile::tryLock(0), but a holder that was killed between making the
//! file and writing its name into it is in the way for 2 s, not for as long as `patience`.
//! `patience` is for holders that cannot be asked: on another machine, or of no known kind. Where
//! the kernel's locks work, one that lives is never robbed, whatever its age.
[[nodiscard]] QLockFile::LockError tryLockFile(QLockFile &file, std::chrono::milliseconds patience);

//! Tries until the lock is held, cannot be had, or `atMost` is over (LockFailedError).
//! Thread: workers only, this blocks.
[[nodiscard]] QLockFile::LockError waitForLockFile(
    QLockFile &file, std::chrono::milliseconds atMost);

//! "process 123 (tokenflight)", as far as it can be told; for people.
[[nodiscard]] QString holderOf(const QLockFile &file);

} // namespace authcore
