#pragma once

#include "authcore/network/body/replayablebody.h"
#include "authcore/network/redirecttrail.h"
#include "authcore/network/requestqueue.h"
#include "authcore/session/sessiongate.h"

#include <QtCore/QPointer>
#include <QtNetwork/QNetworkAccessManager>
#include <QtNetwork/QNetworkReply>

#include <chrono>
#include <memory>
#include <optional>

namespace authcore {

//! The one reply that a caller sees; what answers inside it changes.
//!
//! It mirrors the inner reply of the latest attempt, without a second buffer, once it is known that
//! its answer is the caller's; until then nothing of the answer shows. It decides nothing: its
//! owner does. Lifetime: the caller's, as with Qt. The owner is asked no more once the manager is
//! gone. Thread:   its manager's. Every signal may abort or delete it.
class AuthReply : public QNetworkReply
{
    Q_OBJECT

public:
    enum class Stage : std::uint8_t {
        Waiting, //!< queued or held; a challenge may be kept, or delivered while it arrives
        Sent, //!< an attempt is with Qt
        Finished,
    };

    //! Who sends, holds and judges: what a reply tells, and asks.
    class Owner
    {
    public:
        Owner() = default;
        virtual ~Owner() = default;
        Owner(const Owner &) = delete;
        Owner &operator=(const Owner &) = delete;

        //! Is an answer of `status` to the present attempt a challenge of ours?
        [[nodiscard]] virtual bool isChallenge(const AuthReply &reply, int status) const = 0;
        virtual void firstByte(AuthReply &reply, int status) = 0;
        virtual void attemptFinished(AuthReply &reply) = 0; //!< its place with Qt is free
        virtual void bodyCollected(AuthReply &reply) = 0; //!< it may be sent now
        virtual void challenged(AuthReply &reply) = 0; //!< it waits, and keeps its challenge
        virtual void hopped(
            AuthReply &reply) = 0; //!< url() and operation() are those of the next hop
        virtual void paused(AuthReply &reply) = 0; //!< it waits for its caller, without a place
        virtual void finishing(AuthReply &reply, NetworkError error) = 0; //!< its signals come next
        //! Aborted or deleted in `stage`: it must not be sent again.
        virtual void withdrawn(AuthReply &reply, Stage stage) = 0;
        virtual void died(AuthReply &reply) = 0; //!< the last that is heard of it
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
        return m_stage == Stage::Waiting && !m_inner.isNull() && !m_gateOpen;
    }
    [[nodiscard]] bool canReplay() const;
    //! A redirect has led the request from https to http.
    [[nodiscard]] bool hasLeftTls() const noexcept { return m_trail.hasLeftTls(); }
    [[nodiscard]] const ReplayableBody &body() const noexcept { return m_body; }
    [[nodiscard]] const QNetworkReply *inner() const noexcept { return m_inner; }

    //! What the scheduler knows of one request.
    struct RequestRecord
    {
        RequestQueue::OriginId origin {};
        RequestQueue::Turn turn;
        RefreshId heldFor {}; //!< the last refresh for which it was held
        RefreshId ownRefresh {}; //!< the last one that a challenge to it has caused or joined
        int challenges = 0; //!< so far
        std::uint32_t refusalsBefore = 0; //!< Snapshot::refusals when it was sent
        std::chrono::nanoseconds sentAt {}; //!< the last time, by the monotonic clock
        bool isCounted = false; //!< the session knows that it is on its way
        bool carriesToken = true; //!< false: a hop to a place that gets none
        //! A redirect has led it to an origin that gets no token, or from https to http: it carries
        //! none for the rest of its way, wherever that leads.
        bool hasLeft = false;
        std::optional<QString> account; //!< empty: issued while nobody was signed in
        TokenFamily tokenFamily {}; //!< of the tokens at that time
        std::chrono::nanoseconds heldSince {};
    };
    [[nodiscard]] RequestRecord &record() noexcept { return m_record; }
    [[nodiscard]] const RequestRecord &record() const noexcept { return m_record; }

    //! The request of the next attempt, without our token.
    [[nodiscard]] QNetworkRequest outgoingRequest() const;
    //! Reads the body as far as must be before the first attempt: false, and bodyCollected() tells
    //! when it is done. True: nothing to do.
    [[nodiscard]] bool collectBody();
    [[nodiscard]] ReplayableBody::Reader openBody();
    //! `inner` is the next attempt; a kept challenge is dropped first. Takes `inner`.
    void dropChallenge();
    void attemptSent(QNetworkReply *inner, ReplayableBody::Reader body, Generation generation);

    //! Finishes with the challenge that it keeps.
    void deliver();
    //! Finishes without an answer.
    void finishWithError(NetworkError code, const QString &text);
    //! Likewise, from the event loop: for what is known before the caller has the reply.
    void finishLater(NetworkError code, const QString &text);
    //! The manager dies, and this is the child of somebody else: a finished one keeps what can be
    //! read, any other never finishes, as with Qt.
    void outliveManager();

    void abort() override;
    void close() override;
    [[nodiscard]] bool isSequential() const override { return true; }
    [[nodiscard]] qint64 bytesAvailable() const override;
    [[nodiscard]] bool canReadLine() const override;
    void setReadBufferSize(qint64 size) override;

public Q_SLOTS:
    void ignoreSslErrors() override;

protected:
    qint64 readData(char *data, qint64 maxSize) override;
    qint64 writeData(const char *data, qint64 maxSize) override;
    void connectNotify(const QMetaMethod &signal) override;
    void sslConfigurationImplementation(QSslConfiguration &configuration) const override;
    void setSslConfigurationImplementation(const QSslConfiguration &configuration) override;
    void ignoreSslErrorsImplementation(const QList<QSslError> &errors) override;

private:
    class Guard;

    [[nodiscard]] Owner *owner() const { return m_manager ? &m_owner : nullptr; }
    [[nodiscard]] bool showsInner() const { return m_gateOpen && !m_inner.isNull(); }
    enum class Hides : std::uint8_t { Nothing, Redirect, Challenge };
    //! What an answer of `status` to the present attempt is, if its caller is not to see it.
    [[nodiscard]] Hides hiddenBy(int status) const;

    void onMetaData();
    void onReadyRead();
    void onInnerFinished();
    void judgeChallenge();
    void onDownloadProgress(qint64 received, qint64 total);
    void onRedirectAllowed();
    void onUploadProgress(qint64 sent, qint64 total);
    void onRequestSent();
    void onSocketStartedConnecting();
    void onEncrypted();
    void onSslErrors(const QList<QSslError> &errors);
    void onPreSharedKeyAuthenticationRequired(QSslPreSharedKeyAuthenticator *authenticator);

    void openGate();
    void copyMetaData();
    void deliverInner();
    void redirect(int status);
    void clearHeaders();
    void finishAsInner();
    void finish(NetworkError code, const QString &text);
    void tellFinished();
    void countReceived();
    void stop();
    void dropInner();
    enum class Deletion { AtOnce, Later };
    void dropInner(Deletion deletion);
    void connectOptional(const QMetaMethod &signal);

    struct Rare;
    Rare &rare();

    QPointer<QNetworkAccessManager> m_manager;
    Owner &m_owner;
    QPointer<QNetworkReply> m_inner; //!< without a parent: ours to delete
    Guard *m_guard = nullptr; //!< we are inside a signal
    std::unique_ptr<Rare> m_rare; //!< what callers want of TLS: few say it
    RedirectTrail m_trail;
    ReplayableBody m_body;
    RequestRecord m_record;
    RequestId m_id;
    Generation m_generation {};
    int m_attempt = 0;
    qint64 m_read = 0; //!< of the present answer
    qint64 m_received = 0; //!< for the last downloadProgress()
    qint64 m_total = -1; //!< likewise; -1: nobody has told
    qint64 m_uploaded = 0;
    Stage m_stage = Stage::Waiting;
    Hides m_hides = Hides::Nothing; //!< of the present answer, once its headers are known
    bool m_gateOpen = false; //!< the answer is the caller's: it shows
    bool m_sawMetaData = false;
    bool m_isReplay = false; //!< this hop was sent before, which its caller has been told
};

} // namespace authcore
