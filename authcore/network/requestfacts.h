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

//! `url` as a trace may show it: without user, query and fragment.
[[nodiscard]] QUrl shownUrl(const QUrl &url);

} // namespace authcore
