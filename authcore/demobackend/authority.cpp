#include "authcore/demobackend/authority.h"

#include "authcore/demobackend/replies.h"

#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>
#include <QtCore/QStringList>

#include <algorithm>

using namespace Qt::Literals::StringLiterals;

namespace demobackend {

namespace {

constexpr qsizetype largeSize = 8 * 1024 * 1024;

std::optional<Endpoint> endpointAt(const QString &path)
{
    if (path == "/authorization/token"_L1)
        return Endpoint::SignIn;
    if (path == "/authorization/refresh"_L1)
        return Endpoint::Refresh;
    if (path == "/api/resources"_L1 || path == "/api/echo"_L1)
        return Endpoint::Resource;
    return {};
}

std::optional<QJsonObject> jsonIn(const Request &request)
{
    const auto document = QJsonDocument::fromJson(request.body);
    return document.isObject() ? std::optional(document.object()) : std::nullopt;
}

QByteArray refreshTokenIn(const Request &request)
{
    const auto json = jsonIn(request);
    return json ? json->value("refreshToken"_L1).toString().toUtf8() : QByteArray();
}

std::optional<DemoUser> findUser(const QString DemoUser::*field, const QString &value)
{
    for (const auto &user : demoUsers())
        if (user.*field == value)
            return user;
    return {};
}

Reply contentFor(const Request &request, const QString &userName)
{
    const bool carriesBody =
        request.method == "POST" || request.method == "PUT" || request.method == "PATCH";
    if (!carriesBody && request.path != "/api/echo"_L1)
        return textReply("protected resources, username: " + userName.toUtf8());
    return jsonReply(200,
        {{u"length"_s, request.bodySize}, {u"sha256"_s, QString::fromLatin1(request.bodySha256)}});
}

Reply methodNotAllowed()
{
    auto reply = problemReply(405, u"Only POST is answered here."_s);
    reply.headers.emplace_back("Allow", "POST");
    return reply;
}

} // namespace

Knobs Authority::knobs() const
{
    const std::scoped_lock lock(m_mutex);
    return m_knobs;
}

void Authority::setKnobs(const Knobs &knobs)
{
    const std::scoped_lock lock(m_mutex);
    m_knobs = knobs;
}

void Authority::answerRefreshes(RefreshAnswer answer, int times)
{
    const std::scoped_lock lock(m_mutex);
    m_refreshes.set(answer, times);
    m_hangRound = HangRound(int(m_hangRound) + 1);
}

RefreshAnswer Authority::nextRefreshAnswer() const
{
    const std::scoped_lock lock(m_mutex);
    return m_refreshes.next();
}

HangRound Authority::hangRound() const
{
    const std::scoped_lock lock(m_mutex);
    return m_hangRound;
}

void Authority::answerResources(ResourceAnswer answer, int times)
{
    const std::scoped_lock lock(m_mutex);
    m_resources.set(answer, times);
}

ResourceAnswer Authority::nextResourceAnswer() const
{
    const std::scoped_lock lock(m_mutex);
    return m_resources.next();
}

void Authority::expireAccessTokens()
{
    const std::scoped_lock lock(m_mutex);
    m_mint.refuseWhatWasIssued();
}

void Authority::revokeEverything()
{
    const std::scoped_lock lock(m_mutex);
    m_mint.refuseWhatWasIssued();
    m_families.revokeAll();
}

Counters Authority::counters() const
{
    const std::scoped_lock lock(m_mutex);
    return m_counters;
}

void Authority::clearCounters()
{
    const std::scoped_lock lock(m_mutex);
    m_counters = {};
}

QString Authority::arrive(const Request &request)
{
    const std::scoped_lock lock(m_mutex);
    QStringList names;
    if (const auto shown = bearerToken(request); !shown.isEmpty()) {
        const auto token = m_mint.find(shown);
        names.append(token ? token->name : u"A?"_s);
    }
    if (endpointAt(request.path) == Endpoint::Refresh) {
        ++m_counters.refreshes;
        if (const auto shown = refreshTokenIn(request); !shown.isEmpty())
            names.append(m_families.nameOf(shown));
    }
    return names.join(u' ');
}

Reply Authority::answer(const Request &request)
{
    const std::scoped_lock lock(m_mutex);
    const auto endpoint = endpointAt(request.path);
    if (!endpoint)
        return problemReply(404, u"There is nothing at this path."_s);
    if (*endpoint != Endpoint::Resource && request.method != "POST")
        return methodNotAllowed();

    auto reply = *endpoint == Endpoint::SignIn ? signIn(request)
        : *endpoint == Endpoint::Refresh       ? refresh(request)
                                               : resource(request);
    if (const auto latency = m_knobs.latency.find(*endpoint); latency != m_knobs.latency.end())
        reply.delay += latency->second;
    return reply;
}

void Authority::countScripted(const Request &request, int status)
{
    const std::scoped_lock lock(m_mutex);
    const auto endpoint = endpointAt(request.path);
    if (endpoint == Endpoint::SignIn && status == 200)
        ++m_counters.signIns;
    // A path that only a script knows is one of the protected resources.
    if (!endpoint || endpoint == Endpoint::Resource)
        countResource(status);
}

Instant Authority::now() const
{
    const std::scoped_lock lock(m_mutex);
    return clock();
}

void Authority::setAddress(const QString &scheme, quint16 port)
{
    const std::scoped_lock lock(m_mutex);
    m_mint.setIssuer(u"%1://127.0.0.1:%2/"_s.arg(scheme).arg(port));
    m_elsewhere = u"%1://localhost:%2"_s.arg(scheme).arg(port);
}

SavedState Authority::state() const
{
    const std::scoped_lock lock(m_mutex);
    return {m_mint.signingKey(), m_mint.epoch(), 0, m_families.saved()};
}

void Authority::restore(const SavedState &state)
{
    const std::scoped_lock lock(m_mutex);
    m_mint.restore(state.signingKey, state.epoch);
    m_families.restore(state.refreshTokens);
}

Instant Authority::clock() const
{
    const auto now = std::chrono::system_clock::now() + m_knobs.clockOffset;
    return std::chrono::floor<std::chrono::milliseconds>(now);
}

Reply Authority::signIn(const Request &request)
{
    const auto json = jsonIn(request);
    if (!json || !json->value("userName"_L1).isString() || !json->value("password"_L1).isString())
        return problemReply(400, u"A JSON object with userName and password is expected."_s);
    const auto user = findUser(&DemoUser::name, json->value("userName"_L1).toString());
    if (!user || user->password != json->value("password"_L1).toString()) {
        auto refusal = problemReply(401, u"The user name or the password is wrong."_s);
        return m_knobs.omitChallengeHeader ? challenge({}) : refusal;
    }
    ++m_counters.signIns;
    const auto refreshToken = m_families.begin(user->id, clock(), m_knobs.refreshLifetime);
    return grant(*user, accessTokenFor(*user), refreshToken);
}

Reply Authority::refresh(const Request &request)
{
    const auto token = refreshTokenIn(request);
    if (token.isEmpty())
        return problemReply(400, u"A JSON object with a refreshToken is expected."_s);

    Reply reply;
    switch (m_refreshes.take()) {
    case RefreshAnswer::Ok:
        return exchange(token);
    case RefreshAnswer::InvalidGrant:
        return jsonReply(400, {{u"error"_s, u"invalid_grant"_s}});
    case RefreshAnswer::Unauthorized:
        return m_knobs.omitChallengeHeader ? challenge({}) : problemReply(401, u"Refused."_s);
    case RefreshAnswer::Forbidden:
        return problemReply(403, u"Refused."_s);
    case RefreshAnswer::TooManyRequests:
        reply = problemReply(429, u"Too many requests."_s);
        reply.headers.emplace_back("Retry-After", "1");
        return reply;
    case RefreshAnswer::ServerError:
        return problemReply(500, u"The server has failed."_s);
    case RefreshAnswer::Hang:
        reply = droppedReply();
        reply.hangsIn = m_hangRound;
        return reply;
    case RefreshAnswer::Drop:
        return droppedReply();
    case RefreshAnswer::DropInBody:
        // Never a real token: half of one on the wire would still be a rotation.
        reply = jsonReply(200, {{u"authorizationToken"_s, QString(400, u'x')}});
        reply.delivery = Delivery::HalfBody;
        return reply;
    case RefreshAnswer::LoseAnswer:
        reply = exchange(token);
        reply.delivery = Delivery::Dropped;
        return reply;
    case RefreshAnswer::Garbage:
        reply = textReply("<html><body>Welcome to the hotel's network</body></html>");
        reply.headers.front().second = "text/html";
        return reply;
    case RefreshAnswer::SlowBody:
        reply = exchange(token);
        reply.delivery = Delivery::ByteByByte;
        return reply;
    }
    return reply;
}

Reply Authority::exchange(const QByteArray &refreshToken)
{
    const auto result = m_families.exchange(refreshToken, clock(),
        {m_knobs.refreshLifetime, m_knobs.reuseGrace, m_knobs.rotation, m_knobs.reuseDetection});
    const auto refused = [this](const QString &detail) {
        const bool isBare = m_knobs.unknownRefreshTokenStatus == 401 && m_knobs.omitChallengeHeader;
        auto reply =
            isBare ? challenge({}) : problemReply(m_knobs.unknownRefreshTokenStatus, detail);
        reply.changedState = true; // a family may have ended
        return reply;
    };
    switch (result.verdict) {
    case RefreshFamilies::Verdict::Granted:
        break;
    case RefreshFamilies::Verdict::Unknown:
        return refused(u"The refresh token is not known."_s);
    case RefreshFamilies::Verdict::Revoked:
        return refused(u"The refresh token was revoked."_s);
    case RefreshFamilies::Verdict::Expired:
        return refused(u"The refresh token has expired."_s);
    case RefreshFamilies::Verdict::Reused:
        ++m_counters.reuses;
        return refused(u"The refresh token was used before."_s);
    }
    const auto user = findUser(&DemoUser::id, result.userId);
    if (!user)
        return refused(u"The user is not known."_s);
    if (!result.successor.isEmpty())
        ++m_counters.rotations;
    const auto last = m_lastAccessToken.value(user->id);
    const bool repeats = m_knobs.sameAccessToken && !last.isEmpty();
    return grant(*user, repeats ? last : accessTokenFor(*user), result.successor);
}

Reply Authority::grant(
    const DemoUser &user, const QByteArray &accessToken, const QByteArray &refreshToken) const
{
    QJsonObject object {
        {u"userId"_s, user.id},
        {u"authorizationToken"_s, QString::fromLatin1(accessToken)},
    };
    if (!refreshToken.isEmpty())
        object.insert("refreshToken"_L1, QString::fromLatin1(refreshToken));
    if (m_knobs.sendExpiresIn)
        object.insert("expires_in"_L1, qint64(m_knobs.accessLifetime.count()));
    auto reply = jsonReply(200, object);
    reply.headers.emplace_back("Cache-Control", "no-store");
    reply.changedState = true;
    return reply;
}

QByteArray Authority::accessTokenFor(const DemoUser &user)
{
    return m_lastAccessToken[user.id] = m_mint.issue(user, clock(), m_knobs.accessLifetime);
}

Reply Authority::resource(const Request &request)
{
    Reply reply;
    const auto shown = bearerToken(request);
    const auto token = shown.isEmpty() ? std::nullopt : m_mint.find(shown);
    // RFC 6750 section 3: who shows no token is told no error.
    if (shown.isEmpty())
        reply = challenge("Bearer");
    else if (!token || !m_mint.isGood(*token, clock()))
        reply = challenge("Bearer error=\"invalid_token\"");
    else
        reply = resourceContent(request, token->userName);
    countResource(reply.status);
    return reply;
}

Reply Authority::resourceContent(const Request &request, const QString &userName)
{
    auto reply = contentFor(request, userName);
    switch (m_resources.take()) {
    case ResourceAnswer::Ok:
        break;
    case ResourceAnswer::Unauthorized:
        return challenge("Bearer error=\"invalid_token\"");
    case ResourceAnswer::Forbidden:
        return problemReply(403, u"This is not for you."_s);
    case ResourceAnswer::ServerError:
        return problemReply(500, u"The server has failed."_s);
    case ResourceAnswer::Slow:
        reply.delay = m_knobs.slowness;
        break;
    case ResourceAnswer::Large:
        return textReply(QByteArray(largeSize, 'x'));
    case ResourceAnswer::RedirectElsewhere:
        reply = textReply({});
        reply.status = 302;
        reply.headers.emplace_back("Location", m_elsewhere.toLatin1() + request.target);
        break;
    }
    return reply;
}

Reply Authority::challenge(const QByteArray &parameters) const
{
    Reply reply;
    reply.status = 401;
    if (!m_knobs.omitChallengeHeader) {
        reply = problemReply(401, u"A good access token is needed here."_s);
        reply.headers.emplace_back("WWW-Authenticate", parameters);
    }
    return reply;
}

void Authority::countResource(int status)
{
    if (status == 401)
        ++m_counters.challenges;
    if (status == 200)
        ++m_counters.served;
}

} // namespace demobackend
