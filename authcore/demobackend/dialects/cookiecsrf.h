#pragma once

#include "authcore/demobackend/dialect.h"

namespace demobackend {

//! The dialect `cookie-csrf`: tokens in cookies. Beside each token is a cookie with a CSRF value,
//! which scripts can read and must send back in a header ("double submit").
class CookieCsrf final : public Dialect
{
public:
    [[nodiscard]] QString name() const override;
    [[nodiscard]] std::optional<Endpoint> endpointOf(const Request &request) const override;
    [[nodiscard]] QByteArray refreshTokenIn(const Request &request) const override;
    [[nodiscard]] QByteArray accessTokenIn(const Request &request) const override;
    [[nodiscard]] std::optional<Reply> refreshProblem(
        const Request &request, const QByteArray &refreshToken) const override;
    [[nodiscard]] std::optional<Reply> resourceProblem(
        const Request &request, const AccessToken &token) const override;
    [[nodiscard]] QJsonObject claimsFor(const Holder &holder) const override;
    [[nodiscard]] Reply signedIn(const Grant &grant, const Knobs &knobs) const override;
    [[nodiscard]] Reply refreshed(const Grant &grant, const Knobs &knobs) const override;
    [[nodiscard]] Reply problem(int status, const QString &detail) const override;

private:
    [[nodiscard]] std::optional<Reply> csrfProblem(
        const Request &request, const QByteArray &expected) const;
};

} // namespace demobackend
