#pragma once

#include "authcore/network/protectedorigins.h"
#include "authcore/session/sessiongate.h"

#include <QtNetwork/QNetworkAccessManager>
#include <QtNetwork/QNetworkCookie>
#include <QtNetwork/QNetworkRequest>

namespace authcore {

//! Attaches the session's credentials to requests to protected origins, and takes new cookies from
//! their answers. Credentials are the access token, the profile's headers, the session's cookies
//! and CSRF values.
//!
//! Lifetime: a part of its manager; the arguments of the constructor outlive it.
//! Thread:   the manager's.
//! Spec:     RFC 6750 section 2.1; RFC 6265 section 5.
class Credentials
{
public:
    Credentials(SessionGate &gate, ProtectedOrigins &origins, QNetworkAccessManager &manager);

    //! Adds the credentials to `request`. The session's cookies are sent beside those of the
    //! manager's jar and of the caller's own header, and instead of those of the same name.
    void attach(QNetworkRequest &request, QNetworkAccessManager::Operation operation,
        const QByteArray &accessToken, const QList<QNetworkCookie> &cookies);
    //! Gives the cookies that `answer` sets to the session if they are the session's, and all
    //! others to the manager's jar, as Qt would have done. `request` is the caller's.
    void takeSetCookies(
        const QNetworkReply &answer, const QNetworkRequest &request, Generation sentWith);

private:
    void attachToken(QNetworkRequest &request, const QByteArray &accessToken);

    SessionGate &m_gate;
    ProtectedOrigins &m_origins;
    QNetworkAccessManager &m_manager;
    QByteArray m_token; //!< the access token that was attached last
    QByteArray m_tokenValue; //!< the value of its header; empty: no header can carry the token
    int m_tokenRevision = -1; //!< the revision of the profile for that value
};

} // namespace authcore
