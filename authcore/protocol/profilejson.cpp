#include "authcore/protocol/jsonreader.h"

#include <QtCore/QJsonDocument>

#include <utility>

using namespace Qt::StringLiterals;

namespace authcore {

// What each object's members are called. Read and written by the same list, so that neither can
// forget one. Outside the unnamed namespace: JsonReader finds them by their argument.

template <typename Archive>
void members(Archive &archive, TokenRequest &request)
{
    archive(u"url"_s, request.url);
    archive(u"format"_s, request.format);
    archive(u"body"_s, request.body);
    archive(u"headers"_s, request.headers);
}

template <typename Archive>
void members(Archive &archive, TokenAnswer &answer)
{
    archive(u"accessToken"_s, answer.accessToken);
    archive(u"refreshToken"_s, answer.refreshToken);
    archive(u"idToken"_s, answer.idToken);
    archive(u"expiresIn"_s, answer.expiresIn);
    archive(u"expiresInUnitMs"_s, answer.expiresInUnit);
    archive(u"expiresAt"_s, answer.expiresAt);
    archive(u"accountId"_s, answer.accountId);
    archive(u"scope"_s, answer.scope);
    archive(u"error"_s, answer.error);
    archive(u"userData"_s, answer.userData);
    archive(u"accessTokenCookie"_s, answer.accessTokenCookie);
    archive(u"refreshTokenCookie"_s, answer.refreshTokenCookie);
}

template <typename Archive>
void members(Archive &archive, CsrfPair &pair)
{
    archive(u"cookie"_s, pair.cookie);
    archive(u"header"_s, pair.header);
}

template <typename Archive>
void members(Archive &archive, Resource &resource)
{
    archive(u"name"_s, resource.name);
    archive(u"path"_s, resource.path);
    archive(u"roles"_s, resource.roles);
}

template <typename Archive>
void members(Archive &archive, Authorization &authorization)
{
    archive(u"url"_s, authorization.url);
    archive(u"parameters"_s, authorization.parameters);
}

template <typename Archive>
void members(Archive &archive, RefreshPolicy &policy)
{
    archive(u"tryTimeoutMs"_s, policy.tryTimeout);
    archive(u"totalTimeoutMs"_s, policy.totalTimeout);
    archive(u"backoffMinMs"_s, policy.backoffMin);
    archive(u"backoffMaxMs"_s, policy.backoffMax);
    archive(u"leewayMs"_s, policy.leeway);
    archive(u"leewayFraction"_s, policy.leewayFraction);
    archive(u"uploadLeewayMs"_s, policy.uploadLeeway);
    archive(u"largeUploadBytes"_s, policy.largeUpload);
    archive(u"cooldownMs"_s, policy.cooldown);
    archive(u"refreshAhead"_s, policy.refreshAhead);
    archive(u"holdTimeoutMs"_s, policy.holdTimeout);
    archive(u"maxHeld"_s, policy.maxHeld);
}

//! Without "version", "preset" and "baseUrl", which come first.
template <typename Archive>
void members(Archive &archive, BackendProfile &profile)
{
    archive(u"id"_s, profile.id);
    archive(u"name"_s, profile.name);
    archive(u"protectedOrigins"_s, profile.protectedOrigins);
    archive(u"publicPaths"_s, profile.publicPaths);
    archive(u"allowInsecureHttp"_s, profile.allowInsecureHttp);
    archive(u"signInMethods"_s, profile.signInMethods);
    archive(u"signIn"_s, profile.signIn);
    archive(u"refresh"_s, profile.refresh);
    archive(u"revocation"_s, profile.revocation);
    archive(u"answer"_s, profile.answer);
    archive(u"issuer"_s, profile.issuer);
    archive(u"authorization"_s, profile.authorization);
    archive(u"deviceAuthorizationUrl"_s, profile.deviceAuthorizationUrl);
    archive(u"clientId"_s, profile.clientId);
    archive(u"scope"_s, profile.scope);
    archive(u"clientAuthentication"_s, profile.clientAuthentication);
    archive(u"tokenHeader"_s, profile.tokenHeader);
    archive(u"tokenPrefix"_s, profile.tokenPrefix);
    archive(u"csrf"_s, profile.csrf);
    archive(u"extraHeaders"_s, profile.extraHeaders);
    archive(u"resources"_s, profile.resources);
    archive(u"challengeStatuses"_s, profile.challengeStatuses);
    archive(u"challengeErrors"_s, profile.challengeErrors);
    archive(u"finalErrors"_s, profile.finalErrors);
    archive(u"refreshRejectedErrors"_s, profile.refreshRejectedErrors);
    archive(u"refreshRejectedStatuses"_s, profile.refreshRejectedStatuses);
    archive(u"replayChallengeEndsSession"_s, profile.replayChallengeEndsSession);
    archive(u"policy"_s, profile.policy);
}

namespace {

constexpr auto formatVersion = 1;

//! Writes what JsonReader reads.
class JsonWriter
{
public:
    void operator()(const QString &key, const auto &value) { m_json.insert(key, written(value)); }
    [[nodiscard]] QJsonObject result() const { return m_json; }

private:
    static QJsonValue written(const QString &value) { return value; }
    static QJsonValue written(const QByteArray &value) { return QString::fromLatin1(value); }
    static QJsonValue written(bool value) { return value; }
    static QJsonValue written(double value) { return value; }
    static QJsonValue written(int value) { return value; }
    static QJsonValue written(std::size_t value) { return qint64(value); }
    static QJsonValue written(std::chrono::milliseconds value) { return qint64(value.count()); }
    static QJsonValue written(const QUrl &url) { return QString::fromLatin1(url.toEncoded()); }
    static QJsonValue written(const QJsonObject &object) { return object; }
    static QJsonValue written(const std::map<QString, QString> &map)
    {
        QJsonObject object;
        for (const auto &[key, value] : map)
            object.insert(key, value);
        return object;
    }
    template <typename Enum>
    requires std::is_enum_v<Enum>
    static QJsonValue written(Enum value)
    {
        return QString(jsonNames<Enum>.at(static_cast<std::size_t>(value)));
    }
    template <typename Element>
    static QJsonValue written(const QList<Element> &list)
    {
        QJsonArray array;
        for (const Element &element : list)
            array.append(written(element));
        return array;
    }
    template <typename Object>
    requires requires(JsonWriter &writer, Object &object) { members(writer, object); }
    static QJsonValue written(Object object)
    {
        JsonWriter writer;
        members(writer, object);
        return writer.m_json;
    }

    QJsonObject m_json;
};

//! "line 3, column 5", both from 1; the column counts characters.
QString lineAndColumn(const QByteArray &text, qsizetype offset)
{
    const auto before = text.left(offset);
    const auto line = before.count('\n') + 1;
    const auto column = QString::fromUtf8(before.mid(before.lastIndexOf('\n') + 1)).size() + 1;
    return u"line %1, column %2"_s.arg(line).arg(column);
}

} // namespace

QJsonObject BackendProfile::toJson() const
{
    JsonWriter writer;
    writer(u"version"_s, formatVersion);
    writer(u"baseUrl"_s, baseUrl);
    BackendProfile profile = *this;
    members(writer, profile);
    return writer.result();
}

std::variant<BackendProfile, ProfileError> BackendProfile::fromJson(const QByteArray &json)
{
    QJsonParseError syntax {};
    const auto document = QJsonDocument::fromJson(json, &syntax);
    if (syntax.error != QJsonParseError::NoError)
        return ProfileError {lineAndColumn(json, syntax.offset), syntax.errorString()};
    if (!document.isObject())
        return ProfileError {u"line 1"_s, u"a profile is a JSON object: {\"version\": 1, ...}"_s};

    const auto object = document.object();
    std::optional<ProfileError> error;
    JsonReader reader(object, {}, error);
    const auto version = reader.integer(u"version"_s);
    if (version.value_or(formatVersion) != formatVersion)
        reader.fail(u"version"_s, u"is not 1, the only version that this program knows"_s);
    QUrl baseUrl;
    reader(u"baseUrl"_s, baseUrl);
    QString presetName;
    reader(u"preset"_s, presetName);
    BackendProfile profile;
    if (auto preset = BackendProfile::preset(presetName, baseUrl))
        profile = *std::move(preset);
    else if (!presetName.isEmpty())
        reader.fail(u"preset"_s, u"is no known preset; there are "_s % presetNames().join(", "_L1));
    profile.baseUrl = baseUrl;
    members(reader, profile);
    reader.refuseUnknownKeys();
    if (error)
        return *error;
    return profile;
}

} // namespace authcore
