#pragma once

#include "authcore/demobackend/moment.h"
#include "authcore/demobackend/oauth/authorizationcodes.h"
#include "authcore/demobackend/oauth/devicegrants.h"
#include "authcore/demobackend/oauth/oauthclients.h"
#include "authcore/demobackend/oauth/oauthgrant.h"

#include <optional>
#include <variant>

namespace demobackend {

class Form;

//! The refusal of the token endpoint.
struct GrantRefusal
{
    OAuthError error;
    std::optional<OAuthGrant> revoked = {}; //!< the grant whose tokens must be revoked
};

//! Decides the token requests of all grant types but refresh_token.
//!
//! Lifetime: the constructor's arguments outlive it.
//! Thread:   one at a time.
//! Spec:     RFC 6749 sections 4.1.3 and 4.3.2, RFC 8628 section 3.4.
class GrantTypes
{
public:
    GrantTypes(AuthorizationCodes &codes, DeviceGrants &devices);

    using Outcome = std::variant<OAuthGrant, GrantRefusal>;
    [[nodiscard]] Outcome decide(const Form &form, const OAuthClient &client, const Moment &moment);

private:
    [[nodiscard]] Outcome code(const Form &form, const OAuthClient &client, const Moment &moment);
    [[nodiscard]] Outcome device(const Form &form, const OAuthClient &client, const Moment &moment);

    AuthorizationCodes &m_codes;
    DeviceGrants &m_devices;
};

} // namespace demobackend
