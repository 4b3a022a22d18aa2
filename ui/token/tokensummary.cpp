#include "ui/token/tokensummary.h"

#include "authcore/profile/backendprofile.h"
#include "authcore/tokens/jwt.h"
#include "ui/common/wording.h"

#include <QtCore/QDateTime>
#include <QtCore/QLocale>
#include <QtCore/QVariantMap>

namespace ui {

using namespace Qt::StringLiterals;
using namespace authcore;
using std::chrono::sys_seconds;

namespace {

constexpr int shownCharacters = 4;
constexpr int shortToken = 4 * shownCharacters;

QString toText(const QVariant &value)
{
    if (value.typeId() == QMetaType::QVariantList)
        return value.toStringList().join(", "_L1);
    return value.toString();
}

std::vector<Claim> claimsOf(const QByteArray &token)
{
    std::vector<Claim> claims;
    const auto jwt = Jwt::decode(token);
    if (!jwt)
        return claims;
    const QVariantMap values = jwt->claims.toVariantMap();
    for (auto it = values.begin(); it != values.end(); ++it) {
        const bool isTime = it.key() == "exp"_L1 || it.key() == "auth_time"_L1
            || it.key() == "iat"_L1 || it.key() == "nbf"_L1;
        const QString text = isTime
            ? QLocale().toString(
                QDateTime::fromSecsSinceEpoch(it.value().toLongLong()), u"yyyy-MM-dd HH:mm:ss"_s)
            : toText(it.value());
        claims.push_back({it.key(), text});
    }
    return claims;
}

QString carried(const QByteArray &token, TokenOrigin::Carrier carrier)
{
    const QString masked = TokenSummary::masked(token);
    return token.isEmpty() || carrier == TokenOrigin::Carrier::Header
        ? masked
        : TokenSummary::tr("%1, in a cookie").arg(masked);
}

// TLS may stand in for the signature (OpenID Connect Core section 3.1.3.7, item 6).
QString idRemarkFor(const TokenSet &tokens)
{
    if (tokens.tokenEndpoint.scheme() == "https"_L1)
        return TokenSummary::tr("Not verified by signature: it came straight from the token "
                                "endpoint over TLS.");
    if (isLoopback(tokens.tokenEndpoint))
        return TokenSummary::tr("Not verified by signature, and no TLS vouches for it: it came "
                                "from the token endpoint over plain http on this computer.");
    return TokenSummary::tr("Not verified at all: it came from the token endpoint over plain http, "
                            "where anybody on the way can change it.");
}

QString refreshRemarkFor(const TokenSet &tokens, const TokenOrigin &origin)
{
    if (tokens.isEmpty() || !tokens.refreshToken.isEmpty())
        return {};
    if (!origin.report.whyNoRefreshToken.isEmpty())
        return TokenSummary::tr("When the access token expires, you have to sign in again: %1.")
            .arg(origin.report.whyNoRefreshToken);
    return TokenSummary::tr("The server granted none. When the access token expires, you have to "
                            "sign in again.");
}

} // namespace

TokenSummary TokenSummary::of(const TokenSet &tokens, Generation generation, TokenDamage damage,
    sys_seconds now, const TokenOrigin &origin)
{
    TokenSummary summary;
    summary.access = carried(tokens.accessToken, origin.access);
    summary.refresh = carried(tokens.refreshToken, origin.refresh);
    summary.refreshRemark = refreshRemarkFor(tokens, origin);
    summary.claims = claimsOf(tokens.accessToken);
    if (!tokens.isEmpty())
        summary.signIn = origin.report.lines().join(u'\n');
    if (!tokens.idToken.isEmpty()) {
        summary.idToken = masked(tokens.idToken);
        summary.idRemark = idRemarkFor(tokens);
        summary.idClaims = claimsOf(tokens.idToken);
    }
    summary.generation = tokens.isEmpty() ? u"-"_s : Wording::generation(generation);

    switch (damage.access) {
    case TokenDamage::Access::Broken:
        summary.accessState = Wording::withGlyph(Wording::badGlyph(), tr("broken by you"));
        break;
    case TokenDamage::Access::ExpiredAtServer:
        summary.accessState = Wording::withGlyph(Wording::badGlyph(), tr("expired at the server"));
        break;
    case TokenDamage::Access::Revoked:
        summary.accessState = Wording::withGlyph(Wording::badGlyph(), tr("revoked at the server"));
        break;
    case TokenDamage::Access::Deleted:
        summary.accessState = Wording::withGlyph(Wording::badGlyph(), tr("deleted by you"));
        break;
    case TokenDamage::Access::Intact:
        if (tokens.accessToken.isEmpty())
            summary.accessState = Wording::withGlyph(Wording::noteGlyph(), tr("none"));
        else if (!tokens.expiresAt)
            summary.accessState = Wording::withGlyph(Wording::noteGlyph(), tr("lifetime unknown"));
        else if (!tokens.isUsableAt(now))
            summary.accessState = Wording::withGlyph(Wording::badGlyph(), tr("expired"));
        else
            summary.accessState = Wording::withGlyph(Wording::goodGlyph(),
                tr("valid for %1").arg(Wording::countdown(*tokens.expiresAt - now)));
        break;
    }
    switch (damage.refresh) {
    case TokenDamage::Refresh::Broken:
        summary.refreshState = Wording::withGlyph(Wording::badGlyph(), tr("broken by you"));
        break;
    case TokenDamage::Refresh::Revoked:
        summary.refreshState = Wording::withGlyph(Wording::badGlyph(), tr("revoked at the server"));
        break;
    case TokenDamage::Refresh::Intact:
        summary.refreshState = tokens.refreshToken.isEmpty()
            ? Wording::withGlyph(Wording::noteGlyph(), tr("none"))
            : Wording::withGlyph(Wording::goodGlyph(), tr("present"));
        break;
    }
    return summary;
}

QString TokenSummary::masked(const QByteArray &token)
{
    if (token.isEmpty())
        return tr("none");
    const QString length = token.size() == 1
        ? tr("one byte")
        : tr("%n bytes", nullptr, static_cast<int>(token.size()));
    const QString shown =
        token.size() < shortToken ? QString() : QString::fromLatin1(token.left(shownCharacters));
    return QString(shown % u"\u2026 ("_s % length % u')');
}

} // namespace ui
