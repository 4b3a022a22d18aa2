#include "authcore/exchange/httpdate.h"

#include <QtCore/QDateTime>
#include <QtCore/QLocale>
#include <QtCore/QTimeZone>

using namespace Qt::StringLiterals;

namespace authcore {

std::optional<std::chrono::sys_seconds> httpDate(const QByteArray &header)
{
    const auto text = QString::fromLatin1(header.trimmed());
    const auto parts = text.split(u' ');
    if (parts.size() != 6 || parts.constLast() != "GMT"_L1)
        return std::nullopt;
    // Date and time are read separately: together they would be a local time, which may not exist.
    const auto date = QLocale::c().toDate(parts.mid(0, 4).join(u' '), u"ddd, dd MMM yyyy"_s);
    const auto time = QTime::fromString(parts.at(4), u"HH:mm:ss"_s);
    if (!date.isValid() || !time.isValid())
        return std::nullopt;
    const auto seconds = QDateTime(date, time, QTimeZone::utc()).toSecsSinceEpoch();
    return std::chrono::sys_seconds(std::chrono::seconds(seconds));
}

} // namespace authcore
