#include "authcore/lab/connect/answerleaves.h"

#include "authcore/lab/connect/answerwords.h"
#include "authcore/profile/jsonpointer.h"

#include <QtCore/QJsonArray>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace authcore::lab {

namespace {

constexpr qsizetype mostLeaves = 1000;
constexpr int deepest = 20;

void gather(const QJsonValue &value, const QString &pointer, const QStringList &words, int depth,
    QList<Leaf> &leaves)
{
    if (leaves.size() >= mostLeaves || depth > deepest)
        return;
    if (value.isObject()) {
        const auto object = value.toObject();
        for (auto member = object.begin(); member != object.end(); ++member)
            gather(QJsonValue(member.value()), pointer % u'/' % escapedForPointer(member.key()),
                words + wordsOf(member.key()), depth + 1, leaves);
    } else if (value.isArray()) {
        const auto array = value.toArray();
        for (qsizetype i = 0; i < array.size(); ++i)
            gather(array.at(i), pointer % u'/' % QString::number(i), words, depth + 1, leaves);
    } else {
        leaves.append({pointer, words, value});
    }
}

} // namespace

double Leaf::number() const
{
    const auto digits = text();
    const auto isDigit = [](QChar c) { return c >= u'0' && c <= u'9'; };
    return std::all_of(digits.cbegin(), digits.cend(), isDigit) && !digits.isEmpty()
        ? digits.toDouble()
        : value.toDouble();
}

QDateTime Leaf::date() const
{
    return QDateTime::fromString(text(), Qt::ISODateWithMs);
}

QList<Leaf> leavesOf(const QJsonObject &json)
{
    QList<Leaf> leaves;
    gather(json, {}, {}, 0, leaves);
    return leaves;
}

} // namespace authcore::lab
