#pragma once

#include <QtCore/QLoggingCategory>

// What authcore says to developers. Silent unless switched on, as by
// QT_LOGGING_RULES="authcore.*=true". No secret, no URL with a query, and no text of a server but
// known error codes is among it.

namespace authcore {

Q_DECLARE_LOGGING_CATEGORY(sessionLog) //!< "authcore.session": sign-ins, refreshes, ends
Q_DECLARE_LOGGING_CATEGORY(networkLog) //!< "authcore.network": challenges, refused requests
Q_DECLARE_LOGGING_CATEGORY(storeLog) //!< "authcore.store": writes that failed

} // namespace authcore
