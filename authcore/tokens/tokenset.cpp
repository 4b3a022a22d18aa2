#include "authcore/tokens/tokenset.h"

#include "authcore/profile/durations.h"

#include <QtCore/QDateTime>
#include <QtCore/QDebug>
#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtCore/QTimeZone>

#include <limits>
#include <utility>

using namespace Qt::StringLiterals;

namespace authcore {

namespace {

constexpr auto formatVersion = 1;

QString toText(const QByteArray &bytes)
{
    return QString::fromLatin1(bytes.toBase64());
}

QString sameSiteName(QNetworkCookie::SameSite sameSite)
{
    switch (sameSite) {
    case QNetworkCookie::SameSite::Default:
        return {};
    case QNetworkCookie::SameSite::None:
        return u"none"_s;
    case QNetworkCookie::SameSite::Lax:
        return u"lax"_s;
    case QNetworkCookie::SameSite::Strict:
        return u"strict"_s;
    }
    return {};
}

QNetworkCookie::SameSite sameSiteFromName(QStringView name)
{
    if (name == "none"_L1)
        return QNetworkCookie::SameSite::None;
    if (name == "lax"_L1)
        return QNetworkCookie::SameSite::Lax;
    if (name == "strict"_L1)
        return QNetworkCookie::SameSite::Strict;
    return QNetworkCookie::SameSite::Default;
}

//! Not QNetworkCookie::toRawForm(): reading that again turns a host-only cookie into one for every
//! host below it, and drops the milliseconds of an expiry that came from Max-Age.
QJsonObject cookieToJson(const QNetworkCookie &cookie)
{
    QJsonObject json {
        {u"name"_s, toText(cookie.name())},
        {u"value"_s, toText(cookie.value())},
        {u"domain"_s, cookie.domain()},
        {u"path"_s, cookie.path()},
        {u"secure"_s, cookie.isSecure()},
        {u"httpOnly"_s, cookie.isHttpOnly()},
        {u"sameSite"_s, sameSiteName(cookie.sameSitePolicy())},
    };
    if (!cookie.isSessionCookie())
        json.insert("expiresAtMs"_L1, cookie.expirationDate().toMSecsSinceEpoch());
    return json;
}

//! Takes members out of a JSON object; a member of the wrong type makes the whole reading fail.
class Reader
{
public:
    explicit Reader(const QJsonObject &json)
        : m_json(json)
    {
    }

    [[nodiscard]] bool isOk() const { return m_ok; }

    [[nodiscard]] QString text(QLatin1StringView key)
    {
        const auto value = taken(key, QJsonValue::String);
        return value.toString();
    }
    [[nodiscard]] QByteArray bytes(QLatin1StringView key)
    {
        auto decoded = QByteArray::fromBase64Encoding(
            text(key).toUtf8(), QByteArray::AbortOnBase64DecodingErrors);
        m_ok = m_ok && decoded;
        return std::move(decoded.decoded);
    }
    [[nodiscard]] bool flag(QLatin1StringView key) { return taken(key, QJsonValue::Bool).toBool(); }
    [[nodiscard]] std::optional<qint64> integer(QLatin1StringView key)
    {
        constexpr auto none = std::numeric_limits<qint64>::min();
        const auto value = taken(key, QJsonValue::Double);
        if (value.isUndefined())
            return std::nullopt;
        m_ok = m_ok && value.toInteger(none) != none;
        return value.toInteger();
    }
    [[nodiscard]] QJsonObject object(QLatin1StringView key)
    {
        return taken(key, QJsonValue::Object).toObject();
    }
    [[nodiscard]] QJsonArray array(QLatin1StringView key)
    {
        return taken(key, QJsonValue::Array).toArray();
    }
    [[nodiscard]] std::optional<std::chrono::sys_seconds> time(QLatin1StringView key)
    {
        const auto seconds = integer(key);
        if (!seconds)
            return std::nullopt;
        return boundedMoment(std::chrono::sys_seconds(std::chrono::seconds(*seconds)));
    }
    void fail() { m_ok = false; }

private:
    QJsonValue taken(QLatin1StringView key, QJsonValue::Type type)
    {
        auto value = m_json.value(key);
        m_ok = m_ok && (value.isUndefined() || value.type() == type);
        return value;
    }

    const QJsonObject &m_json;
    bool m_ok = true;
};

std::optional<QNetworkCookie> cookieFromJson(const QJsonValue &json)
{
    const auto object = json.toObject();
    Reader read(object);
    QNetworkCookie cookie(read.bytes("name"_L1), read.bytes("value"_L1));
    cookie.setDomain(read.text("domain"_L1));
    cookie.setPath(read.text("path"_L1));
    cookie.setSecure(read.flag("secure"_L1));
    cookie.setHttpOnly(read.flag("httpOnly"_L1));
    cookie.setSameSitePolicy(sameSiteFromName(read.text("sameSite"_L1)));
    if (const auto expiry = read.integer("expiresAtMs"_L1))
        cookie.setExpirationDate(QDateTime::fromMSecsSinceEpoch(*expiry, QTimeZone::utc()));
    if (!read.isOk() || cookie.name().isEmpty())
        return std::nullopt;
    return cookie;
}

} // namespace

bool TokenSet::hasCredentialsOf(const TokenSet &other) const
{
    return accessToken == other.accessToken && refreshToken == other.refreshToken
        && cookies == other.cookies;
}

bool TokenSet::isEmpty() const noexcept
{
    return accessToken.isEmpty() && refreshToken.isEmpty() && cookies.isEmpty();
}

bool TokenSet::isUsableAt(std::chrono::sys_seconds when) const noexcept
{
    return !expiresAt || when < *expiresAt;
}

QJsonObject TokenSet::toJson() const
{
    QJsonArray cookieArray;
    for (const auto &cookie : cookies)
        cookieArray.append(cookieToJson(cookie));
    QJsonObject json {
        {u"version"_s, formatVersion},
        {u"accessToken"_s, toText(accessToken)},
        {u"refreshToken"_s, toText(refreshToken)},
        {u"idToken"_s, toText(idToken)},
        {u"cookies"_s, cookieArray},
        {u"clientSecret"_s, toText(clientSecret)},
        {u"accountId"_s, accountId},
        {u"userName"_s, userName},
        {u"scope"_s, scope},
        {u"userData"_s, userData},
        {u"tokenEndpoint"_s, QString::fromLatin1(tokenEndpoint.toEncoded())},
        {u"protectedOrigins"_s, QJsonArray::fromStringList(protectedOrigins)},
    };
    QJsonObject placesObject;
    for (const auto &[name, place] : places)
        placesObject.insert(name, place);
    json.insert("places"_L1, placesObject);
    if (expiresAt)
        json.insert("expiresAt"_L1, qint64(expiresAt->time_since_epoch().count()));
    if (receivedAt)
        json.insert("receivedAt"_L1, qint64(receivedAt->time_since_epoch().count()));
    return json;
}

std::optional<TokenSet> TokenSet::fromJson(const QJsonObject &json)
{
    Reader read(json);
    if (read.integer("version"_L1) != formatVersion)
        return std::nullopt;
    TokenSet tokens;
    tokens.accessToken = read.bytes("accessToken"_L1);
    tokens.refreshToken = read.bytes("refreshToken"_L1);
    tokens.idToken = read.bytes("idToken"_L1);
    tokens.expiresAt = read.time("expiresAt"_L1);
    tokens.receivedAt = read.time("receivedAt"_L1);
    tokens.clientSecret = read.bytes("clientSecret"_L1);
    const auto cookieArray = read.array("cookies"_L1);
    for (const auto &value : cookieArray) {
        if (auto cookie = cookieFromJson(value))
            tokens.cookies.append(*std::move(cookie));
        else
            read.fail();
    }
    tokens.accountId = read.text("accountId"_L1);
    tokens.userName = read.text("userName"_L1);
    tokens.scope = read.text("scope"_L1);
    tokens.userData = read.object("userData"_L1);
    tokens.tokenEndpoint =
        QUrl::fromEncoded(read.text("tokenEndpoint"_L1).toLatin1(), QUrl::StrictMode);
    const auto origins = read.array("protectedOrigins"_L1);
    for (const auto &origin : origins) {
        if (!origin.isString())
            read.fail();
        tokens.protectedOrigins.append(origin.toString());
    }
    const auto places = read.object("places"_L1);
    for (auto place = places.begin(); place != places.end(); ++place) {
        if (!place.value().isString())
            read.fail();
        tokens.places[place.key()] = place.value().toString();
    }
    if (!read.isOk())
        return std::nullopt;
    return tokens;
}

QByteArray TokenSet::serialized() const
{
    return QJsonDocument(toJson()).toJson(QJsonDocument::Compact).toBase64();
}

std::optional<TokenSet> TokenSet::fromSerialized(const QByteArray &value)
{
    const auto json =
        QByteArray::fromBase64Encoding(value, QByteArray::AbortOnBase64DecodingErrors);
    if (!json)
        return std::nullopt;
    return fromJson(QJsonDocument::fromJson(*json).object());
}

QString TokenKey::toString() const
{
    QByteArrayList parts;
    for (const auto &part : {profile, account, clientId, scope})
        parts.append(QUrl::toPercentEncoding(part));
    return QString::fromLatin1(parts.join('/'));
}

std::optional<TokenKey> TokenKey::fromString(const QString &text)
{
    QStringList parts = text.split(u'/');
    for (QString &part : parts)
        part = QUrl::fromPercentEncoding(part.toLatin1());
    if (parts.size() != 4)
        return std::nullopt;
    const TokenKey key {parts[0], parts[1], parts[2], parts[3]};
    return key.toString() == text ? std::optional(key) : std::nullopt;
}

QDebug operator<<(QDebug debug, const TokenSet &tokens)
{
    const QDebugStateSaver saver(debug);
    debug.nospace() << "TokenSet(access token of " << tokens.accessToken.size()
                    << " bytes, refresh token of " << tokens.refreshToken.size()
                    << " bytes, id token of " << tokens.idToken.size() << " bytes, "
                    << tokens.cookies.size() << " cookies, ";
    if (tokens.expiresAt)
        debug.nospace() << "expires at " << qint64(tokens.expiresAt->time_since_epoch().count());
    else
        debug.nospace() << "expiry unknown";
    debug.nospace() << ')';
    return debug;
}

} // namespace authcore
