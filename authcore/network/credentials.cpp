#include "authcore/network/credentials.h"

#include "authcore/exchange/httpdate.h"
#include "authcore/exchange/sessioncookies.h"
#include "authcore/network/requestfacts.h"
#include "authcore/profile/headerrules.h"

#include <QtNetwork/QNetworkCookieJar>
#include <QtNetwork/QNetworkReply>

#include <algorithm>
#include <array>

namespace authcore {

namespace {

//! False for the safe methods (RFC 9110 section 9.2.1).
bool changesSomething(const QByteArray &verb)
{
    constexpr std::array safe {"GET", "HEAD", "OPTIONS", "TRACE"};
    return std::none_of(safe.cbegin(), safe.cend(),
        [&verb](const char *known) { return verb.compare(known, Qt::CaseInsensitive) == 0; });
}

//! "name=value" of all cookies that Qt would send by itself. If the jar has cookies for the URL, Qt
//! does not send the caller's own header.
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

//! The last line of defence against a header that would split or redirect the request.
bool canBeHeader(const QByteArray &name, const QByteArray &value)
{
    return isHeaderName(name) && !isFramingHeader(name) && !hasControlCharacters(value);
}

void attach(QNetworkRequest &request, const QByteArray &name, const QByteArray &value)
{
    if (canBeHeader(name, value))
        request.setRawHeader(name, value);
}

// Headers that the caller has set stay.
void attachExtraHeaders(QNetworkRequest &request, const BackendProfile &profile)
{
    for (const auto &[name, text] : profile.extraHeaders) {
        const QByteArray header = name.toUtf8();
        const auto value = headerValue(text);
        if (value && !request.hasRawHeader(header))
            attach(request, header, *value);
    }
}

// Sets the session's `cookies` that match the URL, beside those that `jar` or the caller's own
// header would send, and instead of those of the same name. A `verb` that changes something gets
// the CSRF values, too. Qt does not save the cookies of the answer; see
// Credentials::takeSetCookies().
void attachCookies(QNetworkRequest &request, const QByteArray &verb, const BackendProfile &profile,
    const QList<QNetworkCookie> &cookies, QNetworkCookieJar *jar, std::chrono::sys_seconds now)
{
    QByteArrayList pairs;
    if (const auto sessionPairs = cookieHeader(cookiesFor(cookies, request.url(), now));
        !sessionPairs.isEmpty())
        pairs.append(sessionPairs);
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

} // namespace

Credentials::Credentials(
    SessionGate &gate, ProtectedOrigins &origins, QNetworkAccessManager &manager)
    : m_gate(gate)
    , m_origins(origins)
    , m_manager(manager)
{
}

void Credentials::attach(QNetworkRequest &request, QNetworkAccessManager::Operation operation,
    const QByteArray &accessToken, const QList<QNetworkCookie> &cookies)
{
    const BackendProfile &profile = m_origins.profile();
    attachToken(request, accessToken);
    if (!m_origins.keepsCookies() && profile.extraHeaders.empty())
        return;
    // The profile may have changed since the request was queued.
    if (!m_origins.isProtected(request.url()))
        return;
    attachExtraHeaders(request, profile);
    if (m_origins.keepsCookies())
        attachCookies(request, verbOf(operation, request), profile, cookies, m_manager.cookieJar(),
            m_gate.clock().nowInSeconds());
}

// The header's value is made and checked once for each token, not for each request.
void Credentials::attachToken(QNetworkRequest &request, const QByteArray &accessToken)
{
    if (accessToken.isEmpty())
        return;
    const BackendProfile &profile = m_origins.profile();
    if (m_token != accessToken || m_tokenRevision != m_origins.profileRevision()) {
        m_token = accessToken;
        m_tokenRevision = m_origins.profileRevision();
        const QByteArray value = profile.tokenPrefix + accessToken;
        m_tokenValue = canBeHeader(profile.tokenHeader, value) ? value : QByteArray();
    }
    if (!m_tokenValue.isEmpty())
        request.setRawHeader(profile.tokenHeader, m_tokenValue);
}

void Credentials::takeSetCookies(
    const QNetworkReply &answer, const QNetworkRequest &request, Generation sentWith)
{
    const QByteArrayList headers = setCookieHeaders(answer);
    if (headers.isEmpty() || answer.attribute(QNetworkRequest::SourceIsFromCacheAttribute).toBool())
        return;
    const auto now = m_gate.clock().nowInSeconds();
    const auto known = m_gate.tokens().cookies;
    const auto isOurs = [this, &known](const QNetworkCookie &cookie) {
        return isSessionCookie(cookie.name(), m_origins.profile(), known);
    };
    SessionGate::SetCookies fresh {sentWith, answer.url(), {}, httpDate(answer.rawHeader("Date"))};
    fresh.cookies = readCookies(headers, fresh.serverDate, now);
    fresh.cookies.removeIf([&isOurs](const QNetworkCookie &cookie) { return !isOurs(cookie); });
    if (!fresh.cookies.isEmpty())
        m_gate.takeCookies(fresh);

    const auto control =
        request.attribute(QNetworkRequest::CookieSaveControlAttribute, QNetworkRequest::Automatic);
    if (control.toInt() != QNetworkRequest::Automatic)
        return;
    auto others = answer.header(QNetworkRequest::SetCookieHeader).value<QList<QNetworkCookie>>();
    others.removeIf(isOurs);
    if (!others.isEmpty())
        m_manager.cookieJar()->setCookiesFromUrl(others, answer.url());
}

} // namespace authcore
