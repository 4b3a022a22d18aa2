#include "ui/account/rehomed.h"

#include "authcore/exchange/tokenplaces.h"

namespace ui {

using namespace authcore;

TokenSet rehomed(TokenSet tokens, const BackendProfile &profile)
{
    const QUrl endpoint = profile.resolved(profile.refresh.url);
    const auto isHere = [](const QUrl &url) { return isLoopback(url); };
    const bool wasHere = isHere(tokens.tokenEndpoint)
        && tokens.tokenEndpoint.path() == endpoint.path() && tokens.protectedOrigins.size() == 1
        && isHere(QUrl(tokens.protectedOrigins.front()));
    if (wasHere && isHere(endpoint))
        notePlaces(tokens, profile);
    return tokens;
}

} // namespace ui
