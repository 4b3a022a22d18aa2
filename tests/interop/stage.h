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

//! A client of oidc-provider whose time stands still at the server's: a session, its manager and
//! its callers.
struct Stage
{
    struct Tries : authcore::TraceSink
    {
        void record(const authcore::TraceEvent &event) override;
        int finished = 0; //!< of all refreshes
    };
    using Tweak = std::function<void(authcore::BackendProfile &)>;

    explicit Stage(OidcProvider &provider, const Tweak &tweak = {});

    //! Signs anna in by a browser; the transcript starts after it. A1 and R1 are ours. Empty: well
    //! done.
    [[nodiscard]] QString signIn();
    //! The status that somebody else with the refresh token `stolen` gets from the server.
    [[nodiscard]] int refreshElsewhere(const QByteArray &stolen) const;
    //! RFC 7662: the server would still take `token`.
    [[nodiscard]] bool isActive(const QByteArray &token) const;

    Caller &get();
    void get(int count);
    [[nodiscard]] int endedWith(int status) const; //!< finished exactly once; 0: without a status
    [[nodiscard]] bool areAllFinished() const;
    [[nodiscard]] bool isStored(); //!< something is, for anna

    //! The server says that 6 seconds have passed, which is the end of each access token.
    void expireAtServer() { server.command(QStringLiteral("advance 6")); }
    //! The client thinks so too.
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
