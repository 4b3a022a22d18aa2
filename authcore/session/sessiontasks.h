#pragma once

#include "authcore/session/refreshmachine.h"
#include "authcore/session/sessionenums.h"
#include "authcore/session/sessionids.h"
#include "authcore/tokens/tokenset.h"

#include <QtCore/QString>

#include <variant>

// What a transition of SessionState leaves to be done on the session's thread.

namespace authcore {

//! An effect of the refresh machine.
struct PerformEffect
{
    machine::Effect effect = machine::Effect::None; //!< what to do
    RefreshId refresh {}; //!< that it concerns
    int attempt = 0; //!< StartTry, BackOff
    EndReason reason = EndReason::SignedOut; //!< End, DiscardAndEnd
    TokenSet tokens {}; //!< Store, Announce: the new ones; End, DiscardAndEnd: those that ended
    TokenKey key {}; //!< End, DiscardAndEnd: under which they were stored
};
//! Somebody has to sign in.
struct AskForSignIn
{
    QString detail; //!< the reason, for people
};
//! The cookies beside the present tokens have changed.
struct KeepCookies
{
    TokenSet before; //!< what is stored
};
//! SessionState::verdictDue() is to be called after one try's time-out.
struct AwaitVerdict
{
    Generation generation {}; //!< of the token whose refusal is undecided
};
//! Requests that were told to wait for others are to be delivered, and the session goes on.
struct RefusalsSettled
{
};

using SessionTask =
    std::variant<PerformEffect, AskForSignIn, KeepCookies, AwaitVerdict, RefusalsSettled>;

} // namespace authcore
