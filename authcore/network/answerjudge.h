#pragma once

#include "authcore/network/protectedorigins.h"

#include <QtCore/QByteArray>

namespace authcore {

class AuthReply;

//! Decides whether an answer challenges the access token, by the profile of its session.
//!
//! Lifetime: a part of its manager; `origins` outlives it.
//! Thread:   the manager's.
class AnswerJudge
{
public:
    explicit AnswerJudge(ProtectedOrigins &origins);

    //! Whether an answer of `status` to the present attempt of `reply` is a challenge.
    [[nodiscard]] bool isChallenge(const AuthReply &reply, int status) const;
    //! Whether only its body shows that.
    [[nodiscard]] bool mayBeChallenge(const AuthReply &reply, int status) const;
    //! Whether this complete body of such an answer makes it a challenge.
    [[nodiscard]] bool isChallengeBody(const QByteArray &body) const;

private:
    ProtectedOrigins &m_origins;
};

} // namespace authcore
