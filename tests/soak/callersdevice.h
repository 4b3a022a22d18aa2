#pragma once

#include <QtCore/QIODevice>

#include <algorithm>
#include <cstring>
#include <utility>

namespace soak {

//! A caller's device: random access like a file, or sequential like a pipe.
//!
//! Lifetime: the caller may delete it after its reply has finished; the device notes later reads.
class CallersDevice : public QIODevice
{
    Q_OBJECT

public:
    enum class Kind { RandomAccess, Sequential };

    CallersDevice(Kind kind, QByteArray data)
        : m_kind(kind)
        , m_data(std::move(data))
    {
        open(ReadOnly | Unbuffered);
    }

    //! Makes the first bytes of a sequential device available; the rest comes later.
    void holdBack(qint64 there) { m_there = there; }
    void release()
    {
        m_there = m_data.size();
        Q_EMIT readyRead();
        Q_EMIT readChannelFinished();
    }
    void takeAway() { m_isTakenAway = true; }
    [[nodiscard]] bool wasReadTooLate() const { return m_wasReadTooLate; }

    [[nodiscard]] bool isSequential() const override { return m_kind == Kind::Sequential; }
    [[nodiscard]] qint64 size() const override
    {
        return isSequential() ? bytesAvailable() : m_data.size();
    }
    [[nodiscard]] qint64 bytesAvailable() const override
    {
        return isSequential() ? there() - m_read : m_data.size() - pos();
    }
    [[nodiscard]] bool atEnd() const override
    {
        return isSequential() ? m_read == m_data.size() : pos() >= m_data.size();
    }

protected:
    qint64 readData(char *data, qint64 maxSize) override
    {
        m_wasReadTooLate = m_wasReadTooLate || m_isTakenAway;
        const qint64 from = isSequential() ? m_read : pos();
        const qint64 count = std::min(maxSize, there() - from);
        if (count <= 0)
            return isSequential() && there() == m_data.size() ? -1 : 0;
        std::memcpy(data, m_data.constData() + from, static_cast<std::size_t>(count));
        m_read += count;
        return count;
    }
    qint64 writeData(const char *, qint64) override { return -1; }

private:
    [[nodiscard]] qint64 there() const { return m_there < 0 ? m_data.size() : m_there; }

    Kind m_kind;
    QByteArray m_data;
    qint64 m_there = -1;
    qint64 m_read = 0;
    bool m_isTakenAway = false;
    bool m_wasReadTooLate = false;
};

} // namespace soak
