#include "authcore/profile/jsonreader.h"

#include "authcore/profile/jsonpointer.h"
#include "authcore/profile/unknownkeys.h"

#include <cmath>
#include <limits>

using namespace Qt::StringLiterals;

namespace authcore {

namespace {

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

} // namespace

JsonReader::JsonReader(const QJsonObject &json, QString where, ProfileErrors &errors)
    : m_json(json)
    , m_where(std::move(where))
    , m_errors(errors)
{
}

void JsonReader::operator()(const QString &key, QString &target)
{
    if (const auto value = taken(key, QJsonValue::String))
        target = value->toString();
}

void JsonReader::operator()(const QString &key, QByteArray &target)
{
    const auto value = taken(key, QJsonValue::String);
    if (!value)
        return;
    const auto text = value->toString();
    if (QString::fromLatin1(text.toLatin1()) != text)
        fail(key, u"has characters that no header can carry; give Latin-1"_s);
    target = text.toLatin1();
}

void JsonReader::operator()(const QString &key, bool &target)
{
    if (const auto value = taken(key, QJsonValue::Bool))
        target = value->toBool();
}

void JsonReader::operator()(const QString &key, double &target)
{
    if (const auto value = taken(key, QJsonValue::Double))
        target = value->toDouble();
}

void JsonReader::operator()(const QString &key, std::chrono::milliseconds &target)
{
    if (const auto number = integer(key))
        target = std::chrono::milliseconds(*number);
}

void JsonReader::operator()(const QString &key, std::size_t &target)
{
    const auto number = integer(key);
    if (number && *number < 0)
        fail(key, u"is negative; give 0 or more"_s);
    else if (number)
        target = static_cast<std::size_t>(*number);
}

void JsonReader::operator()(const QString &key, QUrl &target)
{
    const auto value = taken(key, QJsonValue::String);
    if (!value)
        return;
    target = QUrl(value->toString(), QUrl::StrictMode);
    if (!target.isValid() && !target.isEmpty())
        fail(key, u"is no valid URL; give \"https://host/path\" or, of an endpoint, \"path\""_s);
}

void JsonReader::operator()(const QString &key, QStringList &target)
{
    const auto value = taken(key, QJsonValue::Array);
    if (!value)
        return;
    target.clear();
    const auto array = value->toArray();
    for (qsizetype i = 0; i < array.size(); ++i) {
        if (checkType(element(key, i), array.at(i), QJsonValue::String))
            target.append(array.at(i).toString());
    }
}

void JsonReader::operator()(const QString &key, QList<int> &target)
{
    const auto value = taken(key, QJsonValue::Array);
    if (!value)
        return;
    target.clear();
    const auto array = value->toArray();
    for (qsizetype i = 0; i < array.size(); ++i) {
        if (!checkType(element(key, i), array.at(i), QJsonValue::Double))
            continue;
        const auto number = array.at(i).toInt(-1);
        if (number < 0)
            fail(element(key, i), u"is no whole number; give 401, for example"_s);
        target.append(number);
    }
}

void JsonReader::operator()(const QString &key, QJsonObject &target)
{
    if (const auto value = taken(key, QJsonValue::Object))
        target = value->toObject();
}

void JsonReader::operator()(const QString &key, std::map<QString, QString> &target)
{
    const auto value = taken(key, QJsonValue::Object);
    if (!value)
        return;
    target.clear();
    const auto object = value->toObject();
    for (auto member = object.begin(); member != object.end(); ++member) {
        const QString place = key % u'/' % escapedForPointer(member.key());
        if (checkType(place, member.value(), QJsonValue::String))
            target[member.key()] = member.value().toString();
    }
}

std::optional<qint64> JsonReader::integer(const QString &key)
{
    constexpr auto none = std::numeric_limits<qint64>::min();
    const auto value = taken(key, QJsonValue::Double);
    if (!value)
        return std::nullopt;
    if (value->toInteger(none) == none) {
        const bool isWhole = std::floor(value->toDouble()) == value->toDouble();
        fail(key,
            isWhole ? u"is too large a number; give a smaller one"_s
                    : u"is no whole number; give one without a fraction"_s);
    }
    return value->toInteger();
}

void JsonReader::fail(const QString &place, const QString &what)
{
    m_errors.add({m_where % u'/' % place, what});
}

void JsonReader::refuseUnknownKeys()
{
    const auto keys = m_json.keys();
    for (const auto &key : keys) {
        if (m_known.contains(key))
            continue;
        fail(escapedForPointer(key),
            m_errors.isFull() ? QString() : unknownKeyText(key, m_known)); // only counted
    }
}

QString JsonReader::element(const QString &key, qsizetype index)
{
    return key % u'/' % QString::number(index);
}

std::optional<QJsonValue> JsonReader::taken(const QString &key, QJsonValue::Type type)
{
    m_known.append(key);
    const auto value = m_json.value(key);
    if (value.isUndefined() || !checkType(key, value, type))
        return std::nullopt;
    return value;
}

bool JsonReader::checkType(const QString &place, const QJsonValue &value, QJsonValue::Type type)
{
    if (value.type() == type)
        return true;
    fail(place, u"is %1; give %2"_s.arg(typeName(value.type()), typeName(type)));
    return false;
}

} // namespace authcore
