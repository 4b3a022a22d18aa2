#pragma once

#include "authcore/network/body/spooledbody.h"

#include <QtCore/QByteArray>
#include <QtCore/QIODevice>
#include <QtCore/QPointer>

#include <memory>
#include <optional>

QT_BEGIN_NAMESPACE
class QNetworkRequest;
QT_END_NAMESPACE

namespace authcore {

//! The body of a request, which can be sent several times if its device allows that.
//!
//! Random-access devices (files, buffers, multiparts of such) are rewound to the position at which
//! they were given. The bytes of sequential devices are kept while they are read, see SpooledBody.
//! With QNetworkRequest::DoNotBufferUploadDataAttribute a sequential device is one-shot: it is
//! opened once.
//!
//! Lifetime: the caller's device outlives the reply, as with QNetworkAccessManager; if it does not,
//!           problem() says so. This does not use the device after releaseDevice().
//! Thread:   the caller's.
class ReplayableBody
{
public:
    //! The bytes of a sequential body that are kept in memory, unless the manager sets another
    //! limit.
    static constexpr qint64 defaultMemoryLimit = 1024LL * 1024;

    ReplayableBody() = default;
    ReplayableBody(
        QIODevice *device, const QNetworkRequest &request, qint64 memoryLimit = defaultMemoryLimit);

    [[nodiscard]] bool isPresent() const { return m_kind != Kind::None; }
    [[nodiscard]] bool canReplay() const; //!< whether open() can be called again
    //! The body comes from a sequential device: Qt may wait for it before it sends the request.
    [[nodiscard]] bool isSequential() const { return m_kind == Kind::Sequential; }
    //! The number of bytes that one attempt reads; empty: unknown.
    [[nodiscard]] std::optional<qint64> size() const;

    //! The part of a sequential body that has to be collected before open(); nullptr: none.
    [[nodiscard]] SpooledBody *toCollect() const;

    //! The device that one attempt reads.
    struct Reader
    {
        QIODevice *device = nullptr; //!< for Qt
        std::unique_ptr<QIODevice> owned; //!< deletes `device` after the attempt; may be null
        bool ok = true; //!< false: the body cannot be read, or not again
    };
    [[nodiscard]] Reader open(); //!< from the first byte on
    //! Ends the reading of the device that open() returned.
    void closeReader();
    //! Ends the use of the caller's device, and deletes the bytes that were kept.
    void releaseDevice();
    //! The reason why the body could not be read, for people; empty: there is none so far.
    [[nodiscard]] QString problem() const;

private:
    enum class Kind : std::uint8_t { None, Bytes, RandomAccess, Sequential };

    QPointer<QIODevice> m_device;
    QByteArray m_bytes; //!< those of a QBuffer, shared with it
    qint64 m_start = 0;
    std::unique_ptr<SpooledBody> m_spooled; //!< for a sequential device
    QPointer<QIODevice> m_reader; //!< the reader of a random-access device
    Kind m_kind = Kind::None;
};

} // namespace authcore
