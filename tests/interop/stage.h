#pragma once

#include "authcore/network/authnetworkaccessmanager.h"
#include "authcore/session/authsession.h"
#include "authcore/session/traceevent.h"
#include "authcore/testing/manualclock.h"
#include "authcore/tokens/memorytokenstore.h"
#include "tests/interop/oidcprovider.h"
#include "tests/support/caller.h"

#include <functional>
#include <memory>
#include <vector>

namespace test {

//! A client of oidc-provider: a session, its manager and its callers. Its clock stands still at the
//! server's time.
struct Stage
{
    struct Tries : authcore::TraceSink
    {
        void record(const authcore::TraceEvent &event) override;
        int finished = 0; //!< the number of ended refreshes
    };
    using Tweak = std::function<void(authcore::BackendProfile &)>;

    explicit Stage(OidcProvider &provider, const Tweak &tweak = {});

    //! Signs anna in by a browser and clears the transcript. The session's tokens are A1 and R1.
    //! Returns an error, or an empty text.
    [[nodiscard]] QString signIn();
    //! The status of a refresh by another client with the refresh token `stolen`.
    [[nodiscard]] int refreshElsewhere(const QByteArray &stolen) const;
    //! Whether `token` is valid for the server (RFC 7662).
    [[nodiscard]] bool isActive(const QByteArray &token) const;

    Caller &get();
    void get(int count);
    [[nodiscard]] int endedWith(int status)
        const; //!< callers that finished exactly once with `status`; 0: without a status
    [[nodiscard]] bool areAllFinished() const;
    [[nodiscard]] bool isStored(); //!< the store has tokens of anna

    //! Advances the server's time by 6 s, so that all access tokens expire.
    void expireAtServer() { server.command(QStringLiteral("advance 6")); }
    //! Advances the client's clock as well.
    void expireEverywhere();

    OidcProvider &server;
    authcore::MemoryTokenStore store;
    authcore::testing::ManualClock clock;
    authcore::BackendProfile profile;
    Tries tries;
    std::unique_ptr<authcore::AuthSession> session;
    std::unique_ptr<authcore::AuthNetworkAccessManager> manager;
    std::vector<std::unique_ptr<Caller>> callers;
};

} // namespace test
