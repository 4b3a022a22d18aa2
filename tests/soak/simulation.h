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

//! The frequencies of all events, per mille of requests, answers, signals or steps.
struct Mix
{
    bool isCalm = false; //!< nothing takes long, so every request succeeds
    int managers = 1;
    int bodies = 0; //!< of requests
    int odd = 0; //!< of requests: other redirect policies or priorities
    int redirects = 0; //!< of answers
    int failures = 0; //!< of answers: 4xx, 5xx, lost, or incomplete
    int spurious = 0; //!< of answers: 401 for a valid token
    int refreshTrouble = 0; //!< of refreshes
    int storeTrouble = 0; //!< of the store's operations
    int withdrawals = 0; //!< of steps: aborts, closes, deletions
    int revocations = 0; //!< of steps: the server revokes access tokens
    int people = 0; //!< of steps: sign-ins, sign-outs, other accounts, setTokens()
    int others = 0; //!< of steps: another process with the same store refreshes
    int upheavals = 0; //!< of steps: other profiles, set clocks, restarts, other processes
    std::chrono::milliseconds pause {400}; //!< the longest pause between steps
    std::chrono::seconds shortestLife {1}; //!< of access tokens
    std::chrono::seconds longestLife {12};
    int inSlots = 0; //!< of signals: one of these events inside a slot
};

//! One seeded run of authcore with simulated callers, users, servers and store, in simulated time.
//!
//! Thread:   the main one, without an event loop: the simulation delivers events in a known order.
class Simulation : public QObject
{
    Q_OBJECT

public:
    Simulation(const Mix &mix, std::uint64_t seed);
    ~Simulation() override;

    //! Issues `requests` requests and waits until all have ended. Returns the first problem; empty:
    //! none.
    [[nodiscard]] QString run(int requests);

    struct Counts
    {
        int issued = 0;
        int attempts = 0;
        int refreshes = 0;
        int adopted = 0; //!< refreshes that found another process's tokens
        int ended = 0; //!< ended sessions
        int good = 0; //!< replies with 200

        Counts &operator+=(const Counts &other);
    };
    [[nodiscard]] Counts counts() const { return m_counts; }
    [[nodiscard]] std::uint64_t digest() const
    {
        return m_ledger.digest();
    } //!< see Ledger::digest()

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

    // Users and incidents.
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
    void endRests();
    void rest();
    void check();

    Mix m_mix;
    Chance m_chance;
    authcore::testing::ManualClock m_clock;
    AuthorizationServer m_server;
    UnsteadyStore m_store;
    Ledger m_ledger;
    std::unique_ptr<QTemporaryDir> m_locks; //!< empty: there are no other processes
    OtherProcess m_other;
    authcore::BackendProfile m_profile;
    std::unique_ptr<authcore::AuthSession> m_session;
    std::vector<std::unique_ptr<Manager>> m_managers;
    std::unique_ptr<authcore::Clock::Timer> m_visitor; //!< a person who signs in when required
    authcore::TokenSet m_earlier; //!< old tokens, which may be set again
    std::vector<int> m_leftLying; //!< finished replies that their callers delete later
    Counts m_counts;
    int m_refreshesBefore = 0; //!< the number of refreshes when the last one ended
    int m_replies = 0; //!< simulated replies that are alive
    int m_depth = 0; //!< of nested slots
    bool m_isResting = false;
    std::optional<authcore::RefreshId> m_unstorable; //!< the refresh that found the store full
    bool m_speaksHttp2 = false;
};

} // namespace soak

Q_DECLARE_METATYPE(soak::Mix)
