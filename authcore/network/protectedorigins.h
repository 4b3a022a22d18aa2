#pragma once

#include "authcore/network/requestqueue.h"
#include "authcore/profile/backendprofile.h"
#include "authcore/session/sessiongate.h"

#include <QtCore/QString>
#include <QtCore/QUrl>

#include <memory>
#include <vector>

namespace authcore {

//! The session's profile, and whether it protects a URL. Origins are remembered, because parsing a
//! URL costs more than everything else that is done for a request.
//!
//! profile() is the session's as of the last renew(), so that several decisions about one request
//! are made by the same profile while another thread may replace it.
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
        RequestQueue::OriginId id {}; //!< the number that the queue has given it
        bool isTransportAllowed = false; //!< https, loopback, or allowed by the profile
    };

    ProtectedOrigins(SessionGate &gate, RequestQueue &queue);

    void renew(); //!< takes the present profile; the old one may be destroyed
    [[nodiscard]] const BackendProfile &profile() const { return *m_profile; }
    [[nodiscard]] int profileRevision() const { return m_profileRevision; } //!< of profile()
    //! Whether sessions have cookies.
    [[nodiscard]] bool keepsCookies() const { return m_keepsCookies; }

    //! The protected origin of `url`, also for a public path; nullptr: its origin is not protected.
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
