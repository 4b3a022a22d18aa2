#pragma once

#include "authcore/demobackend/dialect.h"

namespace demobackend {

//! The dialect `x-access-token`: its own header for the token, user data in the sign-in answer, and
//! resources for roles.
class XAccessToken final : public Dialect
{
public:
    [[nodiscard]] QString name() const override;
    [[nodiscard]] std::optional<Endpoint> endpointOf(const Request &request) const override;
    [[nodiscard]] std::optional<Reply> answerItself(
        const Request &request, TokenEndpoints &tokens, const Moment &moment) override;
    [[nodiscard]] QByteArray refreshTokenIn(const Request &request) const override;
    [[nodiscard]] QByteArray accessTokenIn(const Request &request) const override;
    [[nodiscard]] std::optional<Reply> resourceProblem(
        const Request &request, const AccessToken &token) const override;
    [[nodiscard]] Reply signedIn(const Grant &grant, const Knobs &knobs) const override;
    [[nodiscard]] Reply refreshed(const Grant &grant, const Knobs &knobs) const override;
    [[nodiscard]] Reply refreshRefused(const QString &reason) const override;
    [[nodiscard]] Reply problem(int status, const QString &detail) const override;
    [[nodiscard]] QByteArray content(const Request &request) const override;
};

} // namespace demobackend
