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
        Unreadable, //!< what is stored cannot be got at: permissions, or the medium
        Unwritable, //!< nothing can be stored: permissions, no space, or another process is at it
        Garbage, //!< what is stored is no token set
        Unavailable, //!< the store itself is not there, or locked, or silent
        Gone, //!< update(), updateOnly(): there is no such entry any more
    };
    Q_ENUM(Code)
    Code code = Code::Unavailable; //!< to branch on
    QString detail; //!< for people

    bool operator==(const StoreError &) const = default;
};

} // namespace authcore
