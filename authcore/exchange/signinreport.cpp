#include "authcore/exchange/signinreport.h"

#include "authcore/exchange/endpointanswer.h"
#include "authcore/exchange/sessioncookies.h"
#include "authcore/exchange/tokenanswer.h"
#include "authcore/profile/jsonpointer.h"
#include "authcore/tokens/jwt.h"

#include <algorithm>
#include <utility>

using namespace Qt::StringLiterals;

namespace authcore {

namespace {

using Token = SignInReport::Token;
using LifetimeFrom = SignInReport::LifetimeFrom;

//! The places of a token in the profile, two of them empty.
struct Places
{
    QString pointer;
    QString cookie;
    QByteArray header;
};

std::optional<Token> found(const QByteArray &token, const Places &places)
{
    if (token.isEmpty())
        return std::nullopt;
    Token result {Token::Place::Body, places.pointer, token.size(), Jwt::decode(token).has_value()};
    if (!places.header.isEmpty()) {
        result.place = Token::Place::Header;
        result.name = QString::fromLatin1(places.header);
    }
    if (!places.cookie.isEmpty()) {
        result.place = Token::Place::Cookie;
        result.name = places.cookie;
    }
    return result;
}

//! The pointers of texts whose names tell of a refresh token.
void gatherRefreshPlaces(const QString &where, const QJsonObject &json, QStringList &places)
{
    constexpr qsizetype deepest = 5;
    for (auto member = json.begin(); member != json.end(); ++member) {
        const QString place = where % u'/' % escapedForPointer(member.key());
        if (member.value().isString() && member.key().contains("refresh"_L1, Qt::CaseInsensitive))
            places.append(place);
        else if (member.value().isObject() && place.count(u'/') < deepest)
            gatherRefreshPlaces(place, member.value().toObject(), places);
    }
}

//! Where the answer has something that the profile does not take for its refresh token.
QString otherPlaces(const EndpointAnswer &answer, const QList<QNetworkCookie> &cookies)
{
    QStringList pointers;
    gatherRefreshPlaces({}, answer.json(), pointers);
    QStringList names;
    for (const QNetworkCookie &cookie : cookies) {
        if (cookie.name().toLower().contains("refresh"))
            names.append(QString::fromUtf8(cookie.name()));
    }
    if (!pointers.isEmpty())
        return u"; the answer has \"%1\": give that as answer.refreshToken"_s.arg(
            pointers.join("\" and \""_L1));
    if (!names.isEmpty())
        return u"; the answer sets the cookie \"%1\": give that as answer.refreshTokenCookie"_s.arg(
            names.join("\" and \""_L1));
    return {};
}

QString whyNoRefreshToken(const BackendProfile &profile, const EndpointAnswer &answer,
    const QList<QNetworkCookie> &cookies)
{
    const auto &places = profile.answer;
    QString missing = u"the profile does not say where the answer has one (answer.refreshToken)"_s;
    if (!places.refreshTokenCookie.isEmpty())
        missing = u"the answer sets no cookie \"%1\" (answer.refreshTokenCookie)"_s.arg(
            places.refreshTokenCookie);
    else if (!places.refreshTokenHeader.isEmpty())
        missing = u"the answer has no header \"%1\" (answer.refreshTokenHeader)"_s.arg(
            QString::fromLatin1(places.refreshTokenHeader));
    else if (!places.refreshToken.isEmpty())
        missing = u"the answer has none at \"%1\" (answer.refreshToken)"_s.arg(places.refreshToken);
    return missing % otherPlaces(answer, cookies);
}

LifetimeFrom lifetimeFrom(
    const BackendProfile &profile, const EndpointAnswer &answer, const TokenSet &tokens)
{
    if (!tokens.expiresAt)
        return LifetimeFrom::Unknown;
    if (saysExpiry(profile, answer.json()))
        return LifetimeFrom::Answer;
    const auto jwt = Jwt::decode(tokens.accessToken);
    return jwt && jwt->expiresAt() ? LifetimeFrom::Jwt : LifetimeFrom::Cookie;
}

//! Tells which cookies of an answer are never sent, and why.
class CookieRules
{
public:
    CookieRules(const BackendProfile &profile, const EndpointAnswer &answer)
        : m_profile(profile)
        , m_answer(answer)
    {
    }

    [[nodiscard]] QString whyNeverSent(const QNetworkCookie &cookie) const
    {
        if (!keepsCookies(m_profile))
            return u"the profile uses no cookies (answer.accessTokenCookie, "
                   "answer.refreshTokenCookie, csrf)"_s;
        const auto now = m_answer.receivedAt;
        const auto kept = mergedCookies({}, {cookie}, m_answer.url, now);
        if (kept.isEmpty())
            return whyRefused(cookie);
        const QList<QUrl> urls = urlsFor(QString::fromUtf8(cookie.name()));
        const bool isSent = std::any_of(urls.cbegin(), urls.cend(),
            [&](const QUrl &url) { return !cookiesFor(kept, url, now).isEmpty(); });
        return isSent || urls.isEmpty() ? QString()
                                        : whyNotSent(kept.constFirst(), urls.constFirst());
    }

private:
    //! Why browsers would not take it either.
    [[nodiscard]] QString whyRefused(QNetworkCookie cookie) const
    {
        const auto isKept = [this](const QNetworkCookie &changed) {
            return !mergedCookies({}, {changed}, m_answer.url, m_answer.receivedAt).isEmpty();
        };
        cookie.setExpirationDate({});
        if (isKept(cookie))
            return u"it has expired already"_s;
        QNetworkCookie open = cookie;
        open.setSecure(false);
        if (cookie.isSecure() && isKept(open))
            return u"it is Secure, and came over plain http from %1"_s.arg(placeOf(m_answer.url));
        if (!cookie.domain().isEmpty())
            return u"its domain \"%1\" is not that of %2"_s.arg(
                cookie.domain(), placeOf(m_answer.url));
        return u"it does not keep what the prefix of its name promises"_s;
    }

    [[nodiscard]] QString whyNotSent(QNetworkCookie cookie, const QUrl &url) const
    {
        const auto isSent = [this, &url](const QNetworkCookie &changed) {
            return !cookiesFor({changed}, url, m_answer.receivedAt).isEmpty();
        };
        QNetworkCookie open = cookie;
        open.setSecure(false);
        if (isSent(open))
            return u"it is Secure, and %1 is plain http"_s.arg(placeOf(url));
        const QString path = cookie.path();
        cookie.setPath(u"/"_s);
        if (isSent(cookie))
            return u"its path \"%1\" does not cover %2"_s.arg(path, placeOf(url));
        return u"its domain \"%1\" does not cover %2"_s.arg(cookie.domain(), placeOf(url));
    }

    //! Where the cookie with this name is needed.
    [[nodiscard]] QList<QUrl> urlsFor(const QString &name) const
    {
        QList<QUrl> urls;
        if (name != m_profile.answer.refreshTokenCookie) {
            for (const Resource &resource : m_profile.resources)
                urls.append(m_profile.resolved(QUrl(resource.path)));
        }
        if (name != m_profile.answer.accessTokenCookie && !m_profile.refresh.url.isEmpty())
            urls.append(m_profile.resolved(m_profile.refresh.url));
        return urls;
    }

    const BackendProfile &m_profile;
    const EndpointAnswer &m_answer;
};

QString tokenText(const Token &token)
{
    const QString what = (token.isJwt ? u"a JWT of %1 bytes"_s : u"%1 bytes"_s).arg(token.size);
    switch (token.place) {
    case Token::Place::Body:
        return what % u", at \""_s % token.name % u"\" of the answer"_s;
    case Token::Place::Cookie:
        return what % u", in the cookie \""_s % token.name % u'"';
    case Token::Place::Header:
        return what % u", in the header \""_s % token.name % u'"';
    }
    return what;
}

QString lifetimeText(const SignInReport &report)
{
    const QString seconds = report.lifetime ? u"%1 s"_s.arg(report.lifetime->count()) : QString();
    switch (report.lifetimeFrom) {
    case LifetimeFrom::Answer:
        return seconds % u", as the answer says"_s;
    case LifetimeFrom::Jwt:
        return seconds % u", as the JWT says (exp)"_s;
    case LifetimeFrom::Cookie:
        return seconds % u", as the cookie says"_s;
    case LifetimeFrom::Unknown:
        return u"unknown, so that only a challenge shows its end (answer.expiresIn and "
               "answer.expiresAt can say it)"_s;
    }
    return {};
}

} // namespace

QStringList SignInReport::lines() const
{
    if (!accessToken)
        return {};
    QStringList lines {
        u"Access token: "_s % tokenText(*accessToken), u"Lifetime: "_s % lifetimeText(*this)};
    if (refreshToken)
        lines.append(u"Refresh token: "_s % tokenText(*refreshToken));
    else if (whyNoRefreshToken.isEmpty())
        lines.append(u"Refresh token: none is needed, since the access token renews itself"_s);
    else
        lines.append(u"Refresh token: none, so that the session ends with the access token: "_s
            % whyNoRefreshToken);
    lines.append(u"Account: "_s % (account.isEmpty() ? u"unknown (answer.accountId)"_s : account));
    for (const Cookie &cookie : cookies)
        lines.append(u"Cookie \"%1\": %2"_s.arg(cookie.name,
            cookie.whyNeverSent.isEmpty()
                ? u"is sent back"_s
                : QString(u"is never sent back: "_s % cookie.whyNeverSent)));
    return lines;
}

QString toName(SignInReport::LifetimeFrom from)
{
    switch (from) {
    case LifetimeFrom::Answer:
        return u"answer"_s;
    case LifetimeFrom::Jwt:
        return u"jwt"_s;
    case LifetimeFrom::Cookie:
        return u"cookie"_s;
    case LifetimeFrom::Unknown:
        return u"unknown"_s;
    }
    return {};
}

QString toName(SignInReport::Token::Place place)
{
    switch (place) {
    case Token::Place::Body:
        return u"body"_s;
    case Token::Place::Cookie:
        return u"cookie"_s;
    case Token::Place::Header:
        return u"header"_s;
    }
    return {};
}

SignInReport signInReport(
    const BackendProfile &profile, const EndpointAnswer &answer, const TokenSet &tokens)
{
    const auto &places = profile.answer;
    const auto fresh = readCookies(answer.setCookies, answer.serverDate, answer.receivedAt);
    SignInReport report;
    report.accessToken = found(tokens.accessToken,
        {places.accessToken, places.accessTokenCookie, places.accessTokenHeader});
    report.refreshToken = found(tokens.refreshToken,
        {places.refreshToken, places.refreshTokenCookie, places.refreshTokenHeader});
    if (!report.refreshToken && !profile.refreshesWithAccessToken())
        report.whyNoRefreshToken = whyNoRefreshToken(profile, answer, fresh);
    if (tokens.expiresAt)
        report.lifetime = *tokens.expiresAt - answer.receivedAt;
    report.lifetimeFrom = lifetimeFrom(profile, answer, tokens);
    report.account = tokens.userName.isEmpty() ? tokens.accountId : tokens.userName;
    const CookieRules rules(profile, answer);
    for (const QNetworkCookie &cookie : fresh)
        report.cookies.append({QString::fromUtf8(cookie.name()), rules.whyNeverSent(cookie)});
    return report;
}

} // namespace authcore
