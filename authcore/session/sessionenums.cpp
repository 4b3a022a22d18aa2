#include "authcore/session/sessionenums.h"

#include <QtCore/QCoreApplication>

namespace authcore {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(authcore::EndReason)
};

} // namespace

QString textFor(EndReason reason)
{
    switch (reason) {
    case EndReason::SignedOut:
        return Text::tr("You signed out.");
    case EndReason::Left:
        return Text::tr("Another account has taken over.");
    case EndReason::RefreshRejected:
        return Text::tr("The server does not accept the refresh token any more.");
    case EndReason::NoRefreshToken:
        return Text::tr(
            "The access token is not accepted any more, and there is no refresh token.");
    case EndReason::SignedOutElsewhere:
        return Text::tr("You signed out in another window or program.");
    case EndReason::ReplayChallenged:
        return Text::tr("The server does not accept a freshly refreshed access token.");
    case EndReason::ProfileChanged:
        return Text::tr("The profile sends tokens to other places than when you signed in.");
    }
    return {};
}

} // namespace authcore
