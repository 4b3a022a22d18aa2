#pragma once

#include "authcore/profile/backendprofile.h"

class QSettings;

namespace ui {

//! Remembers the foreign origins to which a person lets a backend send secrets.
//!
//! Lifetime: `settings` outlives the memory.
//! Thread: the window's.
class PlaceMemory
{
public:
    explicit PlaceMemory(QSettings &settings);

    //! A person has allowed every foreign origin of `profile`, with every secret that goes there.
    [[nodiscard]] bool allows(const authcore::BackendProfile &profile) const;
    void allow(const authcore::BackendProfile &profile);

private:
    QSettings &m_settings;
};

} // namespace ui
