#include "authcore/network/authnetworkaccessmanager.h"

#include "authcore/network/authreply.h"
#include "authcore/network/traffic.h"

using namespace Qt::StringLiterals;

namespace authcore {

namespace {

bool hasOwnCredentials(const QNetworkRequest &request, const BackendProfile &profile)
{
    return request.hasRawHeader(profile.tokenHeader) || request.hasRawHeader("Authorization");
}

} // namespace

AuthNetworkAccessManager::AuthNetworkAccessManager(AuthSession &session, QObject *parent)
    : QNetworkAccessManager(parent)
    , m_traffic(std::make_unique<Traffic>(
          session, *this, [this](Operation op, const QNetworkRequest &request, QIODevice *body) {
              return createInnerReply(op, request, body);
          }))
{
}

AuthNetworkAccessManager::~AuthNetworkAccessManager()
{
    // Before the base class does it: our replies still talk to what dies with this.
    m_traffic->close();
    qDeleteAll(findChildren<AuthReply *>(Qt::FindDirectChildrenOnly));
}

AuthSession &AuthNetworkAccessManager::session() const
{
    return m_traffic->session();
}

AuthNetworkAccessManager::WithoutSession AuthNetworkAccessManager::withoutSession() const
{
    return m_traffic->withoutSession();
}

void AuthNetworkAccessManager::setWithoutSession(WithoutSession behaviour)
{
    m_traffic->setWithoutSession(behaviour);
}

qint64 AuthNetworkAccessManager::bodyMemoryLimit() const
{
    return m_traffic->bodyMemoryLimit();
}

void AuthNetworkAccessManager::setBodyMemoryLimit(qint64 bytes)
{
    m_traffic->setBodyMemoryLimit(bytes);
}

bool AuthNetworkAccessManager::isRefreshInProgress() const
{
    return m_traffic->isRefreshInProgress();
}

QList<QNetworkReply *> AuthNetworkAccessManager::pendingReplies() const
{
    return m_traffic->pendingReplies();
}

int AuthNetworkAccessManager::activeCount() const
{
    return m_traffic->activeCount();
}

QNetworkReply *AuthNetworkAccessManager::outerReply(QNetworkReply *reply) const
{
    const auto ours = findChildren<AuthReply *>(Qt::FindDirectChildrenOnly);
    for (AuthReply *outer : ours) {
        if (outer->inner() == reply)
            return outer;
    }
    return reply;
}

QNetworkReply *AuthNetworkAccessManager::createRequest(
    Operation op, const QNetworkRequest &originalRequest, QIODevice *outgoingData)
{
    const BackendProfile &profile = m_traffic->profile();
    const bool isOurs = m_traffic->isProtected(originalRequest.url())
        && !originalRequest.attribute(QNetworkRequest::Attribute(SkipAuthAttribute), false).toBool()
        && !hasOwnCredentials(originalRequest, profile);
    if (!isOurs)
        return QNetworkAccessManager::createRequest(op, originalRequest, outgoingData);

    QNetworkRequest request = originalRequest;
    if (request.attribute(QNetworkRequest::SynchronousRequestAttribute, false).toBool()) {
        if (profile.isTransportAllowed(request.url()))
            Traffic::authorize(request, profile, session().tokens().accessToken);
        return QNetworkAccessManager::createRequest(op, request, outgoingData);
    }
    // What the base class would note on the caller's request.
    if (autoDeleteReplies()
        && request.attribute(QNetworkRequest::AutoDeleteReplyOnFinishAttribute).isNull())
        request.setAttribute(QNetworkRequest::AutoDeleteReplyOnFinishAttribute, true);
    if (request.attribute(QNetworkRequest::RedirectPolicyAttribute).isNull()
        && redirectPolicy() != QNetworkRequest::NoLessSafeRedirectPolicy)
        request.setAttribute(QNetworkRequest::RedirectPolicyAttribute, redirectPolicy());
    return m_traffic->admit(op, request, outgoingData);
}

QNetworkReply *AuthNetworkAccessManager::createInnerReply(
    Operation op, const QNetworkRequest &request, QIODevice *outgoingData)
{
    return QNetworkAccessManager::createRequest(op, request, outgoingData);
}

} // namespace authcore
