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

//! What managers ask a session and tell it, and what they hear from it.
//!
//! Every question is answered at once, from the state that all managers share. What the session has
//! to do because of it is left in that state as tasks, see tasksLeft().
//!
//! Lifetime: a part of its AuthSession; `clock` outlives it.
//! Thread:   questions from any thread; signals on the session's.
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
    [[nodiscard]] Snapshot snapshot() const { return m_state.snapshot(); } //!< how things stand now
    [[nodiscard]] TokenSet tokens() const { return m_state.tokens(); }
    [[nodiscard]] std::shared_ptr<const NetworkSettings> networkSettings() const;
    [[nodiscard]] Clock &clock() const { return m_clock; }
    [[nodiscard]] Moment now() const; //!< both clocks

    //! May a request leave now, and with which token? Starts a refresh when the token is known to
    //! be at its end, unless the request was already held for the one that made it.
    [[nodiscard]] Admission admit(RefreshId heldFor, Leeway leeway = Leeway::Usual);
    //! Whether admit() would say Send, and cause no signal.
    [[nodiscard]] bool isReady(Leeway leeway = Leeway::Usual) const;
    [[nodiscard]] bool isTokenUsable() const; //!< there is one, and it is not known to be expired
    //! What becomes of a request that was challenged.
    [[nodiscard]] ChallengeDecision challenged(const Challenge &challenge);
    //! The present access token is good at that origin. To be told for the first such answer of a
    //! generation and Snapshot::refusals at each origin, and for all while hasRefusals().
    void accepted(const Accepted &answer);
    [[nodiscard]] bool hasRefusals() const { return m_state.hasRefusals(); } //!< see accepted()
    //! Where BackendProfile::replayChallengeEndsSession: a request with this generation is under
    //! way. The session waits for it before it ends because of a refused replay.
    void attemptSent(Generation sentWith);
    void attemptOver(Generation sentWith); //!< to be called once for each attemptSent()
    //! Asks somebody to sign in, unless that was done since the last sign-in or session end.
    void requireSignIn(const QString &detail);
    //! Takes cookies of the session over, and stores them, if the request was sent with the present
    //! generation.
    void takeCookies(const SetCookies &fresh);

    //! Hears everything, on the session's thread; nullptr: nobody. The sink outlives this, or is
    //! removed before.
    void setTraceSink(TraceSink *sink) { m_sink = sink; }
    [[nodiscard]] bool isTraced() const noexcept { return m_sink.load() != nullptr; }
    void trace(decltype(TraceEvent::what) what); //!< does nothing while nobody listens
    [[nodiscard]] RequestId nextRequestId() { return RequestId {++m_lastRequest}; }

    // For the session and its parts, on the session's thread.

    void setNetworkSettings(const NetworkSettings &settings); //!< emits networkSettingsChanged()
    [[nodiscard]] SessionState &state() noexcept { return m_state; }
    [[nodiscard]] const SessionState &state() const noexcept { return m_state; }
    //! Has the session carry out the tasks that are left: at once on its thread, else later. The
    //! last thing to do: slots of the session may delete it.
    void carryOut();
    //! The same, from the event loop.
    void carryOutLater();
    void apply(const machine::Event &event, RefreshId refresh); //!< and carryOut()

Q_SIGNALS:
    void tasksLeft(); //!< for the session: SessionState::takeTask() has some

    // For managers. What they mean is read from snapshot(): slots that were called before may have
    // changed it.

    //! A refresh, or a session, has ended, and AuthSession is about to tell everybody.
    void refreshOver();
    void refreshStarted(); //!< before AuthSession::refreshStarted()
    void tokensRefreshed(); //!< before AuthSession::tokensRefreshed()
    void tokensReplaced(); //!< before AuthSession::tokensReplaced()
    void restored(); //!< before AuthSession::restored()
    //! After AuthSession::refreshFailed(), so that whoever waits for a reply has heard the reason.
    void refreshFailed(const authcore::TokenError &error, authcore::RefreshId refresh);
    void sessionEnded(authcore::EndReason reason); //!< likewise, after AuthSession::sessionEnded()
    //! Challenges that waited for others, see ChallengeDecision::waitsForOthers, are final.
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
