#pragma once

#include <QtCore/QJsonArray>
#include <QtCore/QJsonObject>
#include <QtCore/QJsonValue>
#include <QtCore/QRegularExpression>
#include <QtCore/QStringList>

#include <algorithm>

namespace support {

using namespace Qt::StringLiterals;

//! A validator for the part of JSON Schema 2020-12 that profile.schema.json uses.
class Schema
{
public:
    explicit Schema(const QJsonObject &root)
        : m_root(root)
    {
    }

    [[nodiscard]] const QJsonObject &root() const { return m_root; }
    //! The schema with the target of its "$ref" in place.
    [[nodiscard]] QJsonObject resolved(QJsonObject schema) const
    {
        const auto reference = schema.take("$ref"_L1).toString();
        if (reference.isEmpty())
            return schema;
        const auto name = reference.section(u'/', -1);
        const auto target = m_root["$defs"_L1].toObject()[name].toObject();
        for (auto member = target.begin(); member != target.end(); ++member)
            schema.insert(member.key(), QJsonValue(member.value()));
        return schema;
    }
    [[nodiscard]] bool accepts(const QJsonValue &value) const { return accepts(value, m_root); }
    [[nodiscard]] bool accepts(const QJsonValue &value, const QJsonObject &unresolved) const
    {
        const auto schema = resolved(unresolved);
        const auto rules = schema.keys();
        return std::all_of(rules.begin(), rules.end(),
            [&](const QString &rule) { return holds(rule, value, schema); });
    }

    //! Keywords that do not restrict values.
    [[nodiscard]] static QStringList remarks()
    {
        return {u"$schema"_s, u"$defs"_s, u"title"_s, u"description"_s, u"default"_s};
    }

private:
    [[nodiscard]] bool holds(
        const QString &rule, const QJsonValue &value, const QJsonObject &schema) const
    {
        const auto demand = schema[rule];
        if (rule == "type"_L1)
            return isOfType(value, demand.toString());
        if (rule == "const"_L1)
            return value == demand;
        if (rule == "enum"_L1)
            return demand.toArray().contains(value);
        if (rule == "minimum"_L1)
            return !value.isDouble() || value.toDouble() >= demand.toDouble();
        if (rule == "maximum"_L1)
            return !value.isDouble() || value.toDouble() <= demand.toDouble();
        if (rule == "exclusiveMinimum"_L1)
            return !value.isDouble() || value.toDouble() > demand.toDouble();
        if (rule == "exclusiveMaximum"_L1)
            return !value.isDouble() || value.toDouble() < demand.toDouble();
        if (rule == "pattern"_L1)
            return !value.isString()
                || QRegularExpression(demand.toString()).match(value.toString()).hasMatch();
        if (rule == "minItems"_L1)
            return !value.isArray() || value.toArray().size() >= demand.toInt();
        if (rule == "items"_L1) {
            const auto items = value.toArray();
            return std::all_of(items.begin(), items.end(),
                [&](const QJsonValue &item) { return accepts(item, demand.toObject()); });
        }
        if (rule == "properties"_L1 || rule == "additionalProperties"_L1)
            return rule == "properties"_L1 || membersHold(value.toObject(), schema);
        return remarks().contains(rule);
    }
    [[nodiscard]] bool membersHold(const QJsonObject &object, const QJsonObject &schema) const
    {
        const auto known = schema["properties"_L1].toObject();
        const auto others = schema["additionalProperties"_L1];
        const auto keys = object.keys();
        return std::all_of(keys.begin(), keys.end(), [&](const QString &key) {
            if (known.contains(key))
                return accepts(object[key], known[key].toObject());
            return others.isObject() && accepts(object[key], others.toObject());
        });
    }
    [[nodiscard]] static bool isOfType(const QJsonValue &value, const QString &type)
    {
        if (type == "integer"_L1)
            return value.isDouble() && value.toInteger(0) == value.toInteger(1);
        if (type == "number"_L1)
            return value.isDouble();
        if (type == "string"_L1)
            return value.isString();
        if (type == "boolean"_L1)
            return value.isBool();
        if (type == "array"_L1)
            return value.isArray();
        return type == "object"_L1 && value.isObject();
    }

    QJsonObject m_root;
};

} // namespace support
