#pragma once

#include "authcore/network/body/spool.h"

#include <QtCore/QIODevice>
#include <QtCore/QPointer>

#include <memory>
#include <optional>

namespace authcore {

//! Keeps the body of a sequential device while it is read, so that it can be read again.
//!
//! Qt would read all of such a body into memory before it sends the first byte. This reads up to
//! `memoryLimit` bytes before the request is sent ("collects" them). The rest of a body of known
//! length is read while it is sent, never more than Qt requests. A body of unknown length is
//! collected to its end, beyond the limit into a temporary file, because HTTP/1.1 needs the length
//! first. A one-shot body is neither collected nor kept.
//!
//! Lifetime: the device outlives the reply. If it does not, the request fails: see problem().
//! Thread:   the device's.
//! Errors:   If the temporary file cannot be written, the body becomes one-shot: the bytes that
//!           were read are sent, but canReplay() is false from then on.
class SpooledBody : public QObject
{
    Q_OBJECT

public:
    //! The properties of a body that decide how it is read.
    struct Traits
    {
        std::optional<qint64> length; //!< from the Content-Length header; empty: unknown
        qint64 memoryLimit = 0;
        bool isOneShot = false; //!< the body is sent once, so nothing is kept
        //! Sequential parts of a QHttpMultiPart are read correctly only in a single read().
        bool isMultiPart = false;
    };

    SpooledBody(QIODevice &source, const Traits &traits);
    ~SpooledBody() override;

    //! Collects the bytes that are needed before the first attempt, then emits collected().
    void collect();
    [[nodiscard]] bool isCollected() const noexcept { return m_stage != Stage::Collecting; }

    [[nodiscard]] bool canReplay() const noexcept { return m_keeps; }
    [[nodiscard]] std::optional<qint64> size() const; //!< empty: unknown
    //! A reader for one attempt, from the first byte on. Null: the body cannot be read, or not
    //! again.
    [[nodiscard]] std::unique_ptr<QIODevice> open();
    void closeReader(); //!< ends the reading by the reader that open() returned
    //! Ends the use of the device, and deletes the bytes that were kept.
    void releaseDevice();
    //! The reason why the body could not be read to its end, for people; empty: there is none so
    //! far.
    [[nodiscard]] QString problem() const { return m_problem; }

    //! Copies bytes from `position` on. Returns their number: 0 if there are none yet, -1 at the
    //! end.
    [[nodiscard]] qint64 read(qint64 position, char *into, qint64 maxSize);
    //! Whether the bytes from `position` on are kept, or come next from the device.
    [[nodiscard]] bool canReadFrom(qint64 position) const;
    //! How many bytes from `position` on can be read at once.
    [[nodiscard]] qint64 bytesAvailable(qint64 position) const;

Q_SIGNALS:
    void collected(); //!< the first attempt can begin; emitted from the event loop
    void changed(); //!< there may be more bytes, or the body may have ended

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
    [[nodiscard]] bool isEnd(qint64 count) const; //!< what read() of the source returned means that

    QPointer<QIODevice> m_source;
    Traits m_traits;
    Spool m_spool;
    QByteArray m_overflow; //!< collected bytes that could not be written to the file
    qint64 m_read = 0; //!< the number of bytes read from the source
    QPointer<QIODevice> m_reader;
    QString m_problem;
    Stage m_stage;
    bool m_keeps;
    bool m_opened = false;
    bool m_channelFinished = false;
    bool m_ended = false;
    bool m_collectScheduled = false;
    bool m_isReading = false; //!< collectPieces() is inside the source's read()
};

} // namespace authcore
