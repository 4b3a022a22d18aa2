#pragma once

#include "authcore/demobackend/dialect.h"

namespace demobackend {

//! The dialect `sliding`: there are no refresh tokens. A refresh exchanges an access token that has
//! not expired yet for a new one. It is no preset of authcore.
class Sliding final : public Dialect
{
public:
    [[nodiscard]] QString name() const override;
    [[nodiscard]] std::optional<Endpoint> endpointOf(const Request &request) const override;
    [[nodiscard]] std::optional<Reply> answerItself(
        const Request &request, TokenEndpoints &tokens, const Moment &moment) override;
    [[nodiscard]] QByteArray refreshTokenIn(const Request &request) const override;
    [[nodiscard]] Reply signedIn(const Grant &grant, const Knobs &knobs) const override;
    [[nodiscard]] Reply refreshed(const Grant &grant, const Knobs &knobs) const override;
};

} // namespace demobackend
