#pragma once

#include "authcore/network/authreply.h"
#include "authcore/network/protectedorigins.h"
#include "authcore/session/sessiongate.h"

#include <utility>
#include <vector>

namespace authcore {

//! Tells the session what becomes of requests: for its trace, and for its decisions about the
//! present token.
//!
//! Lifetime: a part of its manager; what it is made with outlives it.
//! Thread:   the manager's. Nothing is emitted inside these calls.
class RequestReports
{
public:
    RequestReports(SessionGate &gate, ProtectedOrigins &origins);

    void created(const AuthReply &reply);
    void queued(const AuthReply &reply); //!< the request waits for its turn
    void held(const AuthReply &reply); //!< the request waits for a refresh or a sign-in
    void attemptSent(AuthReply &reply, const SessionGate::Admission &admission);
    void firstByte(const AuthReply &reply, int status);
    //! An answer of `status` is no challenge: it may prove the token.
    void noChallenge(const AuthReply &reply, int status);
    void attemptFinished(AuthReply &reply);
    //! A challenge has this outcome, which may be to wait for `refresh`.
    void challenged(const AuthReply &reply, ChallengeOutcome outcome, RefreshId refresh);
    void withdrawn(AuthReply &reply); //!< the request was aborted while Qt had it
    void finishing(const AuthReply &reply, QNetworkReply::NetworkError error);

    //! Whether an answer of `status` to the present attempt proves the token that it carried.
    [[nodiscard]] static bool isProof(const AuthReply &reply, int status);

private:
    void attemptOver(AuthReply &reply);

    SessionGate &m_gate;
    ProtectedOrigins &m_origins;
    //! For which generation, and which number of refusals before, an origin has been reported as
    //! accepting its token; by OriginId.
    std::vector<std::pair<Generation, std::uint32_t>> m_accepted;
};

} // namespace authcore
