#include "authcore/lab/connect/copiedsignin.h"

#include "authcore/lab/connect/answerinspection.h"
#include "authcore/lab/connect/answerwords.h"
#include "authcore/lab/connect/fieldnames.h"
#include "authcore/profile/origin.h"
#include "authcore/profile/secretnames.h"

#include <QtCore/QJsonDocument>
#include <QtCore/QUrlQuery>

#include <algorithm>
#include <array>

using namespace Qt::StringLiterals;

namespace authcore::lab {

namespace {

//! Headers that every browser sends, or that the request gets anyway.
bool isUsualHeader(const QString &name)
{
    constexpr std::array usual {"accept"_L1, "accept-encoding"_L1, "accept-language"_L1,
        "cache-control"_L1, "connection"_L1, "content-length"_L1, "content-type"_L1, "dnt"_L1,
        "host"_L1, "origin"_L1, "pragma"_L1, "priority"_L1, "referer"_L1, "te"_L1,
        "upgrade-insecure-requests"_L1, "user-agent"_L1};
    const auto lower = name.toLower();
    return lower.startsWith("sec-"_L1) || lower.startsWith(u':')
        || std::find(usual.begin(), usual.end(), lower) != usual.end();
}

//! Whether a value under this name must not be written down.
bool isSecret(const QString &name, const QString &value)
{
    return secretUnder(name, NameIs::Roughly) || isTokenLike(value)
        || name.contains("csrf"_L1, Qt::CaseInsensitive)
        || name.contains("xsrf"_L1, Qt::CaseInsensitive) || wordsOf(name).contains(u"key"_s)
        || wordsOf(name).contains(u"captcha"_s);
}

//! Whether a name and a password are sent by HTTP Basic (RFC 7617).
bool usesBasic(const CurlCommand &command)
{
    return command.userName
        || command.header("authorization"_L1).startsWith("Basic "_L1, Qt::CaseInsensitive);
}

//! A comment on something that "profiles try" may change. It fits on one line.
QString guess(const QString &text)
{
    return QString::fromLatin1(guessMark) % text;
}

//! A form as a browser sends it: '+' is a space.
QJsonObject formFields(const QString &body)
{
    QString encoded = body;
    const QUrlQuery query(encoded.replace(u'+', "%20"_L1));
    QJsonObject fields;
    const auto items = query.queryItems(QUrl::FullyDecoded);
    for (const auto &[name, value] : items)
        fields.insert(name, value);
    return fields;
}

} // namespace

CopiedSignIn::CopiedSignIn(const CurlCommand &command, const std::optional<CopiedAnswer> &answer)
    : m_command(command)
    , m_answer(answer)
{
}

std::variant<ProfileDraft, CurlProblem> CopiedSignIn::draft()
{
    const bool hasBasic = usesBasic(m_command);
    if ((m_command.method == "GET" && !hasBasic) || m_command.method == "HEAD")
        return CurlProblem {u"it is a %1 request, and no sign-in; copy the request that sends the "
                            "name and the password"_s.arg(QString::fromLatin1(m_command.method))};
    takePlace();
    if (m_command.method == "GET")
        m_draft.profile.signIn.method = HttpMethod::Get;
    takeBody();
    if (hasBasic && !m_hasPassword) { // otherwise it is the client's
        m_draft.profile.signIn.headers[u"Authorization"_s] = u"Basic ${basic}"_s;
        m_hasPassword = true;
        m_hasUserName = true;
        m_isBasic = true;
    }
    takeHeaders();
    takeAnswer();
    guessRefresh();
    for (const QString &note : m_command.notes)
        m_draft.notes.append(note);
    if (!m_hasPassword)
        m_draft.notes.append(
            u"No field of the request looks like a password: put \"${password}\" where it goes."_s);
    if (!m_hasUserName)
        m_draft.notes.append(
            u"No field of the request looks like a name: put \"${userName}\" where it goes."_s);
    m_draft.notes.append(u"The profile names no resource: give one by --path, or let \"profiles "
                         "try\" look for one."_s);
    return m_draft;
}

void CopiedSignIn::takePlace()
{
    auto &profile = m_draft.profile;
    QUrl base = m_command.url.adjusted(
        QUrl::RemoveUserInfo | QUrl::RemovePath | QUrl::RemoveQuery | QUrl::RemoveFragment);
    profile.baseUrl = base;
    profile.protectedOrigins = {base.toString(QUrl::FullyEncoded)};
    profile.name = base.host();
    profile.id = base.host() + (base.port() > 0 ? u'-' % QString::number(base.port()) : QString());
    profile.allowInsecureHttp = base.scheme() == "http"_L1 && !isLoopback(base);
    QUrl endpoint;
    endpoint.setPath(m_command.url.path(QUrl::FullyEncoded).mid(1), QUrl::TolerantMode);
    QUrlQuery kept;
    const auto items = QUrlQuery(m_command.url).queryItems(QUrl::FullyDecoded);
    for (const auto &[name, value] : items) {
        if (isSecret(name, value))
            leaveOut(u"the parameter \"%1\" of the address"_s.arg(name));
        else
            kept.addQueryItem(name, value);
    }
    if (!kept.isEmpty())
        endpoint.setQuery(kept);
    profile.signIn.url = endpoint;
}

void CopiedSignIn::takeBody()
{
    m_draft.profile.signIn.body = withPlaceholders(bodyFields());
}

QJsonObject CopiedSignIn::bodyFields()
{
    auto &format = m_draft.profile.signIn.format;
    const auto type = m_command.header("content-type"_L1).toLower();
    if (!m_command.fields.isEmpty()) {
        format = BodyFormat::Multipart;
        QJsonObject fields;
        for (const auto &[name, value] : m_command.fields)
            fields.insert(name, value);
        return fields;
    }
    const auto body = m_command.body.value_or(QString());
    const auto json = QJsonDocument::fromJson(body.toUtf8());
    if (json.isObject())
        return json.object();
    if (type.contains("multipart"_L1)) {
        format = BodyFormat::Multipart;
        return multipartFields(body);
    }
    if (!body.isEmpty() && !type.contains("json"_L1))
        format = BodyFormat::Form;
    return format == BodyFormat::Form ? formFields(body) : QJsonObject();
}

QJsonObject CopiedSignIn::withPlaceholders(const QJsonObject &fields)
{
    QJsonObject result;
    for (auto field = fields.begin(); field != fields.end(); ++field) {
        const auto value = placeholderFor(field.key(), QJsonValue(field.value()));
        if (!value.isUndefined())
            result.insert(field.key(), value);
    }
    return result;
}

QJsonValue CopiedSignIn::placeholderFor(const QString &name, const QJsonValue &value)
{
    auto &profile = m_draft.profile;
    if (value.isObject())
        return withPlaceholders(value.toObject());
    if (isPasswordField(name)) {
        m_hasPassword = true;
        return u"${password}"_s;
    }
    const auto words = wordsOf(name);
    if (words.join(u' ') == "client id"_L1) {
        profile.clientId = value.toString();
        return u"${clientId}"_s;
    }
    if (words.join(u' ') == "client secret"_L1) {
        profile.clientAuthentication = ClientAuthentication::Post;
        return QJsonValue::Undefined; // comes with the client's id by itself
    }
    if (name == "scope"_L1 && value.isString()) {
        profile.scope = value.toString();
        return u"${scope}"_s;
    }
    if (isUserNameField(name) && value.isString() && !m_hasUserName) {
        m_hasUserName = true;
        return u"${userName}"_s;
    }
    if (isSecret(name, value.toString()) || value.isArray()) {
        leaveOut(u"the field \"%1\""_s.arg(name));
        return QJsonValue::Undefined;
    }
    return value;
}

void CopiedSignIn::takeHeaders()
{
    auto &profile = m_draft.profile;
    for (const auto &[name, value] : m_command.headers) {
        if (name.compare("Authorization"_L1, Qt::CaseInsensitive) == 0) {
            if (!value.startsWith("Basic "_L1, Qt::CaseInsensitive))
                leaveOut(u"the header \"Authorization\""_s);
            else if (!m_isBasic)
                takeClient(value.mid(6));
        } else if (!isUsualHeader(name)) {
            if (isSecret(name, value))
                leaveOut(u"the header \"%1\""_s.arg(name));
            else
                profile.signIn.headers[name] = value;
        }
    }
    if (!m_command.cookies.isEmpty())
        leaveOut(m_command.cookies.size() == 1
                ? u"a cookie (%1)"_s.arg(m_command.cookies.constFirst())
                : u"%1 cookies"_s.arg(m_command.cookies.size()));
}

//! RFC 6749 section 2.3.1: the client's name and its secret, which is dropped.
void CopiedSignIn::takeClient(const QString &credentials)
{
    auto &profile = m_draft.profile;
    const auto pair = QString::fromUtf8(QByteArray::fromBase64(credentials.toLatin1()));
    profile.clientAuthentication = ClientAuthentication::Basic;
    if (profile.clientId.isEmpty())
        profile.clientId = QUrl::fromPercentEncoding(pair.section(u':', 0, 0).toUtf8());
}

void CopiedSignIn::takeAnswer()
{
    auto &profile = m_draft.profile;
    const auto seen =
        m_answer ? inspectAnswer(m_answer->body, m_answer->setCookies) : AnswerInspection();
    profile.answer = seen.places;
    if (profile.answer.error.isEmpty())
        profile.answer.error = TokenAnswer().error;
    if (!seen.hasAccessToken()) {
        profile.answer.accessToken = u"/accessToken"_s;
        m_draft.comments[u"/answer"_s] =
            guess(u"\"profiles try --write\" looks at a real answer."_s);
        m_draft.notes.append(m_answer
                ? u"The answer has nothing that looks like an access token."_s
                : u"No answer was given (--answer), so that the places of the "
                  "tokens are a guess."_s);
    } else if (profile.answer.accessToken.isEmpty()) {
        profile.tokenHeader.clear();
        profile.csrf = seen.csrf;
    }
}

void CopiedSignIn::guessRefresh()
{
    auto &profile = m_draft.profile;
    if (!profile.answer.hasRefreshToken())
        profile.answer.refreshToken = u"/refreshToken"_s;
    const auto path = profile.signIn.url.path(QUrl::FullyEncoded);
    const auto folder = path.left(path.lastIndexOf(u'/') + 1);
    profile.refresh.url = QUrl(folder % u"refresh"_s);
    const bool isOAuth = profile.signIn.body.value("grant_type"_L1).isString();
    if (isOAuth) { // RFC 6749 section 6: the same endpoint
        profile.refresh = profile.signIn;
        profile.refresh.body = {
            {u"grant_type"_s, u"refresh_token"_s}, {u"refresh_token"_s, u"${refreshToken}"_s}};
        if (!profile.clientId.isEmpty()
            && profile.clientAuthentication == ClientAuthentication::None)
            profile.refresh.body.insert(u"client_id"_s, u"${clientId}"_s);
        return;
    }
    if (profile.answer.refreshTokenCookie.isEmpty()) {
        const auto name = profile.answer.refreshToken.section(u'/', -1);
        const bool isName = wordsOf(name).contains(u"refresh"_s);
        profile.refresh.body = {{isName ? name : u"refreshToken"_s, u"${refreshToken}"_s}};
    }
    m_draft.comments[u"/refresh"_s] =
        guess(u"\"profiles try --write\" looks for the right address and body."_s);
    m_draft.notes.append(u"How tokens are refreshed is a guess: let \"profiles try\" see to it."_s);
}

void CopiedSignIn::leaveOut(const QString &what)
{
    m_draft.notes.append(u"Left out, as it may be a secret: %1."_s.arg(what));
}

} // namespace authcore::lab
