#include "authcore/exchange/answertext.h"

#include "authcore/exchange/endpointanswer.h"
#include "authcore/exchange/endpointtry.h"
#include "authcore/profile/secretnames.h"

#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtCore/QRegularExpression>
#include <QtCore/QUrlQuery>

#include <algorithm>
#include <array>
#include <utility>

using namespace Qt::StringLiterals;

namespace authcore {

namespace {

constexpr auto mask = "***"_L1;
constexpr qsizetype readBytes = qsizetype {64} * 1024; //!< of a body, at most

//! The strings of a success that are no tokens.
constexpr std::array readable {"error"_L1, "error_description"_L1, "message"_L1, "msg"_L1,
    "detail"_L1, "title"_L1, "reason"_L1, "status"_L1, "token_type"_L1, "tokenType"_L1, "scope"_L1};

bool isSecretName(const QString &name)
{
    return secretUnder(name, NameIs::Roughly).has_value();
}

//! Whether the value under this name is no token, whatever the answer.
bool isReadable(const QString &name)
{
    return std::find(readable.begin(), readable.end(), name) != readable.end();
}

//! A sentence is no token, whatever its name: {"refresh_token":["This field is required."]}.
bool isOneWord(const QString &text)
{
    return std::none_of(text.cbegin(), text.cend(), [](QChar c) { return c.isSpace(); });
}

//! Replaces `secrets`, as they are and as a form encodes them.
QString withoutSecrets(QString text, const QByteArrayList &secrets)
{
    for (const QByteArray &secret : secrets) {
        if (secret.isEmpty())
            continue;
        text.replace(QString::fromUtf8(secret), mask);
        text.replace(QString::fromLatin1(secret.toPercentEncoding()), mask);
    }
    return text;
}

bool looksLikeToken(QStringView run)
{
    const auto count = [run](auto predicate) {
        return std::count_if(run.cbegin(), run.cend(), predicate);
    };
    constexpr auto few = 4;
    const bool hasDigit = count([](QChar c) { return c.isDigit(); }) > 0;
    return hasDigit || (count([](QChar c) { return c.isUpper(); }) >= few && count([](QChar c) {
        return c.isLower();
    }) >= few);
}

//! Replaces the captured group `group` of each match for which `isSecret` says so.
template <typename IsSecret>
QString replaced(
    const QString &text, const QRegularExpression &pattern, int group, IsSecret isSecret)
{
    QString result;
    qsizetype from = 0;
    for (auto matches = pattern.globalMatch(text); matches.hasNext();) {
        const QRegularExpressionMatch match = matches.next();
        if (!isSecret(match))
            continue;
        result += QStringView(text).mid(from, match.capturedStart(group) - from);
        result += mask;
        from = match.capturedEnd(group);
    }
    return QString(result % QStringView(text).mid(from));
}

//! Replaces what looks like a token: JWTs, and long runs of random characters.
QString withoutTokens(const QString &text)
{
    static const QRegularExpression run(u"[A-Za-z0-9_+/=.~-]{20,}"_s);
    return replaced(
        text, run, 0, [](const auto &match) { return looksLikeToken(match.capturedView(0)); });
}

//! Replaces values after their names: "access_token=abc", "\"password\": \"abc\"".
QString withoutNamedValues(const QString &text, BodyOf kind)
{
    static const QRegularExpression pair(
        u"([A-Za-z_-]{2,40})[\"']?\\s*[=:]\\s*[\"']?([^\\s\"'&,;<>]+)"_s);
    return replaced(text, pair, 2, [kind](const auto &match) {
        const QString name = match.captured(1);
        return kind == BodyOf::Success ? !isReadable(name) : isSecretName(name);
    });
}

QString masked(const QString &text, BodyOf kind, const QByteArrayList &secrets)
{
    return withoutTokens(withoutNamedValues(withoutSecrets(text, secrets), kind));
}

class JsonMask
{
public:
    JsonMask(BodyOf kind, const QByteArrayList &secrets)
        : m_kind(kind)
        , m_secrets(secrets)
    {
    }

    //! `name` is the one of the nearest member around.
    [[nodiscard]] QJsonValue masked(const QString &name, const QJsonValue &value) const
    {
        if (value.isObject()) {
            QJsonObject object = value.toObject();
            for (auto member = object.begin(); member != object.end(); ++member)
                member.value() = masked(member.key(), member.value());
            return object;
        }
        if (value.isArray()) {
            QJsonArray array = value.toArray();
            for (auto element : array)
                element = masked(name, element);
            return array;
        }
        if (value.isDouble() && isSecretName(name))
            return QString(mask);
        if (!value.isString())
            return value;
        const QString text = value.toString();
        return isSecret(name, text) ? QString(mask) : withoutSecrets(text, m_secrets);
    }

private:
    [[nodiscard]] bool isSecret(const QString &name, const QString &text) const
    {
        if (m_kind == BodyOf::Success)
            return !isReadable(name);
        return isSecretName(name) && isOneWord(text);
    }

    BodyOf m_kind;
    const QByteArrayList &m_secrets;
};

QString shortened(QString text, int longest)
{
    for (QChar &character : text) {
        const auto category = character.category();
        if (category == QChar::Other_Control || category == QChar::Other_Format
            || category == QChar::Separator_Line || category == QChar::Separator_Paragraph)
            character = u' ';
    }
    text = text.simplified();
    return text.size() <= longest ? text : QString(text.left(longest - 1) % u'\u2026');
}

} // namespace

QString answerStart(const QByteArray &body, BodyOf kind, const QByteArrayList &secrets)
{
    const auto document = QJsonDocument::fromJson(body);
    if (document.isNull()) {
        const QString text = QString::fromUtf8(body.left(readBytes)).trimmed();
        const QString shown = masked(text, kind, secrets);
        const bool isTokenAlone = kind == BodyOf::Success && isOneWord(text) && shown == text;
        return isTokenAlone && !text.isEmpty() ? QString(mask)
                                               : shortened(shown, EndpointTry::longestText);
    }
    const JsonMask json(kind, secrets);
    const auto masked = document.isArray()
        ? QJsonDocument(json.masked({}, document.array()).toArray())
        : QJsonDocument(json.masked({}, document.object()).toObject());
    const auto text = QString::fromUtf8(masked.toJson(QJsonDocument::Compact));
    return shortened(withoutTokens(withoutSecrets(text, secrets)), EndpointTry::longestText);
}

QString maskedText(const QString &text, const QByteArrayList &secrets, int longest)
{
    return shortened(masked(text.left(readBytes), BodyOf::Failure, secrets), longest);
}

QString maskedUrl(const QUrl &url)
{
    const QUrlQuery query(url);
    QStringList fields;
    for (const auto &[name, value] : query.queryItems(QUrl::FullyEncoded))
        fields.append(QString(name % u"=***"_s));
    const QString place = placeOf(url);
    return fields.isEmpty() ? place : QString(place % u'?' % fields.join(u'&'));
}

} // namespace authcore
