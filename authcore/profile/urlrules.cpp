#include "authcore/profile/urlrules.h"

#include "authcore/profile/origin.h"

using namespace Qt::StringLiterals;

namespace authcore {

bool isHttp(const QUrl &url)
{
    return url.scheme() == "http"_L1 || url.scheme() == "https"_L1;
}

QString canonicalOrigin(const QString &entry)
{
    const QUrl url(entry, QUrl::StrictMode);
    const bool isOrigin = url.isValid() && isHttp(url) && url.userInfo().isEmpty()
        && (url.path().isEmpty() || url.path() == "/"_L1) && !url.hasQuery() && !url.hasFragment();
    return isOrigin ? originOf(url) : QString();
}

std::optional<QUrl> proxyUrl(const QString &text)
{
    const QUrl url(text, QUrl::StrictMode);
    const bool isProxy = url.isValid() && !url.host().isEmpty() && url.port() > 0
        && (url.scheme() == "http"_L1 || url.scheme() == "socks5"_L1) && url.password().isEmpty()
        && (url.path().isEmpty() || url.path() == "/"_L1) && !url.hasQuery() && !url.hasFragment();
    return isProxy ? std::optional(url) : std::nullopt;
}

QString normalisedPath(const QUrl &url)
{
    const auto encoded = url.path(QUrl::FullyEncoded).toLatin1();
    const auto lower = encoded.toLower();
    for (const auto *doubtful : {"//", "\\", "%2f", "%5c", "%25", "%00"}) {
        if (lower.contains(doubtful))
            return {};
    }
    const auto path = QString::fromUtf8(QByteArray::fromPercentEncoding(encoded));
    const auto segments = QStringView(path).split(u'/');
    for (const auto &segment : segments) {
        // ';' begins parameters, which some servers cut off before they look for dots.
        const auto name = segment.left(segment.indexOf(u';'));
        if (name == "."_L1 || name == ".."_L1)
            return {};
    }
    return path.isEmpty() ? u"/"_s : path;
}

} // namespace authcore
