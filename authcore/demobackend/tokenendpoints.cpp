#include "authcore/demobackend/tokenendpoints.h"

#include "authcore/demobackend/refreshfamilies.h"
#include "authcore/demobackend/replies.h"
#include "authcore/demobackend/tokenmint.h"

#include <QtCore/QJsonObject>

#include <algorithm>
#include <optional>
#include <utility>

using namespace Qt::Literals::StringLiterals;

namespace demobackend {

namespace {

Reply remembered(Reply reply)
{
    reply.changedState = true;
    return reply;
}

//! Forbids caches to keep a reply with tokens.
Reply carryingTokens(Reply reply)
{
    reply.headers.emplace_back("Cache-Control", "no-store");
    return remembered(std::move(reply));
}

Reply garbageReply()
{
    auto reply = textReply("<html><body>Welcome to the hotel's network</body></html>");
    reply.headers.front().second = "text/html";
    return reply;
}

Reply tooManyRequestsReply(const Dialect &dialect)
{
    auto reply = dialect.problem(429, u"Too many requests."_s);
    reply.headers.emplace_back("Retry-After", "1");
    return reply;
}

Reply deliveredAs(Delivery delivery, Reply reply)
{
    reply.delivery = delivery;
    return reply;
}

Reply halfReply(const Dialect &dialect, const Moment &moment)
{
    // No real tokens: sending half of a reply would still have rotated the refresh token.
    const Grant fake {demoUsers().front(), QByteArray(400, 'x'), {}, {}, {}, moment.now};
    auto reply = deliveredAs(Delivery::HalfBody, dialect.refreshed(fake, moment.knobs));
    const auto isCookie = [](const Header &header) { return header.first == "Set-Cookie"; };
    reply.headers.erase(
        std::remove_if(reply.headers.begin(), reply.headers.end(), isCookie), reply.headers.end());
    return reply;
}

QString reasonOf(RefreshFamilies::Verdict verdict)
{
    switch (verdict) {
    case RefreshFamilies::Verdict::Granted:
        break;
    case RefreshFamilies::Verdict::Unknown:
        return u"The refresh token is not known."_s;
    case RefreshFamilies::Verdict::Revoked:
        return u"The refresh token was revoked."_s;
    case RefreshFamilies::Verdict::Expired:
        return u"The refresh token has expired."_s;
    case RefreshFamilies::Verdict::Reused:
        return u"The refresh token was used before."_s;
    }
    return u"The user is not known."_s;
}

} // namespace

TokenEndpoints::TokenEndpoints(TokenMint &mint, RefreshFamilies &families, Counters &counters)
    : m_mint(mint)
    , m_families(families)
    , m_counters(counters)
{
}

Reply TokenEndpoints::signIn(const Dialect &dialect, const Request &request, const Moment &moment)
{
    const auto shown = dialect.credentialsIn(request);
    if (!shown)
        return dialect.problem(400, u"A user name and a password are expected."_s);
    const auto user = findUser(&DemoUser::name, shown->userName);
    if (!user || user->password != shown->password)
        return dialect.problem(401, u"The user name or the password is wrong."_s);
    return carryingTokens(dialect.signedIn(begin(dialect, *user, moment), moment.knobs));
}

Reply TokenEndpoints::refresh(const Dialect &dialect, const Request &request,
    AnswerPlan<RefreshAnswer> &plan, const Moment &moment)
{
    const auto token = dialect.refreshTokenIn(request);
    if (auto problem = dialect.refreshProblem(request, token))
        return *std::move(problem);
    if (const auto holder = holderOf(dialect, token))
        if (auto problem = dialect.holderProblem(request, *holder))
            return *std::move(problem);

    switch (plan.take()) {
    case RefreshAnswer::Ok:
        break;
    case RefreshAnswer::InvalidGrant:
        return jsonReply(400, {{u"error"_s, u"invalid_grant"_s}});
    case RefreshAnswer::Unauthorized:
        return dialect.problem(401, u"Refused."_s);
    case RefreshAnswer::Forbidden:
        return dialect.problem(403, u"Refused."_s);
    case RefreshAnswer::TooManyRequests:
        return tooManyRequestsReply(dialect);
    case RefreshAnswer::ServerError:
        return dialect.problem(500, u"The server has failed."_s);
    case RefreshAnswer::Hang:
        return hangingReply();
    case RefreshAnswer::Drop:
        return droppedReply();
    case RefreshAnswer::DropInBody:
        return halfReply(dialect, moment);
    case RefreshAnswer::LoseAnswer:
        return deliveredAs(Delivery::Dropped, exchange(dialect, token, moment));
    case RefreshAnswer::Garbage:
        return garbageReply();
    case RefreshAnswer::SlowBody:
        return deliveredAs(Delivery::ByteByByte, exchange(dialect, token, moment));
    }
    return exchange(dialect, token, moment);
}

Grant TokenEndpoints::begin(const Dialect &dialect, const DemoUser &user, const Moment &moment)
{
    return begin(dialect, Holder {dialect.name(), user.id}, Issue::BothTokens, moment);
}

Grant TokenEndpoints::begin(
    const Dialect &dialect, const Holder &holder, Issue what, const Moment &moment)
{
    const auto user = findUser(&DemoUser::id, holder.userId).value_or(DemoUser());
    ++m_counters.signIns;
    if (dialect.signIns() == Dialect::SignIns::One)
        m_families.revoke(holder);
    QByteArray refreshToken;
    if (what == Issue::BothTokens)
        refreshToken = m_families.begin(holder, moment.now, moment.knobs.refreshLifetime);
    const auto accessToken = newAccessToken(dialect, holder, user, moment);
    return grant(holder, user, accessToken, refreshToken, moment);
}

std::optional<Grant> TokenEndpoints::renew(
    const Dialect &dialect, const QByteArray &accessToken, const Moment &moment)
{
    const auto token = find(dialect, accessToken);
    const auto user =
        token ? findUser(&DemoUser::name, token->userName) : std::optional<DemoUser>();
    if (!user || !isGood(*token, moment))
        return {};
    const Holder holder {dialect.name(), user->id};
    return grant(holder, *user, newAccessToken(dialect, holder, *user, moment), {}, moment);
}

std::optional<Holder> TokenEndpoints::holderOf(
    const Dialect &dialect, const QByteArray &refreshToken) const
{
    return m_families.holderOf(dialect.name(), refreshToken);
}

std::optional<AccessToken> TokenEndpoints::find(
    const Dialect &dialect, const QByteArray &accessToken)
{
    auto token = m_mint.find(accessToken);
    return token && token->dialect == dialect.name() ? std::move(token) : std::nullopt;
}

bool TokenEndpoints::isGood(const AccessToken &token, const Moment &moment) const
{
    return m_mint.isGood(token, moment.now);
}

void TokenEndpoints::revoke(const Holder &holder)
{
    m_families.revoke(holder);
}

Reply TokenEndpoints::exchange(
    const Dialect &dialect, const QByteArray &refreshToken, const Moment &moment)
{
    const auto &knobs = moment.knobs;
    const auto result = m_families.exchange(dialect.name(), refreshToken, moment.now,
        {knobs.refreshLifetime, knobs.reuseGrace, knobs.rotation, knobs.reuseDetection});
    if (result.verdict == RefreshFamilies::Verdict::Reused)
        ++m_counters.reuses;
    const auto user = findUser(&DemoUser::id, result.holder.userId);
    if (result.verdict != RefreshFamilies::Verdict::Granted || !user) {
        const auto reason = reasonOf(result.verdict);
        const auto status = knobs.unknownRefreshTokenStatus;
        // The request may have revoked a family.
        return remembered(
            status ? dialect.problem(*status, reason) : dialect.refreshRefused(reason));
    }
    if (!result.successor.isEmpty())
        ++m_counters.rotations;
    const auto last = m_lastAccessToken.value(result.holder);
    const bool repeats = knobs.sameAccessToken && !last.isEmpty();
    const auto accessToken = repeats ? last : newAccessToken(dialect, result.holder, *user, moment);
    return carryingTokens(dialect.refreshed(
        grant(result.holder, *user, accessToken, result.successor, moment), knobs));
}

QByteArray TokenEndpoints::newAccessToken(
    const Dialect &dialect, const Holder &holder, const DemoUser &user, const Moment &moment)
{
    auto token =
        m_mint.issue(user, dialect.claimsFor(holder), moment.now, moment.knobs.accessLifetime);
    m_lastAccessToken[holder] = token;
    return token;
}

Grant TokenEndpoints::grant(const Holder &holder, const DemoUser &user,
    const QByteArray &accessToken, const QByteArray &refreshToken, const Moment &moment)
{
    const auto known = m_mint.find(accessToken);
    return {
        user, accessToken, known ? known->claims : QJsonObject(), refreshToken, holder, moment.now};
}

} // namespace demobackend
