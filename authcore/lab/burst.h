#pragma once

#include <QtCore/QByteArray>
#include <QtCore/QObject>
#include <QtCore/QPointer>
#include <QtCore/QUrl>
#include <QtNetwork/QNetworkReply>

#include <chrono>
#include <cstddef>
#include <optional>
#include <vector>

class QNetworkAccessManager;

namespace authcore::lab {

//! What a burst sends: `count` equal requests at once.
struct BurstPlan
{
    QUrl url; //!< the same for all requests
    QByteArray verb = "GET"; //!< any verb; the body is sent where the verb is not GET or HEAD
    QByteArray body; //!< of each request
    QByteArray contentType = "application/octet-stream"; //!< of the body
    int count = 3; //!< how many requests
};

//! The result that one caller of a burst gets.
struct BurstAnswer
{
    int finishedCount = 0; //!< finished() signals; exactly 1 is right
    std::optional<int> status; //!< of HTTP; empty: no answer
    QNetworkReply::NetworkError error = QNetworkReply::NoError; //!< as Qt reports it
    QString errorText; //!< for people
    QByteArray body; //!< at most BurstAnswer::keptBytes
    static constexpr qint64 keptBytes = 65'536; //!< the rest is read and dropped
};

//! Sends N requests at once through any QNetworkAccessManager and collects the answers.
//!
//! Lifetime: `manager` outlives the burst; the destructor aborts running requests.
//! Thread:   the manager's.
//! Errors:   in the answers.
class Burst : public QObject
{
    Q_OBJECT

public:
    //! A burst that sends through `manager`.
    explicit Burst(QNetworkAccessManager &manager, QObject *parent = nullptr);
    ~Burst() override;

    void start(const BurstPlan &plan); //!< aborts a running burst first
    void abort(); //!< aborts all unfinished requests; emits finished()

    [[nodiscard]] bool isRunning() const; //!< some request is not finished
    [[nodiscard]] const std::vector<BurstAnswer> &answers() const; //!< in the order of sending
    [[nodiscard]] std::chrono::nanoseconds wallTime() const; //!< from start() to the last answer

Q_SIGNALS:
    void answered(int index); //!< request `index` has finished
    void finished(); //!< all requests have finished

private:
    [[nodiscard]] QNetworkReply *send();
    void keepSome(std::size_t index);
    void noteFinished(std::size_t index);
    void dropReplies();

    QNetworkAccessManager &m_manager;
    BurstPlan m_plan;
    std::vector<QPointer<QNetworkReply>> m_replies;
    std::vector<BurstAnswer> m_answers;
    std::size_t m_unfinished = 0;
    bool m_running = false;
    std::chrono::steady_clock::time_point m_startedAt;
    std::chrono::steady_clock::time_point m_lastAnswerAt;
};

} // namespace authcore::lab
