#pragma once

#include "authcore/demobackend/dialect.h"

namespace demobackend {

//! The dialect `unusual`: sign-in by GET with HTTP Basic and tokens in the reply's headers, refresh
//! by PUT with tokens in a nested JSON object, and challenges with status 200. It is no preset of
//! authcore.
class Unusual final : public Dialect
{
public:
    [[nodiscard]] QString name() const override;
    [[nodiscard]] std::optional<Endpoint> endpointOf(const Request &request) const override;
    [[nodiscard]] QByteArray methodOf(Endpoint endpoint) const override;
    [[nodiscard]] std::optional<Credentials> credentialsIn(const Request &request) const override;
    [[nodiscard]] QByteArray refreshTokenIn(const Request &request) const override;
    [[nodiscard]] Reply signedIn(const Grant &grant, const Knobs &knobs) const override;
    [[nodiscard]] Reply refreshed(const Grant &grant, const Knobs &knobs) const override;
    [[nodiscard]] Reply challenge(const QByteArray &parameters) const override;
};

} // namespace demobackend
