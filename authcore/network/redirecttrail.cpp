#include "authcore/network/redirecttrail.h"

#include "authcore/profile/origin.h"

#include <QtCore/QCoreApplication>

#include <utility>

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

QNetworkRequest::RedirectPolicy RedirectTrail::policyOf(const QNetworkRequest &request)
{
    const QVariant own = request.attribute(QNetworkRequest::RedirectPolicyAttribute);
    // Qt copies the manager's policy into the request when it is created; later changes do not
    // apply.
    return own.isValid() ? own.value<QNetworkRequest::RedirectPolicy>()
                         : QNetworkRequest::NoLessSafeRedirectPolicy;
}

bool RedirectTrail::isFollowed(const QNetworkRequest &request, int status)
{
    return isRedirectStatus(status) && policyOf(request) != QNetworkRequest::ManualRedirectPolicy;
}

std::variant<Hop, RedirectError> RedirectTrail::next(
    const QNetworkRequest &request, const Answer &answer) const
{
    return nextHop(policyOf(request), answer.from, answer.location, answer.status, answer.operation,
        request.maximumRedirectsAllowed() - m_hops);
}

void RedirectTrail::follow(const QUrl &from, const Hop &hop)
{
    ++m_hops;
    m_hasLeftOrigin = m_hasLeftOrigin || !isSameOrigin(from, hop.url);
    m_hasLeftTls = m_hasLeftTls || (from.scheme() == "https"_L1 && hop.url.scheme() == "http"_L1);
    m_hasDroppedBody = m_hasDroppedBody || !hop.keepsBody;
}

void RedirectTrail::apply(QNetworkRequest &request, const QUrl &url) const
{
    // AuthReply follows each redirect itself.
    request.setAttribute(
        QNetworkRequest::RedirectPolicyAttribute, QNetworkRequest::ManualRedirectPolicy);
    if (isEmpty())
        return;
    request.setUrl(url);
    if (m_hasDroppedBody) {
        request.setHeader(QNetworkRequest::ContentTypeHeader, {});
        request.setHeader(QNetworkRequest::ContentLengthHeader, {});
    }
    if (m_hasLeftOrigin) {
        request.setRawHeader("Authorization", {});
        request.setRawHeader("Cookie", {});
    }
}

bool RedirectTrail::endWait() noexcept
{
    return std::exchange(m_waitsForCaller, false);
}

} // namespace authcore
