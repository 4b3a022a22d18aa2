#include "tests/soak/ledger.h"

#include "authcore/network/redirecttrail.h"
#include "authcore/network/requestqueue.h"
#include "authcore/system/deadline.h"
#include "tests/soak/authorizationserver.h"
#include "tests/soak/callersdevice.h"

#include <algorithm>
#include <limits>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace soak {

namespace {

constexpr std::size_t logLength = 2'000;
constexpr std::size_t shownAlways = 20;

bool hasSecret(const QByteArray &text)
{
    return text.contains("AT-") || text.contains("RT-");
}

} // namespace

Ledger::Ledger(const authcore::Clock &clock)
    : m_clock(clock)
{
}

void Ledger::fail(const QString &what, int id)
{
    if (!m_problem.isEmpty())
        return;
    m_problem = what + u" at %1 ms"_s.arg(m_clock.monotonic() / 1ms);
    if (id != 0)
        m_problem += u" (call %1)"_s.arg(id);
    // The latest events, and all events of the call that failed.
    const std::size_t early = m_log.size() - std::min(m_log.size(), shownAlways);
    for (std::size_t i = 0; i < m_log.size(); ++i) {
        const Entry &entry = m_log[i];
        if (i < early && entry.id != id && entry.id != 0)
            continue;
        m_problem += u"\n  %1 ms: %2"_s.arg(entry.at / 1ms).arg(QLatin1StringView(entry.what));
        if (entry.id != 0)
            m_problem += u" %1"_s.arg(entry.id);
        if (entry.detail != 0)
            m_problem += u" (%1)"_s.arg(entry.detail);
    }
}

void Ledger::note(const char *what, int id, int detail)
{
    if (m_log.size() == logLength)
        m_log.pop_front();
    m_log.push_back({m_clock.monotonic(), what, id, detail});
    digest(std::uint64_t(m_clock.monotonic().count()));
    digest((std::uint64_t(id) << 32) + std::uint64_t(detail));
    for (const char *letter = what; *letter != 0; ++letter)
        digest(std::uint64_t(*letter));
}

// FNV-1a, one value per step.
void Ledger::digest(std::uint64_t value)
{
    m_digest = (m_digest ^ value) * 0x100000001b3U;
}

Call &Ledger::open(const void *manager, int priority)
{
    Call &call = m_calls[++m_lastId];
    call.id = m_lastId;
    call.manager = manager;
    call.priority = priority;
    call.waitsSince = m_sends;
    call.queuedAt = m_clock.monotonic();
    if (m_session->isSignedIn()) {
        const authcore::TokenSet tokens = m_session->tokens();
        call.owner = AuthorizationServer::ownerOf(
            tokens.accessToken.isEmpty() ? tokens.refreshToken : tokens.accessToken);
    }
    ++m_open;
    note("issued", call.id);
    return call;
}

Call *Ledger::find(int id)
{
    const auto found = m_calls.find(id);
    return found != m_calls.end() ? &found->second : nullptr;
}

void Ledger::forget(int id)
{
    Call *call = find(id);
    if (!call)
        return;
    note("gone", id);
    const auto *device = qobject_cast<const CallersDevice *>(call->device.get());
    if (device && device->wasReadTooLate())
        fail(u"Its caller's device was read after finished()"_s, id);
    land(*call);
    if (call->finished == 0)
        --m_open;
    m_calls.erase(id);
}

void Ledger::forgetManager(const void *manager)
{
    std::erase_if(m_flying, [&](const auto &entry) { return entry.first.first == manager; });
    std::erase_if(m_http1, [&](const auto &entry) { return entry.first == manager; });
    std::erase_if(
        m_youngest, [&](const auto &entry) { return std::get<0>(entry.first) == manager; });
}

int Ledger::sent(int id, const void *manager, const QNetworkRequest &request)
{
    Call *call = find(id);
    ++m_sends;
    if (!call) {
        fail(u"Sent for a reply that is gone"_s, id);
        return 0;
    }
    note("sent", id, int(m_session->generation()));
    if (manager == m_aborting)
        fail(u"Handed over inside an abort"_s, id);
    if (call->manager != manager)
        fail(u"Sent by another manager"_s, id);
    if (call->finished > 0)
        fail(u"Sent after it had finished"_s, id);
    if (call->withdrawn)
        fail(u"Sent after its caller had withdrawn it"_s, id);
    if (call->isFlying)
        fail(u"Sent while it is on the wire"_s, id);
    if (call->isAfterHop && leadsAway(QUrl(call->url), request.url()))
        call->hasLeft = true;
    call->url = request.url().toString();
    checkWindow(*call, request.url());
    checkToken(*call, request);
    call->repeats += call->mayRepeat ? 1 : 0;
    call->isAfterHop = call->mayRepeat = false;
    call->isFlying = true;
    call->isJudged = false;
    call->lastStatus = 0;
    call->lastBody.clear();
    return ++call->sends;
}

bool Ledger::leadsAway(const QUrl &from, const QUrl &to) const
{
    const authcore::BackendProfile &profile = m_session->profile();
    return !profile.hasProtectedOrigin(to) || !profile.isTransportAllowed(to)
        || (from.scheme() == "https"_L1 && to.scheme() == "http"_L1);
}

void Ledger::checkToken(Call &call, const QNetworkRequest &request)
{
    const authcore::BackendProfile &profile = m_session->profile();
    const bool isProtected = !call.hasLeft && profile.isProtected(request.url())
        && profile.isTransportAllowed(request.url());
    const QByteArray header = request.rawHeader("Authorization");
    const auto names = request.rawHeaderList();
    for (const QByteArray &name : names) {
        if (name.compare("Authorization", Qt::CaseInsensitive) != 0
            && hasSecret(request.rawHeader(name)))
            fail(u"A secret in a header"_s, call.id);
    }
    if (!isProtected) {
        if (!header.isEmpty())
            fail(u"A token for %1"_s.arg(call.url), call.id);
        return;
    }
    // An early refresh that waits for another process or for its store holds no request.
    const bool mayOvertake = m_exchanges == 0 && m_session->isTokenUsable();
    if (m_session->isRefreshInProgress() && !mayOvertake)
        fail(u"Left during a refresh"_s, call.id);
    if (!m_session->isSignedIn()) {
        if (!call.owner.isEmpty())
            fail(u"Sent after the end of its session"_s, call.id);
        if (!header.isEmpty())
            fail(u"A token without a session"_s, call.id);
        return;
    }
    const QByteArray token = m_session->tokens().accessToken;
    if (header != "Bearer " + token)
        fail(u"It carries %1 instead of the session's token"_s.arg(QString::fromLatin1(header)),
            call.id);
    const QString owner = AuthorizationServer::ownerOf(token);
    if (call.owner.isEmpty())
        call.owner = owner;
    if (call.owner != owner)
        fail(u"A request of %1 carries a token of %2"_s.arg(call.owner, owner), call.id);
    const authcore::Generation generation = m_session->generation();
    if (!call.isAfterHop && !call.mayRepeat && call.generation >= generation)
        fail(u"Sent twice with one generation"_s, call.id);
    call.generation = generation;
}

void Ledger::checkWindow(Call &call, const QUrl &url)
{
    if (call.hasLeft || !m_session->profile().isProtected(url))
        return;
    const QString origin = authcore::originOf(url);
    const std::pair key(call.manager, origin);
    const int window = origin.startsWith("https:"_L1) && !m_http1.contains(key)
        ? authcore::RequestQueue::httpsWindow
        : authcore::RequestQueue::httpWindow;
    if (++m_flying[key] > window)
        fail(u"More than a window on the wire"_s, call.id);
    call.window = origin;
    checkOrder(call, origin);
}

// A younger call may not overtake a replay or first attempt that waits.
void Ledger::checkOrder(const Call &call, const QString &origin)
{
    auto &youngest = m_youngest[{call.manager, origin, call.priority}];
    const auto first = std::upper_bound(youngest.begin(), youngest.end(),
        std::pair(call.waitsSince, std::numeric_limits<int>::max()));
    const bool waited = !call.isAfterHop && (call.sends > 0 || !call.isCollected);
    if (waited && first != youngest.end() && first->second > call.id)
        fail(u"Overtaken by call %1"_s.arg(first->second), call.id);
    while (!youngest.empty() && youngest.back().second <= call.id)
        youngest.pop_back();
    youngest.emplace_back(m_sends, call.id);
}

void Ledger::arrived(int id, int attempt, const QByteArray &body)
{
    Call *call = find(id);
    if (!call || call->finished > 0 || call->sends != attempt)
        return;
    note("arrived", id);
    if (body != (call->keepsBody ? call->body : QByteArray()))
        fail(u"The server got %1 bytes of body instead of %2"_s.arg(body.size())
                 .arg(call->keepsBody ? call->body.size() : 0),
            id);
}

void Ledger::answered(int id, int attempt, const Answer &answer)
{
    Call *call = find(id);
    if (!call || call->sends != attempt)
        return;
    note("answered", id, answer.status);
    call->lastStatus = answer.status;
    call->lastBody = answer.body;
    call->saysHttp1 = answer.status != 0 && answer.http2 == false;
    call->isJudged = answer.status == 401 && answer.http2 == true && !call->window.isEmpty();
    if (call->isJudged)
        giveUpPlace(*call);
}

void Ledger::ended(int id, int attempt)
{
    Call *call = find(id);
    if (!call || call->sends != attempt)
        return;
    if (!call->window.isEmpty() && call->saysHttp1)
        m_http1.insert({call->manager, call->window});
    call->isAfterHop = authcore::isRedirectStatus(call->lastStatus);
    if (call->isAfterHop && call->lastStatus != 307 && call->lastStatus != 308)
        call->keepsBody = false;
    call->mayRepeat = call->lastStatus == 0 && call->repeatsWhenClosed();
    if (!call->isJudged)
        giveUpPlace(*call);
}

void Ledger::giveUpPlace(Call &call)
{
    call.waitsSince = m_sends;
    call.queuedAt = m_clock.monotonic();
    land(call);
}

void Ledger::died(int id, int attempt)
{
    Call *call = find(id);
    if (call && call->sends == attempt)
        land(*call);
}

void Ledger::withdrawing(Call &call)
{
    note("withdrawn", call.id);
    call.withdrawn = call.withdrawn || call.finished == 0;
    land(call);
}

void Ledger::land(Call &call)
{
    if (!std::exchange(call.isFlying, false) || call.window.isEmpty())
        return;
    const auto found = m_flying.find({call.manager, call.window});
    if (found != m_flying.end())
        --found->second;
    call.window.clear();
}

void Ledger::heardError(int id)
{
    Call *call = find(id);
    if (!call)
        return;
    if (call->finished > 0)
        fail(u"An error after finished"_s, id);
    if (++call->errors > 1)
        fail(u"Two errors"_s, id);
}

void Ledger::heardFinished(Call &call)
{
    const QNetworkReply &reply = *call.reply;
    const QVariant status = reply.attribute(QNetworkRequest::HttpStatusCodeAttribute);
    note("finished", call.id, status.toInt());
    if (++call.finished > 1) {
        fail(u"Finished twice"_s, call.id);
        return;
    }
    --m_open;
    land(call);
    const QNetworkReply::NetworkError error = reply.error();
    if ((error != QNetworkReply::NoError) != (call.errors == 1))
        fail(u"Error %1, and errorOccurred() %2 times"_s.arg(int(error)).arg(call.errors), call.id);
    if (!reply.isFinished())
        fail(u"finished(), but isFinished() says no"_s, call.id);
    if (hasSecret(reply.errorString().toUtf8()))
        fail(u"A secret in an error text"_s, call.id);
    if (call.withdrawn)
        return;
    if (!status.isValid()) {
        if (error == QNetworkReply::NoError || !call.read.isEmpty())
            fail(u"Neither an answer nor an error"_s, call.id);
        return;
    }
    // As with Qt, a failed hop leaves the status of its redirect.
    if (authcore::isRedirectStatus(status.toInt()) && error != QNetworkReply::NoError)
        return;
    if (status.toInt() != call.lastStatus)
        fail(u"Status %1 instead of %2"_s.arg(status.toInt()).arg(call.lastStatus), call.id);
    const bool isHidden = authcore::isRedirectStatus(call.lastStatus);
    if (call.read != call.lastBody && !isHidden)
        fail(u"%1 bytes of answer instead of %2"_s.arg(call.read.size()).arg(call.lastBody.size()),
            call.id);
}

void Ledger::refreshSent(const QByteArray &refreshToken)
{
    note("refresh sent");
    m_presented = refreshToken;
    if (++m_exchanges > 1)
        fail(u"Two refreshes on the wire"_s);
    if (m_used.contains(refreshToken))
        fail(u"%1 presented again"_s.arg(QString::fromLatin1(refreshToken)));
    if (!m_session->isSignedIn())
        fail(u"A refresh without a session"_s);
}

void Ledger::stopped(std::chrono::seconds time)
{
    note("process stopped", 0, int(time.count()));
    m_lateUntil = m_clock.monotonic() + time + authcore::Deadline::latest;
}

void Ledger::waitsAnew(const void *manager)
{
    for (auto &[id, call] : m_calls) {
        if (call.manager == manager)
            call.queuedAt = m_clock.monotonic();
    }
}

void Ledger::checkHeld(const std::function<bool(const void *manager)> &waitsForPerson)
{
    const bool holds = m_session->isRefreshInProgress() || m_session->isRestoring();
    if (!m_isHolding || m_heldBy != m_session->currentRefresh())
        m_heldSince = m_clock.monotonic();
    m_heldBy = m_session->currentRefresh();
    m_isHolding = holds;
    const auto bound = m_session->profile().policy.holdTimeout;
    const auto now = m_clock.monotonic();
    if (!holds || now <= m_lateUntil || now - m_heldSince <= bound)
        return;
    for (const auto &[id, call] : m_calls) {
        if (call.reply.isNull() || call.finished > 0)
            continue;
        const bool isCollecting = call.isCollected && call.sends == 0;
        const bool isDelivered = call.isJudged // while the rest of its body still arrives
            && call.reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).isValid();
        const bool waits = !isCollecting && !isDelivered && !call.isFlying && !call.isAfterHop
            && !waitsForPerson(call.manager);
        if (waits && m_clock.monotonic() - std::max(call.queuedAt, m_heldSince) > bound + 1ms)
            fail(u"Held beyond its bound"_s, id);
    }
}

} // namespace soak
