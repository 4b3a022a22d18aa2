#pragma once

#include "authcore/profile/backendprofile.h"

#include <utility>

namespace authcore {

//! Collects the errors of a profile: the first hundred in full, the number of all others.
class ProfileErrors
{
public:
    static constexpr qsizetype most = 100; //!< how many errors are kept

    //! Whether further errors are only counted, so that their text is not needed.
    [[nodiscard]] bool isFull() const { return m_errors.size() >= most; }

    void add(ProfileError error)
    {
        if (isFull())
            ++m_more;
        else
            m_errors.append(std::move(error));
    }

    //! The error `what` at `where`, unless all is good there.
    void check(bool isGood, const QString &where, const QString &what)
    {
        if (!isGood)
            add({where, what});
    }

    //! The errors that were kept, and if there are more, a last one with their number.
    [[nodiscard]] QList<ProfileError> result() const
    {
        auto errors = m_errors;
        if (m_more > 0)
            errors.append({QString(),
                QStringLiteral("has %1 more problems; mend those that are named first")
                    .arg(m_more)});
        return errors;
    }

private:
    QList<ProfileError> m_errors;
    qsizetype m_more = 0;
};

} // namespace authcore
