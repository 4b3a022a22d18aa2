#include "authcore/exchange/tokenerror.h"

namespace authcore {

bool TokenError::isTransient() const noexcept
{
    switch (code) {
    case Code::Rejected:
    case Code::Misconfigured:
    case Code::Refused:
        return false;
    case Code::NoNetwork:
    case Code::TimedOut:
    case Code::ServerFailed:
    case Code::RateLimited:
    case Code::BadAnswer:
    case Code::StoreUnwritable:
        return true;
    }
    return true;
}

} // namespace authcore
