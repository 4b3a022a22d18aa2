#include "authcore/network/body/spool.h"

#include <QtCore/QTemporaryFile>

#include <algorithm>
#include <cstring>

namespace authcore {

Spool::Spool(qint64 memoryLimit)
    : m_memoryLimit(memoryLimit)
{
}

Spool::Spool(Spool &&) noexcept = default;
Spool &Spool::operator=(Spool &&) noexcept = default;
Spool::~Spool() = default;

bool Spool::append(QByteArrayView bytes)
{
    if (!m_file && m_size + bytes.size() <= m_memoryLimit) {
        m_memory.append(bytes);
        m_size += bytes.size();
        return true;
    }
    if (!m_file && !moveToFile())
        return false;
    if (!m_file->seek(m_size) || m_file->write(bytes.data(), bytes.size()) != bytes.size())
        return false;
    m_size += bytes.size();
    return true;
}

qint64 Spool::read(qint64 position, char *into, qint64 maxSize)
{
    const qint64 count = std::clamp<qint64>(m_size - position, 0, maxSize);
    if (count == 0)
        return 0;
    if (!m_file) {
        std::memcpy(into, m_memory.constData() + position, static_cast<std::size_t>(count));
        return count;
    }
    return m_file->seek(position) && m_file->read(into, count) == count ? count : -1;
}

bool Spool::moveToFile()
{
    auto file = std::make_unique<QTemporaryFile>();
    // Unbuffered, so that a write to a full disk fails at once and no byte is kept twice.
    QFile &opened = *file;
    if (!opened.open(QIODevice::ReadWrite | QIODevice::Unbuffered)
        || file->write(m_memory) != m_memory.size())
        return false;
    m_file = std::move(file);
    m_memory = {};
    return true;
}

} // namespace authcore
