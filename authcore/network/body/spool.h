#pragma once

#include <QtCore/QByteArray>

#include <memory>

QT_BEGIN_NAMESPACE
class QTemporaryFile;
QT_END_NAMESPACE

namespace authcore {

//! Keeps bytes in memory up to a limit, and all of them in a temporary file beyond it.
//!
//! The file is in QDir::tempPath(), and only its owner can read it. On Linux it has no name. The
//! destructor removes it.
//!
//! Thread:   one at a time.
//! Errors:   append() and read() report them. Bytes that were kept before stay readable.
class Spool
{
public:
    explicit Spool(qint64 memoryLimit);
    Spool(Spool &&) noexcept;
    Spool &operator=(Spool &&) noexcept;
    ~Spool();

    [[nodiscard]] qint64 size() const noexcept { return m_size; } //!< the number of bytes kept
    [[nodiscard]] bool isInFile() const noexcept { return m_file != nullptr; }

    //! Keeps `bytes`. Returns false, and keeps nothing of them, if the file cannot be written.
    [[nodiscard]] bool append(QByteArrayView bytes);
    //! Copies up to `maxSize` bytes from `position` on, fewer only at the end. Returns their
    //! number, or -1 if the file cannot be read.
    [[nodiscard]] qint64 read(qint64 position, char *into, qint64 maxSize);

private:
    [[nodiscard]] bool moveToFile();

    qint64 m_memoryLimit;
    qint64 m_size = 0;
    QByteArray m_memory; //!< empty if there is a file
    std::unique_ptr<QTemporaryFile> m_file;
};

} // namespace authcore
