#pragma once

#include "authcore/lab/trial/remedies.h"
#include "authcore/lab/trial/trialclient.h"

#include <QtCore/QJsonObject>
#include <QtCore/QObject>
#include <QtCore/QStringList>

#include <deque>
#include <functional>
#include <memory>
#include <optional>

namespace authcore::lab {

//! What is known before a step of a trial.
struct TrialState
{
    BackendProfile profile;
    TokenSet tokens = {}; //!< of the sign-in or the last refresh
    SeenExchange signIn = {}; //!< the sign-in that gave them, or the one before the refresh
};

//! How a step went.
struct SearchResult
{
    bool isGood = false;
    TrialState after; //!< with the profile that worked, or the one that was given
    QStringList why = {}; //!< what led to another profile; empty: the given one works
    TrialResult first; //!< of the profile that was given
    TrialResult last; //!< of the one that worked; else as `first`
};

//! Carries out one step of a trial, and where it fails looks for a profile with which it works.
//!
//! What seems to help is tried at once, so that it is known to help. Passwords and tokens are only
//! sent to the origin where the profile has sent them; a request without any shows beforehand
//! whether something is at an address.
//! Lifetime: `clock` outlives this. One use; destroying it ends the search silently.
//! Thread:   its own; `then` is called once, and may delete this.
//! Units:    at most 40 requests with credentials, one after the other.
class StepSearch : public QObject
{
    Q_OBJECT

public:
    using Then = std::function<void(const SearchResult &)>;

    StepSearch(Clock &clock, TrialSetup setup, TrialStepKind step, TrialState state);

    void start(Then then);

Q_SIGNALS:
    void browserNeeded(const QUrl &url); //!< see TrialClient
    void userCodeReady(const QString &code, const QUrl &url, const QUrl &urlWithCode); //!< likewise

private:
    struct Candidate
    {
        BackendProfile profile;
        QStringList why = {};
        SeenExchange answerBefore = {}; //!< what the profile got that this one comes from
    };

    void next();
    void attempt();
    void renewClient();
    void attemptWithTokens();
    void judge(const TrialResult &result);
    [[nodiscard]] bool isGood(const TrialResult &result) const;
    [[nodiscard]] bool isHopeless(const TrialResult &result) const;
    void push(const QList<Remedy> &remedies, const SeenExchange &after);
    [[nodiscard]] bool mayBeAt(const QUrl &url) const;
    void look(); //!< for an address
    void lookNext();
    void looked(const TrialResult &result);
    void finish(bool good, const Candidate &candidate, const TrialResult &last);
    [[nodiscard]] QUrl resource(const BackendProfile &profile) const;
    [[nodiscard]] TokenSet tokensForRequest() const;

    Clock &m_clock;
    TrialSetup m_setup;
    TrialStepKind m_step;
    const TrialState m_state;
    TokenSet m_tokens; //!< of m_state, or of a sign-in since
    TokenAnswer m_tokensReadBy; //!< the places where they were
    Then m_then;
    std::deque<Candidate> m_candidates;
    QList<QJsonObject> m_seen; //!< profiles that were tried or are to be tried
    Candidate m_present; //!< what is being tried
    std::unique_ptr<TrialClient> m_client;
    std::optional<TrialResult> m_first;
    //! What works, while something better is tried.
    struct Working
    {
        Candidate candidate;
        TrialResult result;
        TokenSet tokens;
        SeenExchange signIn;
    };
    std::optional<Working> m_working;
    SeenExchange m_signIn; //!< of m_client, or the known one
    int m_attempts = 0;
    bool m_areTokensSpent = false; //!< a refresh got an answer with a 2xx: sign in again
    //! Addresses that are looked at without credentials.
    struct Looking
    {
        QList<QUrl> places;
        qsizetype next = -1; //!< -1: an address where nothing can be
        std::optional<int> nothing; //!< the status of that
        QList<QUrl> found = {};
    };
    std::optional<Looking> m_looking;
};

} // namespace authcore::lab
