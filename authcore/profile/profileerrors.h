#pragma once

#include "authcore/profile/backendprofile.h"

#include <utility>

namespace authcore {

//! Gathers what is wrong with a profile: the first hundred errors in full, the others as a number.
class ProfileErrors
{
public:
    static constexpr qsizetype most = 100; //!< that are kept

    //! No further error is kept, only counted: what it would say need not be found out.
    [[nodiscard]] bool isFull() const { return m_errors.size() >= most; }

    void add(ProfileError error)
    {
        if (isFull())
            ++m_more;
        else
            m_errors.append(std::move(error));
    }

    //! Those that were kept; and, if there are more, a last one that says how many.
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
