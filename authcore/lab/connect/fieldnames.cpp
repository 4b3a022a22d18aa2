#include "authcore/lab/connect/fieldnames.h"

#include "authcore/lab/connect/answerwords.h"

#include <algorithm>
#include <array>

using namespace Qt::StringLiterals;

namespace authcore::lab {

bool isPasswordField(const QString &name)
{
    constexpr std::array known {"password"_L1, "passwd"_L1, "pass"_L1, "pwd"_L1, "passphrase"_L1,
        "passcode"_L1, "pin"_L1, "userpassword"_L1, "passwort"_L1};
    const auto words = wordsOf(name);
    return std::any_of(known.begin(), known.end(),
        [&words](QLatin1StringView word) { return words.contains(word); });
}

bool isUserNameField(const QString &name)
{
    constexpr std::array known {"username"_L1, "user"_L1, "login"_L1, "email"_L1, "mail"_L1,
        "identifier"_L1, "identity"_L1, "account"_L1, "name"_L1, "phone"_L1, "handle"_L1,
        "loginname"_L1, "userid"_L1, "credential"_L1};
    const auto words = wordsOf(name);
    return !words.contains("type"_L1)
        && std::any_of(known.begin(), known.end(),
            [&words](QLatin1StringView word) { return words.contains(word); });
}

const QStringList &userNameFields()
{
    static const QStringList names {u"username"_s, u"email"_s, u"userName"_s, u"login"_s, u"user"_s,
        u"identifier"_s, u"user_name"_s, u"name"_s, u"identity"_s, u"mail"_s, u"phone"_s};
    return names;
}

const QStringList &passwordFields()
{
    static const QStringList names {
        u"password"_s, u"pass"_s, u"passwd"_s, u"pwd"_s, u"userPassword"_s, u"secret"_s};
    return names;
}

const QStringList &refreshTokenFields()
{
    static const QStringList names {
        u"refreshToken"_s, u"refresh_token"_s, u"refresh"_s, u"token"_s, u"refresh-token"_s};
    return names;
}

QJsonObject multipartFields(const QString &body)
{
    QJsonObject fields;
    const auto normal = QString(body).replace("\r\n"_L1, "\n"_L1);
    const auto boundary = normal.section(u'\n', 0, 0);
    const auto parts = boundary.isEmpty() ? QStringList() : normal.split(boundary);
    for (const QString &part : parts) {
        const auto end = part.indexOf("\n\n"_L1);
        const auto head = part.left(end);
        const auto begin = head.indexOf("name=\""_L1);
        if (end < 0 || begin < 0)
            continue;
        auto value = part.mid(end + 2);
        if (value.endsWith(u'\n'))
            value.chop(1);
        fields.insert(head.mid(begin + 6).section(u'"', 0, 0), value);
    }
    return fields;
}

} // namespace authcore::lab
