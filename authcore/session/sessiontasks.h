#pragma once

#include "authcore/session/refreshmachine.h"
#include "authcore/session/sessionenums.h"
#include "authcore/session/sessionids.h"
#include "authcore/tokens/tokenset.h"

#include <QtCore/QString>

#include <variant>

// The tasks that transitions of SessionState queue for the session's thread.

namespace authcore {

//! An effect of the refresh machine is to be performed.
struct PerformEffect
{
    machine::Effect effect = machine::Effect::None; //!< which one
    RefreshId refresh {}; //!< the refresh that it concerns
    int attempt = 0; //!< of StartTry and BackOff: the number of the try
    EndReason reason = EndReason::SignedOut; //!< of End and DiscardAndEnd
    //! Of Store and Announce the new tokens, of End and DiscardAndEnd those of the ended session.
    TokenSet tokens {};
    TokenKey key {}; //!< of End and DiscardAndEnd: the key under which the tokens were stored
};
//! AuthSession::signInRequired() is to be emitted.
struct AskForSignIn
{
    QString detail; //!< the reason, for people
};
//! The cookies of the present tokens have changed and are to be stored.
struct KeepCookies
{
    TokenSet before; //!< the tokens with the cookies that are stored
};
//! SessionState::verdictDue() is to be called after RefreshPolicy::tryTimeout.
struct AwaitVerdict
{
    Generation generation {}; //!< of the token whose refusal is undecided
};
//! SessionGate::refusalsSettled() is to be emitted: the session goes on, and the challenges that
//! waited for other requests are delivered.
struct RefusalsSettled
{
};

using SessionTask =
    std::variant<PerformEffect, AskForSignIn, KeepCookies, AwaitVerdict, RefusalsSettled>;

} // namespace authcore
