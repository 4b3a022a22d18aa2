#include "authcore/exchange/tokenplaces.h"

#include "authcore/profile/urlrules.h"

#include <QtCore/QJsonArray>
#include <QtCore/QJsonObject>

#include <algorithm>
#include <array>
#include <utility>

using namespace Qt::StringLiterals;

namespace authcore {

namespace {

//! The same text for relative and absolute notation.
QString placeOf(const BackendProfile &profile, const QUrl &endpoint)
{
    const QUrl url = profile.resolved(endpoint);
    if (url.isEmpty())
        return {};
    QString place = originOf(url) % url.path(QUrl::FullyEncoded);
    if (url.hasQuery())
        place += u'?' % url.query(QUrl::FullyEncoded);
    return place;
}

bool carriesSecret(const QString &text)
{
    constexpr std::array secrets {
        "${password}"_L1, "${basic}"_L1, "${accessToken}"_L1, "${refreshToken}"_L1, "${cookie:"_L1};
    return std::any_of(secrets.begin(), secrets.end(),
        [&text](QLatin1StringView secret) { return text.contains(secret); });
}

//! The strings of a body, at any depth, that carry a secret: "/deep/token=${refreshToken}".
void gatherTemplates(const QString &where, const QJsonValue &value, QStringList &found)
{
    if (value.isString() && carriesSecret(value.toString()))
        found.append(where % u'=' % value.toString());
    const auto object = value.toObject();
    for (auto field = object.begin(); field != object.end(); ++field)
        gatherTemplates(where % u'/' % field.key(), QJsonValue(field.value()), found);
    const auto array = value.toArray();
    for (qsizetype i = 0; i < array.size(); ++i)
        gatherTemplates(where % u'/' % QString::number(i), array.at(i), found);
}

QString placeOf(const BackendProfile &profile, const TokenRequest &request)
{
    QStringList lines {placeOf(profile, request.url)};
    if (lines.constFirst().isEmpty())
        return {};
    for (const auto &[name, text] : request.headers) {
        if (carriesSecret(text))
            lines.append(name.toLower() % u": "_s % text);
    }
    gatherTemplates({}, QJsonValue(request.body), lines);
    return lines.join(u'\n');
}

QStringList canonicalOrigins(const QStringList &origins)
{
    QStringList canonical;
    for (const QString &origin : origins)
        canonical.append(canonicalOrigin(origin));
    canonical.sort();
    canonical.removeDuplicates();
    return canonical;
}

//! The changed places by what an older version has stored: places that it did not store must be at an
//! origin that it did store.
QStringList placesChangedSinceOlderVersion(const TokenSet &tokens, const BackendProfile &profile)
{
    QStringList changed;
    if (tokens.tokenEndpoint != profile.resolved(profile.refresh.url))
        changed.append(u"refresh"_s);
    QStringList known = canonicalOrigins(tokens.protectedOrigins);
    if (known != canonicalOrigins(profile.protectedOrigins))
        changed.append(u"protectedOrigins"_s);
    known.append(originOf(tokens.tokenEndpoint));
    const auto check = [&](const QString &name, const QUrl &endpoint) {
        if (!endpoint.isEmpty() && !known.contains(originOf(profile.resolved(endpoint))))
            changed.append(name);
    };
    check(u"revocation"_s, profile.revocation.url);
    check(u"signIn"_s, profile.signIn.url);
    return changed;
}

} // namespace

std::map<QString, QString> tokenPlaces(const BackendProfile &profile)
{
    std::map<QString, QString> places;
    const auto note = [&places](const QString &name, const QString &place) {
        if (!place.isEmpty())
            places.emplace(name, place);
    };
    note(u"refresh"_s, placeOf(profile, profile.refresh));
    note(u"revocation"_s, placeOf(profile, profile.revocation));
    note(u"signIn"_s, placeOf(profile, profile.signIn));
    note(u"authorization"_s, placeOf(profile, profile.authorization.url));
    note(u"deviceAuthorizationUrl"_s, placeOf(profile, profile.deviceAuthorizationUrl));
    note(u"protectedOrigins"_s, canonicalOrigins(profile.protectedOrigins).join(u'\n'));
    note(u"tokenHeader"_s, QString::fromLatin1(profile.tokenHeader.toLower()));
    note(u"tokenPrefix"_s, QString::fromLatin1(profile.tokenPrefix));
    QStringList headers;
    for (const auto &[name, text] : profile.extraHeaders)
        headers.append(name.toLower() % u": "_s % text);
    note(u"extraHeaders"_s, headers.join(u'\n'));
    QStringList pairs;
    for (const CsrfPair &pair : profile.csrf)
        pairs.append(QString::fromLatin1(pair.header.toLower()) % u": "_s % pair.cookie);
    note(u"csrf"_s, pairs.join(u'\n'));
    note(u"accessTokenCookie"_s, profile.answer.accessTokenCookie);
    note(u"refreshTokenCookie"_s, profile.answer.refreshTokenCookie);
    note(u"caFile"_s, profile.caFile);
    note(u"clientCertificate"_s, profile.clientCertificate.file);
    note(u"proxy"_s, profile.proxy);
    note(u"allowInsecureHttp"_s, profile.allowInsecureHttp ? u"true"_s : QString());
    return places;
}

void notePlaces(TokenSet &tokens, const BackendProfile &profile)
{
    tokens.tokenEndpoint = profile.resolved(profile.refresh.url);
    tokens.protectedOrigins = profile.protectedOrigins;
    tokens.places = tokenPlaces(profile);
}

QStringList changedPlaces(const TokenSet &tokens, const BackendProfile &profile)
{
    if (tokens.places.empty())
        return placesChangedSinceOlderVersion(tokens, profile);
    const auto places = tokenPlaces(profile);
    QStringList changed;
    const auto compare = [&changed](const auto &those, const auto &others) {
        for (const auto &[name, place] : those) {
            const auto other = others.find(name);
            if (other == others.end() || other->second != place)
                changed.append(name);
        }
    };
    compare(tokens.places, places);
    compare(places, tokens.places);
    changed.sort();
    changed.removeDuplicates();
    return changed;
}

} // namespace authcore
