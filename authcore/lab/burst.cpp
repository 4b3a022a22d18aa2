#include "authcore/lab/burst.h"

#include <QtNetwork/QNetworkAccessManager>
#include <QtNetwork/QNetworkRequest>

#include <algorithm>
#include <utility>

namespace authcore::lab {

Burst::Burst(QNetworkAccessManager &manager, QObject *parent)
    : QObject(parent)
    , m_manager(manager)
{
}

Burst::~Burst()
{
    dropReplies();
}

void Burst::start(const BurstPlan &plan)
{
    abort();
    dropReplies();
    m_plan = plan;
    const auto count = static_cast<std::size_t>(std::max(0, plan.count));
    m_answers.assign(count, {});
    m_replies.clear();
    m_replies.reserve(count);
    m_unfinished = count;
    m_running = true;
    m_startedAt = m_lastAnswerAt = std::chrono::steady_clock::now();
    for (std::size_t index = 0; index < count; ++index) {
        auto *const reply = send();
        m_replies.emplace_back(reply);
        connect(reply, &QNetworkReply::readyRead, this, [this, index] { keepSome(index); });
        connect(reply, &QNetworkReply::finished, this, [this, index] { noteFinished(index); });
    }
    if (count == 0) {
        const auto finishEmpty = [this] {
            if (!m_running || !m_answers.empty())
                return; // another burst has started since
            m_running = false;
            Q_EMIT finished();
        };
        QMetaObject::invokeMethod(this, finishEmpty, Qt::QueuedConnection);
    }
}

void Burst::abort()
{
    const auto replies = m_replies; // a slot may start the next burst
    for (const auto &reply : replies)
        if (reply && !reply->isFinished())
            reply->abort();
}

bool Burst::isRunning() const
{
    return m_running;
}

const std::vector<BurstAnswer> &Burst::answers() const
{
    return m_answers;
}

std::chrono::nanoseconds Burst::wallTime() const
{
    return (m_running ? std::chrono::steady_clock::now() : m_lastAnswerAt) - m_startedAt;
}

QNetworkReply *Burst::send()
{
    QNetworkRequest request(m_plan.url);
    if (m_plan.verb == "GET")
        return m_manager.get(request);
    if (m_plan.verb == "HEAD")
        return m_manager.head(request);
    request.setHeader(QNetworkRequest::ContentTypeHeader, m_plan.contentType);
    if (m_plan.verb == "POST")
        return m_manager.post(request, m_plan.body);
    if (m_plan.verb == "PUT")
        return m_manager.put(request, m_plan.body);
    return m_manager.sendCustomRequest(request, m_plan.verb, m_plan.body);
}

//! Reads everything, so that large answers use no memory, and keeps only the beginning.
void Burst::keepSome(std::size_t index)
{
    const auto &reply = m_replies[index];
    const auto arrived = reply->readAll();
    auto &body = m_answers[index].body;
    body.append(arrived.left(BurstAnswer::keptBytes - body.size()));
}

void Burst::noteFinished(std::size_t index)
{
    auto &answer = m_answers[index];
    ++answer.finishedCount;
    if (answer.finishedCount > 1)
        return;
    m_lastAnswerAt = std::chrono::steady_clock::now();
    const auto &reply = m_replies[index];
    if (reply->isOpen())
        keepSome(index);
    const auto status = reply->attribute(QNetworkRequest::HttpStatusCodeAttribute);
    if (status.isValid())
        answer.status = status.toInt();
    answer.error = reply->error();
    if (answer.error != QNetworkReply::NoError)
        answer.errorText = reply->errorString();
    reply->deleteLater(); // not at once, so that a second finished() is counted
    const bool isLast = --m_unfinished == 0;
    if (isLast)
        m_running = false;
    Q_EMIT answered(static_cast<int>(index));
    if (isLast && !m_running) // the slot may have started the next burst
        Q_EMIT finished();
}

//! Disconnects from the replies and aborts the running ones.
void Burst::dropReplies()
{
    m_running = false;
    const auto replies = std::exchange(m_replies, {});
    for (const auto &reply : replies) {
        if (!reply)
            continue;
        reply->disconnect(this);
        reply->abort();
        reply->deleteLater();
    }
}

} // namespace authcore::lab
