#include "authcore/lab/trial/seenexchange.h"

#include "authcore/lab/connect/answerwords.h"
#include "authcore/lab/connect/fieldnames.h"
#include "authcore/profile/secretnames.h"

#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>
#include <QtCore/QUrlQuery>

#include <algorithm>
#include <array>

using namespace Qt::StringLiterals;

namespace authcore::lab {

namespace {

constexpr qsizetype firstCharacters = 600;
constexpr qsizetype mostRead = 16'384; //!< of a body, before it is masked and cut

//! Of a token the first characters help to tell it from others; a password shows nothing.
QString hidden(const QString &value)
{
    constexpr qsizetype shown = 4;
    return (isTokenLike(value) ? value.left(shown) : QString()) % u"••••"_s;
}

bool isSecretName(const QString &name)
{
    return isPasswordField(name) || secretUnder(name, NameIs::Roughly)
        || name.contains("csrf"_L1, Qt::CaseInsensitive)
        || name.contains("xsrf"_L1, Qt::CaseInsensitive);
}

QString maskedValue(const QString &name, const QString &value, const QStringList &secrets)
{
    if (isPasswordField(name))
        return u"••••"_s;
    if (!value.isEmpty() && (isSecretName(name) || isTokenLike(value)))
        return hidden(value);
    return maskedText(value, secrets);
}

QJsonValue maskedJson(const QString &name, const QJsonValue &value, const QStringList &secrets)
{
    if (value.isString())
        return maskedValue(name, value.toString(), secrets);
    if (value.isArray()) {
        QJsonArray result;
        const auto array = value.toArray();
        for (const auto &element : array)
            result.append(maskedJson(name, element, secrets));
        return result;
    }
    if (!value.isObject())
        return value;
    QJsonObject result;
    const auto object = value.toObject();
    for (auto member = object.begin(); member != object.end(); ++member)
        result.insert(maskedText(member.key(), secrets),
            maskedJson(member.key(), QJsonValue(member.value()), secrets));
    return result;
}

QString shortened(const QString &text)
{
    return text.size() > firstCharacters ? text.left(firstCharacters) % u" ..."_s : text;
}

QString maskedBody(const QByteArray &body, const QByteArray &type, const QStringList &secrets)
{
    const auto document = QJsonDocument::fromJson(body);
    if (document.isObject() || document.isArray()) {
        const auto value =
            document.isObject() ? QJsonValue(document.object()) : QJsonValue(document.array());
        const auto hiddenValue = maskedJson({}, value, secrets);
        return shortened(QString::fromUtf8(hiddenValue.isObject()
                ? QJsonDocument(hiddenValue.toObject()).toJson(QJsonDocument::Compact)
                : QJsonDocument(hiddenValue.toArray()).toJson(QJsonDocument::Compact)));
    }
    const auto text = QString::fromUtf8(body.left(mostRead));
    if (type.startsWith("application/x-www-form-urlencoded")) {
        QStringList fields;
        const auto items = QUrlQuery(text).queryItems(QUrl::FullyDecoded);
        for (const auto &[name, value] : items)
            fields.append(name % u'=' % maskedValue(name, value, secrets));
        return shortened(fields.join(u'&'));
    }
    if (type.startsWith("multipart/")) {
        QStringList fields;
        const auto parts = multipartFields(text);
        for (auto part = parts.begin(); part != parts.end(); ++part)
            fields.append(
                part.key() % u'=' % maskedValue(part.key(), part.value().toString(), secrets));
        return shortened(fields.join(u", "_s));
    }
    return shortened(maskedText(text.simplified(), secrets));
}

//! Of a cookie the name and the attributes stay.
QString maskedCookie(const QString &header, const QStringList &secrets)
{
    const auto pair = header.section(u';', 0, 0);
    const auto rest = header.mid(pair.size());
    return pair.section(u'=', 0, 0) % u'=' % hidden(pair.section(u'=', 1))
        % maskedText(rest, secrets);
}

QString maskedHeader(const QByteArray &name, const QByteArray &value, const QStringList &secrets)
{
    const auto key = QString::fromLatin1(name);
    const auto text = QString::fromLatin1(value);
    const auto lower = name.toLower();
    if (lower == "cookie" || lower == "set-cookie") {
        QStringList cookies;
        const auto parts = lower == "cookie" ? text.split(u';') : QStringList {text};
        for (const QString &part : parts)
            cookies.append(maskedCookie(part.trimmed(), secrets));
        return key % u": "_s % cookies.join(u"; "_s);
    }
    const auto scheme = text.section(u' ', 0, 0);
    const bool hasScheme = lower == "authorization" && text.contains(u' ');
    const auto credentials = hasScheme ? text.mid(scheme.size() + 1) : text;
    const auto shown = isSecretName(key) || lower == "authorization"
        ? hidden(credentials)
        : maskedText(credentials, secrets);
    return key % u": "_s % (hasScheme ? scheme % u' ' : QString()) % shown;
}

QString maskedUrl(QUrl url, const QStringList &secrets)
{
    QUrlQuery query;
    const auto items = QUrlQuery(url).queryItems(QUrl::FullyDecoded);
    for (const auto &[name, value] : items)
        query.addQueryItem(name, maskedValue(name, value, secrets));
    url.setQuery(query.isEmpty() ? QString() : query.toString(QUrl::PrettyDecoded));
    return url.toString(QUrl::RemoveUserInfo | QUrl::RemoveFragment);
}

} // namespace

QByteArray SeenExchange::answerHeader(QByteArrayView name) const
{
    const auto found =
        std::find_if(answerHeaders.cbegin(), answerHeaders.cend(), [name](const auto &header) {
            return header.first.compare(name, Qt::CaseInsensitive) == 0;
        });
    return found == answerHeaders.cend() ? QByteArray() : found->second;
}

bool SeenExchange::isSuccess() const
{
    return status && *status / 100 == 2;
}

bool SeenExchange::isRedirect() const
{
    return status && *status / 100 == 3 && !answerHeader("Location").isEmpty();
}

QUrl SeenExchange::location() const
{
    return url.resolved(QUrl::fromEncoded(answerHeader("Location")));
}

bool SeenExchange::isHtml() const
{
    return answerHeader("Content-Type").toLower().startsWith("text/html")
        || answerBody.left(64).trimmed().startsWith('<');
}

MaskedExchange masked(const SeenExchange &exchange, const QStringList &secrets)
{
    MaskedExchange result;
    if (!exchange.method.isEmpty())
        result.request =
            QString::fromLatin1(exchange.method) % u' ' % maskedUrl(exchange.url, secrets);
    QByteArray type;
    for (const auto &[name, value] : exchange.headers) {
        if (name.toLower() == "content-type")
            type = value.toLower();
        if (name.toLower() != "content-length" && name.toLower() != "accept")
            result.headers.append(maskedHeader(name, value, secrets));
    }
    result.body = maskedBody(exchange.body, type, secrets);
    result.status = exchange.status;
    constexpr std::array shown {"location", "set-cookie", "www-authenticate", "retry-after"};
    for (const auto &[name, value] : exchange.answerHeaders) {
        const auto lower = name.toLower();
        const bool isShown = std::any_of(
            shown.begin(), shown.end(), [&lower](const char *known) { return lower == known; });
        if (isShown && lower == "location")
            result.answerHeaders.append(u"Location: "_s % maskedUrl(exchange.location(), secrets));
        else if (isShown && lower != "set-cookie") // Qt joins them in one
            result.answerHeaders.append(maskedHeader(name, value, secrets));
    }
    for (const QByteArray &cookie : exchange.setCookies)
        result.answerHeaders.append(maskedHeader("Set-Cookie", cookie, secrets));
    result.answer =
        maskedBody(exchange.answerBody, exchange.answerHeader("Content-Type").toLower(), secrets);
    result.failure = maskedText(exchange.failure, secrets);
    return result;
}

QString maskedText(const QString &text, const QStringList &secrets)
{
    QString result = text;
    for (const QString &secret : secrets) {
        if (!secret.isEmpty())
            result.replace(secret, u"••••"_s);
    }
    // Whatever looks like a token between characters that no token has.
    qsizetype begin = 0;
    QString masked;
    const auto isInside = [](QChar c) {
        return c.unicode() < 0x80 && (c.isLetterOrNumber() || u"-._~+/=|%"_s.contains(c));
    };
    while (begin < result.size()) {
        auto end = begin;
        while (end < result.size() && isInside(result.at(end)) == isInside(result.at(begin)))
            ++end;
        const auto part = result.mid(begin, end - begin);
        masked += isTokenLike(part) && !part.contains(u'/') ? hidden(part) : part;
        begin = end;
    }
    return masked;
}

} // namespace authcore::lab
