#include "authcore/session/refreshstory.h"

namespace authcore {

void RefreshStory::add(const TokenError &cause)
{
    if (!firstCause)
        firstCause = cause;
    lastCause = cause;
    if (cause.httpStatus)
        lastStatus = cause.httpStatus;
}

QString RefreshStory::toString() const
{
    if (!lastCause)
        return {};
    if (tries <= 1 && firstCause->detail == lastCause->detail)
        return lastCause->detail;
    if (firstCause->detail == lastCause->detail)
        return tr("%1 (%n tries)", nullptr, tries).arg(lastCause->detail);
    return tr("%n tries. First: %1. Last: %2", nullptr, tries)
        .arg(firstCause->detail, lastCause->detail);
}

} // namespace authcore
