#pragma once

#include "authcore/profile/backendprofile.h"
#include "authcore/profile/profileerrors.h"

#include <QtCore/QJsonArray>
#include <QtCore/QJsonObject>
#include <QtCore/QJsonValue>

#include <array>
#include <map>
#include <optional>
#include <utility>

namespace authcore {

//! An enumeration's names in JSON: its values in their order, from 0 on.
template <typename Enum>
inline constexpr std::array<QLatin1StringView, 0> jsonNames {};
template <>
inline constexpr std::array jsonNames<BodyFormat> {
    QLatin1StringView("json"), QLatin1StringView("form"), QLatin1StringView("multipart")};
template <>
inline constexpr std::array jsonNames<HttpMethod> {QLatin1StringView("POST"),
    QLatin1StringView("GET"), QLatin1StringView("PUT"), QLatin1StringView("PATCH"),
    QLatin1StringView("DELETE")};
template <>
inline constexpr std::array jsonNames<SignInMethod> {
    QLatin1StringView("password"), QLatin1StringView("browser"), QLatin1StringView("device")};
template <>
inline constexpr std::array jsonNames<ClientAuthentication> {
    QLatin1StringView("none"), QLatin1StringView("basic"), QLatin1StringView("post")};

//! Reads the members of one object into variables. A variable whose member is missing keeps its
//! value.
class JsonReader
{
public:
    JsonReader(const QJsonObject &json, QString where, ProfileErrors &errors);

    void operator()(const QString &key, QString &target);
    void operator()(const QString &key, QByteArray &target);
    void operator()(const QString &key, bool &target);
    void operator()(const QString &key, double &target);
    void operator()(const QString &key, std::chrono::milliseconds &target);
    void operator()(const QString &key, std::size_t &target);
    void operator()(const QString &key, QUrl &target);
    void operator()(const QString &key, QStringList &target);
    void operator()(const QString &key, QList<int> &target);
    void operator()(const QString &key, QJsonObject &target);
    void operator()(const QString &key, std::map<QString, QString> &target);

    template <typename Enum>
    requires std::is_enum_v<Enum>
    void operator()(const QString &key, Enum &target)
    {
        if (const auto value = taken(key, QJsonValue::String))
            target = chosen(key, value->toString(), target);
    }
    template <typename Enum>
    requires std::is_enum_v<Enum>
    void operator()(const QString &key, QList<Enum> &target)
    {
        QStringList names;
        (*this)(key, names);
        if (!m_json.contains(key))
            return;
        target.clear();
        for (qsizetype i = 0; i < names.size(); ++i)
            target.append(chosen(element(key, i), names.at(i), Enum {}));
    }
    //! An object, by its own members().
    template <typename Object>
    requires requires(JsonReader &reader, Object &object) { members(reader, object); }
    void operator()(const QString &key, Object &target)
    {
        if (const auto value = taken(key, QJsonValue::Object))
            readObject(key, value->toObject(), target);
    }
    //! The same, where the object may be missing.
    template <typename Object>
    void operator()(const QString &key, std::optional<Object> &target)
    {
        if (const auto value = taken(key, QJsonValue::Object))
            readObject(key, value->toObject(), target.emplace());
    }
    template <typename Object>
    requires requires(JsonReader &reader, Object &object) { members(reader, object); }
    void operator()(const QString &key, QList<Object> &target)
    {
        const auto value = taken(key, QJsonValue::Array);
        if (!value)
            return;
        target.clear();
        const QJsonArray array = value->toArray();
        for (qsizetype i = 0; i < array.size(); ++i) {
            if (!checkType(element(key, i), array.at(i), QJsonValue::Object))
                continue;
            Object object;
            readObject(element(key, i), array.at(i).toObject(), object);
            target.append(object);
        }
    }

    [[nodiscard]] std::optional<qint64> integer(const QString &key);
    void fail(const QString &place, const QString &what);
    //! Reports keys that were not read: a misspelt key may be one that protects something.
    void refuseUnknownKeys();

private:
    template <typename Object>
    void readObject(const QString &place, const QJsonObject &json, Object &target)
    {
        JsonReader reader(json, m_where + u'/' + place, m_errors);
        members(reader, target);
        reader.refuseUnknownKeys();
    }
    template <typename Enum>
    [[nodiscard]] Enum chosen(const QString &place, const QString &name, Enum otherwise)
    {
        const auto &names = jsonNames<Enum>;
        for (std::size_t i = 0; i < names.size(); ++i) {
            if (name == names.at(i))
                return static_cast<Enum>(i);
        }
        QStringList quoted;
        for (const QLatin1StringView known : names)
            quoted.append(u'"' + QString(known) + u'"');
        fail(place,
            QStringLiteral("is none of the known names; give ")
                + quoted.join(QStringLiteral(" or ")));
        return otherwise;
    }

    [[nodiscard]] static QString element(const QString &key, qsizetype index);
    [[nodiscard]] std::optional<QJsonValue> taken(const QString &key, QJsonValue::Type type);
    bool checkType(const QString &place, const QJsonValue &value, QJsonValue::Type type);

    const QJsonObject &m_json;
    QString m_where;
    ProfileErrors &m_errors;
    QStringList m_known;
};

} // namespace authcore
