#include "authcore/session/sessiongate.h"

#include "authcore/exchange/networksettings.h"

#include <QtCore/QThread>

#include <utility>

namespace authcore {

SessionGate::SessionGate(BackendProfile profile, Clock &clock, QObject *parent)
    : QObject(parent)
    , m_clock(clock)
    , m_state(std::move(profile))
    , m_networkSettings(std::make_shared<const NetworkSettings>())
{
}

std::shared_ptr<const NetworkSettings> SessionGate::networkSettings() const
{
    const std::scoped_lock lock(m_networkMutex);
    return m_networkSettings;
}

void SessionGate::setNetworkSettings(const NetworkSettings &settings)
{
    {
        const std::scoped_lock lock(m_networkMutex);
        m_networkSettings = std::make_shared<const NetworkSettings>(settings);
    }
    Q_EMIT networkSettingsChanged();
}

SessionGate::Moment SessionGate::now() const
{
    return {m_clock.now(), m_clock.monotonic()};
}

SessionGate::Admission SessionGate::admit(RefreshId heldFor, Leeway leeway)
{
    Admission admission = m_state.admit(heldFor, leeway, now());
    if (admission.answer != Admission::Answer::Send)
        carryOut();
    return admission;
}

bool SessionGate::isReady(Leeway leeway) const
{
    return m_state.isReady(leeway, now());
}

bool SessionGate::isTokenUsable() const
{
    return m_state.isTokenUsable(now());
}

SessionGate::ChallengeDecision SessionGate::challenged(const Challenge &challenge)
{
    const ChallengeDecision decision = m_state.challenged(challenge, now());
    carryOut();
    return decision;
}

// accepted(), attemptSent(), attemptOver() and takeCookies() are called while a reply reads an
// answer, so they must not emit.

void SessionGate::accepted(const Accepted &answer)
{
    m_state.accepted(answer);
    carryOutLater();
}

void SessionGate::attemptSent(Generation sentWith)
{
    m_state.attemptSent(sentWith);
}

void SessionGate::attemptOver(Generation sentWith)
{
    m_state.attemptOver(sentWith);
    carryOutLater();
}

void SessionGate::takeCookies(const SetCookies &fresh)
{
    m_state.takeCookies(fresh, now());
    carryOutLater();
}

void SessionGate::requireSignIn(const QString &detail)
{
    m_state.askForSignIn(detail);
    carryOut();
}

void SessionGate::trace(decltype(TraceEvent::what) what)
{
    if (!isTraced())
        return;
    TraceEvent event {m_clock.monotonic(), std::move(what)};
    const auto record = [this](const TraceEvent &happened) {
        if (TraceSink *sink = m_sink.load())
            sink->record(happened);
    };
    if (QThread::currentThread() == thread())
        record(event);
    else
        QMetaObject::invokeMethod(
            this, [record, event = std::move(event)] { record(event); }, Qt::QueuedConnection);
}

void SessionGate::carryOut()
{
    if (QThread::currentThread() == thread())
        Q_EMIT tasksLeft();
    else
        carryOutLater();
}

// Posts no event if there is no task.
void SessionGate::carryOutLater()
{
    if (m_state.hasTasks())
        QMetaObject::invokeMethod(this, &SessionGate::tasksLeft, Qt::QueuedConnection);
}

void SessionGate::apply(const machine::Event &event, RefreshId refresh)
{
    m_state.apply(event, refresh);
    carryOut();
}

} // namespace authcore
