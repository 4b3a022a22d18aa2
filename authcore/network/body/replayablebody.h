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

//! A request's body, to be sent as often as our policy wants to.
//!
//! Random-access devices (files, buffers, multiparts of such) are rewound to where they stood.
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
    //! What one attempt will read; empty: not known.
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
    //! What open() gave reads nothing any more.
    void closeReader();
    //! The caller's device is not touched any more, and nothing of it kept.
    void releaseDevice();
    //! Why the body could not be read; empty: no such thing is known. For people.
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
