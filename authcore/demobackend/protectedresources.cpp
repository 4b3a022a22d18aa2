#include "authcore/demobackend/protectedresources.h"

#include "authcore/demobackend/replies.h"
#include "authcore/demobackend/tokenmint.h"

#include <QtCore/QJsonObject>

using namespace Qt::Literals::StringLiterals;

namespace demobackend {

namespace {

constexpr qsizetype largeSize = 8LL << 20;

Reply content(const Request &request, const QString &userName)
{
    const bool carriesBody =
        request.method == "POST" || request.method == "PUT" || request.method == "PATCH";
    if (!carriesBody && request.path != "/api/echo"_L1)
        return textReply("protected resources, username: " + userName.toUtf8());
    return jsonReply(200,
        {{u"length"_s, request.bodySize}, {u"sha256"_s, QString::fromLatin1(request.bodySha256)}});
}

Reply challenge(const QByteArray &parameters, const Knobs &knobs)
{
    auto reply = refusal(401, u"A good access token is needed here."_s, knobs);
    if (!knobs.omitChallengeHeader)
        reply.headers.emplace_back("WWW-Authenticate", "Bearer" + parameters);
    return reply;
}

Reply invalidToken(const Knobs &knobs)
{
    return challenge(" error=\"invalid_token\"", knobs);
}

Reply delayed(std::chrono::milliseconds delay, Reply reply)
{
    reply.delay = delay;
    return reply;
}

} // namespace

ProtectedResources::ProtectedResources(TokenMint &mint, Counters &counters)
    : m_mint(mint)
    , m_counters(counters)
{
}

Reply ProtectedResources::answer(
    const Request &request, AnswerPlan<ResourceAnswer> &plan, const Moment &moment)
{
    auto reply = decide(request, plan, moment);
    count(reply.status);
    return reply;
}

void ProtectedResources::count(int status)
{
    if (status == 401)
        ++m_counters.challenges;
    if (status == 200)
        ++m_counters.served;
}

Reply ProtectedResources::decide(
    const Request &request, AnswerPlan<ResourceAnswer> &plan, const Moment &moment)
{
    const auto shown = bearerToken(request);
    if (shown.isEmpty())
        return challenge({}, moment.knobs); // who shows no token is told of no error
    const auto token = m_mint.find(shown);
    if (!token || !m_mint.isGood(*token, moment.now))
        return invalidToken(moment.knobs);

    switch (plan.take()) {
    case ResourceAnswer::Ok:
        break;
    case ResourceAnswer::Unauthorized:
        return invalidToken(moment.knobs);
    case ResourceAnswer::Forbidden:
        return problemReply(403, u"This is not for you."_s);
    case ResourceAnswer::ServerError:
        return problemReply(500, u"The server has failed."_s);
    case ResourceAnswer::Slow:
        return delayed(moment.knobs.slowness, content(request, token->userName));
    case ResourceAnswer::Large:
        return textReply(QByteArray(largeSize, 'x'));
    case ResourceAnswer::RedirectElsewhere:
        return redirect(request);
    }
    return content(request, token->userName);
}

Reply ProtectedResources::redirect(const Request &request) const
{
    Reply reply;
    reply.status = 302;
    reply.headers.emplace_back("Location", m_elsewhere.toLatin1() + request.target);
    return reply;
}

} // namespace demobackend
