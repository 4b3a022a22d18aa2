#include "authcore/tokens/tokenjournal.h"

#include <QtCore/QCryptographicHash>
#include <QtCore/QFile>

#include <cstdio>

namespace authcore {

namespace {

QByteArray sealOf(const QByteArray &value)
{
    return QCryptographicHash::hash(value, QCryptographicHash::Sha256).toHex();
}

} // namespace

bool TokenJournal::write(const QByteArray &value) const
{
    // What is there may be of a writer that was killed, and newer than the settings file: it stays
    // until it is replaced. QSaveFile would sync.
    const QString draft = m_path % u'~';
    QFile::remove(draft);
    QFile file(draft);
    constexpr auto ownerOnly = QFile::ReadOwner | QFile::WriteOwner;
    const QByteArray content = sealOf(value) + '\n' + value;
    if (!file.open(QFile::WriteOnly | QFile::NewOnly | QFile::Unbuffered, ownerOnly)
        || file.write(content) != content.size())
        return false;
    file.close();
    return std::rename(QFile::encodeName(draft).constData(), QFile::encodeName(m_path).constData())
        == 0;
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
