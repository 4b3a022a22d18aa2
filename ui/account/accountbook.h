#pragma once

#include "authcore/tokens/tokenset.h"

#include <QtCore/QStringList>

class QSettings;

namespace ui {

//! Remembers which accounts have signed in under which profile. The book holds names only; the
//! token store holds the tokens.
//!
//! Lifetime: `settings` outlives the book.
//! Thread: the window's.
class AccountBook
{
public:
    explicit AccountBook(QSettings &settings);

    //! The accounts under the profile, client and scope of `key`; the account in `key` is ignored.
    //! The account that signed in last comes first.
    [[nodiscard]] QStringList names(const authcore::TokenKey &key) const;
    //! Empty: nobody has signed in yet.
    [[nodiscard]] QString last(const authcore::TokenKey &key) const;
    [[nodiscard]] QList<authcore::TokenKey> everybody() const; //!< under all profiles
    void remember(const authcore::TokenKey &key); //!< makes the account of `key` the last one

private:
    QSettings &m_settings;
};

} // namespace ui
