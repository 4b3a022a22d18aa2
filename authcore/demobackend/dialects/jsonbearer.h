#pragma once

#include "authcore/demobackend/dialect.h"

namespace demobackend {

//! The dialect `json-bearer`: JSON bodies in camel case, lifetimes in seconds, Bearer.
class JsonBearer final : public Dialect
{
public:
    [[nodiscard]] QString name() const override;
    [[nodiscard]] std::optional<Endpoint> endpointOf(const Request &request) const override;
    [[nodiscard]] QByteArray refreshTokenIn(const Request &request) const override;
    [[nodiscard]] Reply signedIn(const Grant &grant, const Knobs &knobs) const override;
    [[nodiscard]] Reply refreshed(const Grant &grant, const Knobs &knobs) const override;
};

} // namespace demobackend
