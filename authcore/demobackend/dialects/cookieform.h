#pragma once

#include "authcore/demobackend/dialect.h"

namespace demobackend {

//! The dialect `cookie-form`: tokens in cookies only; a refresh is a multipart form.
class CookieForm final : public Dialect
{
public:
    [[nodiscard]] QString name() const override;
    [[nodiscard]] std::optional<Endpoint> endpointOf(const Request &request) const override;
    [[nodiscard]] QByteArray refreshTokenIn(const Request &request) const override;
    [[nodiscard]] QByteArray accessTokenIn(const Request &request) const override;
    [[nodiscard]] std::optional<Reply> refreshProblem(
        const Request &request, const QByteArray &refreshToken) const override;
    [[nodiscard]] Reply signedIn(const Grant &grant, const Knobs &knobs) const override;
    [[nodiscard]] Reply refreshed(const Grant &grant, const Knobs &knobs) const override;
    [[nodiscard]] Reply refreshRefused(const QString &reason) const override;
};

} // namespace demobackend
