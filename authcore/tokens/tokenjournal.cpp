#include "authcore/tokens/tokenjournal.h"

#include "authcore/system/privatefile.h"

#include <QtCore/QCryptographicHash>
#include <QtCore/QFile>

namespace authcore {

namespace {

QByteArray sealOf(const QByteArray &value)
{
    return QCryptographicHash::hash(value, QCryptographicHash::Sha256).toHex();
}

} // namespace

// Needs no draft: if the process is killed during the write, the hash does not match the value.
void TokenJournal::write(const QByteArray &value) const
{
    QFile file;
    const QByteArray content = sealOf(value) + '\n' + value;
    if (!openPrivateFile(file, m_path, Opening::MakeNew) && file.write(content) != content.size())
        clear();
}

void TokenJournal::clear() const
{
    QFile::remove(m_path);
}

std::optional<QByteArray> TokenJournal::read() const
{
    QFile file;
    if (openPrivateFile(file, m_path, Opening::Read))
        return std::nullopt;
    const QByteArray seal = file.readLine().trimmed();
    const QByteArray value = file.readAll();
    return seal == sealOf(value) ? std::optional(value) : std::nullopt;
}

} // namespace authcore
