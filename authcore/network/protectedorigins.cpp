#include "authcore/network/protectedorigins.h"

#include "authcore/exchange/sessioncookies.h"
#include "authcore/profile/origin.h"

namespace authcore {

ProtectedOrigins::ProtectedOrigins(SessionGate &gate, RequestQueue &queue)
    : m_gate(gate)
    , m_queue(queue)
{
    renew();
}

void ProtectedOrigins::renew()
{
    // Read again if another thread replaced the profile in between, so that both match.
    while (m_profileRevision != m_gate.profileRevision()) {
        m_profileRevision = m_gate.profileRevision();
        m_profile = m_gate.profile();
        m_keepsCookies = authcore::keepsCookies(*m_profile);
        m_known.clear();
    }
}

const ProtectedOrigins::Origin *ProtectedOrigins::find(const QUrl &url)
{
    const QString scheme = url.scheme();
    const QString host = url.host();
    const int port = url.port();
    for (const Origin &known : m_known) {
        if (known.port == port && known.host == host && known.scheme == scheme)
            return &known;
    }
    if (!profile().hasProtectedOrigin(url))
        return nullptr;
    m_known.push_back(
        {scheme, host, port, m_queue.originId(originOf(url)), profile().isTransportAllowed(url)});
    return &m_known.back();
}

bool ProtectedOrigins::isProtected(const QUrl &url)
{
    return find(url) != nullptr && !profile().isPublicPath(url);
}

} // namespace authcore
