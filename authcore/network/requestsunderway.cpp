#include "authcore/network/requestsunderway.h"

#include "authcore/network/requestfacts.h"
#include "authcore/network/requestreports.h"
#include "authcore/system/deadline.h"

#include <QtCore/QPointer>

#include <algorithm>
#include <utility>

namespace authcore {

namespace {

bool mayBeProcessedTwice(const AuthReply &reply)
{
    return isIdempotent(verbOf(reply.operation(), reply.request()));
}

} // namespace

RequestsUnderWay::RequestsUnderWay(
    Clock &clock, RequestQueue &queue, std::function<void()> hasRoom, Lost lost)
    : m_clock(clock)
    , m_queue(queue)
    , m_hasRoom(std::move(hasRoom))
    , m_lost(std::move(lost))
{
}

void RequestsUnderWay::started(AuthReply &reply, Generation generation)
{
    AuthReply::RequestRecord &record = reply.record();
    m_queue.started(record.origin);
    record.isWatched = m_queue.mayUseHttp2(record.origin);
    if (!record.isWatched)
        return;
    const auto now = m_clock.monotonic();
    record.connection = m_queue.connection(record.origin);
    m_queue.beginTrial(record.origin, generation, now);
    m_watched.push_back({&reply, ++m_started, generation, now});
    arm(now + slow);
}

void RequestsUnderWay::answered(const AuthReply &reply, int status)
{
    const RequestQueue::OriginId origin = reply.record().origin;
    if (!reply.record().carriesToken || !m_queue.mayUseHttp2(origin))
        return;
    const auto now = m_clock.monotonic();
    if (!RequestReports::isProof(reply, status))
        m_queue.answered(origin, reply.generation(), now);
    else if (m_queue.proved(origin, reply.generation(), now))
        m_hasRoom();
}

void RequestsUnderWay::finished(AuthReply &reply)
{
    m_queue.finished(reply.record().origin);
    if (!std::exchange(reply.record().isWatched, false))
        return;
    const auto found = std::find_if(m_watched.begin(), m_watched.end(),
        [&reply](const Watched &watched) { return watched.reply == &reply; });
    if (reply.isInnerSent())
        m_lastSent = std::max(m_lastSent, found->number);
    endTrial(*found);
    m_watched.erase(found);
}

// Qt 6.4 and 6.8 have an error of their own for requests after the last one that a GOAWAY frame
// names. Qt 6.11 reports a closed connection, as if the server might have processed them. All end a
// request that waits in Qt with ProtocolUnknownError.
bool RequestsUnderWay::isUnprocessed(const AuthReply &reply) const
{
    const AuthReply::RequestRecord &record = reply.record();
    if (!m_queue.usesHttp2(record.origin) || !reply.canReplay())
        return false;
    const QNetworkReply::NetworkError error = reply.inner()->error();
    if (error == QNetworkReply::ContentReSendError || error == QNetworkReply::ProtocolUnknownError)
        return record.repeats < mostRepeats;
    return error == QNetworkReply::RemoteHostClosedError && mayBeProcessedTwice(reply)
        && record.repeats < mostDoubtfulRepeats;
}

void RequestsUnderWay::endTrial(Watched &watched)
{
    if (std::exchange(watched.isTrial, false))
        m_queue.endTrial(watched.reply->record().origin, watched.generation);
}

// Qt sends the headers of a request at once, but it may wait for a sequential body.
bool RequestsUnderWay::mayBeLost(const Watched &watched) const
{
    const AuthReply &reply = *watched.reply;
    return !reply.isInnerSent() && !reply.hasMetaData() && !reply.body().isSequential()
        && reply.record().repeats < mostRepeats && m_queue.usesHttp2(reply.record().origin);
}

// A request that has not been sent may also wait for the thread of Qt, or for its place on a
// connection that takes no more requests. The first is excluded if Qt has sent a later request, the
// second if there are few on its connection. A request that may be processed twice needs less: it
// is sent again once without a later one.
bool RequestsUnderWay::isLost(const Watched &watched) const
{
    const AuthReply::RequestRecord &record = watched.reply->record();
    const bool isOvertaken = watched.number < m_lastSent;
    if (!isOvertaken && (record.repeats > 0 || !mayBeProcessedTwice(*watched.reply)))
        return false;
    const auto isBefore = [&record](const Watched &other) {
        const AuthReply::RequestRecord &its = other.reply->record();
        return other.reply->isInnerSent() && its.origin == record.origin
            && its.connection == record.connection;
    };
    return std::count_if(m_watched.begin(), m_watched.end(), isBefore) < RequestQueue::httpWindow;
}

std::chrono::nanoseconds RequestsUnderWay::suspectFrom(const Watched &watched) const
{
    const AuthReply::RequestRecord &record = watched.reply->record();
    const bool isClosing = record.connection != m_queue.connection(record.origin);
    return watched.since + (isClosing ? slow : unsent);
}

std::optional<std::chrono::nanoseconds> RequestsUnderWay::dueAfter(
    std::chrono::nanoseconds now, const Watched &watched) const
{
    if (watched.isTrial)
        return watched.since + slow;
    if (mayBeLost(watched))
        return std::max<std::chrono::nanoseconds>(suspectFrom(watched), now + slow);
    return std::nullopt;
}

void RequestsUnderWay::arm(std::chrono::nanoseconds due)
{
    if (m_timer && m_due <= due)
        return;
    m_due = due;
    m_timer = std::make_unique<Deadline>(m_clock,
        std::chrono::ceil<std::chrono::milliseconds>(due - m_clock.monotonic()),
        [this] { look(); });
}

void RequestsUnderWay::look()
{
    m_timer.reset();
    const auto now = m_clock.monotonic();
    std::vector<QPointer<AuthReply>> lost;
    for (const Watched &watched : m_watched) {
        if (watched.reply->isInnerSent())
            m_lastSent = std::max(m_lastSent, watched.number);
    }
    for (Watched &watched : m_watched) {
        if (watched.since + slow <= now)
            endTrial(watched);
        if (mayBeLost(watched) && suspectFrom(watched) <= now) {
            m_queue.giveUp(watched.reply->record().origin, watched.reply->record().connection);
            if (isLost(watched))
                lost.emplace_back(watched.reply);
        }
        if (const auto due = dueAfter(now, watched))
            arm(*due);
    }
    m_hasRoom();
    for (const QPointer<AuthReply> &reply : lost) {
        if (reply)
            m_lost(*reply);
    }
}

} // namespace authcore
