#pragma once

#include "authcore/profile/backendprofile.h"

class QSettings;

namespace ui {

//! Remembers what a person and discovery have said about a backend: its endpoints, so that a session
//! survives a restart without a network, the foreign origins that may get secrets, and whom
//! connections may trust and go through.
//!
//! Endpoints are used again only for a profile with the same id, issuer and client; a consent only
//! for the same id and base URL.
//! Lifetime: `settings` outlives the memory.
//! Thread: the window's.
class BackendMemory
{
public:
    explicit BackendMemory(QSettings &settings)
        : m_settings(settings)
    {
    }

    void rememberEndpoints(const authcore::BackendProfile &found);
    //! Returns `profile` with its empty endpoints filled in, as far as they are known.
    [[nodiscard]] authcore::BackendProfile completed(authcore::BackendProfile profile) const;

    //! A person has allowed every foreign origin of `profile`, with every secret that goes there.
    [[nodiscard]] bool allowsPlaces(const authcore::BackendProfile &profile) const;
    void allowPlaces(const authcore::BackendProfile &profile);

    //! A person has allowed the CA file, the client certificate and the proxy that `profile` names.
    [[nodiscard]] bool allowsNetwork(const authcore::BackendProfile &profile) const;
    void allowNetwork(const authcore::BackendProfile &profile);

private:
    QSettings &m_settings;
};

} // namespace ui
