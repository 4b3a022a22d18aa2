#pragma once

#include "authcore/network/protectedorigins.h"
#include "authcore/session/sessiongate.h"

#include <QtNetwork/QNetworkAccessManager>
#include <QtNetwork/QNetworkCookie>
#include <QtNetwork/QNetworkRequest>

namespace authcore {

//! What of the session goes along with requests to protected origins, and what their answers bring
//! back: access token, the profile's headers, cookies of the dialect and CSRF values.
//!
//! Lifetime: a part of its manager; what it is made with outlives it.
//! Thread:   the manager's.
//! Spec:     RFC 6750 section 2.1; RFC 6265 section 5.
class Credentials
{
public:
    Credentials(SessionGate &gate, ProtectedOrigins &origins, QNetworkAccessManager &manager);

    //! Adds them to `request`. The session's cookies go beside those of the manager's jar and of
    //! the caller's own header; where both know a cookie of the session, the session's counts.
    void attach(QNetworkRequest &request, QNetworkAccessManager::Operation operation,
        const QByteArray &accessToken, const QList<QNetworkCookie> &cookies);
    //! Gives cookies that `answer` sets to the session, if they are the session's, and all others
    //! to the manager's jar, where Qt would have put them. `request` is the caller's.
    void takeSetCookies(
        const QNetworkReply &answer, const QNetworkRequest &request, Generation sentWith);

private:
    void attachToken(QNetworkRequest &request, const QByteArray &accessToken);

    SessionGate &m_gate;
    ProtectedOrigins &m_origins;
    QNetworkAccessManager &m_manager;
    QByteArray m_token; //!< the one that was attached last
    QByteArray m_tokenValue; //!< of its header; empty: it cannot be one
    int m_tokenRevision = -1; //!< of the profile that it was made for
};

} // namespace authcore
