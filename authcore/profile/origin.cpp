#include "authcore/profile/origin.h"

#include <QtNetwork/QHostAddress>

using namespace Qt::StringLiterals;

namespace authcore {

QString originOf(const QUrl &url)
{
    auto host = url.host(QUrl::FullyEncoded).toLower();
    if (!url.isValid() || host.isEmpty())
        return {};
    if (host.contains(u':'))
        host = u'[' % host % u']';
    const auto defaultPort = url.scheme() == "https"_L1 ? 443 : url.scheme() == "http"_L1 ? 80 : -1;
    const auto port = url.port(defaultPort);
    const auto origin = QString(url.scheme() % u"://"_s % host);
    return port < 0 ? origin : QString(origin % u':' % QString::number(port));
}

bool isSameOrigin(const QUrl &a, const QUrl &b)
{
    const auto origin = originOf(a);
    return !origin.isEmpty() && origin == originOf(b);
}

bool isLoopback(const QUrl &url)
{
    const auto host = url.host(QUrl::FullyEncoded).toLower();
    const QHostAddress address(host);
    const bool isIp4 = address.protocol() == QAbstractSocket::IPv4Protocol;
    return host == "localhost"_L1 || (isIp4 && address.isLoopback())
        || address == QHostAddress(QHostAddress::LocalHostIPv6);
}

} // namespace authcore
