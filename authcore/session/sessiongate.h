#pragma once

#include "authcore/session/sessionstate.h"
#include "authcore/session/traceevent.h"
#include "authcore/system/clock.h"

#include <QtCore/QObject>

#include <atomic>
#include <memory>
#include <mutex>

namespace authcore {

struct NetworkSettings;

//! The interface between managers and a session: managers ask about requests and report answers;
//! signals tell them that the session has changed.
//!
//! Each function answers at once, from the state that all managers share. Work for the session's
//! thread is queued in that state as tasks, see tasksLeft().
//!
//! Lifetime: a part of its AuthSession; `clock` outlives it.
//! Thread:   functions can be called in any thread; signals are emitted in the session's.
class SessionGate : public QObject
{
    Q_OBJECT

public:
    using Snapshot = SessionState::Snapshot;
    using Admission = SessionState::Admission;
    using Leeway = SessionState::Leeway;
    using ChallengeDecision = SessionState::ChallengeDecision;
    using Challenge = SessionState::Challenge;
    using Accepted = SessionState::Accepted;
    using SetCookies = SessionState::SetCookies;
    using Moment = SessionState::Moment;

    SessionGate(BackendProfile profile, Clock &clock, QObject *parent);

    [[nodiscard]] std::shared_ptr<const BackendProfile> profile() const
    {
        return m_state.profile();
    }
    [[nodiscard]] int profileRevision() const noexcept { return m_state.profileRevision(); }
    [[nodiscard]] Snapshot snapshot() const { return m_state.snapshot(); } //!< the present state
    [[nodiscard]] TokenSet tokens() const { return m_state.tokens(); }
    [[nodiscard]] std::shared_ptr<const NetworkSettings> networkSettings() const;
    [[nodiscard]] Clock &clock() const { return m_clock; }
    [[nodiscard]] Moment now() const; //!< the time of both clocks

    //! Whether a request may leave now, and with which token. Starts a refresh if the token has
    //! expired or is about to, unless the request already waited for the refresh that made it.
    [[nodiscard]] Admission admit(RefreshId heldFor, Leeway leeway = Leeway::Usual);
    //! Whether admit() would return Send and cause no signal.
    [[nodiscard]] bool isReady(Leeway leeway = Leeway::Usual) const;
    //! Whether there is an access token that is not known to have expired.
    [[nodiscard]] bool isTokenUsable() const;
    //! Decides what happens to a request that was challenged.
    [[nodiscard]] ChallengeDecision challenged(const Challenge &challenge);
    //! Reports that an origin has accepted the present access token. To be called for the first
    //! good answer at each origin for each generation and each value of Snapshot::refusals, and for
    //! every good answer while hasRefusals().
    void accepted(const Accepted &answer);
    [[nodiscard]] bool hasRefusals() const { return m_state.hasRefusals(); } //!< see accepted()
    //! Reports that a request with this generation was sent, to be called if
    //! BackendProfile::replayChallengeEndsSession: a refused replay ends the session only when no
    //! such request is under way any more.
    void attemptSent(Generation sentWith);
    void attemptOver(Generation sentWith); //!< to be called once for each attemptSent()
    //! Causes AuthSession::signInRequired(), unless it was emitted since the last sign-in or end of
    //! a session.
    void requireSignIn(const QString &detail);
    //! Replaces cookies of the session, and stores them, if the request was sent with the present
    //! generation.
    void takeCookies(const SetCookies &fresh);

    //! See AuthSession::setTraceSink().
    void setTraceSink(TraceSink *sink) { m_sink = sink; }
    [[nodiscard]] bool isTraced() const noexcept { return m_sink.load() != nullptr; }
    void trace(decltype(TraceEvent::what) what); //!< does nothing without a sink
    [[nodiscard]] RequestId nextRequestId() { return RequestId {++m_lastRequest}; }

    // For the session and its parts, in the session's thread.

    void setNetworkSettings(const NetworkSettings &settings); //!< emits networkSettingsChanged()
    [[nodiscard]] SessionState &state() noexcept { return m_state; }
    [[nodiscard]] const SessionState &state() const noexcept { return m_state; }
    //! Makes the session carry out the queued tasks: at once in its thread, else later. Callers do
    //! nothing after it, since slots of the session may delete this.
    void carryOut();
    //! The same, later, from the event loop.
    void carryOutLater();
    //! Calls SessionState::apply() and carryOut().
    void apply(const machine::Event &event, RefreshId refresh);

Q_SIGNALS:
    void tasksLeft(); //!< for the session: SessionState::takeTask() returns a task

    // For managers. They read the present state from snapshot(), because slots that ran before may
    // have changed it.

    //! A refresh or a session has ended; emitted before the signal of AuthSession.
    void refreshOver();
    void refreshStarted(); //!< before AuthSession::refreshStarted()
    void tokensRefreshed(); //!< before AuthSession::tokensRefreshed()
    void tokensReplaced(); //!< before AuthSession::tokensReplaced()
    void restored(); //!< before AuthSession::restored()
    //! After AuthSession::refreshFailed(), so that applications get the reason before their replies
    //! finish.
    void refreshFailed(const authcore::TokenError &error, authcore::RefreshId refresh);
    void sessionEnded(authcore::EndReason reason); //!< after AuthSession::sessionEnded(), likewise
    //! The challenges that waited for other requests (ChallengeDecision::waitsForOthers) are final.
    void refusalsSettled();
    void networkSettingsChanged(); //!< networkSettings()

private:
    Clock &m_clock;
    SessionState m_state;
    mutable std::mutex m_networkMutex; //!< guards m_networkSettings
    std::shared_ptr<const NetworkSettings> m_networkSettings;
    std::atomic<TraceSink *> m_sink = nullptr;
    std::atomic<std::uint64_t> m_lastRequest = 0;
};

} // namespace authcore
