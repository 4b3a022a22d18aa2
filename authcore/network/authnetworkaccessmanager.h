#pragma once

#include "authcore/session/authsession.h"
#include "authcore/system/export.h"

#include <QtCore/QList>
#include <QtNetwork/QNetworkAccessManager>

#include <memory>

namespace authcore {

class AccountCache;
class AppliedSettings;
class RequestScheduler;

//! A drop-in QNetworkAccessManager that keeps its caller signed in.
//!
//! The manager attaches the session's access token to requests for the profile's protected origins.
//! When a request is challenged, the session refreshes the token once, and the manager holds the
//! waiting requests and sends them again. Each caller sees one ordinary QNetworkReply, which
//! finishes exactly once. All other requests go to QNetworkAccessManager unchanged.
//!
//! Lifetime: `session` outlives this. Replies are deleted with the manager, without a signal, as
//!           with Qt.
//! Thread:   any, also another than the session's; moved there before its first request.
//! Errors:   on the replies, as Qt reports them. When a refresh fails for a passing reason, the
//!           replies that wait for it end with that reason. When the session ends, they end with
//!           the challenge that they got. The base class emits authenticationRequired() and
//!           proxyAuthenticationRequired() with an inner reply; outerReply() returns the caller's.
//! Cache:    an answer to a request with a token is served to the account of that token only. The
//!           application's own entries are served to every account.
//! Cookies:  cookies that the profile names belong to the session. Each attempt of a protected
//!           request carries their present values, beside the cookies of the jar and of the caller,
//!           and instead of those of the same name; so it is with the headers of
//!           BackendProfile::csrf. The jar never gets the session's cookies.
//! Network:  AuthSession::setNetworkSettings() counts here as well. A proxy that the program sets
//!           by setProxy() or setProxyFactory(), and a TLS configuration that a request has of its
//!           own, go first. The client certificate is shown to protected origins only. Where
//!           certificates change, requests that are with Qt end with OperationCanceledError, since
//!           their connections must not be used any more.
//! Source:   QNetworkAccessManager; RFC 6750 section 2.1, 3.1; RFC 6265 section 5.
class AUTHCORE_EXPORT AuthNetworkAccessManager : public QNetworkAccessManager
{
    Q_OBJECT

public:
    //! Attributes that callers may set on a request, in Qt's user range.
    enum Attribute {
        //! true: the request gets no token, is not held, and its challenge is not handled.
        SkipAuthAttribute = QNetworkRequest::User + 4201,
    };

    //! What happens to protected requests while nobody is signed in.
    using WithoutSession = authcore::WithoutSession;

    //! A manager of `session`, which others may share.
    explicit AuthNetworkAccessManager(AuthSession &session, QObject *parent = nullptr);
    ~AuthNetworkAccessManager() override;

    [[nodiscard]] AuthSession &session() const; //!< as given

    [[nodiscard]] WithoutSession withoutSession() const; //!< SendBare unless set
    //! For requests from now on, and for those that wait for a sign-in.
    void setWithoutSession(WithoutSession behaviour);

    //! How many bytes of a body from a sequential device are kept in memory (1 MiB unless set).
    //! Such a body is kept until its request is done, so that it can be sent again; the rest is in
    //! a temporary file in QDir::tempPath(). Applies to requests from now on. The body of a request
    //! with QNetworkRequest::DoNotBufferUploadDataAttribute is not kept: it can be sent only once,
    //! and its caller gets the challenge.
    [[nodiscard]] qint64 bodyMemoryLimit() const;
    void setBodyMemoryLimit(qint64 bytes); //!< see bodyMemoryLimit()

    //! Whether the session's refresh runs; protected requests are held until it is over.
    [[nodiscard]] bool isRefreshInProgress() const;
    //! The replies that wait for a refresh or a sign-in, in the order in which they will leave.
    [[nodiscard]] QList<QNetworkReply *> pendingReplies() const;
    //! How many requests are with Qt now; each origin has a limit.
    [[nodiscard]] int activeCount() const;

    //! The caller's reply for an inner reply; `reply` itself when it is not an inner reply.
    [[nodiscard]] QNetworkReply *outerReply(QNetworkReply *reply) const;

protected:
    //! Returns an AuthReply for a protected request, and Qt's own reply for others.
    QNetworkReply *createRequest(
        Operation op, const QNetworkRequest &request, QIODevice *outgoingData = nullptr) override;

    //! Creates all inner replies, by default with the base class's createRequest(). Tests override
    //! it.
    [[nodiscard]] virtual QNetworkReply *createInnerReply(
        Operation op, const QNetworkRequest &request, QIODevice *outgoingData);

private:
    void useNetworkSettings();
    [[nodiscard]] QNetworkRequest configured(const QNetworkRequest &request) const;
    [[nodiscard]] QNetworkReply *createAttempt(Operation op, const QNetworkRequest &request,
        QIODevice *outgoingData, const QByteArray &owner);

    AuthSession &m_session;
    std::unique_ptr<AccountCache> m_answers; //!< in cache(), if there is one
    std::unique_ptr<AppliedSettings> m_network;
    std::unique_ptr<RequestScheduler> m_scheduler;
};

} // namespace authcore
