#pragma once

#include "authcore/session/sessionids.h"

#include <QtCore/QByteArray>
#include <QtCore/QString>
#include <QtCore/QUrl>

#include <chrono>
#include <cstdint>
#include <deque>
#include <set>

namespace authcore {

//! Remembers which requests servers have accepted and refused with the present access token, and
//! decides from that whether another refresh can help. An account must not be refreshed again and
//! again for a resource that answers 401 whatever the token is.
//!
//! A *refused replay* is a request that was challenged, waited for the refresh that this caused,
//! was sent again with the new token, and was challenged again. A token is *proven* at an origin
//! when a request that carried it was answered with a 2xx or 304 there. Pure: a value.
//! Lifetime: a part of SessionState.
//! Thread:   one at a time.
//! Units:    `now` is the monotonic clock.
class Acceptance
{
public:
    //! The part of a request that matters here.
    struct Request
    {
        QByteArray method; //!< "GET"
        QUrl url; //!< its query does not matter
    };

    //! Another access token is in use from now on.
    void tokenChanged();
    //! `request`, sent when refusalCount() was `refusalsBefore`, was answered with a 2xx or 304.
    void accepted(const Request &request, std::uint32_t refusalsBefore);
    //! `request` was a refused replay, after a refresh that a challenge had caused. A pause lasts
    //! at least `pause`, and doubles with each further refresh that ends like this.
    void refused(const Request &request, RefreshId refresh, std::chrono::nanoseconds now,
        std::chrono::milliseconds pause);
    void endPause(); //!< somebody wants a refresh now

    [[nodiscard]] bool isProven(const QUrl &url) const; //!< at this URL's origin
    //! At some origin.
    [[nodiscard]] bool isProvenAnywhere() const { return !m_provenOrigins.empty(); }
    //! Whether a refresh because of a challenge to `request` would be in vain: the present token
    //! was refused for the same request and accepted for others since, or three refreshes one after
    //! the other ended in refused replays a short time ago.
    [[nodiscard]] bool isInVain(const Request &request, std::chrono::nanoseconds now) const;
    //! Refused replays so far.
    [[nodiscard]] std::uint32_t refusalCount() const { return m_refusalCount; }
    //! Whether accepted() must be called although the token is proven already.
    [[nodiscard]] bool hasRefusals() const { return !m_refusals.empty(); }

private:
    void forget(const QByteArray &request);

    struct Refusal
    {
        QByteArray request; //!< method and URL
        QString origin;
        std::uint32_t number = 0; //!< refusalCount() from then on
        std::chrono::nanoseconds at {};
        bool isProvenSince = false; //!< a request that was sent later was accepted there
    };

    std::set<QString> m_provenOrigins;
    std::deque<Refusal> m_refusals; //!< the oldest first; of the present token
    std::uint32_t m_refusalCount = 0;
    RefreshId m_lastRefused {}; //!< the refresh that ended in a refused replay last
    int m_refusedInARow = 0; //!< how many refreshes ended so, one after the other
    std::chrono::nanoseconds m_pauseEnds {}; //!< of the present token
};

} // namespace authcore
