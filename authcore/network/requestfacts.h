#pragma once

#include <QtCore/QByteArray>
#include <QtCore/QUrl>
#include <QtNetwork/QNetworkAccessManager>
#include <QtNetwork/QNetworkRequest>

// What a QNetworkRequest says about itself. Pure.

namespace authcore {

//! "GET", "POST", ..., or the request's own verb.
[[nodiscard]] QByteArray verbOf(
    QNetworkAccessManager::Operation operation, const QNetworkRequest &request);

//! How many connections to its host the request asks Qt for.
[[nodiscard]] int connectionsPerHost(const QNetworkRequest &request);

[[nodiscard]] bool mayUseHttp2OverPlainHttp(const QNetworkRequest &request);

//! Whether a request with this verb may be sent again although a server may have processed it.
//! Spec: RFC 9110 section 9.2.2.
[[nodiscard]] bool isIdempotent(const QByteArray &verb);

//! Lets `request` use another HTTP/2 connection to the same host than requests usually do.
void useOtherConnection(QNetworkRequest &request);

//! `url` as a trace may show it: without user, query and fragment.
[[nodiscard]] QUrl shownUrl(const QUrl &url);

} // namespace authcore
