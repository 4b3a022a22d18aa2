#include "authcore/network/body/replayablebody.h"

#include <QtCore/QBuffer>
#include <QtNetwork/QNetworkRequest>

#include <algorithm>

namespace authcore {

namespace {

// Reads a random-access device from its first position on, for one attempt. Qt may rewind it.
class BodyView : public QIODevice
{
public:
    BodyView(QIODevice *source, qint64 start)
        : m_source(source)
        , m_start(start)
    {
    }

    [[nodiscard]] bool rewind() { return toStart() && open(ReadOnly | Unbuffered); }
    void detach() { m_source.clear(); }

    [[nodiscard]] qint64 size() const override
    {
        return m_source ? std::max<qint64>(0, m_source->size() - m_start) : 0;
    }

    bool seek(qint64 position) override
    {
        if (!m_source || !QIODevice::seek(position))
            return false;
        return position == 0 ? toStart() : m_source->seek(m_start + position);
    }

protected:
    qint64 readData(char *data, qint64 maxSize) override
    {
        return m_source && m_source->isOpen() ? m_source->read(data, maxSize) : -1;
    }

    qint64 writeData(const char *, qint64) override { return -1; }

private:
    // Only reset() rewinds the device of a QHttpMultiPart: its seek(0) returns true and does
    // nothing.
    [[nodiscard]] bool toStart()
    {
        return !m_source.isNull() && m_source->isOpen()
            && (m_start == 0 ? m_source->reset() : m_source->seek(m_start));
    }

    QPointer<QIODevice> m_source;
    qint64 m_start;
};

} // namespace

ReplayableBody::ReplayableBody(
    QIODevice *device, const QNetworkRequest &request, qint64 memoryLimit)
    : m_device(device)
{
    if (!device)
        return;
    if (!device->isSequential()) {
        m_start = device->pos();
        m_kind = Kind::RandomAccess;
        if (const auto *buffer = qobject_cast<QBuffer *>(device)) {
            m_kind = Kind::Bytes;
            m_bytes = buffer->data();
        }
        return;
    }
    m_kind = Kind::Sequential;
    SpooledBody::Traits traits;
    const QVariant length = request.header(QNetworkRequest::ContentLengthHeader);
    if (length.isValid() && length.toLongLong() >= 0)
        traits.length = length.toLongLong();
    traits.memoryLimit = std::max<qint64>(0, memoryLimit);
    traits.isOneShot =
        request.attribute(QNetworkRequest::DoNotBufferUploadDataAttribute, false).toBool();
    traits.isMultiPart = request.header(QNetworkRequest::ContentTypeHeader)
                             .toByteArray()
                             .toLower()
                             .startsWith("multipart/");
    m_spooled = std::make_unique<SpooledBody>(*device, traits);
}

bool ReplayableBody::canReplay() const
{
    return !m_spooled || m_spooled->canReplay();
}

std::optional<qint64> ReplayableBody::size() const
{
    if (m_kind == Kind::None)
        return 0;
    if (m_spooled)
        return m_spooled->size();
    if (m_kind == Kind::Bytes)
        return std::max<qint64>(0, m_bytes.size() - m_start);
    if (!m_device)
        return std::nullopt;
    return std::max<qint64>(0, m_device->size() - m_start);
}

SpooledBody *ReplayableBody::toCollect() const
{
    return m_spooled && !m_spooled->isCollected() ? m_spooled.get() : nullptr;
}

ReplayableBody::Reader ReplayableBody::open()
{
    closeReader();
    if (m_kind == Kind::None)
        return {};
    std::unique_ptr<QIODevice> reader;
    bool ok = true;
    if (m_spooled) {
        reader = m_spooled->open();
    } else if (m_kind == Kind::Bytes) {
        // Another buffer that shares the bytes: nothing is copied, and the caller may delete its
        // own.
        auto buffer = std::make_unique<QBuffer>();
        buffer->setData(m_bytes);
        ok = buffer->open(QIODevice::ReadOnly) && buffer->seek(m_start);
        reader = std::move(buffer);
    } else if (m_device) {
        auto view = std::make_unique<BodyView>(m_device, m_start);
        ok = view->rewind();
        m_reader = view.get();
        reader = std::move(view);
    }
    QIODevice *device = reader.get();
    return {device, std::move(reader), ok && device != nullptr};
}

void ReplayableBody::closeReader()
{
    if (m_spooled)
        m_spooled->closeReader();
    if (m_reader)
        static_cast<BodyView *>(m_reader.data())->detach();
    m_reader.clear();
}

void ReplayableBody::releaseDevice()
{
    closeReader();
    if (m_spooled)
        m_spooled->releaseDevice();
}

QString ReplayableBody::problem() const
{
    if (m_spooled)
        return m_spooled->problem();
    if (m_kind == Kind::RandomAccess && m_device.isNull())
        return SpooledBody::tr("The device of the body was deleted before all of it was read");
    if (m_kind == Kind::RandomAccess && !m_device->isOpen())
        return SpooledBody::tr("The device of the body was closed before all of it was read");
    return {};
}

} // namespace authcore
