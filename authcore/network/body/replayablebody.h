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

//! The body of a request, which can be sent several times.
//!
//! Random-access devices (files, buffers, multiparts of such) are rewound to their first position.
//! Sequential ones are kept while they are read, see SpooledBody; with
//! QNetworkRequest::DoNotBufferUploadDataAttribute they are one-shot: opened once.
//! Lifetime: the caller's device outlives the reply, as with QNetworkAccessManager; where it does
//!           not, problem() says so. It is not touched after releaseDevice().
//! Thread:   the caller's.
class ReplayableBody
{
public:
    //! What sequential bodies may take of memory, unless a manager says otherwise.
    static constexpr qint64 defaultMemoryLimit = 1024LL * 1024;

    ReplayableBody() = default;
    ReplayableBody(
        QIODevice *device, const QNetworkRequest &request, qint64 memoryLimit = defaultMemoryLimit);

    [[nodiscard]] bool isPresent() const { return m_kind != Kind::None; }
    [[nodiscard]] bool canReplay() const;
    //! How many bytes one attempt reads; empty: not known.
    [[nodiscard]] std::optional<qint64> size() const;

    //! Sequential, and not yet collected: to be collected before open().
    [[nodiscard]] SpooledBody *toCollect() const;

    //! What one attempt reads.
    struct Reader
    {
        QIODevice *device = nullptr; //!< hand this to Qt
        std::unique_ptr<QIODevice> owned; //!< it, where it is ours: keep it as long as the attempt
        bool ok = true; //!< false: the body cannot be had, or not again
    };
    [[nodiscard]] Reader open();
    //! The reader that open() returned reads nothing any more.
    void closeReader();
    //! The caller's device is not used any more, and what was kept of it is deleted.
    void releaseDevice();
    //! Why the body could not be read, for people; empty: no problem is known.
    [[nodiscard]] QString problem() const;

private:
    enum class Kind : std::uint8_t { None, Bytes, RandomAccess, Sequential };

    QPointer<QIODevice> m_device;
    QByteArray m_bytes; //!< of a QBuffer, shared with it
    qint64 m_start = 0;
    std::unique_ptr<SpooledBody> m_spooled; //!< of a sequential one
    QPointer<QIODevice> m_reader; //!< what open() gave for a random-access one
    Kind m_kind = Kind::None;
};

} // namespace authcore
