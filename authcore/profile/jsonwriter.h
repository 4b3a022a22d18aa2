#pragma once

#include "authcore/profile/jsonreader.h"

#include <QtCore/QJsonArray>
#include <QtCore/QJsonObject>
#include <QtCore/QJsonValue>

namespace authcore {

//! Writes the JSON that JsonReader reads.
class JsonWriter
{
public:
    void operator()(const QString &key, const auto &value) { m_json.insert(key, written(value)); }
    template <typename Object>
    void operator()(const QString &key, const std::optional<Object> &value)
    {
        if (value)
            (*this)(key, *value);
    }
    [[nodiscard]] QJsonObject result() const { return m_json; }

    [[nodiscard]] static QJsonValue written(const QString &value) { return value; }
    [[nodiscard]] static QJsonValue written(const QByteArray &value)
    {
        return QString::fromLatin1(value);
    }
    [[nodiscard]] static QJsonValue written(bool value) { return value; }
    [[nodiscard]] static QJsonValue written(double value) { return value; }
    [[nodiscard]] static QJsonValue written(int value) { return value; }
    [[nodiscard]] static QJsonValue written(std::size_t value) { return qint64(value); }
    [[nodiscard]] static QJsonValue written(std::chrono::milliseconds value)
    {
        return qint64(value.count());
    }
    [[nodiscard]] static QJsonValue written(const QUrl &url)
    {
        return QString::fromLatin1(url.toEncoded());
    }
    [[nodiscard]] static QJsonValue written(const QJsonValue &value) { return value; }
    [[nodiscard]] static QJsonValue written(const QJsonObject &object) { return object; }
    [[nodiscard]] static QJsonValue written(const std::map<QString, QString> &map)
    {
        QJsonObject object;
        for (const auto &[key, value] : map)
            object.insert(key, value);
        return object;
    }
    template <typename Enum>
    requires std::is_enum_v<Enum>
    [[nodiscard]] static QJsonValue written(Enum value)
    {
        return QString(jsonNames<Enum>.at(static_cast<std::size_t>(value)));
    }
    template <typename Element>
    [[nodiscard]] static QJsonValue written(const QList<Element> &list)
    {
        QJsonArray array;
        for (const Element &element : list)
            array.append(written(element));
        return array;
    }
    template <typename Object>
    requires requires(JsonWriter &writer, Object &object) { members(writer, object); }
    [[nodiscard]] static QJsonValue written(Object object)
    {
        JsonWriter writer;
        members(writer, object);
        return writer.m_json;
    }

private:
    QJsonObject m_json;
};

} // namespace authcore
