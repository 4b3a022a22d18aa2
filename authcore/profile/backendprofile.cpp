#include "authcore/profile/backendprofile.h"

#include "authcore/profile/templates.h"
#include "authcore/profile/urlrules.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace authcore {

namespace {

bool matches(const QString &rule, const QString &path)
{
    if (rule.endsWith(u'*'))
        return path.startsWith(QStringView(rule).chopped(1));
    return path == rule;
}

QString beginningOf(const QString &text)
{
    constexpr qsizetype longest = 500;
    return text.size() <= longest ? text : QString(text.left(longest - 1) % u'\u2026');
}

} // namespace

bool TokenAnswer::usesCookies() const
{
    return !accessTokenCookie.isEmpty() || !refreshTokenCookie.isEmpty();
}

bool TokenAnswer::hasRefreshToken() const
{
    return !refreshToken.isEmpty() || !refreshTokenCookie.isEmpty()
        || !refreshTokenHeader.isEmpty();
}

QString ProfileError::toString() const
{
    QString place;
    if (at)
        place = u"line %1, column %2: "_s.arg(at->line).arg(at->column);
    if (!where.isEmpty())
        place += beginningOf(where) % u": "_s;
    return place % beginningOf(what);
}

QUrl BackendProfile::resolved(const QUrl &endpoint) const
{
    if (endpoint.isEmpty())
        return {};
    auto base = baseUrl;
    if (!base.path().endsWith(u'/')) // "https://host/app" counts as a folder
        base.setPath(base.path() % u'/');
    return base.resolved(endpoint);
}

bool BackendProfile::isProtected(const QUrl &url) const
{
    return hasProtectedOrigin(url) && !isPublicPath(url);
}

bool BackendProfile::hasProtectedOrigin(const QUrl &url) const
{
    if (!isHttp(url))
        return false;
    const auto origin = originOf(url);
    return !origin.isEmpty()
        && std::any_of(protectedOrigins.cbegin(), protectedOrigins.cend(),
            [&origin](const QString &entry) { return canonicalOrigin(entry) == origin; });
}

bool BackendProfile::isPublicPath(const QUrl &url) const
{
    if (publicPaths.isEmpty())
        return false;
    const auto path = normalisedPath(url);
    return !path.isEmpty() // a doubtful path is not public
        && std::any_of(publicPaths.cbegin(), publicPaths.cend(),
            [&path](const QString &rule) { return matches(rule, path); });
}

bool BackendProfile::refreshesWithAccessToken() const
{
    if (hasPlaceholder(refresh, "${refreshToken}"_L1) || !answer.refreshTokenCookie.isEmpty())
        return false;
    return hasPlaceholder(refresh, "${accessToken}"_L1)
        || (!answer.accessTokenCookie.isEmpty() && !answer.hasRefreshToken());
}

bool BackendProfile::isRefusal(const QString &errorCode) const
{
    return errorCode == "invalid_grant"_L1 || errorCode == "bad_refresh_token"_L1
        || (!errorCode.isEmpty() && refreshRejectedErrors.contains(errorCode));
}

bool BackendProfile::isTransportAllowed(const QUrl &url) const
{
    if (!url.isValid() || url.host().isEmpty())
        return false;
    if (url.scheme() == "https"_L1)
        return true;
    return url.scheme() == "http"_L1 && (allowInsecureHttp || isLoopback(url));
}

} // namespace authcore
