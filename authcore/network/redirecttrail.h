#pragma once

#include <QtNetwork/QNetworkAccessManager>
#include <QtNetwork/QNetworkReply>
#include <QtNetwork/QNetworkRequest>

#include <variant>

namespace authcore {

//! Where a redirect leads.
struct Hop
{
    QUrl url;
    QNetworkAccessManager::Operation operation = QNetworkAccessManager::GetOperation;
    bool keepsBody = true; //!< false: the method became GET, body and its headers go

    bool operator==(const Hop &) const = default;
};

//! Why a redirect is not followed; the reply ends so.
struct RedirectError
{
    QNetworkReply::NetworkError code = QNetworkReply::ProtocolUnknownError;
    QString text;
    QUrl url = {}; //!< what url() says then; empty: as before

    bool operator==(const RedirectError &) const = default;
};

//! 301, 302, 303, 305, 307 or 308, as Qt counts them.
[[nodiscard]] bool isRedirectStatus(int status);

//! Qt's rules for one hop, without Qt's own following, which sends requests twice and takes
//! credentials anywhere. Pure.
//! Source:   QNetworkReplyHttpImplPrivate::onRedirected, RFC 9110 section 15.4.
[[nodiscard]] std::variant<Hop, RedirectError> nextHop(QNetworkRequest::RedirectPolicy policy,
    const QUrl &from, const QByteArray &location, int status,
    QNetworkAccessManager::Operation operation, int hopsLeft);

} // namespace authcore
