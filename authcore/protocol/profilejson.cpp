#include "authcore/protocol/backendprofile.h"

#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>
#include <vector>

using namespace Qt::StringLiterals;

namespace authcore {

namespace {

constexpr auto formatVersion = 1;

QString toText(const QUrl &url)
{
    return QString::fromLatin1(url.toEncoded());
}

QString formatName(BodyFormat format)
{
    switch (format) {
    case BodyFormat::Json:
        return u"json"_s;
    case BodyFormat::Form:
        return u"form"_s;
    }
    return {};
}

QJsonArray toArray(const QList<int> &numbers)
{
    QJsonArray array;
    for (const auto number : numbers)
        array.append(number);
    return array;
}

QJsonObject toJson(const TokenRequest &request)
{
    return {
        {u"url"_s, toText(request.url)},
        {u"format"_s, formatName(request.format)},
        {u"body"_s, request.body},
    };
}

QJsonObject toJson(const TokenAnswer &answer)
{
    return {
        {u"accessToken"_s, answer.accessToken},
        {u"refreshToken"_s, answer.refreshToken},
        {u"idToken"_s, answer.idToken},
        {u"expiresIn"_s, answer.expiresIn},
        {u"expiresInUnitMs"_s, qint64(answer.expiresInUnit.count())},
        {u"accountId"_s, answer.accountId},
        {u"scope"_s, answer.scope},
        {u"userData"_s, answer.userData},
    };
}

QJsonObject toJson(const RefreshPolicy &policy)
{
    return {
        {u"tryTimeoutMs"_s, qint64(policy.tryTimeout.count())},
        {u"totalTimeoutMs"_s, qint64(policy.totalTimeout.count())},
        {u"backoffMinMs"_s, qint64(policy.backoffMin.count())},
        {u"backoffMaxMs"_s, qint64(policy.backoffMax.count())},
        {u"leewayMs"_s, qint64(policy.leeway.count())},
        {u"leewayFraction"_s, policy.leewayFraction},
        {u"uploadLeewayMs"_s, qint64(policy.uploadLeeway.count())},
        {u"largeUploadBytes"_s, qint64(policy.largeUpload)},
        {u"cooldownMs"_s, qint64(policy.cooldown.count())},
        {u"refreshAhead"_s, policy.refreshAhead},
        {u"holdTimeoutMs"_s, qint64(policy.holdTimeout.count())},
        {u"maxHeld"_s, qint64(policy.maxHeld)},
    };
}

//! Levenshtein's distance: how many letters to add, drop or change.
qsizetype distance(const QString &from, const QString &to)
{
    std::vector<qsizetype> row(static_cast<std::size_t>(to.size()) + 1);
    std::iota(row.begin(), row.end(), 0);
    for (qsizetype i = 0; i < from.size(); ++i) {
        auto diagonal = std::exchange(row[0], i + 1);
        for (std::size_t j = 0; j + 1 < row.size(); ++j) {
            const bool same = from.at(i).toCaseFolded() == to.at(qsizetype(j)).toCaseFolded();
            const auto changed = diagonal + (same ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({changed, row[j] + 1, row[j + 1] + 1});
        }
    }
    return row.back();
}

QString typeName(QJsonValue::Type type)
{
    switch (type) {
    case QJsonValue::Null:
        return u"null"_s;
    case QJsonValue::Bool:
        return u"true or false"_s;
    case QJsonValue::Double:
        return u"a number"_s;
    case QJsonValue::String:
        return u"a string"_s;
    case QJsonValue::Array:
        return u"an array"_s;
    case QJsonValue::Object:
        return u"an object"_s;
    case QJsonValue::Undefined:
        return u"nothing"_s;
    }
    return {};
}

//! RFC 6901 section 3.
QString escaped(QString key)
{
    return key.replace("~"_L1, "~0"_L1).replace("/"_L1, "~1"_L1);
}

//! Takes the members out of one object. The first error is kept; what is missing stays as it was.
class ObjectReader
{
public:
    ObjectReader(const QJsonObject &json, QString where, std::optional<ProfileError> &error)
        : m_json(json)
        , m_where(std::move(where))
        , m_error(error)
    {
    }

    void read(const QString &key, QString &target)
    {
        if (const auto value = taken(key, QJsonValue::String))
            target = value->toString();
    }
    void read(const QString &key, QByteArray &target)
    {
        const auto value = taken(key, QJsonValue::String);
        if (!value)
            return;
        const auto text = value->toString();
        if (QString::fromLatin1(text.toLatin1()) != text)
            fail(key, u"has characters that no header can carry"_s);
        target = text.toLatin1();
    }
    void read(const QString &key, bool &target)
    {
        if (const auto value = taken(key, QJsonValue::Bool))
            target = value->toBool();
    }
    void read(const QString &key, double &target)
    {
        if (const auto value = taken(key, QJsonValue::Double))
            target = value->toDouble();
    }
    void read(const QString &key, std::chrono::milliseconds &target)
    {
        if (const auto number = integer(key))
            target = std::chrono::milliseconds(*number);
    }
    void read(const QString &key, std::size_t &target)
    {
        const auto number = integer(key);
        if (number && *number < 0)
            fail(key, u"must not be negative"_s);
        else if (number)
            target = static_cast<std::size_t>(*number);
    }
    void read(const QString &key, QUrl &target)
    {
        const auto value = taken(key, QJsonValue::String);
        if (!value)
            return;
        target = QUrl(value->toString(), QUrl::StrictMode);
        if (!target.isValid() && !target.isEmpty())
            fail(key, u"is no valid URL"_s);
    }
    void read(const QString &key, BodyFormat &target)
    {
        const auto value = taken(key, QJsonValue::String);
        if (!value)
            return;
        if (value->toString() == formatName(BodyFormat::Json))
            target = BodyFormat::Json;
        else if (value->toString() == formatName(BodyFormat::Form))
            target = BodyFormat::Form;
        else
            fail(key, u"must be \"json\" or \"form\""_s);
    }
    void read(const QString &key, QStringList &target)
    {
        const auto value = taken(key, QJsonValue::Array);
        if (!value)
            return;
        target.clear();
        const auto array = value->toArray();
        for (qsizetype i = 0; i < array.size(); ++i) {
            if (checkType(key % u'/' % QString::number(i), array.at(i), QJsonValue::String))
                target.append(array.at(i).toString());
        }
    }
    void read(const QString &key, QList<int> &target)
    {
        const auto value = taken(key, QJsonValue::Array);
        if (!value)
            return;
        target.clear();
        const auto array = value->toArray();
        for (qsizetype i = 0; i < array.size(); ++i) {
            const auto place = QString(key % u'/' % QString::number(i));
            if (!checkType(place, array.at(i), QJsonValue::Double))
                continue;
            const auto number = array.at(i).toInt(-1);
            if (number < 0)
                fail(place, u"must be a whole number"_s);
            target.append(number);
        }
    }
    //! An object whose members are strings.
    void readStrings(const QString &key, QJsonObject &target)
    {
        const auto value = taken(key, QJsonValue::Object);
        if (!value)
            return;
        target = value->toObject();
        for (auto member = target.constBegin(); member != target.constEnd(); ++member)
            checkType(key % u'/' % escaped(member.key()), member.value(), QJsonValue::String);
    }
    [[nodiscard]] std::optional<qint64> integer(const QString &key)
    {
        constexpr auto none = std::numeric_limits<qint64>::min();
        const auto value = taken(key, QJsonValue::Double);
        if (!value)
            return std::nullopt;
        if (value->toInteger(none) == none)
            fail(key, u"must be a whole number"_s);
        return value->toInteger();
    }
    //! Reads the members of the object at `key` by `readMembers(reader)`.
    template <typename ReadMembers>
    void readObject(const QString &key, ReadMembers readMembers)
    {
        const auto value = taken(key, QJsonValue::Object);
        if (!value)
            return;
        const auto json = value->toObject();
        ObjectReader reader(json, m_where % u'/' % escaped(key), m_error);
        readMembers(reader);
        reader.refuseUnknownKeys();
    }

    void fail(const QString &place, const QString &what)
    {
        if (!m_error)
            m_error = ProfileError {m_where % u'/' % place, what};
    }

    //! A key that nobody reads is a slip of the pen, and may be one that protects something.
    void refuseUnknownKeys()
    {
        const auto keys = m_json.keys();
        for (const auto &key : keys) {
            if (m_known.contains(key))
                continue;
            const auto nearest = std::min_element(
                m_known.cbegin(), m_known.cend(), [&key](const QString &a, const QString &b) {
                    return distance(key, a) < distance(key, b);
                });
            fail(escaped(key), u"is no known key; the nearest one is \"%1\""_s.arg(*nearest));
        }
    }

private:
    std::optional<QJsonValue> taken(const QString &key, QJsonValue::Type type)
    {
        m_known.append(key);
        const auto value = m_json.value(key);
        if (value.isUndefined() || !checkType(key, value, type))
            return std::nullopt;
        return value;
    }

    bool checkType(const QString &place, const QJsonValue &value, QJsonValue::Type type)
    {
        if (value.type() == type)
            return true;
        fail(place, u"must be %1, but is %2"_s.arg(typeName(type), typeName(value.type())));
        return false;
    }

    const QJsonObject &m_json;
    QString m_where;
    std::optional<ProfileError> &m_error;
    QStringList m_known;
};

void readRequest(ObjectReader &reader, TokenRequest &request)
{
    reader.read(u"url"_s, request.url);
    reader.read(u"format"_s, request.format);
    reader.readStrings(u"body"_s, request.body);
}

void readAnswer(ObjectReader &reader, TokenAnswer &answer)
{
    reader.read(u"accessToken"_s, answer.accessToken);
    reader.read(u"refreshToken"_s, answer.refreshToken);
    reader.read(u"idToken"_s, answer.idToken);
    reader.read(u"expiresIn"_s, answer.expiresIn);
    reader.read(u"expiresInUnitMs"_s, answer.expiresInUnit);
    reader.read(u"accountId"_s, answer.accountId);
    reader.read(u"scope"_s, answer.scope);
    reader.read(u"userData"_s, answer.userData);
}

void readPolicy(ObjectReader &reader, RefreshPolicy &policy)
{
    reader.read(u"tryTimeoutMs"_s, policy.tryTimeout);
    reader.read(u"totalTimeoutMs"_s, policy.totalTimeout);
    reader.read(u"backoffMinMs"_s, policy.backoffMin);
    reader.read(u"backoffMaxMs"_s, policy.backoffMax);
    reader.read(u"leewayMs"_s, policy.leeway);
    reader.read(u"leewayFraction"_s, policy.leewayFraction);
    reader.read(u"uploadLeewayMs"_s, policy.uploadLeeway);
    reader.read(u"largeUploadBytes"_s, policy.largeUpload);
    reader.read(u"cooldownMs"_s, policy.cooldown);
    reader.read(u"refreshAhead"_s, policy.refreshAhead);
    reader.read(u"holdTimeoutMs"_s, policy.holdTimeout);
    reader.read(u"maxHeld"_s, policy.maxHeld);
}

void readProfile(ObjectReader &reader, BackendProfile &profile)
{
    reader.read(u"id"_s, profile.id);
    reader.read(u"name"_s, profile.name);
    reader.read(u"protectedOrigins"_s, profile.protectedOrigins);
    reader.read(u"publicPaths"_s, profile.publicPaths);
    reader.read(u"allowInsecureHttp"_s, profile.allowInsecureHttp);
    reader.readObject(
        u"signIn"_s, [&](ObjectReader &members) { readRequest(members, profile.signIn); });
    reader.readObject(
        u"refresh"_s, [&](ObjectReader &members) { readRequest(members, profile.refresh); });
    reader.readObject(
        u"answer"_s, [&](ObjectReader &members) { readAnswer(members, profile.answer); });
    reader.read(u"tokenHeader"_s, profile.tokenHeader);
    reader.read(u"tokenPrefix"_s, profile.tokenPrefix);
    reader.read(u"challengeStatuses"_s, profile.challengeStatuses);
    reader.read(u"refreshRejectedStatuses"_s, profile.refreshRejectedStatuses);
    reader.read(u"replayChallengeEndsSession"_s, profile.replayChallengeEndsSession);
    reader.read(u"clientId"_s, profile.clientId);
    reader.read(u"scope"_s, profile.scope);
    reader.readObject(
        u"policy"_s, [&](ObjectReader &members) { readPolicy(members, profile.policy); });
}

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
    return {
        {u"version"_s, formatVersion},
        {u"id"_s, id},
        {u"name"_s, name},
        {u"baseUrl"_s, toText(baseUrl)},
        {u"protectedOrigins"_s, QJsonArray::fromStringList(protectedOrigins)},
        {u"publicPaths"_s, QJsonArray::fromStringList(publicPaths)},
        {u"allowInsecureHttp"_s, allowInsecureHttp},
        {u"signIn"_s, authcore::toJson(signIn)},
        {u"refresh"_s, authcore::toJson(refresh)},
        {u"answer"_s, authcore::toJson(answer)},
        {u"tokenHeader"_s, QString::fromLatin1(tokenHeader)},
        {u"tokenPrefix"_s, QString::fromLatin1(tokenPrefix)},
        {u"challengeStatuses"_s, toArray(challengeStatuses)},
        {u"refreshRejectedStatuses"_s, toArray(refreshRejectedStatuses)},
        {u"replayChallengeEndsSession"_s, replayChallengeEndsSession},
        {u"clientId"_s, clientId},
        {u"scope"_s, scope},
        {u"policy"_s, authcore::toJson(policy)},
    };
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
    ObjectReader reader(object, {}, error);
    const auto version = reader.integer(u"version"_s);
    if (version.value_or(formatVersion) != formatVersion)
        reader.fail(u"version"_s, u"is not 1, the only version that this program knows"_s);
    QUrl baseUrl;
    reader.read(u"baseUrl"_s, baseUrl);
    QString presetName;
    reader.read(u"preset"_s, presetName);
    BackendProfile profile;
    if (auto preset = BackendProfile::preset(presetName, baseUrl))
        profile = *std::move(preset);
    else if (!presetName.isEmpty())
        reader.fail(u"preset"_s, u"is no known preset; there are "_s % presetNames().join(", "_L1));
    profile.baseUrl = baseUrl;
    readProfile(reader, profile);
    reader.refuseUnknownKeys();
    if (error)
        return *error;
    return profile;
}

} // namespace authcore
