#pragma once

#include "authcore/network/requestqueue.h"
#include "authcore/profile/backendprofile.h"
#include "authcore/session/sessiongate.h"

#include <QtCore/QString>
#include <QtCore/QUrl>

#include <memory>
#include <vector>

namespace authcore {

//! The session's profile, and which URLs it protects, remembered for each origin: taking a URL to
//! pieces costs more than all else that happens to a request.
//!
//! Everything that is judged by one profile belongs together, whatever another thread sets
//! meanwhile: so it is the session's as of the last renew().
//! Lifetime: a part of its manager; `gate` and `queue` outlive it.
//! Thread:   the manager's.
class ProtectedOrigins
{
public:
    struct Origin
    {
        QString scheme;
        QString host;
        int port = -1;
        RequestQueue::OriginId id {}; //!< the queue's
        bool isTransportAllowed = false; //!< https, loopback, or allowed by the profile
    };

    ProtectedOrigins(SessionGate &gate, RequestQueue &queue);

    void renew(); //!< profile() is the session's of now; the old one may die
    [[nodiscard]] const BackendProfile &profile() const { return *m_profile; }
    [[nodiscard]] int profileRevision() const { return m_profileRevision; } //!< of profile()
    [[nodiscard]] bool keepsCookies() const { return m_keepsCookies; } //!< sessions of it do

    //! The protected origin of `url`, also of a public path; nullptr: its origin is not protected.
    //! Valid until the next call.
    [[nodiscard]] const Origin *find(const QUrl &url);
    [[nodiscard]] bool isProtected(const QUrl &url); //!< BackendProfile::isProtected()

private:
    SessionGate &m_gate;
    RequestQueue &m_queue;
    std::shared_ptr<const BackendProfile> m_profile;
    int m_profileRevision = -1;
    bool m_keepsCookies = false;
    std::vector<Origin> m_known; //!< forgotten when the profile changes
};

} // namespace authcore
