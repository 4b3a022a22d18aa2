#include "authcore/demobackend/tokenendpoints.h"

#include "authcore/demobackend/refreshfamilies.h"
#include "authcore/demobackend/replies.h"
#include "authcore/demobackend/tokenmint.h"

#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>

#include <optional>

using namespace Qt::Literals::StringLiterals;

namespace demobackend {

namespace {

std::optional<QJsonObject> jsonIn(const Request &request)
{
    const auto document = QJsonDocument::fromJson(request.body);
    return document.isObject() ? std::optional(document.object()) : std::nullopt;
}

std::optional<DemoUser> findUser(const QString DemoUser::*field, const QString &value)
{
    for (const auto &user : demoUsers())
        if (user.*field == value)
            return user;
    return {};
}

struct Grant
{
    QString userId;
    QByteArray accessToken;
    QByteArray refreshToken; //!< empty: the client keeps the one it has
};

Reply grantReply(const Grant &grant, const Knobs &knobs)
{
    QJsonObject object {
        {u"userId"_s, grant.userId},
        {u"authorizationToken"_s, QString::fromLatin1(grant.accessToken)},
    };
    if (!grant.refreshToken.isEmpty())
        object.insert("refreshToken"_L1, QString::fromLatin1(grant.refreshToken));
    if (knobs.sendExpiresIn)
        object.insert("expires_in"_L1, qint64(knobs.accessLifetime.count()));
    auto reply = jsonReply(200, object);
    reply.headers.emplace_back("Cache-Control", "no-store");
    reply.changedState = true;
    return reply;
}

Reply halfReply()
{
    // Never a real token: half of one on the wire would still be a rotation.
    auto reply = jsonReply(200, {{u"authorizationToken"_s, QString(400, u'x')}});
    reply.delivery = Delivery::HalfBody;
    return reply;
}

Reply garbageReply()
{
    auto reply = textReply("<html><body>Welcome to the hotel's network</body></html>");
    reply.headers.front().second = "text/html";
    return reply;
}

Reply tooManyRequestsReply()
{
    auto reply = problemReply(429, u"Too many requests."_s);
    reply.headers.emplace_back("Retry-After", "1");
    return reply;
}

Reply deliveredAs(Delivery delivery, Reply reply)
{
    reply.delivery = delivery;
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

QByteArray refreshTokenIn(const Request &request)
{
    const auto json = jsonIn(request);
    return json ? json->value("refreshToken"_L1).toString().toUtf8() : QByteArray();
}

TokenEndpoints::TokenEndpoints(TokenMint &mint, RefreshFamilies &families, Counters &counters)
    : m_mint(mint)
    , m_families(families)
    , m_counters(counters)
{
}

Reply TokenEndpoints::signIn(const Request &request, const Moment &moment)
{
    const auto json = jsonIn(request);
    if (!json || !json->value("userName"_L1).isString() || !json->value("password"_L1).isString())
        return problemReply(400, u"A JSON object with userName and password is expected."_s);
    const auto user = findUser(&DemoUser::name, json->value("userName"_L1).toString());
    if (!user || user->password != json->value("password"_L1).toString())
        return refusal(401, u"The user name or the password is wrong."_s, moment.knobs);
    ++m_counters.signIns;
    const auto refreshToken = m_families.begin(user->id, moment.now, moment.knobs.refreshLifetime);
    return grantReply({user->id, accessTokenFor(*user, moment), refreshToken}, moment.knobs);
}

Reply TokenEndpoints::refresh(
    const Request &request, AnswerPlan<RefreshAnswer> &plan, const Moment &moment)
{
    const auto token = refreshTokenIn(request);
    if (token.isEmpty())
        return problemReply(400, u"A JSON object with a refreshToken is expected."_s);

    switch (plan.take()) {
    case RefreshAnswer::Ok:
        break;
    case RefreshAnswer::InvalidGrant:
        return jsonReply(400, {{u"error"_s, u"invalid_grant"_s}});
    case RefreshAnswer::Unauthorized:
        return refusal(401, u"Refused."_s, moment.knobs);
    case RefreshAnswer::Forbidden:
        return refusal(403, u"Refused."_s, moment.knobs);
    case RefreshAnswer::TooManyRequests:
        return tooManyRequestsReply();
    case RefreshAnswer::ServerError:
        return problemReply(500, u"The server has failed."_s);
    case RefreshAnswer::Hang:
        return hangingReply();
    case RefreshAnswer::Drop:
        return droppedReply();
    case RefreshAnswer::DropInBody:
        return halfReply();
    case RefreshAnswer::LoseAnswer:
        return deliveredAs(Delivery::Dropped, exchange(token, moment));
    case RefreshAnswer::Garbage:
        return garbageReply();
    case RefreshAnswer::SlowBody:
        return deliveredAs(Delivery::ByteByByte, exchange(token, moment));
    }
    return exchange(token, moment);
}

Reply TokenEndpoints::exchange(const QByteArray &refreshToken, const Moment &moment)
{
    const auto &knobs = moment.knobs;
    const auto result = m_families.exchange(refreshToken, moment.now,
        {knobs.refreshLifetime, knobs.reuseGrace, knobs.rotation, knobs.reuseDetection});
    if (result.verdict == RefreshFamilies::Verdict::Reused)
        ++m_counters.reuses;
    const auto user = findUser(&DemoUser::id, result.userId);
    if (result.verdict != RefreshFamilies::Verdict::Granted || !user) {
        auto reply = refusal(knobs.unknownRefreshTokenStatus, reasonOf(result.verdict), knobs);
        reply.changedState = true; // a family may have ended
        return reply;
    }
    if (!result.successor.isEmpty())
        ++m_counters.rotations;
    const auto last = m_lastAccessToken.value(user->id);
    const bool repeats = knobs.sameAccessToken && !last.isEmpty();
    return grantReply(
        {user->id, repeats ? last : accessTokenFor(*user, moment), result.successor}, knobs);
}

QByteArray TokenEndpoints::accessTokenFor(const DemoUser &user, const Moment &moment)
{
    auto token = m_mint.issue(user, moment.now, moment.knobs.accessLifetime);
    m_lastAccessToken[user.id] = token;
    return token;
}

} // namespace demobackend
