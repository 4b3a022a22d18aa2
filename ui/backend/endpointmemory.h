#pragma once

#include "authcore/profile/backendprofile.h"

class QSettings;

namespace ui {

//! Remembers the endpoints that discovery has found, so that a session survives a restart without a
//! network.
//!
//! Endpoints are used again only for a profile with the same id, issuer and client.
//! Lifetime: `settings` outlives the memory.
//! Thread: the window's.
class EndpointMemory
{
public:
    explicit EndpointMemory(QSettings &settings);

    void remember(const authcore::BackendProfile &found);
    //! Returns `profile` with its empty endpoints filled in, as far as they are known.
    [[nodiscard]] authcore::BackendProfile completed(authcore::BackendProfile profile) const;

private:
    QSettings &m_settings;
};

} // namespace ui
