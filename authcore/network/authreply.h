#pragma once

#include "authcore/network/body/replayablebody.h"
#include "authcore/network/mirroredreply.h"
#include "authcore/network/redirecttrail.h"
#include "authcore/network/requestqueue.h"
#include "authcore/session/sessiongate.h"

#include <chrono>
#include <cstdint>
#include <optional>

namespace authcore {

class AnswerJudge;

//! The one reply that a caller sees, whatever is sent for it: attempts, replays, redirects.
//!
//! It mirrors the inner reply of the latest attempt once it is known that its answer is the
//! caller's; until then nothing of the answer shows. Its owner decides what is sent and when.
//! Lifetime: the caller's, as with Qt. The owner is not called any more once the manager is gone.
//! Thread:   its manager's. Every signal may abort or delete it.
class AuthReply : public MirroredReply
{
    Q_OBJECT

public:
    enum class Stage : std::uint8_t {
        Waiting, //!< queued or held; a challenge may be kept, or delivered while it arrives
        Sent, //!< an attempt is with Qt
        Finished,
    };

    //! The scheduler of requests, as a reply sees it: what the reply reports to it, and asks.
    class Owner
    {
    public:
        Owner() = default;
        virtual ~Owner() = default;
        Owner(const Owner &) = delete;
        Owner &operator=(const Owner &) = delete;

        //! Decides whether an answer challenges the access token.
        [[nodiscard]] virtual const AnswerJudge &judge() const = 0;
        virtual void firstByte(AuthReply &reply, int status) = 0;
        //! An answer of `status` that might have been a challenge is none.
        virtual void noChallenge(AuthReply &reply, int status) = 0;
        virtual void attemptFinished(AuthReply &reply) = 0; //!< Qt has one request less
        virtual void bodyCollected(AuthReply &reply) = 0; //!< the request may be sent now
        virtual void challenged(AuthReply &reply) = 0; //!< the reply waits and keeps its challenge
        //! A redirect is followed: url() and operation() are those of the next request.
        virtual void hopped(AuthReply &reply) = 0;
        virtual void paused(AuthReply &reply) = 0; //!< the caller has to allow a redirect
        virtual void finishing(AuthReply &reply, NetworkError error) = 0; //!< before its signals
        //! Whether the request of an attempt that ended without an answer is to be sent again.
        [[nodiscard]] virtual bool isToRepeat(const AuthReply &reply) const = 0;
        virtual void repeated(AuthReply &reply) = 0; //!< its request is to be sent again
        //! The reply was aborted or deleted in `stage`: its request must not be sent again.
        virtual void withdrawn(AuthReply &reply, Stage stage) = 0;
        virtual void died(AuthReply &reply) = 0; //!< the reply is deleted; the last call for it
    };

    AuthReply(QNetworkAccessManager &manager, Owner &owner, RequestId id,
        QNetworkAccessManager::Operation operation, const QNetworkRequest &request,
        ReplayableBody body);
    ~AuthReply() override;

    [[nodiscard]] Stage stage() const noexcept { return m_stage; }
    [[nodiscard]] RequestId id() const noexcept { return m_id; }
    [[nodiscard]] int attempt() const noexcept { return m_attempt; }
    [[nodiscard]] Generation generation() const noexcept { return m_generation; }
    [[nodiscard]] bool hasChallenge() const noexcept
    {
        return m_stage == Stage::Waiting && inner() != nullptr && !showsInner();
    }
    [[nodiscard]] bool canReplay() const { return m_body.canReplay() || m_trail.hasDroppedBody(); }
    //! A redirect has led the request from https to http.
    [[nodiscard]] bool hasLeftTls() const noexcept { return m_trail.hasLeftTls(); }
    [[nodiscard]] const ReplayableBody &body() const noexcept { return m_body; }

    //! What the scheduler knows of one request.
    struct RequestRecord
    {
        RequestQueue::OriginId origin {};
        RequestQueue::Turn turn;
        RefreshId heldFor {}; //!< the last refresh for which the request was held
        RefreshId ownRefresh {}; //!< the last refresh that a challenge to it has caused or joined
        int challenges = 0; //!< how many it got so far
        int repeats = 0; //!< how often it was sent again because no server had processed it
        bool isWatched = false; //!< whether Qt has sent it is of interest, see watchSending()
        RequestQueue::ConnectionId connection {}; //!< over which it was sent the last time
        std::uint32_t refusalsBefore = 0; //!< Snapshot::refusals when the request was sent
        std::chrono::nanoseconds sentAt {}; //!< the last time, by the monotonic clock
        bool isCounted = false; //!< the session counts the request among those under way
        bool carriesToken = true; //!< false: a redirect leads to a URL that gets no token
        //! A redirect has led the request to an origin that gets no token, or from https to http:
        //! it carries no token after that, wherever further redirects lead.
        bool hasLeft = false;
        std::optional<QString> account; //!< empty: issued while nobody was signed in
        TokenFamily tokenFamily {}; //!< of the tokens at that time
        std::chrono::nanoseconds heldSince {};
    };
    [[nodiscard]] RequestRecord &record() noexcept { return m_record; }
    [[nodiscard]] const RequestRecord &record() const noexcept { return m_record; }

    //! The request of the next attempt, without the session's token.
    [[nodiscard]] QNetworkRequest outgoingRequest() const;
    //! Reads the part of the body that the first attempt needs. True: there is nothing to read.
    //! False: Owner::bodyCollected() is called when that part was read.
    [[nodiscard]] bool collectBody();
    [[nodiscard]] ReplayableBody::Reader openBody();
    void dropChallenge(); //!< before the next attempt
    //! No server has processed the present attempt: drops it, and waits to be sent again.
    void repeat();
    //! `inner` is the next attempt, which the reply owns from now on.
    void attemptSent(QNetworkReply *inner, ReplayableBody::Reader body, Generation generation);

    //! Finishes with the challenge that the reply keeps.
    void deliver();
    //! Finishes without an answer.
    void finishWithError(NetworkError code, const QString &text);
    //! Calls finishWithError() from the event loop: for errors that are known before the caller has
    //! the reply.
    void finishLater(NetworkError code, const QString &text);
    //! The manager is being destroyed, and this reply has another parent. A finished reply can
    //! still be read; any other never finishes, as with Qt.
    void outliveManager();

    void abort() override { stop(); }
    void close() override { stop(); }

protected:
    [[nodiscard]] bool isOver() const override { return m_stage == Stage::Finished; }
    [[nodiscard]] bool showsConnection() const override { return m_stage == Stage::Sent; }
    [[nodiscard]] bool showsSending() const override
    {
        return m_stage == Stage::Sent && !m_isReplay;
    }
    void innerMetaDataChanged() override;
    void innerGrew() override;
    void innerFinished() override;

private:
    [[nodiscard]] Owner *owner() const { return liveManager() ? &m_owner : nullptr; }
    enum class Hides : std::uint8_t { Nothing, Redirect, Challenge, PerhapsChallenge };
    //! Why an answer of `status` to the present attempt is hidden from the caller.
    [[nodiscard]] Hides hiddenBy(int status) const;

    void followHsts(const QUrl &safe);
    void judgeChallenge();
    [[nodiscard]] bool isChallengeInBody();
    void redirect(int status);
    void onRedirectAllowed();
    void deliverInner();
    void finishAsInner();
    void finish(NetworkError code, const QString &text);
    void tellFinished();
    void stop();
    void dropAttempt(Deletion deletion);

    // The small members come first: they fill the last word of the base class.
    Stage m_stage = Stage::Waiting;
    Hides m_hides = Hides::Nothing; //!< of the present answer, once its headers are known
    bool m_isReplay = false; //!< this hop was sent before, and the caller got its signals
    RedirectTrail m_trail;
    Owner &m_owner;
    ReplayableBody m_body;
    RequestRecord m_record;
    RequestId m_id;
    Generation m_generation {};
    int m_attempt = 0;
};

} // namespace authcore
