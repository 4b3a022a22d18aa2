#pragma once

#include "authcore/session/refreshmachine.h"
#include "authcore/session/sessionenums.h"

// What a step of the refresh machine means to the session and to a challenged request. Pure.

namespace authcore::machine {

//! What becomes of a challenged request when its challenge had this effect and led to `state`.
[[nodiscard]] ChallengeOutcome outcomeOf(Effect effect, const State &state);
//! Why a session ends that `event` ends.
[[nodiscard]] EndReason endReasonOf(const Event &event);
//! The number of the try that `state` is about; 0: it is about none.
[[nodiscard]] int attemptOf(const State &state);

} // namespace authcore::machine
