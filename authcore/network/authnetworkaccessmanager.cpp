#include "authcore/network/authnetworkaccessmanager.h"

#include "authcore/exchange/sessioncookies.h"
#include "authcore/network/accountcache.h"
#include "authcore/network/appliedsettings.h"
#include "authcore/network/authreply.h"
#include "authcore/network/requestscheduler.h"

#include <QtCore/QPointer>

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
    , m_session(session)
    , m_answers(std::make_unique<AccountCache>(*this))
    , m_network(std::make_unique<AppliedSettings>(*this))
    , m_scheduler(std::make_unique<RequestScheduler>(session.gate(), *this,
          [this](Operation op, const QNetworkRequest &request, QIODevice *body,
              const SessionGate::Snapshot &carried) {
              const QByteArray owner = cache()
                  ? m_answers->ownerOf(carried, m_scheduler->origins().profile().id)
                  : QByteArray();
              return createAttempt(op, request, body, owner);
          }))
{
    m_scheduler->setParent(this); // moves to another thread with the manager
    connect(&session.gate(), &SessionGate::networkSettingsChanged, this,
        &AuthNetworkAccessManager::useNetworkSettings);
    useNetworkSettings();
}

AuthNetworkAccessManager::~AuthNetworkAccessManager()
{
    // Before the base class deletes them: the replies still call the scheduler, which ends here.
    m_scheduler->close();
    delete m_scheduler->waitingRoom();
    qDeleteAll(findChildren<AuthReply *>(Qt::FindDirectChildrenOnly));
    m_scheduler->detachReplies();
}

AuthSession &AuthNetworkAccessManager::session() const
{
    return m_session;
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

// Qt would send later requests over connections that were made with other certificates.
void AuthNetworkAccessManager::useNetworkSettings()
{
    if (!m_network->take(*m_session.gate().networkSettings()))
        return;
    QList<QPointer<QNetworkReply>> unfinished;
    for (QNetworkReply *reply : findChildren<QNetworkReply *>(Qt::FindDirectChildrenOnly)) {
        const auto *ours = qobject_cast<AuthReply *>(reply);
        if (ours ? ours->stage() == AuthReply::Stage::Sent : reply->isRunning())
            unfinished.append(reply);
    }
    const QPointer alive(this);
    for (const auto &reply : unfinished) {
        if (reply)
            reply->abort();
    }
    if (alive)
        clearConnectionCache();
}

QNetworkRequest AuthNetworkAccessManager::configured(const QNetworkRequest &request) const
{
    using Certificate = AppliedSettings::ClientCertificate;
    if (!m_network->hasCertificates())
        return request;
    return m_network->configured(request,
        m_scheduler->origins().find(request.url()) ? Certificate::Shown : Certificate::Withheld);
}

QNetworkReply *AuthNetworkAccessManager::createRequest(
    Operation op, const QNetworkRequest &originalRequest, QIODevice *outgoingData)
{
    m_scheduler->origins().renew();
    const BackendProfile &profile =
        m_scheduler->origins().profile(); // the same profile for all decisions here
    const bool isOurs = m_scheduler->origins().isProtected(originalRequest.url())
        && !originalRequest.attribute(QNetworkRequest::Attribute(SkipAuthAttribute), false).toBool()
        && !hasOwnCredentials(originalRequest, profile);
    if (!isOurs) {
        const auto before =
            m_answers->removeForeignAnswer(op, originalRequest.url(), AccountCache::nobody());
        QNetworkReply *reply =
            QNetworkAccessManager::createRequest(op, configured(originalRequest), outgoingData);
        if (before && m_scheduler->origins().isProtected(originalRequest.url()))
            m_answers->markWhenFinished(*reply, AccountCache::nobody(), *before);
        return reply;
    }

    QNetworkRequest request = originalRequest;
    if (request.attribute(QNetworkRequest::SynchronousRequestAttribute, false).toBool()) {
        const TokenSet tokens = session().tokens();
        if (session().profileRevision()
            != m_scheduler->origins().profileRevision()) // the token is of another profile
            return AuthNetworkAccessManager::createRequest(op, originalRequest, outgoingData);
        if (profile.isTransportAllowed(request.url())) {
            const QVariant saves = request.attribute(QNetworkRequest::CookieSaveControlAttribute);
            m_scheduler->credentials().attach(
                request, op, tokens.accessToken, wireCookies(tokens, profile));
            request.setAttribute(QNetworkRequest::CookieSaveControlAttribute, saves);
        }
        m_answers->bypass(request);
        return QNetworkAccessManager::createRequest(op, configured(request), outgoingData);
    }
    // The base class would set these on the caller's request.
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

// The request carries the manager's transfer time-out as it was at the time of the call. To a
// request without one, Qt would give the time-out of now.
QNetworkReply *AuthNetworkAccessManager::createAttempt(
    Operation op, const QNetworkRequest &request, QIODevice *outgoingData, const QByteArray &owner)
{
    const int present = request.transferTimeout() == 0 ? transferTimeout() : 0;
    if (present != 0)
        setTransferTimeout(0);
    const auto before = m_answers->removeForeignAnswer(op, request.url(), owner);
    QNetworkReply *inner = createInnerReply(op, configured(request), outgoingData);
    if (before
        && (owner != AccountCache::nobody() || m_scheduler->origins().isProtected(request.url())))
        m_answers->markWhenFinished(*inner, owner, *before);
    if (present != 0)
        setTransferTimeout(present);
    return inner;
}

QNetworkReply *AuthNetworkAccessManager::createInnerReply(
    Operation op, const QNetworkRequest &request, QIODevice *outgoingData)
{
    return QNetworkAccessManager::createRequest(op, request, outgoingData);
}

} // namespace authcore
