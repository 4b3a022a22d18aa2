#include "authcore/session/usabletokens.h"

#include "authcore/exchange/tokenplaces.h"
#include "authcore/profile/headerrules.h"
#include "authcore/session/sessionenums.h"

#include <QtCore/QCoreApplication>

using namespace Qt::StringLiterals;

namespace authcore {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(authcore::AuthSession)
};

} // namespace

QByteArray refreshCredential(const TokenSet &tokens, const BackendProfile &profile)
{
    return profile.refreshesWithAccessToken() ? tokens.accessToken : tokens.refreshToken;
}

QString profileChangedText(const TokenSet &tokens, const BackendProfile &profile)
{
    const QString text = textFor(EndReason::ProfileChanged);
    const QStringList changed = changedPlaces(tokens, profile);
    return changed.isEmpty() ? text : Text::tr("%1 Changed: %2.").arg(text, changed.join(u", "_s));
}

QString whyUnusable(const TokenSet &tokens, const BackendProfile &profile, const QString &whose)
{
    if (!changedPlaces(tokens, profile).isEmpty())
        return profileChangedText(tokens, profile);
    if (const QString what = controlCharactersIn(tokens); !what.isEmpty())
        return Text::tr("%1 cannot be used: %2 has control characters.").arg(whose, what);
    return {};
}

} // namespace authcore
