#pragma once

#include "authcore/session/clock.h"
#include "authcore/tokens/tokenstore.h"

#include <QtCore/QObject>

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>

namespace QKeychain {
class Job;
}

namespace authcore {

//! Asks QtKeychain, one after the other, and finds out what its answers mean.
//!
//! QtKeychain neither takes a job back nor limits its time; it takes an entry that nobody unlocked
//! for none, and reports it deleted; and "something went wrong" is all it says without a service.
//! Lifetime: `clock` outlives this. Jobs outlive this where they must.
//! Thread:   the application's main thread; elsewhere what is asked fails at once.
//! Errors:   in the answers, which come in the order of the questions; perhaps inside ask().
class KeychainQueue : public QObject
{
    Q_OBJECT

public:
    enum class Outcome { Done, NotFound, Failed };
    struct Answer
    {
        Outcome outcome = Outcome::Failed;
        QByteArray value {}; //!< Done by a job that reads
        StoreError trouble {}; //!< Failed
    };
    using Then = std::function<void(const Answer &)>;

    explicit KeychainQueue(Clock &clock);

    [[nodiscard]] std::chrono::milliseconds patience() const { return m_patience; }
    void setPatience(std::chrono::milliseconds patience) { m_patience = patience; }

    void ask(std::unique_ptr<QKeychain::Job> job, Then then);

Q_SIGNALS:
    void waitingForPerson();

private:
    enum class Number : std::uint64_t {};
    struct Request
    {
        Number number;
        Then then;
        bool isHeard = false; //!< QtKeychain has answered; what that means is perhaps looked into
        std::optional<Answer> answer {};
    };

    void hear(Number number, const QKeychain::Job &job);
    void settle(Number number, const Answer &answer); //!< tells it when all before it are told
    void waitForNext();
    void lookWhatIsTheMatter(Number waited);
    void giveUp();
    [[nodiscard]] Request *find(Number number);

    Clock &m_clock;
    std::chrono::milliseconds m_patience {30'000};
    std::deque<Request> m_requests;
    std::uint64_t m_lastNumber = 0;
    int m_givenUp = 0; //!< still with QtKeychain, whose answer nobody waits for any more
    std::unique_ptr<Clock::Timer> m_timer; //!< while QtKeychain owes an answer
    bool m_personWasAsked = false;
};

} // namespace authcore
