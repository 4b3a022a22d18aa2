#include "authcore/profile/jsonpointer.h"

#include <QtCore/QJsonArray>

using namespace Qt::StringLiterals;

namespace authcore {

bool isJsonPointer(const QString &text)
{
    if (!text.isEmpty() && !text.startsWith(u'/'))
        return false;
    for (auto tilde = text.indexOf(u'~'); tilde >= 0; tilde = text.indexOf(u'~', tilde + 1)) {
        const auto next = tilde + 1 < text.size() ? text.at(tilde + 1) : QChar();
        if (next != u'0' && next != u'1')
            return false;
    }
    return true;
}

QString escapedForPointer(QString key)
{
    return key.replace("~"_L1, "~0"_L1).replace("/"_L1, "~1"_L1);
}

QStringList stepsOf(const QString &pointer)
{
    QStringList steps = pointer.split(u'/').mid(1); // nothing is before the first slash
    for (QString &step : steps) // in this order: "~01" is "~1" and not "/"
        step.replace("~1"_L1, "/"_L1).replace("~0"_L1, "~"_L1);
    return steps;
}

QJsonValue valueAt(const QJsonObject &json, const QString &pointer)
{
    if (!pointer.startsWith('/'_L1))
        return QJsonValue::Undefined;
    QJsonValue value = json;
    const auto steps = stepsOf(pointer);
    for (const QString &step : steps) {
        if (value.isArray()) {
            bool isNumber = false;
            const auto index = step.toLongLong(&isNumber);
            const bool isCanonical = isNumber && index >= 0 && step == QString::number(index);
            value = isCanonical ? value.toArray().at(index) : QJsonValue(QJsonValue::Undefined);
        } else {
            value = value.toObject().value(step); // Undefined, too, in what is no object
        }
    }
    return value;
}

} // namespace authcore
