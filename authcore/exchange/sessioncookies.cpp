#include "authcore/exchange/sessioncookies.h"

#include "authcore/profile/durations.h"
#include "authcore/profile/origin.h"
#include "authcore/profile/templates.h"
#include "authcore/tokens/jwt.h"

#include <QtCore/QDateTime>
#include <QtCore/QTimeZone>
#include <QtNetwork/QNetworkCookieJar>
#include <QtNetwork/QNetworkReply>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace authcore {

namespace {

QDateTime dateOf(std::chrono::sys_seconds time)
{
    return QDateTime::fromSecsSinceEpoch(time.time_since_epoch().count(), QTimeZone::utc());
}

std::chrono::sys_seconds timeOf(const QDateTime &date)
{
    return std::chrono::sys_seconds(std::chrono::seconds(date.toSecsSinceEpoch()));
}

bool isOver(const QNetworkCookie &cookie, std::chrono::sys_seconds now)
{
    return !cookie.isSessionCookie() && timeOf(cookie.expirationDate()) <= now;
}

//! Applies Qt's rules of domain, path and secure. Qt's rules of time use the machine's clock, so
//! the expiry is removed before.
class Jar : public QNetworkCookieJar
{
public:
    Jar(const QList<QNetworkCookie> &cookies, std::chrono::sys_seconds now)
        : m_now(now)
    {
        setAllCookies(cookies);
    }

    [[nodiscard]] QList<QNetworkCookie> all() const { return allCookies(); }

    bool insertCookie(const QNetworkCookie &cookie) override
    {
        deleteCookie(cookie);
        if (isOver(cookie, m_now))
            return false;
        setAllCookies(allCookies() << cookie);
        return true;
    }

private:
    std::chrono::sys_seconds m_now;
};

//! `url` for Qt's jar, which takes only https for secure. To browsers plain http that never leaves
//! this machine is secure, too.
QUrl asSeenByJar(QUrl url)
{
    if (url.scheme() == "http"_L1 && isLoopback(url))
        url.setScheme(u"https"_s);
    return url;
}

//! Whether a cookie keeps what the prefix of its name promises (RFC 6265bis section 4.1.3).
bool keepsPromise(const QNetworkCookie &cookie)
{
    const QByteArray name = cookie.name().toLower();
    if (name.startsWith("__host-"))
        return cookie.isSecure() && cookie.path() == "/"_L1 && cookie.domain().isEmpty();
    return cookie.isSecure() || !name.startsWith("__secure-");
}

//! The value of Max-Age (RFC 6265 section 5.2.2); empty: the header has none that counts.
std::optional<std::chrono::seconds> maxAgeOf(const QByteArray &header)
{
    std::optional<std::chrono::seconds> age;
    const auto parts = header.split(';').mid(1);
    for (const QByteArray &part : parts) {
        const qsizetype equals = part.indexOf('=');
        if (equals < 0 || part.left(equals).trimmed().toLower() != "max-age")
            continue;
        const QByteArray text = part.mid(equals + 1).trimmed();
        const bool isNegative = text.startsWith('-');
        const QByteArray digits = text.mid(isNegative ? 1 : 0);
        const auto isDigit = [](char c) { return c >= '0' && c <= '9'; };
        if (digits.isEmpty() || !std::all_of(digits.cbegin(), digits.cend(), isDigit))
            continue;
        bool fits = false;
        const qint64 seconds = digits.toLongLong(&fits);
        if (isNegative)
            age = std::chrono::seconds(0);
        else
            age = fits ? bounded(std::chrono::seconds(seconds)) : longestDuration;
    }
    return age;
}

bool isControl(char c)
{
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7f;
}

bool isCarried(const QByteArray &value)
{
    return std::none_of(
        value.cbegin(), value.cend(), [](char c) { return isControl(c) || c == ';'; });
}

//! The last one set of several cookies with this name (and other paths); -1: there is none.
qsizetype lastIndex(const QList<QNetworkCookie> &cookies, const QByteArray &name)
{
    for (qsizetype i = cookies.size() - 1; i >= 0 && !name.isEmpty(); --i) {
        if (cookies.at(i).name() == name)
            return i;
    }
    return -1;
}

} // namespace

QByteArrayList setCookieHeaders(const QNetworkReply &reply)
{
#if QT_VERSION >= QT_VERSION_CHECK(6, 8, 0)
    const QByteArray all =
        reply.headers().values(QHttpHeaders::WellKnownHeader::SetCookie).join('\n');
#else
    const QByteArray all = reply.rawHeader("Set-Cookie"); // Qt joins them by line breaks
#endif
    return all.isEmpty() ? QByteArrayList() : all.split('\n');
}

QList<QNetworkCookie> readCookies(const QByteArrayList &headers,
    std::optional<std::chrono::sys_seconds> serverDate, std::chrono::sys_seconds now)
{
    QList<QNetworkCookie> cookies;
    for (const QByteArray &header : headers) {
        const auto parsed = QNetworkCookie::parseCookies(header);
        if (parsed.size() != 1 || parsed.constFirst().name().isEmpty())
            continue;
        QNetworkCookie cookie = parsed.constFirst();
        if (const auto age = maxAgeOf(header))
            cookie.setExpirationDate(dateOf(age->count() > 0 ? now + *age : now));
        else if (!cookie.isSessionCookie())
            cookie.setExpirationDate(
                dateOf(byOurClock(timeOf(cookie.expirationDate()), serverDate, now)));
        cookies.append(cookie);
    }
    return cookies;
}

QList<QNetworkCookie> mergedCookies(const QList<QNetworkCookie> &present,
    const QList<QNetworkCookie> &fresh, const QUrl &url, std::chrono::sys_seconds now)
{
    const QUrl place = asSeenByJar(url);
    QList<QNetworkCookie> allowed = fresh;
    allowed.removeIf([&place](const QNetworkCookie &cookie) {
        return !keepsPromise(cookie) || (cookie.isSecure() && place.scheme() != "https"_L1);
    });
    Jar jar(present, now);
    jar.setCookiesFromUrl(allowed, place);
    return jar.all();
}

QList<QNetworkCookie> rebasedCookies(QList<QNetworkCookie> fresh, const QList<QNetworkCookie> &sent,
    const QList<QNetworkCookie> &present)
{
    for (const QNetworkCookie &cookie : present) {
        if (sent.contains(cookie))
            continue;
        const auto isSame = [&cookie](const QNetworkCookie &other) {
            return cookie.hasSameIdentifier(other);
        };
        const auto found = std::find_if(fresh.begin(), fresh.end(), isSame);
        if (found != fresh.end() && sent.contains(*found))
            *found = cookie;
        else if (found == fresh.end() && std::none_of(sent.begin(), sent.end(), isSame))
            fresh.append(cookie);
    }
    return fresh;
}

QList<QNetworkCookie> cookiesFor(
    const QList<QNetworkCookie> &cookies, const QUrl &url, std::chrono::sys_seconds now)
{
    QList<QNetworkCookie> valid;
    for (QNetworkCookie cookie : cookies) {
        if (isOver(cookie, now))
            continue;
        cookie.setExpirationDate({});
        valid.append(cookie);
    }
    return valid.isEmpty() ? valid : Jar(valid, now).cookiesForUrl(asSeenByJar(url));
}

const QNetworkCookie *cookieNamed(const QList<QNetworkCookie> &cookies, const QString &name)
{
    const qsizetype index = lastIndex(cookies, name.toUtf8());
    return index < 0 ? nullptr : &cookies.at(index);
}

bool keepsCookies(const BackendProfile &profile)
{
    return profile.answer.usesCookies() || !profile.csrf.isEmpty()
        || hasPlaceholder(profile.refresh, "${cookie:"_L1)
        || hasPlaceholder(profile.revocation, "${cookie:"_L1);
}

bool isSessionCookie(
    const QByteArray &name, const BackendProfile &profile, const QList<QNetworkCookie> &cookies)
{
    const QString text = QString::fromUtf8(name);
    return text == profile.answer.accessTokenCookie || text == profile.answer.refreshTokenCookie
        || lastIndex(cookies, name) >= 0
        || std::any_of(profile.csrf.cbegin(), profile.csrf.cend(),
            [&text](const CsrfPair &pair) { return pair.cookie == text; });
}

void putCookies(
    TokenSet &tokens, const QList<QNetworkCookie> &cookies, const BackendProfile &profile)
{
    tokens.cookies = cookies;
    const auto takeOut = [&tokens](const QString &name, QByteArray &token) {
        if (name.isEmpty())
            return;
        token.clear();
        const qsizetype index = lastIndex(tokens.cookies, name.toUtf8());
        if (index < 0)
            return;
        token = tokens.cookies.at(index).value();
        tokens.cookies[index].setValue({});
    };
    takeOut(profile.answer.accessTokenCookie, tokens.accessToken);
    takeOut(profile.answer.refreshTokenCookie, tokens.refreshToken);
}

QList<QNetworkCookie> wireCookies(const TokenSet &tokens, const BackendProfile &profile)
{
    if (!keepsCookies(profile))
        return {};
    QList<QNetworkCookie> cookies = tokens.cookies;
    const auto fillIn = [&cookies, &profile](const QString &name, const QByteArray &token) {
        const qsizetype index = lastIndex(cookies, name.toUtf8());
        if (token.isEmpty()) {
            if (index >= 0)
                cookies.removeAt(index);
        } else if (index >= 0) {
            cookies[index].setValue(token);
        } else if (!name.isEmpty()) { // a token that the application has set
            QNetworkCookie cookie(name.toUtf8(), token);
            cookie.setDomain(profile.baseUrl.host());
            cookie.setPath(u"/"_s);
            cookies.append(cookie);
        }
    };
    fillIn(profile.answer.accessTokenCookie, tokens.accessToken);
    fillIn(profile.answer.refreshTokenCookie, tokens.refreshToken);
    return cookies;
}

std::optional<std::chrono::sys_seconds> ownExpiry(const TokenSet &tokens,
    const BackendProfile &profile, std::optional<std::chrono::sys_seconds> serverDate,
    std::chrono::sys_seconds now)
{
    const auto jwt = Jwt::decode(tokens.accessToken);
    if (const auto expiry = jwt ? jwt->expiresAt() : std::nullopt) {
        // exp - iat would be wrong: some servers keep the iat of the sign-in.
        return byOurClock(*expiry, serverDate, now);
    }
    const auto *cookie = cookieNamed(tokens.cookies, profile.answer.accessTokenCookie);
    if (!cookie || cookie->isSessionCookie())
        return std::nullopt;
    return timeOf(cookie->expirationDate());
}

bool isHeaderValue(const QByteArray &value)
{
    return !value.isEmpty() && std::none_of(value.cbegin(), value.cend(), isControl);
}

QByteArray cookieHeader(const QList<QNetworkCookie> &cookies)
{
    QByteArrayList pairs;
    for (const QNetworkCookie &cookie : cookies) {
        if (isCarried(cookie.name()) && isCarried(cookie.value()))
            pairs.append(cookie.name() + '=' + cookie.value());
    }
    return pairs.join("; ");
}

} // namespace authcore
