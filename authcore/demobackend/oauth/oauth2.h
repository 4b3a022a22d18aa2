#pragma once

#include "authcore/demobackend/dialect.h"
#include "authcore/demobackend/oauth/authorizationcodes.h"
#include "authcore/demobackend/oauth/authorizeendpoint.h"
#include "authcore/demobackend/oauth/deviceendpoints.h"
#include "authcore/demobackend/oauth/devicegrants.h"
#include "authcore/demobackend/oauth/granttypes.h"
#include "authcore/demobackend/oauth/idtokens.h"

#include <QtCore/QSet>

namespace demobackend {

//! The dialect `oauth2`: an authorization server and OpenID provider with the grants authorization
//! code, device, refresh token and, by a knob, password.
//!
//! Codes, device grants, revocations and the key of ID tokens are kept in memory. Refresh tokens
//! are kept in the state file, like those of every dialect.
//!
//! Spec:     RFC 6749, 6750, 7009, 7636, 8252, 8414, 8628 and 9207, OpenID Connect Core 1.0.
class OAuth2 final : public Dialect
{
public:
    [[nodiscard]] QString name() const override;
    [[nodiscard]] std::optional<Endpoint> endpointOf(const Request &request) const override;
    void setAddress(const QString &baseUrl) override;
    [[nodiscard]] std::optional<Reply> answerItself(
        const Request &request, TokenEndpoints &tokens, const Moment &moment) override;

    [[nodiscard]] QByteArray refreshTokenIn(const Request &request) const override;
    [[nodiscard]] QByteArray revokedTokenIn(const Request &request) const override;
    [[nodiscard]] std::optional<Reply> refreshProblem(
        const Request &request, const QByteArray &refreshToken) const override;
    [[nodiscard]] std::optional<Reply> holderProblem(
        const Request &request, const Holder &holder) const override;
    [[nodiscard]] std::optional<Reply> resourceProblem(
        const Request &request, const AccessToken &token) const override;

    [[nodiscard]] QJsonObject claimsFor(const Holder &holder) const override;
    [[nodiscard]] Reply signedIn(const Grant &grant, const Knobs &knobs) const override;
    [[nodiscard]] Reply refreshed(const Grant &grant, const Knobs &knobs) const override;
    [[nodiscard]] Reply refreshRefused(const QString &reason) const override;

private:
    [[nodiscard]] Reply token(const Request &request, TokenEndpoints &tokens, const Moment &moment);
    [[nodiscard]] Reply revoke(const Request &request, TokenEndpoints &tokens);
    [[nodiscard]] Reply userInfo(
        const Request &request, TokenEndpoints &tokens, const Moment &moment) const;
    [[nodiscard]] bool isRevoked(const AccessToken &token) const;
    void revokeGrant(const OAuthGrant &grant, TokenEndpoints &tokens);

    QString m_issuer;
    AuthorizationCodes m_codes;
    DeviceGrants m_devices;
    AuthorizeEndpoint m_authorize {m_codes};
    DeviceEndpoints m_deviceEndpoints {m_devices};
    GrantTypes m_grantTypes {m_codes, m_devices};
    IdTokens m_idTokens;
    QSet<QString> m_revokedGrants;
    QSet<QString> m_revokedTokens; //!< the "jti" of revoked access tokens
};

} // namespace demobackend
