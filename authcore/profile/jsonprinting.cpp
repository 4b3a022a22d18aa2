#include "authcore/profile/jsonprinting.h"

#include "authcore/profile/jsontokens.h"

#include <QtCore/QByteArrayList>
#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>

namespace authcore {

QByteArray printedJson(const QJsonValue &value, qsizetype indent)
{
    if (value.isArray()) {
        QByteArrayList elements;
        const QJsonArray array = value.toArray();
        for (const auto &element : array)
            elements.append(printedJson(QJsonValue(element), indent));
        return '[' + elements.join(", ") + ']';
    }
    const QJsonObject object = value.toObject();
    if (object.isEmpty()) {
        const auto brackets = QJsonDocument(QJsonArray {value}).toJson(QJsonDocument::Compact);
        return withEscapedMarks(brackets.mid(1, brackets.size() - 2));
    }
    const QByteArray spaces(indent, ' ');
    QByteArrayList lines;
    for (auto member = object.begin(); member != object.end(); ++member)
        lines.append(spaces + "  " + printedJson(member.key(), 0) + ": "
            + printedJson(QJsonValue(member.value()), indent + 2));
    return "{\n" + lines.join(",\n") + '\n' + spaces + '}';
}

} // namespace authcore
