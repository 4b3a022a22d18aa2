#pragma once

#include "authcore/profile/backendprofile.h"
#include "authcore/tokens/tokenset.h"

#include <QtNetwork/QNetworkCookie>

class QNetworkReply;

// The cookies of a session: what answers make of them, and what goes out. Pure, but for reading a
// reply's headers. Times are those of the clock that is given, never the machine's.
//
// Source: RFC 6265 sections 5.2 to 5.4, where QNetworkCookieJar follows them.

namespace authcore {

//! The answer's Set-Cookie headers, one each.
[[nodiscard]] QByteArrayList setCookieHeaders(const QNetworkReply &reply);

//! The cookies that `headers` make, their ends by our clock: Max-Age (or, without one, Expires
//! against the answer's own Date) from `now` on. Domain and path may still be missing.
[[nodiscard]] QList<QNetworkCookie> readCookies(const QByteArrayList &headers,
    std::optional<std::chrono::sys_seconds> serverDate, std::chrono::sys_seconds now);

//! `present` after an answer from `url` has set `fresh`: what it may not set is left out, one that
//! is over deletes. Secure cookies come from https, or from this machine, as in browsers; names
//! that begin with "__Host-" or "__Secure-" promise something, and those that break it are not set.
[[nodiscard]] QList<QNetworkCookie> mergedCookies(const QList<QNetworkCookie> &present,
    const QList<QNetworkCookie> &fresh, const QUrl &url, std::chrono::sys_seconds now);

//! `fresh`, which came of `sent`, with what has become of them meanwhile: in `present` are changes
//! that count where `fresh` has none.
[[nodiscard]] QList<QNetworkCookie> rebasedCookies(QList<QNetworkCookie> fresh,
    const QList<QNetworkCookie> &sent, const QList<QNetworkCookie> &present);

//! Those of `cookies` that go to `url`, the most specific first.
[[nodiscard]] QList<QNetworkCookie> cookiesFor(
    const QList<QNetworkCookie> &cookies, const QUrl &url, std::chrono::sys_seconds now);

//! The one of this name that was set last; nullptr: there is none.
[[nodiscard]] const QNetworkCookie *cookieNamed(
    const QList<QNetworkCookie> &cookies, const QString &name);

//! Does a session of `profile` have cookies at all? Others never look at one.
[[nodiscard]] bool keepsCookies(const BackendProfile &profile);

//! Is `name` a cookie of the session, and so of no business to any other jar?
[[nodiscard]] bool isSessionCookie(
    const QByteArray &name, const BackendProfile &profile, const QList<QNetworkCookie> &cookies);

//! Makes `cookies` those of `tokens`: the values of token cookies move to accessToken and
//! refreshToken, see TokenSet::cookies.
void putCookies(
    TokenSet &tokens, const QList<QNetworkCookie> &cookies, const BackendProfile &profile);

//! The cookies of `tokens` as they are on the wire, all values filled in. A token cookie without a
//! token is not among them.
[[nodiscard]] QList<QNetworkCookie> wireCookies(
    const TokenSet &tokens, const BackendProfile &profile);

//! When the access token ends, by our clock, as far as it tells by itself: a JWT by its `exp`, else
//! a cookie by its attributes. Empty: it does not.
[[nodiscard]] std::optional<std::chrono::sys_seconds> ownExpiry(const TokenSet &tokens,
    const BackendProfile &profile, std::optional<std::chrono::sys_seconds> serverDate,
    std::chrono::sys_seconds now);

//! Not empty, and nothing that would split a header.
[[nodiscard]] bool isHeaderValue(const QByteArray &value);

//! "a=1; b=2". What no header can carry is left out.
[[nodiscard]] QByteArray cookieHeader(const QList<QNetworkCookie> &cookies);

} // namespace authcore
