#pragma once

#include "authcore/profile/backendprofile.h"

class QSettings;

namespace ui {

//! The endpoints that discovery has found, so that a session survives a restart without a network.
//!
//! Only those of a profile with the same id, issuer and client count.
//! Lifetime: `settings` outlives it.   Thread: the window's.
class EndpointMemory
{
public:
    explicit EndpointMemory(QSettings &settings);

    void remember(const authcore::BackendProfile &found);
    //! With what is empty filled in, where it is known.
    [[nodiscard]] authcore::BackendProfile completed(authcore::BackendProfile profile) const;

private:
    QSettings &m_settings;
};

} // namespace ui
