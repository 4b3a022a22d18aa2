#pragma once

#include "authcore/demobackend/answerplan.h"
#include "authcore/demobackend/dialects/alldialects.h"
#include "authcore/demobackend/exchange.h"
#include "authcore/demobackend/knobs.h"
#include "authcore/demobackend/protectedresources.h"
#include "authcore/demobackend/refreshfamilies.h"
#include "authcore/demobackend/statefile.h"
#include "authcore/demobackend/tokenendpoints.h"
#include "authcore/demobackend/tokenmint.h"

#include <QtCore/QString>

#include <memory>
#include <mutex>
#include <optional>
#include <vector>

namespace demobackend {

//! The backend without its connections: it decides the reply to each request, and never waits.
//!
//! Thread:   any; it decides one request at a time.
class Authority
{
public:
    Authority() = default;
    Authority(const Authority &) = delete;
    Authority &operator=(const Authority &) = delete;

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

    //! Counts the arrival of `request` and returns the names of its tokens for the transcript.
    [[nodiscard]] QString arrive(const Request &request);
    [[nodiscard]] Reply answer(const Request &request);
    void countScripted(const Request &request, int status);

    [[nodiscard]] Instant now() const; //!< by the backend's clock
    //! Sets the address under which clients know the backend; tokens name it as their issuer.
    void setAddress(const QString &scheme, quint16 port);

    [[nodiscard]] SavedState state() const; //!< without the port
    void restore(const SavedState &state);

private:
    struct Route
    {
        Dialect &dialect;
        Endpoint endpoint;
    };

    // Callers of these hold m_mutex.
    [[nodiscard]] Instant clock() const;
    [[nodiscard]] std::optional<Route> routeOf(const Request &request) const;
    [[nodiscard]] QByteArray accessTokenIn(
        const Request &request, const std::optional<Route> &route) const;
    [[nodiscard]] Reply decide(const Route &route, const Request &request);

    mutable std::mutex m_mutex;
    Knobs m_knobs;
    AnswerPlan<RefreshAnswer> m_refreshes;
    AnswerPlan<ResourceAnswer> m_resources;
    HangRound m_hangRound {};
    Counters m_counters;
    TokenMint m_mint;
    RefreshFamilies m_families;
    const std::vector<std::unique_ptr<Dialect>> m_dialects = allDialects();
    TokenEndpoints m_tokenEndpoints {m_mint, m_families, m_counters};
    ProtectedResources m_protectedResources {m_mint, m_counters};
};

} // namespace demobackend
