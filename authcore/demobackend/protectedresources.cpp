#include "authcore/demobackend/protectedresources.h"

#include "authcore/demobackend/dialect.h"
#include "authcore/demobackend/replies.h"
#include "authcore/demobackend/tokenmint.h"

#include <QtCore/QJsonObject>

#include <utility>

using namespace Qt::Literals::StringLiterals;

namespace demobackend {

namespace {

constexpr qsizetype largeSize = 8LL << 20;

Reply content(const Dialect &dialect, const Request &request, const AccessToken &token)
{
    const bool carriesBody =
        request.method == "POST" || request.method == "PUT" || request.method == "PATCH";
    if (!carriesBody && request.path != "/api/echo"_L1)
        return textReply(dialect.content(request) + ", username: " + token.userName.toUtf8());
    return jsonReply(200,
        {{u"length"_s, request.bodySize}, {u"sha256"_s, QString::fromLatin1(request.bodySha256)}});
}

Reply challenged(const Dialect &dialect, const QByteArray &parameters)
{
    auto reply = dialect.challenge(parameters);
    reply.isChallenge = true;
    return reply;
}

Reply invalidToken(const Dialect &dialect)
{
    return challenged(dialect, R"(error="invalid_token")");
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

Reply ProtectedResources::answer(const Dialect &dialect, const Request &request,
    AnswerPlan<ResourceAnswer> &plan, const Moment &moment)
{
    auto reply = decide(dialect, request, plan, moment);
    if (reply.isChallenge)
        ++m_counters.challenges;
    else
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

Reply ProtectedResources::decide(const Dialect &dialect, const Request &request,
    AnswerPlan<ResourceAnswer> &plan, const Moment &moment)
{
    const auto shown = dialect.accessTokenIn(request);
    if (shown.isEmpty())
        return challenged(dialect, {}); // RFC 6750 section 3.1: no error code without a token
    const auto token = m_mint.find(shown);
    if (!token || token->dialect != dialect.name() || !m_mint.isGood(*token, moment.now))
        return invalidToken(dialect);
    if (auto problem = dialect.resourceProblem(request, *token))
        return *std::move(problem);

    switch (plan.take()) {
    case ResourceAnswer::Ok:
        break;
    case ResourceAnswer::Unauthorized:
        return invalidToken(dialect);
    case ResourceAnswer::Forbidden:
        return dialect.problem(403, u"This is not for you."_s);
    case ResourceAnswer::ServerError:
        return dialect.problem(500, u"The server has failed."_s);
    case ResourceAnswer::Slow:
        return delayed(moment.knobs.slowness, content(dialect, request, *token));
    case ResourceAnswer::Large:
        return textReply(QByteArray(largeSize, 'x'));
    case ResourceAnswer::RedirectElsewhere:
        return redirect(request);
    }
    return content(dialect, request, *token);
}

Reply ProtectedResources::redirect(const Request &request) const
{
    Reply reply;
    reply.status = 302;
    reply.headers.emplace_back("Location", m_elsewhere.toLatin1() + request.target);
    return reply;
}

} // namespace demobackend
