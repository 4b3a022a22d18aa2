#include "authcore/network/redirecttrail.h"

#include "authcore/profile/origin.h"

#include <QtCore/QCoreApplication>

using namespace Qt::StringLiterals;

namespace authcore {

namespace {

QString translated(const char *text)
{
    return QCoreApplication::translate("authcore::AuthReply", text);
}

} // namespace

bool isRedirectStatus(int status)
{
    switch (status) {
    case 301:
    case 302:
    case 303:
    case 305:
    case 307:
    case 308:
        return true;
    default:
        return false;
    }
}

std::variant<Hop, RedirectError> nextHop(QNetworkRequest::RedirectPolicy policy, const QUrl &from,
    const QByteArray &location, int status, QNetworkAccessManager::Operation operation,
    int hopsLeft)
{
    QUrl url = QUrl::fromEncoded(location);
    const RedirectError unknown {
        QNetworkReply::ProtocolUnknownError, translated("Unknown protocol specified")};
    if (!url.isValid())
        return unknown;
    if (hopsLeft <= 0)
        return RedirectError {
            QNetworkReply::TooManyRedirectsError, translated("Too many redirects")};
    if (url.isRelative())
        url = from.resolved(url);
    if (url.scheme() != "http"_L1 && url.scheme() != "https"_L1)
        return unknown;
    if (!url.isValid() || url.host().isEmpty()) // "////x"
        return unknown;
    const bool lessSafe = from.scheme() == "https"_L1 && url.scheme() == "http"_L1;
    if (lessSafe && policy == QNetworkRequest::NoLessSafeRedirectPolicy)
        return RedirectError {
            QNetworkReply::InsecureRedirectError, translated("Insecure redirect"), url};
    if (policy == QNetworkRequest::SameOriginRedirectPolicy && !isSameOrigin(from, url))
        return RedirectError {
            QNetworkReply::InsecureRedirectError, translated("Insecure redirect")};

    Hop hop {url, operation, true};
    const bool keepsMethod = status == 307 || status == 308;
    if (!keepsMethod && operation != QNetworkAccessManager::HeadOperation)
        hop.operation = QNetworkAccessManager::GetOperation;
    hop.keepsBody = keepsMethod && operation != QNetworkAccessManager::HeadOperation;
    return hop;
}

} // namespace authcore
