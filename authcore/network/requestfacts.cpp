#include "authcore/network/requestfacts.h"

#if QT_VERSION >= QT_VERSION_CHECK(6, 5, 0)
#include <QtNetwork/QHttp1Configuration>
#else
#include "authcore/network/requestqueue.h"
#endif

#include <algorithm>
#include <array>

namespace authcore {

QByteArray verbOf(QNetworkAccessManager::Operation operation, const QNetworkRequest &request)
{
    switch (operation) {
    case QNetworkAccessManager::HeadOperation:
        return "HEAD";
    case QNetworkAccessManager::GetOperation:
        return "GET";
    case QNetworkAccessManager::PutOperation:
        return "PUT";
    case QNetworkAccessManager::PostOperation:
        return "POST";
    case QNetworkAccessManager::DeleteOperation:
        return "DELETE";
    case QNetworkAccessManager::CustomOperation:
    case QNetworkAccessManager::UnknownOperation:
        break;
    }
    return request.attribute(QNetworkRequest::CustomVerbAttribute).toByteArray();
}

int connectionsPerHost([[maybe_unused]] const QNetworkRequest &request)
{
#if QT_VERSION >= QT_VERSION_CHECK(6, 5, 0)
    return static_cast<int>(request.http1Configuration().numberOfConnectionsPerHost());
#else
    return RequestQueue::usualConnections;
#endif
}

bool mayUseHttp2OverPlainHttp(const QNetworkRequest &request)
{
    return request.attribute(QNetworkRequest::Http2CleartextAllowedAttribute).toBool()
        || request.attribute(QNetworkRequest::Http2DirectAttribute).toBool();
}

bool isIdempotent(const QByteArray &verb)
{
    static constexpr std::array<QByteArrayView, 6> idempotent {
        "GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE"};
    return std::find(idempotent.begin(), idempotent.end(), verb) != idempotent.end();
}

// Qt keeps one HTTP/2 connection for each host and name that the certificate is verified for. The
// name is the host's own either way, so what the TLS handshake accepts stays the same.
void useOtherConnection(QNetworkRequest &request)
{
    if (request.peerVerifyName().isEmpty())
        request.setPeerVerifyName(request.url().host());
}

QUrl shownUrl(const QUrl &url)
{
    return url.adjusted(QUrl::RemoveUserInfo | QUrl::RemoveQuery | QUrl::RemoveFragment);
}

} // namespace authcore
