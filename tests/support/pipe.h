#pragma once

#include <QtCore/QByteArray>
#include <QtCore/QCryptographicHash>
#include <QtCore/QIODevice>

#include <algorithm>
#include <cstring>

namespace test {

//! Bytes that differ from their neighbours and from the bytes a page away.
[[nodiscard]] inline QByteArray bytes(qsizetype size)
{
    QByteArray data(size, Qt::Uninitialized);
    char *at = data.data();
    for (qsizetype i = 0; i < size; ++i)
        *at++ = static_cast<char>((i * 131) ^ (i >> 8));
    return data;
}

[[nodiscard]] inline QByteArray sha256(const QByteArray &data)
{
    return QCryptographicHash::hash(data, QCryptographicHash::Sha256).toHex();
}

//! A device that cannot be read twice, like a pipe or a socket: it returns the fed bytes once.
class Pipe : public QIODevice
{
public:
    //! An open pipe: feed() adds bytes and finish() ends it.
    Pipe() { open(ReadOnly | Unbuffered); }
    //! A finished pipe with all its bytes.
    explicit Pipe(QByteArray data)
        : Pipe()
    {
        m_data = std::move(data);
        m_finished = true;
    }

    void feed(const QByteArray &data)
    {
        m_data += data;
        Q_EMIT readyRead();
    }
    void finish()
    {
        m_finished = true;
        Q_EMIT readChannelFinished();
    }
    [[nodiscard]] qint64 taken() const { return m_taken; } //!< the number of bytes read so far

    [[nodiscard]] bool isSequential() const override { return true; }
    [[nodiscard]] qint64 bytesAvailable() const override
    {
        return m_data.size() - m_at + QIODevice::bytesAvailable();
    }

protected:
    qint64 readData(char *data, qint64 maxSize) override
    {
        const qint64 count = std::min<qint64>(maxSize, m_data.size() - m_at);
        if (count == 0)
            return m_finished ? -1 : 0;
        std::memcpy(data, m_data.constData() + m_at, static_cast<std::size_t>(count));
        m_at += count;
        m_taken += count;
        return count;
    }
    qint64 writeData(const char *, qint64) override { return -1; }

private:
    QByteArray m_data;
    qsizetype m_at = 0;
    qint64 m_taken = 0;
    bool m_finished = false;
};

} // namespace test
