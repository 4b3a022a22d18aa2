#include "authcore/network/authnetworkaccessmanager.h"

#include "authcore/network/accountcache.h"
#include "authcore/network/authreply.h"
#include "authcore/network/traffic.h"
#include "authcore/protocol/sessioncookies.h"

#include <QtCore/QCryptographicHash>
#include <QtCore/QUuid>
#include <QtNetwork/QAbstractNetworkCache>

#include <utility>

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
    , m_traffic(std::make_unique<Traffic>(session, *this,
          [this](Operation op, const QNetworkRequest &request, QIODevice *body,
              const AuthSession::Standing &carried) {
              return createAttempt(op, request, body, carried);
          }))
{
    m_traffic->setParent(this); // goes along to another thread
}

AuthNetworkAccessManager::~AuthNetworkAccessManager()
{
    // Before the base class does it: our replies still talk to what dies with this.
    m_traffic->close();
    delete m_traffic->waitingRoom();
    qDeleteAll(findChildren<AuthReply *>(Qt::FindDirectChildrenOnly));
    m_traffic->letGo();
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
    AuthReply *outer = reply ? m_traffic->outerReply(reply) : nullptr;
    return outer ? outer : reply;
}

QNetworkReply *AuthNetworkAccessManager::createRequest(
    Operation op, const QNetworkRequest &originalRequest, QIODevice *outgoingData)
{
    m_traffic->renewProfile();
    const BackendProfile &profile = m_traffic->profile(); // one for all that is judged here
    const bool isOurs = m_traffic->isProtected(originalRequest.url())
        && !originalRequest.attribute(QNetworkRequest::Attribute(SkipAuthAttribute), false).toBool()
        && !hasOwnCredentials(originalRequest, profile);
    if (!isOurs) {
        if (QAbstractNetworkCache *answers = cache())
            dropForeignAnswer(*answers, originalRequest.url(), {});
        return QNetworkAccessManager::createRequest(op, originalRequest, outgoingData);
    }

    QNetworkRequest request = originalRequest;
    if (request.attribute(QNetworkRequest::SynchronousRequestAttribute, false).toBool()) {
        const TokenSet tokens = session().tokens();
        if (session().profileRevision() != m_traffic->profileRevision()) // of another profile
            return AuthNetworkAccessManager::createRequest(op, originalRequest, outgoingData);
        if (profile.isTransportAllowed(request.url())) {
            const QVariant saves = request.attribute(QNetworkRequest::CookieSaveControlAttribute);
            m_traffic->attach(request, op, tokens.accessToken, wireCookies(tokens, profile));
            request.setAttribute(QNetworkRequest::CookieSaveControlAttribute, saves);
        }
        if (QAbstractNetworkCache *answers = cache()) { // never from it, never into it
            dropForeignAnswer(*answers, request.url(), "nobody");
            request.setAttribute(QNetworkRequest::CacheSaveControlAttribute, false);
        }
        return QNetworkAccessManager::createRequest(op, request, outgoingData);
    }
    // What the base class would note on the caller's request.
    if (autoDeleteReplies()
        && request.attribute(QNetworkRequest::AutoDeleteReplyOnFinishAttribute).isNull())
        request.setAttribute(QNetworkRequest::AutoDeleteReplyOnFinishAttribute, true);
    if (request.attribute(QNetworkRequest::RedirectPolicyAttribute).isNull()
        && redirectPolicy() != QNetworkRequest::NoLessSafeRedirectPolicy)
        request.setAttribute(QNetworkRequest::RedirectPolicyAttribute, redirectPolicy());
    if (request.transferTimeout() == 0 && transferTimeout() != 0)
        request.setTransferTimeout(transferTimeout());
    return m_traffic->admit(op, request, outgoingData);
}

// What our transfer time-out was at the time of the call is in the request. To one that has none,
// Qt would give that of now.
QNetworkReply *AuthNetworkAccessManager::createAttempt(Operation op, const QNetworkRequest &request,
    QIODevice *outgoingData, const AuthSession::Standing &carried)
{
    const int present = request.transferTimeout() == 0 ? transferTimeout() : 0;
    if (present != 0)
        setTransferTimeout(0);
    QNetworkReply *inner = createCachedReply(op, request, outgoingData, carried);
    if (present != 0)
        setTransferTimeout(present);
    return inner;
}

QNetworkReply *AuthNetworkAccessManager::createCachedReply(Operation op,
    const QNetworkRequest &request, QIODevice *outgoingData, const AuthSession::Standing &carried)
{
    QAbstractNetworkCache *answers = cache();
    if (!answers || (op != GetOperation && op != HeadOperation)) // Qt caches nothing else
        return createInnerReply(op, request, outgoingData);
    const QByteArray owner = answersOwner(carried);
    dropForeignAnswer(*answers, request.url(), owner);
    QNetworkReply *inner = createInnerReply(op, request, outgoingData);
    if (owner.isEmpty() && !m_traffic->isProtected(request.url()))
        return inner;
    ++m_underWay[owner];
    const auto over = [this, owner, isCounted = std::make_shared<bool>(true)] {
        if (std::exchange(*isCounted, false) && --m_underWay[owner] == 0)
            m_underWay.remove(owner);
    };
    connect(inner, &QNetworkReply::finished, this, [this, inner, owner, over] {
        over();
        QAbstractNetworkCache *stored = cache();
        if (!stored || owner.isEmpty())
            return;
        // Qt covers up a failing server with what is in the cache when that shows.
        if (m_underWay.size() > (m_underWay.contains(owner) ? 1 : 0))
            stored->remove(inner->url());
        else
            markAnswer(*stored, inner->url(), owner);
    });
    // It may die unfinished, and later than our members.
    connect(inner, &QObject::destroyed, m_traffic.get(), over);
    return inner;
}

// Who may see what a token brings. An account without a name equals no other.
QByteArray AuthNetworkAccessManager::answersOwner(const AuthSession::Standing &carried)
{
    if (!carried.isSignedIn)
        return {};
    if (!carried.account.isEmpty())
        return QCryptographicHash::hash(
            QByteArray(m_traffic->profile().id.toUtf8() + '\n' + carried.account.toUtf8()),
            QCryptographicHash::Sha256)
            .toHex();
    if (m_nameless.isEmpty())
        m_nameless = QUuid::createUuid().toByteArray();
    return m_nameless + QByteArray::number(int(carried.lineage));
}

QNetworkReply *AuthNetworkAccessManager::createInnerReply(
    Operation op, const QNetworkRequest &request, QIODevice *outgoingData)
{
    return QNetworkAccessManager::createRequest(op, request, outgoingData);
}

} // namespace authcore
