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

//! Finds out an authorization server's endpoints from its issuer URL.
//!
//! Asks for the OpenID Connect document and for the OAuth one; profiles that ask for the scope
//! `openid` in this order, others the other way round. The document's issuer has to be the
//! profile's, character by character. Only empty endpoints are filled in: see withoutEndpoints().
//! Lifetime: `session` or `clock` outlives this; destroying it cancels, silently. Usable again after each end.
//! Thread:   its own; with a session, that one's.
//! Errors:   exactly one of succeeded(), failed() and cancelled() for each start().
//! Units:    each of the two requests RefreshPolicy::tryTimeout and 1 MiB; no redirect is followed.
//! Spec:     RFC 8414 sections 2 and 3; OpenID Connect Discovery 1.0 section 4.
class AUTHCORE_EXPORT Discovery : public QObject
{
    Q_OBJECT

public:
    //! With the network settings of `session` and its clock.
    explicit Discovery(AuthSession &session, QObject *parent = nullptr);
    //! Without a session; `clock` bounds it.
    explicit Discovery(Clock &clock, QObject *parent = nullptr);
    //! The same with network settings.
    Discovery(Clock &clock, const NetworkSettings &settings, QObject *parent = nullptr);
    ~Discovery() override;

    [[nodiscard]] bool isBusy() const; //!< start() has not ended yet

    //! `profile` without what discovery would find out: for a preset with endpoints of its own.
    [[nodiscard]] static BackendProfile withoutEndpoints(BackendProfile profile);
    //! Has an issuer, and lacks an endpoint that its sign-in methods or refreshes need.
    [[nodiscard]] static bool isNeeded(const BackendProfile &profile);

public Q_SLOTS:
    //! By `profile.issuer`. A busy one is cancelled first. Nothing is emitted inside it but that.
    void start(const authcore::BackendProfile &profile);
    void cancel(); //!< ends a busy one

Q_SIGNALS:
    //! `found.profile` is good for signing in when `found.missing` is empty.
    void succeeded(const authcore::Discovered &found);
    void failed(const authcore::TokenError &error); //!< its detail says what, and where
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
