#pragma once

#include <QtCore/QPointer>
#include <QtNetwork/QNetworkAccessManager>
#include <QtNetwork/QNetworkReply>

#include <cstdint>
#include <memory>

namespace authcore {

//! Shows its caller what an inner reply of QNetworkAccessManager receives, without a second buffer.
//!
//! The inner reply can be replaced by another one. Its answer is hidden until showInner() or
//! showHiddenInner(); what it says about its connection passes on at once. Derived classes decide
//! when to show the answer and when this reply finishes.
//! Lifetime: the caller's, as with Qt. Inner replies are deleted with this one.
//! Thread:   its manager's. The slots of each signal may abort or delete this reply.
class MirroredReply : public QNetworkReply
{
    Q_OBJECT

public:
    ~MirroredReply() override;

    //! The reply that is mirrored; nullptr: none at the moment.
    [[nodiscard]] const QNetworkReply *inner() const noexcept { return m_inner; }
    [[nodiscard]] bool hasMetaData() const noexcept
    {
        return m_hasMetaData;
    } //!< of the inner reply
    //! After watchSending(): Qt has told that it sent the request of the inner reply.
    [[nodiscard]] bool isInnerSent() const noexcept { return m_isInnerSent; }

    [[nodiscard]] bool isSequential() const override { return true; }
    [[nodiscard]] qint64 bytesAvailable() const override;
    [[nodiscard]] bool canReadLine() const override;
    void setReadBufferSize(qint64 size) override;

public Q_SLOTS:
    void ignoreSslErrors() override;

protected:
    MirroredReply(QNetworkAccessManager &manager, QNetworkAccessManager::Operation operation,
        const QNetworkRequest &request);

    //! Stands on the stack of each function that emits, and knows whether a slot has deleted or
    //! finished the reply.
    class Guard
    {
    public:
        explicit Guard(MirroredReply &reply);
        ~Guard();
        Guard(const Guard &) = delete;
        Guard &operator=(const Guard &) = delete;

        [[nodiscard]] bool isDead() const { return m_reply == nullptr; } //!< the reply was deleted
        //! The reply was deleted or has finished: nothing is left to do.
        [[nodiscard]] bool isOver() const { return m_reply == nullptr || m_reply->isOver(); }
        void replyDied();

    private:
        MirroredReply *m_reply;
        Guard *m_outer; //!< of the function further down the stack
    };

    //! The manager; nullptr after forgetManager().
    [[nodiscard]] QNetworkAccessManager *liveManager() const noexcept { return m_manager; }
    //! The manager is being destroyed and must not be touched any more.
    void forgetManager() noexcept { m_manager = nullptr; }

    //! Mirrors `inner`, which this reply owns from now on, and hides its answer.
    void mirror(QNetworkReply *inner);
    void watchSending() //!< see isInnerSent()
    {
        connect(m_inner, &QNetworkReply::requestSent, this, &MirroredReply::onRequestSent,
            Qt::UniqueConnection);
    }
    [[nodiscard]] bool showsInner() const { return m_isShown && !m_inner.isNull(); }
    [[nodiscard]] int innerStatus() const; //!< its HTTP status; 0: none
    void showInner(); //!< shows its headers, and its body from now on
    //! Shows an answer that was hidden: its headers, and what has arrived of its body.
    void showHiddenInner();
    //! Limits how much of a hidden body Qt keeps; 0: no limit.
    void setHiddenBufferSize(qint64 size);
    void discardHiddenBody(); //!< what has arrived of it
    //! What has arrived of it, which stays where it is.
    [[nodiscard]] QByteArray hiddenBody() { return m_inner->peek(m_inner->bytesAvailable()); }
    void copyMetaData(); //!< headers and attributes of the inner reply
    void clearHeaders(); //!< of this reply
    //! Keeps the TLS configuration of the inner reply, for when it is dropped.
    void keepSslConfiguration();

    enum class Deletion : std::uint8_t { AtOnce, Later };
    //! How the inner reply may be deleted now: later inside a slot of one of its signals.
    [[nodiscard]] Deletion safeDeletion() const noexcept
    {
        return m_guard != nullptr ? Deletion::Later : Deletion::AtOnce;
    }
    //! Mirrors nothing any more.
    void dropInner(Deletion deletion);

    //! Counts for the last downloadProgress() what has been received of the answer that shows,
    //! unless the inner reply has said it.
    void countReceived();
    void forgetReceived() noexcept { m_total = -1; } //!< what the inner reply has said
    void emitLastDownloadProgress(); //!< as Qt does between errorOccurred() and finished()

    [[nodiscard]] virtual bool isOver() const = 0; //!< this reply has finished, or is about to
    //! The connection of the inner reply is the caller's business.
    [[nodiscard]] virtual bool showsConnection() const = 0;
    //! So is the sending of its request, which the caller has not been told of before.
    [[nodiscard]] virtual bool showsSending() const = 0;
    virtual void innerMetaDataChanged() = 0;
    virtual void innerGrew() = 0; //!< more of a body that does not show has arrived
    virtual void innerFinished() = 0;

    qint64 readData(char *data, qint64 maxSize) override;
    qint64 writeData(const char *data, qint64 maxSize) override;
    void connectNotify(const QMetaMethod &signal) override;
    void sslConfigurationImplementation(QSslConfiguration &configuration) const override;
    void setSslConfigurationImplementation(const QSslConfiguration &configuration) override;
    void ignoreSslErrorsImplementation(const QList<QSslError> &errors) override;

private:
    void onMetaDataChanged();
    void onReadyRead();
    void onFinished();
    void onDownloadProgress(qint64 received, qint64 total);
    void onUploadProgress(qint64 sent, qint64 total);
    void onRequestSent();
    void onSocketStartedConnecting();
    void onEncrypted();
    void onSslErrors(const QList<QSslError> &errors);
    void onPreSharedKeyAuthenticationRequired(QSslPreSharedKeyAuthenticator *authenticator);

    void connectTls();
    void connectOptional(const QMetaMethod &signal);

    struct Tls;
    Tls &tls();

    QNetworkAccessManager *m_manager;
    QPointer<QNetworkReply> m_inner; //!< without a parent
    Guard *m_guard = nullptr; //!< the innermost one on the stack
    std::unique_ptr<Tls> m_tls; //!< what few callers ask for
    qint64 m_read = 0; //!< of the present answer
    qint64 m_received = 0; //!< for the last downloadProgress()
    qint64 m_total = -1; //!< likewise; -1: not known yet
    qint64 m_uploaded = 0; //!< in the last uploadProgress()
    bool m_isShown = false; //!< the answer of the inner reply is the caller's
    bool m_hasMetaData = false;
    bool m_isInnerSent = false;
};

} // namespace authcore
