#include "authcore/network/replayablebody.h"

#include <QtCore/QBuffer>

#include <algorithm>

namespace authcore {

namespace {

// A random-access device from where it stood, for one attempt. Qt may rewind it by itself.
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
        return m_source ? m_source->read(data, maxSize) : -1;
    }

    qint64 writeData(const char *, qint64) override { return -1; }

private:
    // The device of a QHttpMultiPart rewinds by reset() only: seek(0) says true and does nothing.
    [[nodiscard]] bool toStart()
    {
        return !m_source.isNull() && (m_start == 0 ? m_source->reset() : m_source->seek(m_start));
    }

    QPointer<QIODevice> m_source;
    qint64 m_start;
};

} // namespace

ReplayableBody::ReplayableBody(QIODevice *device)
    : m_device(device)
{
    if (!device)
        return;
    if (device->isSequential()) {
        m_kind = Kind::OneShot;
        return;
    }
    m_start = device->pos();
    m_kind = qobject_cast<QBuffer *>(device) ? Kind::Bytes : Kind::RandomAccess;
}

std::optional<qint64> ReplayableBody::size() const
{
    if (m_kind == Kind::None)
        return 0;
    if (m_kind == Kind::OneShot || !m_device)
        return std::nullopt;
    return std::max<qint64>(0, m_device->size() - m_start);
}

ReplayableBody::Reader ReplayableBody::open()
{
    const bool first = !m_opened;
    m_opened = true;
    if (m_kind == Kind::None)
        return {};
    if (!m_device)
        return {nullptr, nullptr, false};
    switch (m_kind) {
    case Kind::None:
        break;
    case Kind::OneShot:
        return {m_device, nullptr, first};
    case Kind::Bytes: {
        // A buffer of our own over the same bytes: nothing is copied, and the caller's may go.
        auto buffer = std::make_unique<QBuffer>();
        buffer->setData(static_cast<QBuffer *>(m_device.data())->data());
        const bool ok = buffer->open(QIODevice::ReadOnly) && buffer->seek(m_start);
        QIODevice *device = buffer.get();
        return {device, std::move(buffer), ok};
    }
    case Kind::RandomAccess: {
        auto view = std::make_unique<BodyView>(m_device, m_start);
        const bool ok = view->rewind();
        QIODevice *device = view.get();
        return {device, std::move(view), ok};
    }
    }
    return {};
}

void ReplayableBody::detach(QIODevice *reader)
{
    if (auto *view = dynamic_cast<BodyView *>(reader))
        view->detach();
}

} // namespace authcore
