#include "authcore/keychain/keychainqueue.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QThread>
#include <qt6keychain/keychain.h>

#include <algorithm>
#include <tuple>
#include <utility>

using namespace Qt::StringLiterals;

namespace authcore {

namespace {

using Code = StoreError::Code;
using secretservice::State;

constexpr std::chrono::milliseconds firstLook = std::chrono::seconds(1); // then ask for its state
constexpr std::chrono::milliseconds timeToAnswer = std::chrono::seconds(2); // of an unlocked one

StoreError silent(std::chrono::milliseconds patience)
{
    const auto seconds = std::chrono::duration<double>(patience).count();
    return {Code::Unavailable,
        u"The keychain has not answered for "_s % QString::number(seconds)
            % u" s: is it running, or has it a dialog open that waits for you?"_s};
}

} // namespace

KeychainQueue::KeychainQueue(Clock *clock)
    : m_clock(clock != nullptr ? clock : &m_systemClock)
{
}

void KeychainQueue::begin(const QString &turn, std::function<void()> operation)
{
    {
        const std::lock_guard guard(m_mutex);
        m_arrivals.push_back({turn, std::move(operation)});
        ++m_unended;
    }
    if (QThread::currentThread() == thread())
        takeArrivals();
    else
        QMetaObject::invokeMethod(this, &KeychainQueue::takeArrivals, Qt::QueuedConnection);
}

void KeychainQueue::takeArrivals()
{
    const bool wasIdle = m_operations.empty();
    {
        const std::lock_guard guard(m_mutex);
        for (auto &operation : std::exchange(m_arrivals, {}))
            m_operations.push_back(std::move(operation));
    }
    if (wasIdle && !m_operations.empty())
        startFirst();
}

bool KeychainQueue::isIdle() const
{
    const std::lock_guard guard(m_mutex);
    return m_unended == 0;
}

bool KeychainQueue::waitUntilIdle(std::chrono::milliseconds patience)
{
    if (QThread::currentThread() == thread())
        return isIdle();
    std::unique_lock guard(m_mutex);
    return m_ended.wait_for(guard, patience, [this] { return m_unended == 0; });
}

void KeychainQueue::end()
{
    m_turn.reset();
    m_operations.pop_front();
    {
        const std::lock_guard guard(m_mutex);
        --m_unended;
    }
    m_ended.notify_all();
    if (!m_operations.empty())
        startFirst();
    else if (m_isAlone)
        deleteLater();
}

void KeychainQueue::finishAlone(std::unique_ptr<KeychainQueue> queue)
{
    const auto *application = QCoreApplication::instance();
    if (application != nullptr)
        queue->takeArrivals();
    if (queue->m_operations.empty() || application == nullptr
        || queue->thread() != application->thread())
        return;
    queue->setParent(QCoreApplication::instance());
    queue->m_isAlone = true;
    queue->m_clock = &queue->m_systemClock;
    if (queue->isWaitingForAnswer())
        queue->waitForAnswer();
    else if (queue->m_turn && queue->m_turn->isWaiting())
        queue->waitForTurn();
    std::ignore = queue.release(); // its parent owns it
}

void KeychainQueue::startFirst()
{
    const QString &turn = m_operations.front().turn;
    if (turn.isEmpty() || refusal()) {
        carryOutFirst();
        return;
    }
    m_turn = std::make_unique<RefreshLock>(turn, m_systemClock);
    m_turn->acquire([this](RefreshLock::Acquired) { carryOutFirst(); });
    waitForTurn();
}

void KeychainQueue::waitForTurn()
{
    m_timer = m_clock->after(m_patience, [this] {
        m_turn.reset();
        carryOutFirst(); // without the turn rather than never
    });
}

void KeychainQueue::carryOutFirst()
{
    m_timer.reset();
    m_operations.front().carryOut();
}

std::optional<StoreError> KeychainQueue::refusal() const
{
    if (QThread::currentThread() != QCoreApplication::instance()->thread()) {
        const auto why = u"The keychain can be asked on the application's main thread only"_s;
        return StoreError {Code::Unavailable, why};
    }
    if (m_isOwed) // a further job would only wait behind that one
        return silent(m_patience);
    return std::nullopt;
}

void KeychainQueue::ask(std::unique_ptr<QKeychain::Job> job, Then then)
{
    if (const auto trouble = refusal()) {
        QMetaObject::invokeMethod(
            this,
            [then = std::move(then), answer = KeychainAnswer {.trouble = *trouble}] {
                then(answer);
            },
            Qt::QueuedConnection);
        return;
    }
    if (!std::exchange(m_isWatched, true))
        secretservice::renewSessionAfterRestart(this);
    m_service = job->service();
    m_key = job->key();
    m_then = std::move(then);
    ++m_asked;
    m_isOwed = true;
    m_isLastWait = false;
    waitForAnswer();
    job->setInsecureFallback(false);
    QKeychain::Job *started =
        job.release(); // a backend keeps a raw pointer to the job until it has finished
    connect(started, &QKeychain::Job::finished, this,
        [this](const QKeychain::Job *done) { jobFinished(*done); });
    started->start();
}

void KeychainQueue::jobFinished(const QKeychain::Job &job)
{
    m_isOwed = false;
    if (!m_then)
        return;
    m_timer.reset();
    KeychainAnswer::of(job, this, [this](const KeychainAnswer &answer) { settle(answer); });
}

void KeychainQueue::settle(const KeychainAnswer &answer)
{
    m_timer.reset();
    endPersonsTurn();
    std::exchange(m_then, nullptr)(answer);
}

// The first look at the service comes early, so that people soon learn why the application waits.
void KeychainQueue::waitForAnswer()
{
    m_timer =
        m_clock->after(std::min(firstLook, m_patience), [this] { inspectSilence(Look::Early); });
}

void KeychainQueue::inspectSilence(Look look)
{
    secretservice::inspect(m_service, m_key, this, [this, look, asked = m_asked](State state) {
        if (asked == m_asked && isWaitingForAnswer())
            handleSilence(look, state);
    });
}

void KeychainQueue::handleSilence(Look look, State state)
{
    const auto lookAgainAfter = [this](std::chrono::milliseconds time) {
        m_timer = m_clock->after(time, [this] { inspectSilence(Look::AfterPatience); });
    };
    if (state == State::Locked) {
        m_isLastWait = false;
        lookAgainAfter(m_patience); // until the person has decided
        if (!std::exchange(m_personWasAsked, true))
            Q_EMIT waitingForPerson();
    } else if (look == Look::Early) {
        lookAgainAfter(m_patience - std::min(firstLook, m_patience));
    } else if (state == State::Open && !std::exchange(m_isLastWait, true)) {
        lookAgainAfter(timeToAnswer); // perhaps unlocked just now, so the answer may come soon
    } else {
        settle({.trouble = silent(m_patience)});
    }
}

void KeychainQueue::endPersonsTurn()
{
    if (std::exchange(m_personWasAsked, false))
        Q_EMIT personAnswered();
}

} // namespace authcore
