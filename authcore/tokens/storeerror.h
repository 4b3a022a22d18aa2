#pragma once

#include "authcore/system/export.h"

#include <QtCore/QObject>
#include <QtCore/QString>

namespace authcore {

//! Why a store could not do what was asked. `detail` is for people and holds no secret.
struct AUTHCORE_EXPORT StoreError
{
    Q_GADGET

public:
    //! To branch on.
    enum class Code {
        Unreadable, //!< the stored entry cannot be read: no permission, or the medium fails
        Unwritable, //!< nothing can be stored: no permission, no space, or another process writes
        Garbage, //!< what is stored is no token set
        Unavailable, //!< the store itself is missing, locked or silent
        Gone, //!< a write whose condition is not met: see WriteCondition
    };
    Q_ENUM(Code)
    Code code = Code::Unavailable; //!< to branch on
    QString detail; //!< for people

    bool operator==(const StoreError &) const = default;
};

} // namespace authcore
