#include "authcore/network/credentials.h"

#include "authcore/exchange/sessioncookies.h"
#include "authcore/profile/headerrules.h"

#include <QtNetwork/QNetworkCookieJar>

#include <algorithm>
#include <array>

namespace authcore {

namespace {

//! RFC 9110 section 9.2.1: the safe methods.
bool changesSomething(const QByteArray &verb)
{
    constexpr std::array safe {"GET", "HEAD", "OPTIONS", "TRACE"};
    return std::none_of(safe.cbegin(), safe.cend(),
        [&verb](const char *known) { return verb.compare(known, Qt::CaseInsensitive) == 0; });
}

//! "name=value" of all that goes to the URL without us. As Qt does it: where the jar has something,
//! the caller's own header is not sent.
QByteArrayList othersPairs(const QNetworkRequest &request, QNetworkCookieJar *jar)
{
    QByteArrayList pairs;
    const auto control =
        request.attribute(QNetworkRequest::CookieLoadControlAttribute, QNetworkRequest::Automatic);
    if (jar != nullptr && control.toInt() == QNetworkRequest::Automatic) {
        const auto cookies = jar->cookiesForUrl(request.url());
        for (const QNetworkCookie &cookie : cookies)
            pairs.append(cookie.toRawForm(QNetworkCookie::NameAndValueOnly));
    }
    if (pairs.isEmpty()) {
        const auto parts = request.rawHeader("Cookie").split(';');
        for (const QByteArray &part : parts)
            pairs.append(part.trimmed());
    }
    return pairs;
}

//! The last line of defence: what would split the request, or send it elsewhere, is left out.
void attach(QNetworkRequest &request, const QByteArray &name, const QByteArray &value)
{
    if (isHeaderName(name) && !isFramingHeader(name) && !hasControlCharacters(value))
        request.setRawHeader(name, value);
}

} // namespace

void attachToken(
    QNetworkRequest &request, const BackendProfile &profile, const QByteArray &accessToken)
{
    if (!accessToken.isEmpty())
        attach(request, profile.tokenHeader, profile.tokenPrefix + accessToken);
}

void attachExtraHeaders(QNetworkRequest &request, const BackendProfile &profile)
{
    for (const auto &[name, text] : profile.extraHeaders) {
        const QByteArray header = name.toUtf8();
        const auto value = headerValue(text);
        if (value && !request.hasRawHeader(header))
            attach(request, header, *value);
    }
}

void attachCookies(QNetworkRequest &request, const QByteArray &verb, const BackendProfile &profile,
    const QList<QNetworkCookie> &cookies, QNetworkCookieJar *jar, std::chrono::sys_seconds now)
{
    QByteArrayList pairs;
    if (const auto ours = cookieHeader(cookiesFor(cookies, request.url(), now)); !ours.isEmpty())
        pairs.append(ours);
    const auto others = othersPairs(request, jar);
    for (const QByteArray &pair : others) {
        const QByteArray name = pair.left(std::max<qsizetype>(pair.indexOf('='), 0)).trimmed();
        if (!pair.isEmpty() && !isSessionCookie(name, profile, cookies))
            pairs.append(pair);
    }
    request.setRawHeader("Cookie", pairs.isEmpty() ? QByteArray() : pairs.join("; "));
    request.setAttribute(QNetworkRequest::CookieLoadControlAttribute, QNetworkRequest::Manual);
    request.setAttribute(QNetworkRequest::CookieSaveControlAttribute, QNetworkRequest::Manual);
    if (!changesSomething(verb))
        return;
    for (const CsrfPair &pair : profile.csrf) {
        if (const QNetworkCookie *cookie = cookieNamed(cookies, pair.cookie);
            cookie != nullptr && isHeaderValue(cookie->value()))
            attach(request, pair.header, cookie->value());
    }
}

} // namespace authcore
