#pragma once

#include "authcore/tokens/tokenset.h"

#include <QtCore/QStringList>

class QSettings;

namespace ui {

//! Who has signed in before, under which profile. Names only: tokens are the store's business.
//!
//! Lifetime: `settings` outlives it.   Thread: the window's.
class AccountBook
{
public:
    explicit AccountBook(QSettings &settings);

    //! Under the profile, client and scope of `key`, whatever its account; who was last comes
    //! first.
    [[nodiscard]] QStringList names(const authcore::TokenKey &key) const;
    [[nodiscard]] QString last(const authcore::TokenKey &key) const; //!< empty: nobody yet
    [[nodiscard]] QList<authcore::TokenKey> everybody() const; //!< under whatever profile
    void remember(const authcore::TokenKey &key); //!< its account was last now

private:
    QSettings &m_settings;
};

} // namespace ui
