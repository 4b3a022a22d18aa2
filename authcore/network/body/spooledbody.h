#pragma once

#include "authcore/network/body/spool.h"

#include <QtCore/QIODevice>
#include <QtCore/QPointer>

#include <memory>
#include <optional>

namespace authcore {

//! Keeps the body of a sequential device while it is read, so that it can be read again.
//!
//! Where Qt would take all of such a body into memory before it sends the first byte, this collects
//! what fits into its memory. A longer body of known length is then read as it is sent, never ahead
//! of what Qt asks for; one of unknown length goes on into the temporary file, since HTTP/1.1 wants
//! its length first. A one-shot body is neither collected nor kept.
//!
//! Lifetime: the device outlives the reply. If it does not, the request fails: see problem().
//! Thread:   the device's.
//! Errors:   a temporary file that cannot be written makes the body one-shot: what was read from
//!           the device is sent all the same, but canReplay() is false from then on.
class SpooledBody : public QObject
{
    Q_OBJECT

public:
    struct Traits
    {
        std::optional<qint64> length; //!< by the Content-Length header
        qint64 memoryLimit = 0;
        bool isOneShot = false; //!< nothing is kept
        bool isMultiPart = false; //!< QHttpMultiPart's sequential parts are right in one read only
    };

    SpooledBody(QIODevice &source, const Traits &traits);
    ~SpooledBody() override;

    //! Reads what is to be read before the first attempt, then emits collected().
    void collect();
    [[nodiscard]] bool isCollected() const noexcept { return m_stage != Stage::Collecting; }

    [[nodiscard]] bool canReplay() const noexcept { return m_keeps; }
    [[nodiscard]] std::optional<qint64> size() const; //!< empty: not known
    //! For one attempt, from the first byte on. Null: it cannot be read, or not again.
    [[nodiscard]] std::unique_ptr<QIODevice> open();
    void closeReader(); //!< what open() gave reads nothing any more
    //! The device is not touched any more, and nothing kept.
    void releaseDevice();
    //! Why the body could not be read to its end; empty: no such thing is known. For people.
    [[nodiscard]] QString problem() const { return m_problem; }

    //! Bytes from `position` on: 0 when there are none yet, -1 at the end.
    [[nodiscard]] qint64 read(qint64 position, char *into, qint64 maxSize);
    [[nodiscard]] bool canReadFrom(qint64 position) const;
    [[nodiscard]] qint64 bytesAvailable(qint64 position) const;

Q_SIGNALS:
    void collected(); //!< from the event loop
    void changed(); //!< there may be more to read, or the end

private:
    enum class Stage : std::uint8_t { Collecting, Collected, Over };

    void onReadyRead();
    void onChannelFinished();
    void onAboutToClose();
    void onDestroyed();
    void collectOn();
    void collectSoon();
    [[nodiscard]] bool collectPieces();
    void endTooEarly();
    void endCollecting();
    [[nodiscard]] qint64 collectLimit() const;
    [[nodiscard]] qint64 readPart(qint64 position, char *into, qint64 maxSize);
    [[nodiscard]] qint64 readSource(char *into, qint64 maxSize);
    [[nodiscard]] bool isWhole() const;
    [[nodiscard]] bool isEnd(qint64 count) const; //!< read() of the source has said so

    QPointer<QIODevice> m_source;
    Traits m_traits;
    Spool m_spool;
    QByteArray m_overflow; //!< collected, but not kept: the file could not be written
    qint64 m_read = 0; //!< from the source
    QPointer<QIODevice> m_reader;
    QString m_problem;
    Stage m_stage;
    bool m_keeps;
    bool m_opened = false;
    bool m_channelFinished = false;
    bool m_ended = false;
    bool m_collectScheduled = false;
    bool m_isReading = false; //!< to collect: it is inside the source's read()
};

} // namespace authcore
