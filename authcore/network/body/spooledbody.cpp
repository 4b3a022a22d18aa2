#include "authcore/network/body/spooledbody.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <utility>

namespace authcore {

namespace {

constexpr qint64 pieceSize = 64LL * 1024;
constexpr int piecesPerTurn = 16; // then the event loop handles other events

QString closedTooEarly()
{
    return SpooledBody::tr("The device of the body was closed before all of it was read");
}

// The device that Qt reads for one attempt. It has random access if the size is known: then Qt does
// not buffer it, reports the right progress, and can send it again when a connection closes early.
class Reader : public QIODevice
{
public:
    Reader(SpooledBody &body, std::optional<qint64> size)
        : m_body(&body)
        , m_size(size)
    {
        connect(&body, &SpooledBody::changed, this, &QIODevice::readyRead);
        open(ReadOnly | Unbuffered);
    }

    void detach()
    {
        if (m_body)
            m_body->disconnect(this);
        m_body.clear();
    }

    [[nodiscard]] bool isSequential() const override { return !m_size; }
    [[nodiscard]] qint64 size() const override { return m_size ? *m_size : bytesAvailable(); }
    [[nodiscard]] bool atEnd() const override
    {
        return m_body == nullptr || (m_size && m_position >= *m_size);
    }
    [[nodiscard]] qint64 bytesAvailable() const override
    {
        return m_body ? m_body->bytesAvailable(m_position) : 0;
    }

    bool seek(qint64 position) override
    {
        if (isSequential() || !m_body || !m_body->canReadFrom(position)
            || !QIODevice::seek(position))
            return false;
        m_position = position;
        return true;
    }
    bool reset() override { return seek(0); }

protected:
    qint64 readData(char *data, qint64 maxSize) override
    {
        const qint64 count = m_body ? m_body->read(m_position, data, maxSize) : -1;
        m_position += std::max<qint64>(0, count);
        return count;
    }
    qint64 writeData(const char *, qint64) override { return -1; }

private:
    QPointer<SpooledBody> m_body;
    std::optional<qint64> m_size;
    qint64 m_position = 0;
};

} // namespace

SpooledBody::SpooledBody(QIODevice &source, const Traits &traits)
    : m_source(&source)
    , m_traits(traits)
    , m_spool(traits.memoryLimit)
    , m_stage(traits.isOneShot ? Stage::Collected : Stage::Collecting)
    , m_keeps(!traits.isOneShot)
{
    if (traits.isMultiPart)
        m_traits.length.reset();
    if (collectLimit() == 0)
        m_stage = Stage::Collected;
    connect(&source, &QIODevice::readyRead, this, &SpooledBody::onReadyRead);
    connect(&source, &QIODevice::readChannelFinished, this, &SpooledBody::onChannelFinished);
    connect(&source, &QIODevice::aboutToClose, this, &SpooledBody::onAboutToClose);
    connect(&source, &QObject::destroyed, this, &SpooledBody::onDestroyed);
}

SpooledBody::~SpooledBody() = default;

void SpooledBody::collect()
{
    if (!isCollected())
        collectSoon();
}

std::optional<qint64> SpooledBody::size() const
{
    if (m_traits.length)
        return m_traits.length;
    return m_ended ? std::optional(m_read) : std::nullopt;
}

std::unique_ptr<QIODevice> SpooledBody::open()
{
    closeReader();
    const bool first = !std::exchange(m_opened, true);
    if (m_source && !m_source->isOpen() && !isWhole()) {
        m_problem = closedTooEarly();
        return nullptr;
    }
    if (m_stage != Stage::Collected || (!first && !m_keeps) || (!m_source && !isWhole()))
        return nullptr;
    auto reader = std::make_unique<Reader>(*this, m_keeps ? size() : std::nullopt);
    m_reader = reader.get();
    return reader;
}

void SpooledBody::closeReader()
{
    if (m_reader)
        static_cast<Reader *>(m_reader.data())->detach();
    m_reader.clear();
}

void SpooledBody::releaseDevice()
{
    closeReader();
    if (m_source)
        m_source->disconnect(this);
    m_source.clear();
    m_stage = Stage::Over;
    m_spool = Spool(0);
    m_overflow = {};
}

qint64 SpooledBody::read(qint64 position, char *into, qint64 maxSize)
{
    qint64 done = 0;
    while (done < maxSize) {
        const qint64 count = readPart(position + done, into + done, maxSize - done);
        if (count <= 0)
            return done > 0 ? done : count;
        done += count;
    }
    return done;
}

qint64 SpooledBody::readPart(qint64 position, char *into, qint64 maxSize)
{
    if (position < m_spool.size()) {
        const qint64 count = m_spool.read(position, into, maxSize);
        if (count < 0)
            m_problem = tr("The temporary file with the body cannot be read");
        return count;
    }
    if (position == m_read)
        return readSource(into, maxSize);
    const qint64 skipped = position - m_spool.size();
    const qint64 count = std::min(maxSize, m_overflow.size() - skipped);
    if (count <= 0)
        return -1;
    std::memcpy(into, m_overflow.constData() + skipped, static_cast<std::size_t>(count));
    return count;
}

bool SpooledBody::canReadFrom(qint64 position) const
{
    return m_keeps && position >= 0 && position <= m_read;
}

qint64 SpooledBody::bytesAvailable(qint64 position) const
{
    return m_read - position + (m_source && !m_ended ? m_source->bytesAvailable() : 0);
}

// The one place that reads the caller's device for an attempt; what it gives is kept.
qint64 SpooledBody::readSource(char *into, qint64 maxSize)
{
    const qint64 wanted = m_traits.length ? std::min(maxSize, *m_traits.length - m_read) : maxSize;
    if (m_ended || !m_source || wanted <= 0)
        return -1;
    const bool isOpen = m_source->isOpen();
    const qint64 count = isOpen ? m_source->read(into, wanted) : -1;
    if (isEnd(count)) {
        m_ended = true;
        if (!isOpen)
            m_problem = closedTooEarly();
        else if (m_traits.length)
            m_problem = tr("The body ended after %1 of %2 bytes").arg(m_read).arg(*m_traits.length);
        return -1;
    }
    if (m_keeps && !m_spool.append(QByteArrayView(into, count)))
        m_keeps = false; // the body is one-shot from now on
    m_read += count;
    return count;
}

// read() of a multipart returns 0 at the end, too.
bool SpooledBody::isEnd(qint64 count) const
{
    return count < 0
        || (count == 0
            && (m_channelFinished || (m_traits.isMultiPart && m_source->size() == m_read)));
}

bool SpooledBody::isWhole() const
{
    return m_ended || (m_traits.length && m_read >= *m_traits.length);
}

qint64 SpooledBody::collectLimit() const
{
    return m_traits.length ? std::min(m_traits.memoryLimit, *m_traits.length)
                           : std::numeric_limits<qint64>::max();
}

void SpooledBody::onReadyRead()
{
    if (isCollected())
        Q_EMIT changed();
    else
        collectSoon();
}

void SpooledBody::onChannelFinished()
{
    m_channelFinished = true;
    onReadyRead();
}

void SpooledBody::onAboutToClose()
{
    if (m_isReading)
        return; // the source closed inside its read(), whose bytes come first
    const QPointer<SpooledBody> alive(this);
    while (collectPieces()) { // the last chance to read
    }
    if (!alive)
        return;
    if (!isCollected())
        endTooEarly();
    Q_EMIT changed();
}

void SpooledBody::onDestroyed()
{
    if (m_stage == Stage::Over || isWhole())
        return;
    m_problem = tr("The device of the body was deleted before all of it was read");
    if (!isCollected())
        endCollecting();
    Q_EMIT changed();
}

void SpooledBody::collectSoon()
{
    if (!std::exchange(m_collectScheduled, true))
        QMetaObject::invokeMethod(this, &SpooledBody::collectOn, Qt::QueuedConnection);
}

void SpooledBody::collectOn()
{
    m_collectScheduled = false;
    if (collectPieces())
        collectSoon();
}

// Returns true if more pieces can be read at once.
bool SpooledBody::collectPieces()
{
    if (isCollected() || !m_source)
        return false;
    const QPointer<SpooledBody> alive(this);
    QByteArray piece;
    for (int i = 0; i < piecesPerTurn; ++i) {
        if (!m_source->isOpen()) { // not the end of the body: there may have been more
            endTooEarly();
            return false;
        }
        const qint64 size = m_traits.isMultiPart ? std::max(pieceSize, m_source->bytesAvailable())
                                                 : std::min(pieceSize, collectLimit() - m_read);
        piece.resize(size);
        m_isReading = true;
        const qint64 count = m_source->read(piece.data(), size);
        if (!alive)
            return false;
        m_isReading = false;
        if (isCollected() || !m_source)
            return false;
        if (isEnd(count)) {
            m_ended = true;
            m_traits.length = m_read; // fewer bytes than announced: Qt sends those
            endCollecting();
            return false;
        }
        if (count == 0)
            return false; // more will arrive later
        m_read += count;
        piece.truncate(count);
        if (!m_spool.append(piece)) {
            // The body becomes one-shot: Qt gets these bytes and buffers the rest itself.
            m_keeps = false;
            m_overflow = std::move(piece);
            endCollecting();
            return false;
        }
        if (m_read >= collectLimit()) {
            endCollecting();
            return false;
        }
    }
    return true;
}

void SpooledBody::endTooEarly()
{
    m_problem = closedTooEarly();
    m_source->disconnect(this);
    m_source.clear();
    endCollecting();
}

void SpooledBody::endCollecting()
{
    m_stage = Stage::Collected;
    QMetaObject::invokeMethod(this, &SpooledBody::collected, Qt::QueuedConnection);
}

} // namespace authcore
