#pragma once

#include "authcore/exchange/tokenerror.h"
#include "authcore/profile/backendprofile.h"
#include "authcore/signin/metadata.h"
#include "authcore/system/export.h"

#include <QtCore/QObject>

#include <memory>
#include <variant>

namespace authcore {

class AuthSession;
class Clock;
class HttpManagers;
struct EndpointAnswer;
struct NetworkSettings;

//! Fills in the endpoints of a profile from the metadata of its issuer.
//!
//! Requests the OpenID Connect document first if the profile's scope has `openid`, else the OAuth
//! one; if that one cannot be used, the other. The document's issuer must equal the profile's,
//! character by character. Endpoints that the profile has already are kept: see withoutEndpoints().
//! No redirect is followed.
//!
//! Lifetime: `session` or `clock` outlives this. Destruction cancels without a signal. It can be
//!           started again after each end.
//! Thread:   its own; with a session, that of the session.
//! Errors:   exactly one of succeeded(), failed() and cancelled() for each start().
//! Units:    RefreshPolicy::tryTimeout and 1 MiB bound each of the two requests.
//! Spec:     RFC 8414 sections 2 and 3; OpenID Connect Discovery 1.0 section 4.
class AUTHCORE_EXPORT Discovery : public QObject
{
    Q_OBJECT

public:
    //! Uses the network settings and the clock of `session`.
    explicit Discovery(AuthSession &session, QObject *parent = nullptr);
    //! For use without a session; `clock` measures the time-outs.
    explicit Discovery(Clock &clock, QObject *parent = nullptr);
    //! The same with network settings.
    Discovery(Clock &clock, const NetworkSettings &settings, QObject *parent = nullptr);
    ~Discovery() override;

    [[nodiscard]] bool isBusy() const; //!< a discovery is under way

    //! `profile` without the endpoints that a discovery fills in.
    [[nodiscard]] static BackendProfile withoutEndpoints(BackendProfile profile);
    //! Whether `profile` has an issuer, and lacks an endpoint that its sign-in methods or refreshes
    //! need.
    [[nodiscard]] static bool isNeeded(const BackendProfile &profile);

public Q_SLOTS:
    //! Begins a discovery at `profile.issuer`, and cancels one under way first. Emits nothing else
    //! before it returns.
    void start(const authcore::BackendProfile &profile);
    void cancel(); //!< cancels the discovery under way, if any

Q_SIGNALS:
    //! `found.profile` can be used for signing in if `found.missing` is empty.
    void succeeded(const authcore::Discovered &found);
    void failed(const authcore::TokenError &error); //!< the detail names the reason and the URL
    void cancelled(); //!< by cancel(), or by the next start()

private:
    struct Attempt;

    void ask();
    void answered(const std::variant<EndpointAnswer, TokenError> &result);
    void finish(const std::variant<Discovered, TokenError> &result);

    Clock &m_clock;
    std::unique_ptr<HttpManagers> m_ownHttp; //!< where there is no session
    HttpManagers &m_http;
    std::unique_ptr<Attempt> m_attempt; //!< empty: not busy
};

} // namespace authcore
