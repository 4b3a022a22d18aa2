#pragma once

#include "authcore/profile/backendprofile.h"
#include "authcore/tokens/tokenset.h"

#include <QtNetwork/QNetworkCookie>

class QNetworkReply;

// The cookies of a session: how answers change them, and which ones a request carries. Pure, except
// for reading a reply's headers. Times are those of the given clock, never of the machine.
//
// Source: RFC 6265 sections 5.2 to 5.4, where QNetworkCookieJar follows them.

namespace authcore {

//! The answer's Set-Cookie headers, one each.
[[nodiscard]] QByteArrayList setCookieHeaders(const QNetworkReply &reply);

//! The cookies of Set-Cookie `headers`. They end by the local clock: Max-Age after `now`, or
//! without it as long after `now` as Expires is after the answer's own Date. Domain and path may be
//! missing.
[[nodiscard]] QList<QNetworkCookie> readCookies(const QByteArrayList &headers,
    std::optional<std::chrono::sys_seconds> serverDate, std::chrono::sys_seconds now);

//! `present` after an answer from `url` has set `fresh`. Cookies that the answer may not set are
//! left out, and a cookie that has expired deletes its predecessor. As in browsers, secure cookies
//! come from https or from this machine, and names that begin with "__Host-" or "__Secure-" are set
//! only if the cookie keeps what the prefix promises.
[[nodiscard]] QList<QNetworkCookie> mergedCookies(const QList<QNetworkCookie> &present,
    const QList<QNetworkCookie> &fresh, const QUrl &url, std::chrono::sys_seconds now);

//! `fresh`, the answer to a request with `sent`, with the changes that `present` has had since the
//! request was sent. Where both have changed a cookie, `fresh` counts.
[[nodiscard]] QList<QNetworkCookie> rebasedCookies(QList<QNetworkCookie> fresh,
    const QList<QNetworkCookie> &sent, const QList<QNetworkCookie> &present);

//! The cookies of `cookies` that a request to `url` carries, those with the longest path first.
[[nodiscard]] QList<QNetworkCookie> cookiesFor(
    const QList<QNetworkCookie> &cookies, const QUrl &url, std::chrono::sys_seconds now);

//! The cookie with this name that was set last; nullptr: there is none.
[[nodiscard]] const QNetworkCookie *cookieNamed(
    const QList<QNetworkCookie> &cookies, const QString &name);

//! Whether sessions of `profile` have cookies at all. Otherwise cookies are never looked at.
[[nodiscard]] bool keepsCookies(const BackendProfile &profile);

//! Whether `name` is a cookie of the session, which no other jar gets.
[[nodiscard]] bool isSessionCookie(
    const QByteArray &name, const BackendProfile &profile, const QList<QNetworkCookie> &cookies);

//! Replaces the cookies of `tokens` by `cookies`. The values of token cookies move to accessToken
//! and refreshToken; see TokenSet::cookies.
void putCookies(
    TokenSet &tokens, const QList<QNetworkCookie> &cookies, const BackendProfile &profile);

//! The cookies of `tokens` as they are on the wire, all values filled in. A token cookie without a
//! token is not among them.
[[nodiscard]] QList<QNetworkCookie> wireCookies(
    const TokenSet &tokens, const BackendProfile &profile);

//! When the access token expires by the local clock, as far as the token itself says it: a JWT by
//! its `exp`, a cookie by its attributes. Empty: it does not say.
[[nodiscard]] std::optional<std::chrono::sys_seconds> ownExpiry(const TokenSet &tokens,
    const BackendProfile &profile, std::optional<std::chrono::sys_seconds> serverDate,
    std::chrono::sys_seconds now);

//! Whether `value` is not empty and has nothing that would split a header.
[[nodiscard]] bool isHeaderValue(const QByteArray &value);

//! "a=1; b=2", without cookies that no header can carry.
[[nodiscard]] QByteArray cookieHeader(const QList<QNetworkCookie> &cookies);

} // namespace authcore
