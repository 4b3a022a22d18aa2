#pragma once

#include "authcore/demobackend/dialect.h"

namespace demobackend {

//! The dialect `custom-jwt`: JSON bodies, Bearer, one session per user.
class CustomJwt final : public Dialect
{
public:
    [[nodiscard]] QString name() const override;
    [[nodiscard]] std::optional<Endpoint> endpointOf(const Request &request) const override;
    [[nodiscard]] SignIns signIns() const override { return SignIns::One; }
    [[nodiscard]] std::optional<Credentials> credentialsIn(const Request &request) const override;
    [[nodiscard]] QByteArray refreshTokenIn(const Request &request) const override;
    [[nodiscard]] Reply signedIn(const Grant &grant, const Knobs &knobs) const override;
    [[nodiscard]] Reply refreshed(const Grant &grant, const Knobs &knobs) const override;
};

} // namespace demobackend
