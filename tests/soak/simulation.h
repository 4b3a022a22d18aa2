#pragma once

#include "authcore/network/authnetworkaccessmanager.h"
#include "authcore/testing/manualclock.h"
#include "tests/soak/authorizationserver.h"
#include "tests/soak/callersdevice.h"
#include "tests/soak/ledger.h"
#include "tests/soak/otherprocess.h"
#include "tests/soak/unsteadystore.h"

#include <QtCore/QObject>
#include <QtCore/QTemporaryDir>

#include <functional>
#include <memory>
#include <vector>

namespace soak {

//! What there is of everything; per mille of requests, answers, signals or steps.
struct Mix
{
    bool isCalm = false; //!< nothing takes long: every request ends well
    int managers = 1;
    int bodies = 0; //!< of requests
    int odd = 0; //!< requests: redirect policies of their own, priorities
    int redirects = 0; //!< of answers
    int failures = 0; //!< of answers: 4xx, 5xx, lost, broken off
    int spurious = 0; //!< of answers: 401 for a good token
    int refreshTrouble = 0; //!< of refreshes
    int storeTrouble = 0; //!< of the store's operations
    int withdrawals = 0; //!< of steps: aborts, closes, deletions
    int revocations = 0; //!< of steps: the server forgets access tokens
    int people = 0; //!< of steps: sign-ins, sign-outs, other accounts, tokens by hand
    int others = 0; //!< of steps: another process with the same store refreshes
    int upheavals = 0; //!< of steps: profiles, clock, restarts, other processes
    std::chrono::milliseconds pause {400}; //!< at most, now and then
    std::chrono::seconds shortestLife {1}; //!< of access tokens
    std::chrono::seconds longestLife {12};
    int inSlots = 0; //!< of signals: something of all that happens inside a slot
};

//! One seeded run: callers, people, servers and a store against authcore, without time.
//!
//! Thread: the main one, which runs no event loop: events are delivered here, in a known order.
class Simulation : public QObject
{
    Q_OBJECT

public:
    Simulation(const Mix &mix, std::uint64_t seed);
    ~Simulation() override;

    //! Issues so many requests, lets everything come to rest, and says what was wrong; empty:
    //! nothing.
    [[nodiscard]] QString run(int requests);

    struct Counts
    {
        int issued = 0;
        int attempts = 0;
        int refreshes = 0;
        int adopted = 0; //!< refreshes that found another process's tokens
        int ended = 0; //!< sessions
        int good = 0; //!< replies with 200

        Counts &operator+=(const Counts &other);
    };
    [[nodiscard]] Counts counts() const { return m_counts; }
    [[nodiscard]] std::uint64_t digest() const
    {
        return m_ledger.digest();
    } //!< of all that happened

private:
    class Manager;
    class Endpoint;

    // The servers.
    [[nodiscard]] Answer answerTo(const Call *call, const QUrl &url, const QByteArray &token);
    [[nodiscard]] Answer answerRefresh(const QByteArray &refreshToken, bool &wasUsed);
    [[nodiscard]] QNetworkReply *attempt(Manager &manager, QNetworkAccessManager::Operation op,
        const QNetworkRequest &request, QIODevice *body);
    [[nodiscard]] QNetworkReply *refresh(QNetworkAccessManager &http,
        QNetworkAccessManager::Operation op, const QNetworkRequest &request, QIODevice *body);

    // The callers.
    void issue();
    [[nodiscard]] QNetworkReply *issueWithBody(
        Manager &manager, QNetworkRequest request, Call &call);
    void follow(int id);
    void onFinished(int id);
    void withdrawOne();
    void withdraw(int id, int how);
    void stopAll();
    [[nodiscard]] int anyCall();

    // The people and the weather.
    void step();
    void person();
    void upheaval();
    void inSlot();
    void signIn(bool sameAccount);
    void giveTokens(const authcore::TokenSet &tokens);
    void changeProfile();
    void replaceManager();
    void restart();
    void anotherProcess();
    void makeSession();
    void addManager();

    // Time.
    void advance();
    void sleep(std::chrono::milliseconds time);
    void drain();
    void rest();
    void check();

    Mix m_mix;
    Chance m_chance;
    authcore::testing::ManualClock m_clock;
    AuthorizationServer m_server;
    UnsteadyStore m_store;
    Ledger m_ledger;
    std::unique_ptr<QTemporaryDir> m_locks; //!< where there are other processes
    OtherProcess m_other;
    authcore::BackendProfile m_profile;
    std::unique_ptr<authcore::AuthSession> m_session;
    std::vector<std::unique_ptr<Manager>> m_managers;
    std::unique_ptr<authcore::Clock::Timer> m_visitor; //!< who signs in when asked to
    authcore::TokenSet m_earlier; //!< tokens of before, for hands that give them again
    std::vector<int> m_leftLying; //!< replies that their callers delete later
    Counts m_counts;
    int m_refreshesBefore = 0; //!< when the last one ended
    int m_replies = 0; //!< simulated ones alive
    int m_depth = 0; //!< of slots in slots
    bool m_isResting = false;
    std::optional<authcore::RefreshId> m_unstorable; //!< which was told that the store is full
    bool m_speaksHttp2 = false;
};

} // namespace soak

Q_DECLARE_METATYPE(soak::Mix)
