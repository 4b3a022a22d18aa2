#pragma once

#include "authcore/session/authsession.h"

#include <QtCore/QList>
#include <QtNetwork/QNetworkAccessManager>

#include <memory>

namespace authcore {

class Traffic;

//! A drop-in QNetworkAccessManager that keeps its caller signed in.
//!
//! It attaches the session's access token to requests for the profile's protected origins, notices
//! a challenge, has the session refresh once, holds what is waiting and sends it again. Each caller
//! sees one ordinary QNetworkReply, which finishes exactly once. All other requests pass through
//! untouched.
//!
//! Lifetime: `session` outlives this. Replies die with it, silently, as Qt's do.
//! Thread:   that of `session`.
//! Errors:   on the replies, as Qt reports them. A refresh that failed for bad luck ends its
//! waiters with
//!           the cause; a session that ended leaves them the challenge that they got.
//! Note:     the base class emits authenticationRequired() and proxyAuthenticationRequired() with
//! an
//!           inner reply; outerReply() gives the caller's.
//! Source:   QNetworkAccessManager; RFC 6750 section 2.1, 3.1.
class AuthNetworkAccessManager : public QNetworkAccessManager
{
    Q_OBJECT

public:
    //! Request attributes of ours, in Qt's user range.
    enum Attribute {
        //! true: leave this request alone. No token, no holding, no challenge handling.
        SkipAuthAttribute = QNetworkRequest::User + 4201,
    };

    //! What happens to protected requests while nobody is signed in.
    enum class WithoutSession {
        SendBare, //!< they leave without a token and their challenge is delivered
        HoldUntilSignIn, //!< they wait for a sign-in
    };

    explicit AuthNetworkAccessManager(AuthSession &session, QObject *parent = nullptr);
    ~AuthNetworkAccessManager() override;

    [[nodiscard]] AuthSession &session() const;

    [[nodiscard]] WithoutSession withoutSession() const;
    void setWithoutSession(WithoutSession behaviour);

    //! Bodies from sequential devices are kept until their request is done, so that they can be
    //! sent again: in memory up to so many bytes each (1 MiB unless set), beyond that in a
    //! temporary file in QDir::tempPath(). For requests from now on. A request that sets
    //! QNetworkRequest::DoNotBufferUploadDataAttribute keeps nothing: it can be sent once, and gets
    //! its challenge as it is.
    [[nodiscard]] qint64 bodyMemoryLimit() const;
    void setBodyMemoryLimit(qint64 bytes);

    //! Set while the session's one refresh runs; protected requests are held meanwhile.
    [[nodiscard]] bool isRefreshInProgress() const;
    //! The replies that wait for a refresh or a sign-in, in the order in which they will leave.
    [[nodiscard]] QList<QNetworkReply *> pendingReplies() const;
    //! Replies handed to Qt and not finished, at most a window for each origin.
    [[nodiscard]] int activeCount() const;

    //! The caller's reply for an inner one; `reply` itself when it is no inner one.
    [[nodiscard]] QNetworkReply *outerReply(QNetworkReply *reply) const;

protected:
    QNetworkReply *createRequest(
        Operation op, const QNetworkRequest &request, QIODevice *outgoingData = nullptr) override;

    //! The one seam through which inner replies come, by default the base class's createRequest().
    [[nodiscard]] virtual QNetworkReply *createInnerReply(
        Operation op, const QNetworkRequest &request, QIODevice *outgoingData);

private:
    std::unique_ptr<Traffic> m_traffic;
};

} // namespace authcore
