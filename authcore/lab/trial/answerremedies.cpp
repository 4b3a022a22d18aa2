#include "authcore/lab/trial/answerremedies.h"

#include "authcore/lab/connect/answerinspection.h"
#include "authcore/profile/jsonpointer.h"
#include "authcore/tokens/jwt.h"

#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>
#include <QtCore/QStringList>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace authcore::lab {

TokenAnswer mendedAnswer(TokenAnswer answer, const SeenExchange &exchange)
{
    const auto seen = inspectAnswer(exchange.answerBody, exchange.setCookies);
    const auto json = QJsonDocument::fromJson(exchange.answerBody).object();
    const auto isThere = [&json](const QString &pointer) {
        return !valueAt(json, pointer).isUndefined();
    };
    const auto hasCookie = [&exchange](const QString &name) {
        return std::any_of(exchange.setCookies.cbegin(), exchange.setCookies.cend(),
            [prefix = QByteArray(name.toUtf8() + '=')](
                const QByteArray &cookie) { return cookie.startsWith(prefix); });
    };
    const bool hasAccess = isThere(answer.accessToken) || hasCookie(answer.accessTokenCookie)
        || !answer.accessTokenHeader.isEmpty();
    if (!hasAccess && seen.hasAccessToken()) {
        answer.accessToken = seen.places.accessToken;
        answer.accessTokenCookie = seen.places.accessTokenCookie;
    }
    const bool hasRefresh = isThere(answer.refreshToken) || hasCookie(answer.refreshTokenCookie)
        || !answer.refreshTokenHeader.isEmpty();
    if (!hasRefresh && seen.find(ValueKind::RefreshToken)) {
        answer.refreshToken = seen.places.refreshToken;
        answer.refreshTokenCookie = seen.places.refreshTokenCookie;
    }
    const bool isNamed = !answer.expiresIn.isEmpty() || !answer.expiresAt.isEmpty();
    const auto token = Jwt::decode(valueAt(json, answer.accessToken).toString().toUtf8());
    const bool knowsExpiry = isThere(answer.expiresIn) || isThere(answer.expiresAt)
        || (!isNamed && token && token->expiresAt());
    const bool showsExpiry = seen.find(ValueKind::Lifetime) || seen.find(ValueKind::Expiry);
    if (!knowsExpiry && showsExpiry) {
        answer.expiresIn = seen.places.expiresIn;
        answer.expiresAt = seen.places.expiresAt;
        answer.expiresInUnit = seen.places.expiresInUnit;
    }
    return answer;
}

QString placesText(const TokenAnswer &before, const TokenAnswer &after)
{
    QStringList places;
    const auto note = [&places](const QString &what, const QString &was, const QString &is) {
        if (was != is && !is.isEmpty())
            places.append(u"the %1 seems to be at \"%2\""_s.arg(what, is));
    };
    note(u"access token"_s, before.accessToken, after.accessToken);
    note(u"refresh token"_s, before.refreshToken, after.refreshToken);
    note(u"lifetime"_s, before.expiresIn, after.expiresIn);
    note(u"expiry"_s, before.expiresAt, after.expiresAt);
    const auto noteCookie = [&places](const QString &what, const QString &was, const QString &is) {
        if (was != is && !is.isEmpty())
            places.append(u"the %1 seems to be the cookie \"%2\""_s.arg(what, is));
    };
    noteCookie(u"access token"_s, before.accessTokenCookie, after.accessTokenCookie);
    noteCookie(u"refresh token"_s, before.refreshTokenCookie, after.refreshTokenCookie);
    return places.join(u", "_s);
}

} // namespace authcore::lab
