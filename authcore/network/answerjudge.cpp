#include "authcore/network/answerjudge.h"

#include "authcore/network/authreply.h"
#include "authcore/network/challenges.h"

#include <optional>

namespace authcore {

AnswerJudge::AnswerJudge(ProtectedOrigins &origins)
    : m_origins(origins)
{
}

bool AnswerJudge::isChallenge(const AuthReply &reply, int status) const
{
    return status >= 400 && reply.record().carriesToken
        && authcore::isChallenge(
            m_origins.profile(), status, reply.inner()->rawHeader("WWW-Authenticate"));
}

bool AnswerJudge::mayBeChallenge(const AuthReply &reply, int status) const
{
    const QVariant length = reply.inner()->header(QNetworkRequest::ContentLengthHeader);
    return reply.record().carriesToken
        && authcore::mayBeChallenge(m_origins.profile(), status,
            reply.inner()->rawHeader("Content-Type"),
            length.isValid() ? std::optional(length.toLongLong()) : std::nullopt);
}

bool AnswerJudge::isChallengeBody(const QByteArray &body) const
{
    return authcore::isChallengeBody(m_origins.profile(), body);
}

} // namespace authcore
