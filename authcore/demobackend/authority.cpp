#include "authcore/demobackend/authority.h"

#include "authcore/demobackend/replies.h"

#include <QtCore/QStringList>

#include <utility>

using namespace Qt::Literals::StringLiterals;

namespace demobackend {

namespace {

Reply nothingHere()
{
    return problemReply(404, u"There is nothing at this path."_s);
}

Reply methodNotAllowed(const Dialect &dialect, const QByteArray &method)
{
    auto reply =
        dialect.problem(405, u"Only %1 is answered here."_s.arg(QString::fromLatin1(method)));
    reply.headers.emplace_back("Allow", method);
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
    const auto route = routeOf(request);
    if (const auto shown = accessTokenIn(request, route); !shown.isEmpty()) {
        const auto token = m_mint.find(shown);
        names.append(token ? token->name : u"A?"_s);
    }
    if (route && route->endpoint == Endpoint::Refresh) {
        ++m_counters.refreshes;
        if (const auto shown = route->dialect.refreshTokenIn(request); !shown.isEmpty())
            names.append(m_families.nameOf(shown));
    }
    if (route)
        if (const auto shown = route->dialect.revokedTokenIn(request); !shown.isEmpty()) {
            const auto token = m_mint.find(shown);
            names.append(token ? token->name : m_families.nameOf(shown));
        }
    return names.join(u' ');
}

Reply Authority::answer(const Request &request)
{
    const std::scoped_lock lock(m_mutex);
    const auto route = routeOf(request);
    if (!route)
        return nothingHere();

    auto reply = decide(*route, request);
    if (m_knobs.omitChallengeHeader)
        reply = withoutChallenge(std::move(reply));
    reply.hangRound = m_hangRound;
    if (const auto latency = m_knobs.latency.find(route->endpoint);
        latency != m_knobs.latency.end())
        reply.delay += latency->second;
    return reply;
}

void Authority::countScripted(const Request &request, int status)
{
    const std::scoped_lock lock(m_mutex);
    const auto route = routeOf(request);
    if (route && route->endpoint == Endpoint::SignIn && status == 200)
        ++m_counters.signIns;
    // A path that only a script serves counts as a protected resource.
    if (!route || route->endpoint == Endpoint::Resource)
        m_protectedResources.count(status);
}

Instant Authority::now() const
{
    const std::scoped_lock lock(m_mutex);
    return clock();
}

void Authority::setAddress(const QString &scheme, quint16 port)
{
    const std::scoped_lock lock(m_mutex);
    const auto baseUrl = u"%1://127.0.0.1:%2"_s.arg(scheme).arg(port);
    m_mint.setIssuer(baseUrl + u'/');
    for (const auto &dialect : m_dialects)
        dialect->setAddress(baseUrl);
    m_protectedResources.setElsewhere(u"%1://localhost:%2"_s.arg(scheme).arg(port));
}

SavedState Authority::state() const
{
    const std::scoped_lock lock(m_mutex);
    return {m_mint.signingKey(), m_mint.epoch(), 0, m_families.saved(clock())};
}

void Authority::restore(const SavedState &state)
{
    const std::scoped_lock lock(m_mutex);
    m_mint.restore(state.signingKey, state.epoch);
    m_families.restore(state.refreshTokens);
}

Instant Authority::clock() const
{
    const auto now =
        std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
    return m_knobs.clockStandsAt.value_or(now) + m_knobs.clockOffset;
}

std::optional<Authority::Route> Authority::routeOf(const Request &request) const
{
    for (const auto &dialect : m_dialects)
        if (const auto endpoint = dialect->endpointOf(request))
            return Route {*dialect, *endpoint};
    return {};
}

QByteArray Authority::accessTokenIn(const Request &request, const std::optional<Route> &route) const
{
    if (route)
        return route->dialect.accessTokenIn(request);
    // A path that only a script serves belongs to every dialect.
    for (const auto &dialect : m_dialects)
        if (auto shown = dialect->accessTokenIn(request); !shown.isEmpty())
            return shown;
    return {};
}

Reply Authority::decide(const Route &route, const Request &request)
{
    const Moment moment {m_knobs, clock()};
    if (auto reply = route.dialect.answerItself(request, m_tokenEndpoints, moment))
        return *std::move(reply);
    const QByteArray method = route.dialect.methodOf(route.endpoint);
    const bool isRight = request.method == method;
    switch (route.endpoint) {
    case Endpoint::SignIn:
        return isRight ? m_tokenEndpoints.signIn(route.dialect, request, moment)
                       : methodNotAllowed(route.dialect, method);
    case Endpoint::Refresh:
        return isRight ? m_tokenEndpoints.refresh(route.dialect, request, m_refreshes, moment)
                       : methodNotAllowed(route.dialect, method);
    case Endpoint::Resource:
        return m_protectedResources.answer(route.dialect, request, m_resources, moment);
    case Endpoint::Other:
        break;
    }
    return nothingHere();
}

} // namespace demobackend
