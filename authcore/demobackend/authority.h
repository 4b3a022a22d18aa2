#pragma once

#include "authcore/demobackend/exchange.h"
#include "authcore/demobackend/knobs.h"
#include "authcore/demobackend/refreshfamilies.h"
#include "authcore/demobackend/statefile.h"
#include "authcore/demobackend/tokenmint.h"

#include <QtCore/QHash>
#include <QtCore/QString>

#include <mutex>

namespace demobackend {

//! The answer that the next few requests get, and Ok after them.
template <typename Answer>
class AnswerPlan
{
public:
    void set(Answer answer, int times)
    {
        m_answer = answer;
        m_times = times;
    }
    [[nodiscard]] Answer next() const { return m_times > 0 ? m_answer : Answer::Ok; }
    [[nodiscard]] Answer take() { return m_times-- > 0 ? m_answer : (m_times = 0, Answer::Ok); }

private:
    Answer m_answer = Answer::Ok;
    int m_times = 0;
};

//! The backend without its wire: decides what each request is answered, and never waits.
//!
//! Thread: any; decisions are taken one at a time.
class Authority
{
public:
    [[nodiscard]] Knobs knobs() const;
    void setKnobs(const Knobs &knobs);
    void answerRefreshes(RefreshAnswer answer, int times);
    [[nodiscard]] RefreshAnswer nextRefreshAnswer() const;
    [[nodiscard]] HangRound hangRound() const;
    void answerResources(ResourceAnswer answer, int times);
    [[nodiscard]] ResourceAnswer nextResourceAnswer() const;

    void expireAccessTokens();
    void revokeEverything();

    [[nodiscard]] Counters counters() const;
    void clearCounters();

    //! The names of the tokens that `request` shows, for the transcript; counts its arrival.
    [[nodiscard]] QString arrive(const Request &request);
    [[nodiscard]] Reply answer(const Request &request);
    void countScripted(const Request &request, int status);

    [[nodiscard]] Instant now() const; //!< by the backend's clock
    //! What clients call this backend, also in its tokens.
    void setAddress(const QString &scheme, quint16 port);

    [[nodiscard]] SavedState state() const; //!< without the port
    void restore(const SavedState &state);

private:
    // All of these expect m_mutex to be locked.
    [[nodiscard]] Instant clock() const;
    [[nodiscard]] Reply signIn(const Request &request);
    [[nodiscard]] Reply refresh(const Request &request);
    [[nodiscard]] Reply exchange(const QByteArray &refreshToken);
    [[nodiscard]] Reply grant(
        const DemoUser &user, const QByteArray &accessToken, const QByteArray &refreshToken) const;
    [[nodiscard]] QByteArray accessTokenFor(const DemoUser &user);
    [[nodiscard]] Reply resource(const Request &request);
    [[nodiscard]] Reply resourceContent(const Request &request, const QString &userName);
    [[nodiscard]] Reply challenge(const QByteArray &parameters) const;
    void countResource(int status);

    mutable std::mutex m_mutex;
    Knobs m_knobs;
    AnswerPlan<RefreshAnswer> m_refreshes;
    AnswerPlan<ResourceAnswer> m_resources;
    HangRound m_hangRound {};
    Counters m_counters;
    TokenMint m_mint;
    RefreshFamilies m_families;
    QHash<QString, QByteArray> m_lastAccessToken; //!< by user id
    QString m_elsewhere; //!< this server under its other name
};

} // namespace demobackend
