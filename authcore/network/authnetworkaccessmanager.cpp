#include "authcore/network/authnetworkaccessmanager.h"

#include "authcore/exchange/sessioncookies.h"
#include "authcore/network/accountcache.h"
#include "authcore/network/authreply.h"
#include "authcore/network/requestscheduler.h"

#include <QtCore/QCryptographicHash>
#include <QtCore/QUuid>
#include <QtNetwork/QAbstractNetworkCache>

#include <utility>

using namespace Qt::StringLiterals;

namespace authcore {

namespace {

//! Owns answers that came without a token of ours.
constexpr auto nobody = "nobody";

bool hasOwnCredentials(const QNetworkRequest &request, const BackendProfile &profile)
{
    return request.hasRawHeader(profile.tokenHeader) || request.hasRawHeader("Authorization");
}

} // namespace

AuthNetworkAccessManager::AuthNetworkAccessManager(AuthSession &session, QObject *parent)
    : QNetworkAccessManager(parent)
    , m_scheduler(std::make_unique<RequestScheduler>(session, *this,
          [this](Operation op, const QNetworkRequest &request, QIODevice *body,
              const AuthSession::Snapshot &carried) {
              return createAttempt(op, request, body, carried);
          }))
{
    m_scheduler->setParent(this); // goes along to another thread
}

AuthNetworkAccessManager::~AuthNetworkAccessManager()
{
    // Before the base class does it: our replies still talk to what dies with this.
    m_scheduler->close();
    delete m_scheduler->waitingRoom();
    qDeleteAll(findChildren<AuthReply *>(Qt::FindDirectChildrenOnly));
    m_scheduler->detachReplies();
}

AuthSession &AuthNetworkAccessManager::session() const
{
    return m_scheduler->session();
}

AuthNetworkAccessManager::WithoutSession AuthNetworkAccessManager::withoutSession() const
{
    return m_scheduler->withoutSession();
}

void AuthNetworkAccessManager::setWithoutSession(WithoutSession behaviour)
{
    m_scheduler->setWithoutSession(behaviour);
}

qint64 AuthNetworkAccessManager::bodyMemoryLimit() const
{
    return m_scheduler->bodyMemoryLimit();
}

void AuthNetworkAccessManager::setBodyMemoryLimit(qint64 bytes)
{
    m_scheduler->setBodyMemoryLimit(bytes);
}

bool AuthNetworkAccessManager::isRefreshInProgress() const
{
    return m_scheduler->isRefreshInProgress();
}

QList<QNetworkReply *> AuthNetworkAccessManager::pendingReplies() const
{
    return m_scheduler->pendingReplies();
}

int AuthNetworkAccessManager::activeCount() const
{
    return m_scheduler->activeCount();
}

QNetworkReply *AuthNetworkAccessManager::outerReply(QNetworkReply *reply) const
{
    AuthReply *outer = reply ? m_scheduler->outerReply(reply) : nullptr;
    return outer ? outer : reply;
}

QNetworkReply *AuthNetworkAccessManager::createRequest(
    Operation op, const QNetworkRequest &originalRequest, QIODevice *outgoingData)
{
    m_scheduler->renewProfile();
    const BackendProfile &profile = m_scheduler->profile(); // one for all that is judged here
    const bool isOurs = m_scheduler->isProtected(originalRequest.url())
        && !originalRequest.attribute(QNetworkRequest::Attribute(SkipAuthAttribute), false).toBool()
        && !hasOwnCredentials(originalRequest, profile);
    if (!isOurs) {
        const auto before = storedAnswer(op, originalRequest.url(), nobody);
        QNetworkReply *reply =
            QNetworkAccessManager::createRequest(op, originalRequest, outgoingData);
        if (before && m_scheduler->isProtected(originalRequest.url()))
            markWhenFinished(*reply, nobody, *before);
        return reply;
    }

    QNetworkRequest request = originalRequest;
    if (request.attribute(QNetworkRequest::SynchronousRequestAttribute, false).toBool()) {
        const TokenSet tokens = session().tokens();
        if (session().profileRevision() != m_scheduler->profileRevision()) // of another profile
            return AuthNetworkAccessManager::createRequest(op, originalRequest, outgoingData);
        if (profile.isTransportAllowed(request.url())) {
            const QVariant saves = request.attribute(QNetworkRequest::CookieSaveControlAttribute);
            m_scheduler->attach(request, op, tokens.accessToken, wireCookies(tokens, profile));
            request.setAttribute(QNetworkRequest::CookieSaveControlAttribute, saves);
        }
        if (QAbstractNetworkCache *answers = cache()) { // never from it, never into it
            dropForeignAnswer(*answers, request.url(), "a synchronous request");
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
    return m_scheduler->admit(op, request, outgoingData);
}

// What our transfer time-out was at the time of the call is in the request. To one that has none,
// Qt would give that of now.
QNetworkReply *AuthNetworkAccessManager::createAttempt(Operation op, const QNetworkRequest &request,
    QIODevice *outgoingData, const AuthSession::Snapshot &carried)
{
    const int present = request.transferTimeout() == 0 ? transferTimeout() : 0;
    if (present != 0)
        setTransferTimeout(0);
    const QByteArray owner = cache() ? answersOwner(carried) : QByteArray();
    const auto before = storedAnswer(op, request.url(), owner);
    QNetworkReply *inner = createInnerReply(op, request, outgoingData);
    if (before && (carried.isSignedIn || m_scheduler->isProtected(request.url())))
        markWhenFinished(*inner, owner, *before);
    if (present != 0)
        setTransferTimeout(present);
    return inner;
}

// What Qt may answer a request of `owner` from; empty: it does not look.
std::optional<QNetworkCacheMetaData> AuthNetworkAccessManager::storedAnswer(
    Operation op, const QUrl &url, const QByteArray &owner)
{
    if (!cache() || (op != GetOperation && op != HeadOperation)) // Qt caches nothing else
        return std::nullopt;
    return dropForeignAnswer(*cache(), url, owner);
}

void AuthNetworkAccessManager::markWhenFinished(
    QNetworkReply &reply, const QByteArray &owner, const QNetworkCacheMetaData &before)
{
    ++m_underWay[owner];
    const auto over = [this, owner, isCounted = std::make_shared<bool>(true)] {
        if (std::exchange(*isCounted, false) && --m_underWay[owner] == 0)
            m_underWay.remove(owner);
    };
    connect(&reply, &QNetworkReply::finished, this, [this, &reply, owner, before, over] {
        over();
        QAbstractNetworkCache *stored = cache();
        if (!stored)
            return;
        const bool isFromCache =
            reply.attribute(QNetworkRequest::SourceIsFromCacheAttribute).toBool();
        if (isFromCache && stored->metaData(reply.url()) == before)
            return; // it has stored nothing
        // Qt covers up a failing server with what is in the cache when that shows.
        if (m_underWay.size() > (m_underWay.contains(owner) ? 1 : 0))
            stored->remove(reply.url());
        else
            markAnswer(*stored, reply.url(), owner);
    });
    // It may die unfinished, and later than our members.
    connect(&reply, &QObject::destroyed, m_scheduler.get(), over);
}

// Who may see what a token brings. An account without a name equals no other.
QByteArray AuthNetworkAccessManager::answersOwner(const AuthSession::Snapshot &carried)
{
    if (!carried.isSignedIn)
        return nobody;
    if (!carried.account.isEmpty())
        return QCryptographicHash::hash(
            QByteArray(m_scheduler->profile().id.toUtf8() + '\n' + carried.account.toUtf8()),
            QCryptographicHash::Sha256)
            .toHex();
    if (m_nameless.isEmpty())
        m_nameless = QUuid::createUuid().toByteArray();
    return m_nameless + QByteArray::number(int(carried.tokenFamily));
}

QNetworkReply *AuthNetworkAccessManager::createInnerReply(
    Operation op, const QNetworkRequest &request, QIODevice *outgoingData)
{
    return QNetworkAccessManager::createRequest(op, request, outgoingData);
}

} // namespace authcore
