#include "authcore/profile/templates.h"

#include "authcore/profile/backendprofile.h"

#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace authcore {

namespace {

constexpr QLatin1StringView begin = "${"_L1;
constexpr QLatin1StringView cookiePrefix = "cookie:"_L1;

bool isKnown(QStringView name)
{
    return (name.startsWith(cookiePrefix) && name.size() > cookiePrefix.size())
        || name == "userName"_L1 || name == "password"_L1 || name == "basic"_L1
        || name == "accessToken"_L1 || name == "refreshToken"_L1 || name == "clientId"_L1
        || name == "scope"_L1;
}

//! Calls onText(part) and onPlaceholder(name) for the parts of `text`. A placeholder that is not
//! closed counts as text.
void takeApart(const QString &text, const std::function<void(QStringView)> &onText,
    const std::function<void(const QString &)> &onPlaceholder)
{
    qsizetype place = 0;
    while (place < text.size()) {
        const qsizetype start = text.indexOf(begin, place);
        const qsizetype end = start < 0 ? -1 : text.indexOf(u'}', start);
        if (end < 0)
            break;
        onText(QStringView(text).mid(place, start - place));
        onPlaceholder(text.mid(start + begin.size(), end - start - begin.size()));
        place = end + 1;
    }
    onText(QStringView(text).mid(place));
}

} // namespace

QStringList placeholders()
{
    return {u"${userName}"_s, u"${password}"_s, u"${basic}"_s, u"${accessToken}"_s,
        u"${refreshToken}"_s, u"${clientId}"_s, u"${scope}"_s, u"${cookie:NAME}"_s};
}

std::optional<QString> unknownPlaceholder(const QString &text)
{
    std::optional<QString> unknown;
    takeApart(
        text, [](QStringView) {},
        [&unknown](const QString &name) {
            if (!unknown && !isKnown(name))
                unknown = begin + name + u'}';
        });
    return unknown;
}

bool hasPlaceholder(const TokenRequest &request, QLatin1StringView placeholder)
{
    const QByteArray body = QJsonDocument(request.body).toJson(QJsonDocument::Compact);
    return body.contains(QByteArrayView(placeholder))
        || std::any_of(request.headers.cbegin(), request.headers.cend(),
            [placeholder](const auto &header) { return header.second.contains(placeholder); });
}

std::optional<QString> filledIn(const QString &text, const PlaceholderValue &value)
{
    QString result;
    bool hasText = false;
    int missing = 0;
    int placed = 0;
    takeApart(
        text,
        [&](QStringView part) {
            hasText = hasText || !part.isEmpty();
            result += part;
        },
        [&](const QString &name) {
            ++placed;
            if (const auto found = value(name))
                result += *found;
            else
                ++missing;
        });
    if (!hasText && placed == 1 && missing == 1)
        return std::nullopt;
    return result;
}

QJsonValue filledIn(const QJsonValue &json, const PlaceholderValue &value)
{
    if (json.isString()) {
        const auto text = filledIn(json.toString(), value);
        return text ? QJsonValue(*text) : QJsonValue(QJsonValue::Undefined);
    }
    if (json.isObject()) {
        QJsonObject result;
        const QJsonObject object = json.toObject();
        for (auto member = object.begin(); member != object.end(); ++member) {
            const QJsonValue filled = filledIn(QJsonValue(member.value()), value);
            if (!filled.isUndefined())
                result.insert(member.key(), filled);
        }
        return result;
    }
    if (json.isArray()) {
        QJsonArray result;
        const QJsonArray array = json.toArray();
        for (const QJsonValue &element : array) {
            const QJsonValue filled = filledIn(element, value);
            if (!filled.isUndefined())
                result.append(filled);
        }
        return result;
    }
    return json;
}

} // namespace authcore
