#pragma once

#include "authcore/profile/backendprofile.h"

#include <QtNetwork/QNetworkCookie>
#include <QtNetwork/QNetworkRequest>

#include <chrono>

class QNetworkCookieJar;

// What of a session goes along with one attempt on a protected origin.

namespace authcore {

//! The access token in the profile's header, where it is sent in one.
void attachToken(
    QNetworkRequest &request, const BackendProfile &profile, const QByteArray &accessToken);

//! The profile's extra headers, but for those that the caller has set.
void attachExtraHeaders(QNetworkRequest &request, const BackendProfile &profile);

//! Those of the session's `cookies` that match the URL, beside what would go there anyway, by
//! `jar` or by the caller's own header; where both know a cookie of the session, the session's
//! counts. And the values that prove where a request comes from, for a `verb` that changes
//! something. Cookies of the answer are not saved: see takeSetCookies().
void attachCookies(QNetworkRequest &request, const QByteArray &verb, const BackendProfile &profile,
    const QList<QNetworkCookie> &cookies, QNetworkCookieJar *jar, std::chrono::sys_seconds now);

} // namespace authcore
