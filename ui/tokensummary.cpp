#include "ui/tokensummary.h"

#include "authcore/tokens/jwt.h"
#include "ui/wording.h"

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

QString withGlyph(const QString &glyph, const QString &text)
{
    return QString(glyph % u' ' % text);
}

QString toText(const QVariant &value)
{
    if (value.typeId() == QMetaType::QVariantList)
        return value.toStringList().join(", "_L1);
    return value.toString();
}

std::vector<Claim> claimsOf(const TokenSet &tokens)
{
    std::vector<Claim> claims;
    const auto jwt = Jwt::decode(tokens.accessToken);
    if (!jwt)
        return claims;
    const QVariantMap values = jwt->claims.toVariantMap();
    for (auto it = values.begin(); it != values.end(); ++it) {
        const bool isTime = it.key() == "exp"_L1 || it.key() == "iat"_L1 || it.key() == "nbf"_L1;
        const QString text = isTime
            ? QLocale().toString(
                QDateTime::fromSecsSinceEpoch(it.value().toLongLong()), u"yyyy-MM-dd HH:mm:ss"_s)
            : toText(it.value());
        claims.push_back({it.key(), text});
    }
    return claims;
}

} // namespace

TokenSummary TokenSummary::of(
    const TokenSet &tokens, Generation generation, TokenDamage damage, sys_seconds now)
{
    TokenSummary summary;
    summary.access = masked(tokens.accessToken);
    summary.refresh = masked(tokens.refreshToken);
    summary.claims = claimsOf(tokens);
    summary.generation = tokens.isEmpty() ? u"-"_s : Wording::generation(generation);

    switch (damage.access) {
    case TokenDamage::Access::Broken:
        summary.accessState = withGlyph(Wording::badGlyph(), tr("broken by you"));
        break;
    case TokenDamage::Access::ExpiredAtServer:
        summary.accessState = withGlyph(Wording::badGlyph(), tr("expired at the server"));
        break;
    case TokenDamage::Access::Revoked:
        summary.accessState = withGlyph(Wording::badGlyph(), tr("revoked at the server"));
        break;
    case TokenDamage::Access::Deleted:
        summary.accessState = withGlyph(Wording::badGlyph(), tr("deleted by you"));
        break;
    case TokenDamage::Access::Intact:
        if (tokens.accessToken.isEmpty())
            summary.accessState = withGlyph(Wording::noteGlyph(), tr("none"));
        else if (!tokens.expiresAt)
            summary.accessState = withGlyph(Wording::noteGlyph(), tr("lifetime unknown"));
        else if (!tokens.isUsableAt(now))
            summary.accessState = withGlyph(Wording::badGlyph(), tr("expired"));
        else
            summary.accessState = withGlyph(Wording::goodGlyph(),
                tr("valid for %1").arg(Wording::countdown(*tokens.expiresAt - now)));
        break;
    }
    switch (damage.refresh) {
    case TokenDamage::Refresh::Broken:
        summary.refreshState = withGlyph(Wording::badGlyph(), tr("broken by you"));
        break;
    case TokenDamage::Refresh::Revoked:
        summary.refreshState = withGlyph(Wording::badGlyph(), tr("revoked at the server"));
        break;
    case TokenDamage::Refresh::Intact:
        summary.refreshState = tokens.refreshToken.isEmpty()
            ? withGlyph(Wording::noteGlyph(), tr("none"))
            : withGlyph(Wording::goodGlyph(), tr("present"));
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
