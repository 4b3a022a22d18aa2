#pragma once

#include "authcore/profile/backendprofile.h"

class QSettings;

namespace ui {

//! The places other than a backend's own that a person has let it send secrets to.
//!
//! Lifetime: `settings` outlives it.   Thread: the window's.
class PlaceMemory
{
public:
    explicit PlaceMemory(QSettings &settings);

    //! Every one of them, with all that it gets, has been allowed.
    [[nodiscard]] bool allows(const authcore::BackendProfile &profile) const;
    void allow(const authcore::BackendProfile &profile);

private:
    QSettings &m_settings;
};

} // namespace ui
