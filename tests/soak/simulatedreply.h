#pragma once

#include "authcore/system/clock.h"
#include "tests/soak/chance.h"

#include <QtCore/QPointer>
#include <QtNetwork/QNetworkAccessManager>
#include <QtNetwork/QNetworkReply>

#include <functional>
#include <memory>
#include <optional>

namespace soak {

//! A server's answer, and how it arrives.
struct Answer
{
    int status = 200; //!< 0: the connection closes before the status line
    QList<QNetworkReply::RawHeaderPair> headers;
    QByteArray body;
    bool breaksOff = false; //!< the connection closes after `body`
    bool atOnce = true; //!< off: headers, two halves of the body and the end arrive one by one
    std::chrono::milliseconds delay {0}; //!< besides the network's latency
    std::optional<bool> http2;
    std::chrono::milliseconds pause {0}; //!< in the middle of a body that does not arrive at once
};

//! A network reply without a network: request and answer each take some time of the clock.
//!
//! Lifetime: the destructor drops all later events of the reply.
class SimulatedReply : public QNetworkReply
{
    Q_OBJECT

public:
    //! The events of the reply, in this order.
    struct Hooks
    {
        std::function<Answer(const QByteArray &body)> arrived;
        std::function<void(const Answer &answer)> answers; //!< before its first signal
        std::function<void()> finishes; //!< before errorOccurred() and finished()
        std::function<void()> aborts;
        std::function<void()> dies; //!< in the destructor, also of an unfinished reply
    };

    SimulatedReply(QNetworkAccessManager::Operation operation, const QNetworkRequest &request,
        QIODevice *body, authcore::Clock &clock, Chance &chance, Hooks hooks, QObject *parent);
    ~SimulatedReply() override;

    void abort() override;
    void close() override { abort(); }
    [[nodiscard]] bool isSequential() const override { return true; }
    [[nodiscard]] qint64 bytesAvailable() const override;

protected:
    qint64 readData(char *data, qint64 maxSize) override;
    qint64 writeData(const char *data, qint64 maxSize) override;

private:
    void later(void (SimulatedReply::*next)(), std::chrono::milliseconds pause = {});
    void upload();
    void arrive();
    void showHeaders();
    void showFirstHalf();
    void showRest();
    void finish();
    void playAtOnce();

    authcore::Clock &m_clock;
    Chance &m_chance;
    Hooks m_hooks;
    QPointer<QIODevice> m_upload;
    QByteArray m_sent;
    Answer m_answer;
    QByteArray m_received;
    qint64 m_read = 0;
    std::unique_ptr<authcore::Clock::Timer> m_next;
};

} // namespace soak
