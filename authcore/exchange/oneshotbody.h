#pragma once

#include <QtCore/QByteArray>
#include <QtCore/QIODevice>

#include <algorithm>
#include <cstring>
#include <utility>

namespace authcore {

//! A body that can be read once, so that Qt cannot rewind it and send it a second time.
class OneShotBody : public QIODevice
{
public:
    OneShotBody(QByteArray data, QObject *parent)
        : QIODevice(parent)
        , m_data(std::move(data))
    {
        open(QIODevice::ReadOnly | QIODevice::Unbuffered);
    }
    ~OneShotBody() override { m_data.fill('\0'); }
    OneShotBody(const OneShotBody &) = delete;
    OneShotBody &operator=(const OneShotBody &) = delete;

    [[nodiscard]] bool isSequential() const override { return true; }
    [[nodiscard]] qint64 bytesAvailable() const override
    {
        return m_data.size() - m_read + QIODevice::bytesAvailable();
    }
    [[nodiscard]] bool atEnd() const override { return bytesAvailable() == 0; }
    bool reset() override { return false; } // the body cannot be rewound; the base class would warn

protected:
    qint64 readData(char *target, qint64 size) override
    {
        const auto count = std::min<qint64>(size, m_data.size() - m_read);
        if (count == 0)
            return m_data.isEmpty() || size > 0 ? -1 : 0;
        std::memcpy(target, m_data.constData() + m_read, static_cast<std::size_t>(count));
        m_read += count;
        return count;
    }
    qint64 writeData(const char * /*data*/, qint64 /*size*/) override { return -1; }

private:
    QByteArray m_data;
    qint64 m_read = 0;
};

} // namespace authcore
