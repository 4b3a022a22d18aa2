#include "authcore/exchange/endpointtry.h"

#include <QtCore/QDateTime>
#include <QtCore/QStringList>

using namespace Qt::StringLiterals;

namespace authcore {

QString EndpointTry::toString() const
{
    const auto time = QDateTime::fromMSecsSinceEpoch(sentAt.time_since_epoch().count());
    const QString status = httpStatus ? QString::number(*httpStatus) : u"no answer"_s;
    QStringList parts {u"%1 in %2 ms"_s.arg(status).arg(took.count())};
    if (!errorCode.isEmpty())
        parts.append(errorCode);
    if (!errorDescription.isEmpty())
        parts.append(u'"' % errorDescription % u'"');
    if (!missing.isEmpty())
        parts.append(missing);
    if (!answerStart.isEmpty())
        parts.append(answerStart);
    return time.time().toString(u"HH:mm:ss.zzz"_s) % u' ' % url % u": "_s % parts.join(u", "_s);
}

} // namespace authcore
