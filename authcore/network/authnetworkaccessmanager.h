#pragma once

#include "authcore/session/authsession.h"
#include "authcore/system/export.h"

#include <QtCore/QList>
#include <QtNetwork/QNetworkAccessManager>

#include <memory>

namespace authcore {

class AccountCache;
class RequestScheduler;

//! A drop-in QNetworkAccessManager that keeps its caller signed in.
//!
//! It attaches the session's access token to requests for the profile's protected origins, notices
//! a challenge, has the session refresh once, holds what is waiting and sends it again. Each caller
//! sees one ordinary QNetworkReply, which finishes exactly once. All other requests pass through
//! untouched.
//!
//! Lifetime: `session` outlives this. Replies die with it, silently, as Qt's do.
//! Thread:   any, also another than the session's; moved there before its first request.
//! Errors:   on the replies, as Qt reports them. A refresh that failed for bad luck ends those who
//!           wait for it with its cause; a session that ended leaves them their challenge.
//!           authenticationRequired() and proxyAuthenticationRequired() of the base class come with
//!           an inner reply; outerReply() gives the caller's.
//! Cache:    an answer that came for a token is served to its account only; what the application
//!           has put there itself, to everybody.
//! Cookies:  those of a profile's dialect are the session's: they go along with protected requests,
//!           each attempt anew, beside the cookie jar's and the caller's own, before which they
//!           count; so do the headers of BackendProfile::csrf. The jar never gets them.
//! Source:   QNetworkAccessManager; RFC 6750 section 2.1, 3.1; RFC 6265 section 5.
class AUTHCORE_EXPORT AuthNetworkAccessManager : public QNetworkAccessManager
{
    Q_OBJECT

public:
    //! Request attributes of ours, in Qt's user range.
    enum Attribute {
        //! true: leave this request alone. No token, no holding, no challenge handling.
        SkipAuthAttribute = QNetworkRequest::User + 4201,
    };

    using WithoutSession = authcore::WithoutSession;

    //! A manager of `session`, which others may share.
    explicit AuthNetworkAccessManager(AuthSession &session, QObject *parent = nullptr);
    ~AuthNetworkAccessManager() override;

    [[nodiscard]] AuthSession &session() const; //!< as given

    [[nodiscard]] WithoutSession withoutSession() const; //!< SendBare unless set
    //! For requests from now on, and for those that wait for a sign-in.
    void setWithoutSession(WithoutSession behaviour);

    //! Bodies from sequential devices are kept until their request is done, so that they can be
    //! sent again: in memory up to so many bytes each (1 MiB unless set), beyond that in a
    //! temporary file in QDir::tempPath(). For requests from now on. A request that sets
    //! QNetworkRequest::DoNotBufferUploadDataAttribute keeps nothing: it can be sent once, and gets
    //! its challenge as it is.
    [[nodiscard]] qint64 bodyMemoryLimit() const;
    void setBodyMemoryLimit(qint64 bytes); //!< see bodyMemoryLimit()

    //! Set while the session's one refresh runs; protected requests are held meanwhile.
    [[nodiscard]] bool isRefreshInProgress() const;
    //! The replies that wait for a refresh or a sign-in, in the order in which they will leave.
    [[nodiscard]] QList<QNetworkReply *> pendingReplies() const;
    //! Replies handed to Qt and not finished, at most a window for each origin.
    [[nodiscard]] int activeCount() const;

    //! The caller's reply for an inner one; `reply` itself when it is no inner one.
    [[nodiscard]] QNetworkReply *outerReply(QNetworkReply *reply) const;

protected:
    //! Gives the caller a reply of ours, or Qt's own for what is not protected.
    QNetworkReply *createRequest(
        Operation op, const QNetworkRequest &request, QIODevice *outgoingData = nullptr) override;

    //! The one seam through which inner replies come, by default the base class's createRequest().
    [[nodiscard]] virtual QNetworkReply *createInnerReply(
        Operation op, const QNetworkRequest &request, QIODevice *outgoingData);

private:
    [[nodiscard]] QNetworkReply *createAttempt(Operation op, const QNetworkRequest &request,
        QIODevice *outgoingData, const QByteArray &owner);

    AuthSession &m_session;
    std::unique_ptr<AccountCache> m_answers; //!< in cache(), if there is one
    std::unique_ptr<RequestScheduler> m_scheduler;
};

} // namespace authcore
