#pragma once

#include "tests/support/pipe.h"

namespace test {

//! A device of any size that generates its bytes when they are read.
class Source : public QIODevice
{
public:
    enum class Access { Sequential, Random };

    Source(qint64 size, Access access, QObject *parent = nullptr)
        : QIODevice(parent)
        , m_size(size)
        , m_isSequential(access == Access::Sequential)
        , m_piece(bytes(64 * 1024 + 1)) // a prime number, so that no buffer's size divides it
    {
        open(ReadOnly | Unbuffered);
    }

    //! The hash of all bytes, computed without the network.
    [[nodiscard]] static QByteArray sha256(qint64 size)
    {
        Source source(size, Access::Sequential);
        QCryptographicHash hash(QCryptographicHash::Sha256);
        return hash.addData(&source) ? hash.result().toHex() : QByteArray();
    }

    [[nodiscard]] bool isSequential() const override { return m_isSequential; }
    [[nodiscard]] qint64 size() const override
    {
        return m_isSequential ? bytesAvailable() : m_size;
    }
    [[nodiscard]] qint64 bytesAvailable() const override { return m_size - m_at; }
    [[nodiscard]] bool atEnd() const override { return m_at == m_size; }
    bool seek(qint64 position) override
    {
        m_at = position;
        return QIODevice::seek(position);
    }

protected:
    qint64 readData(char *data, qint64 maxSize) override
    {
        if (m_at == m_size)
            return -1;
        const qint64 from = m_at % m_piece.size();
        const qint64 count = std::min({maxSize, m_size - m_at, m_piece.size() - from});
        std::memcpy(data, m_piece.constData() + from, static_cast<std::size_t>(count));
        m_at += count;
        return count;
    }
    qint64 writeData(const char *, qint64) override { return -1; }

private:
    qint64 m_size;
    qint64 m_at = 0;
    bool m_isSequential;
    QByteArray m_piece;
};

} // namespace test
