#include "authcore/tokens/tokenjournal.h"

#include <QtCore/QCryptographicHash>
#include <QtCore/QFile>

namespace authcore {

namespace {

QByteArray sealOf(const QByteArray &value)
{
    return QCryptographicHash::hash(value, QCryptographicHash::Sha256).toHex();
}

} // namespace

void TokenJournal::write(const QByteArray &value) const
{
    clear(); // what is there may be longer, and of anybody's mode
    QFile file(m_path);
    constexpr auto ownerOnly = QFile::ReadOwner | QFile::WriteOwner;
    if (file.open(QFile::WriteOnly | QFile::NewOnly | QFile::Unbuffered, ownerOnly))
        file.write(sealOf(value) + '\n' + value);
}

void TokenJournal::clear() const
{
    QFile::remove(m_path);
}

std::optional<QByteArray> TokenJournal::read() const
{
    QFile file(m_path);
    if (!file.open(QFile::ReadOnly))
        return std::nullopt;
    const QByteArray seal = file.readLine().trimmed();
    const QByteArray value = file.readAll();
    return seal == sealOf(value) ? std::optional(value) : std::nullopt;
}

} // namespace authcore
