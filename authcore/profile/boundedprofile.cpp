#include "authcore/profile/boundedprofile.h"

#include "authcore/profile/durations.h"

#include <utility>

namespace authcore {

BackendProfile boundedProfile(BackendProfile profile)
{
    RefreshPolicy &policy = profile.policy;
    for (auto *duration : {&profile.answer.expiresInUnit, &policy.tryTimeout, &policy.totalTimeout,
             &policy.backoffMin, &policy.backoffMax, &policy.leeway, &policy.cooldown,
             &policy.holdTimeout, &policy.uploadLeeway})
        *duration = bounded(*duration);
    for (auto *request : {&profile.signIn, &profile.refresh, &profile.revocation}) {
        if (request->answer)
            request->answer->expiresInUnit = bounded(request->answer->expiresInUnit);
    }
    if (!(policy.leewayFraction >= 0 && policy.leewayFraction <= 1)) // so NaN is found, too
        policy.leewayFraction = RefreshPolicy().leewayFraction;
    return profile;
}

} // namespace authcore
