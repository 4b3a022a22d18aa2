#include "authcore/session/logging.h"

namespace authcore {

Q_LOGGING_CATEGORY(sessionLog, "authcore.session", QtWarningMsg)
Q_LOGGING_CATEGORY(networkLog, "authcore.network", QtWarningMsg)
Q_LOGGING_CATEGORY(storeLog, "authcore.store", QtWarningMsg)

} // namespace authcore
