#include "authcore/signin/authorizationrequest.h"

#include "authcore/profile/issuer.h"
#include "authcore/signin/grantedtokens.h"
#include "authcore/system/constanttime.h"

#include <QtCore/QCryptographicHash>

#include <algorithm>
#include <array>
#include <map>
#include <utility>

using namespace Qt::StringLiterals;

namespace authcore {

namespace {

using Code = TokenError::Code;

constexpr qsizetype secretSize = 32; // bytes: RFC 7636 section 7.1
constexpr qsizetype longestDescription = 200;

constexpr auto base64Url = QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals;

//! Maps names to values; a repeated name has no value (RFC 6749 section 3.1).
using Parameters = std::map<QByteArray, std::optional<QByteArray>>;

QByteArray decoded(QByteArray text)
{
    return QByteArray::fromPercentEncoding(text.replace('+', ' '));
}

Parameters parametersOf(const QByteArray &query)
{
    Parameters parameters;
    const auto fields = query.split('&');
    for (const QByteArray &field : fields) {
        const qsizetype mark = field.indexOf('=');
        const QByteArray name = decoded(mark < 0 ? field : field.left(mark));
        const QByteArray value = mark < 0 ? QByteArray() : decoded(field.mid(mark + 1));
        if (!parameters.emplace(name, value).second)
            parameters[name] = std::nullopt;
    }
    return parameters;
}

TokenError refused(Code code, const QString &what, const QString &serverCode = {})
{
    return {code, what, std::nullopt, std::nullopt, serverCode};
}

//! The error description, bounded in length. Characters that RFC 6749 section 4.1.2.1 forbids are
//! replaced.
QString descriptionOf(const Parameters &parameters)
{
    const auto found = parameters.find("error_description");
    if (found == parameters.end() || !found->second)
        return {};
    QString text;
    for (const char c : found->second->left(longestDescription))
        text += QLatin1Char(c >= ' ' && c <= '~' && c != '"' && c != '\\' ? c : '?');
    return text.isEmpty() ? text : QString(u": "_s % text);
}

struct KnownError
{
    QLatin1StringView name;
    Code code = Code::Rejected;
    QLatin1StringView meaning;
};

// RFC 6749 section 4.1.2.1; OpenID Connect Core section 3.1.2.6.
constexpr std::array knownErrors {
    KnownError {"access_denied"_L1, Code::Rejected, "The sign-in was refused"_L1},
    KnownError {"login_required"_L1, Code::Rejected, "The server wants the person to sign in"_L1},
    KnownError {"consent_required"_L1, Code::Rejected, "The server wants consent"_L1},
    KnownError {"interaction_required"_L1, Code::Rejected, "The server has questions"_L1},
    KnownError {"account_selection_required"_L1, Code::Rejected, "The server wants an account"_L1},
    KnownError {"invalid_request"_L1, Code::Misconfigured,
        "The server does not understand the authorization request"_L1},
    KnownError {"unauthorized_client"_L1, Code::Misconfigured,
        "The server does not let this client sign in by browser"_L1},
    KnownError {"unsupported_response_type"_L1, Code::Misconfigured,
        "The server does not know the authorization code flow"_L1},
    KnownError {"invalid_scope"_L1, Code::Misconfigured,
        "The server does not accept the scope that the profile asks for"_L1},
    KnownError {"server_error"_L1, Code::ServerFailed, "The server failed"_L1},
    KnownError {"temporarily_unavailable"_L1, Code::ServerFailed, "The server is too busy"_L1},
};

TokenError errorAnswer(const QByteArray &error, const Parameters &parameters)
{
    const auto known = std::find_if(knownErrors.begin(), knownErrors.end(),
        [&error](const KnownError &one) { return QLatin1StringView(error) == one.name; });
    if (known == knownErrors.end())
        return refused(Code::Rejected,
            u"The server refused the sign-in, with an error that this client does not know"_s
                % descriptionOf(parameters));
    return refused(known->code,
        QString(known->meaning) % u" ("_s % known->name % u')' % descriptionOf(parameters),
        known->name);
}

} // namespace

AuthorizationSecrets newSecrets(const RandomBytes &random, const BackendProfile &profile)
{
    const auto secret = [&random] { return random(secretSize).toBase64(base64Url); };
    AuthorizationSecrets secrets {secret(), secret(), {}};
    if (hasScope(profile.scope, "openid"_L1))
        secrets.nonce = secret();
    return secrets;
}

QByteArray codeChallenge(const QByteArray &verifier)
{
    return QCryptographicHash::hash(verifier, QCryptographicHash::Sha256).toBase64(base64Url);
}

QUrl authorizationUrl(
    const BackendProfile &profile, const AuthorizationSecrets &secrets, const QUrl &redirectUri)
{
    std::map<QString, QString> parameters {
        {u"response_type"_s, u"code"_s},
        {u"client_id"_s, profile.clientId},
        {u"redirect_uri"_s, QString::fromLatin1(redirectUri.toEncoded())},
        {u"state"_s, QString::fromLatin1(secrets.state)},
        {u"code_challenge"_s, QString::fromLatin1(codeChallenge(secrets.verifier))},
        {u"code_challenge_method"_s, u"S256"_s},
    };
    if (!profile.scope.isEmpty())
        parameters[u"scope"_s] = profile.scope;
    if (!secrets.nonce.isEmpty())
        parameters[u"nonce"_s] = QString::fromLatin1(secrets.nonce);
    for (const auto &[name, value] : profile.authorization.parameters)
        parameters.emplace(name, value); // does not replace a parameter that is set above

    QUrl url = profile.resolved(profile.authorization.url);
    url.setFragment(QString());
    QByteArrayList query;
    if (url.hasQuery()) // the endpoint's own query is kept: RFC 6749 section 3.1
        query.append(url.query(QUrl::FullyEncoded).toLatin1());
    for (const auto &[name, value] : parameters)
        query.append(QUrl::toPercentEncoding(name) + '=' + QUrl::toPercentEncoding(value));
    url.setQuery(QString::fromLatin1(query.join('&')), QUrl::StrictMode);
    return url;
}

std::variant<QString, TokenError, ForeignAnswer> readAuthorizationAnswer(
    const QByteArray &query, const BackendProfile &profile, const AuthorizationSecrets &secrets)
{
    const Parameters parameters = parametersOf(query);
    const auto has = [&parameters](const char *name) { return parameters.contains(name); };
    const auto value = [&parameters](const char *name) {
        const auto found = parameters.find(name);
        return found == parameters.end() ? QByteArray() : found->second.value_or(QByteArray());
    };
    if (!isSameSecret(value("state"), secrets.state))
        return ForeignAnswer {};
    if (!profile.issuer.isEmpty()) {
        if (has("iss") && value("iss") != profile.issuer.toUtf8())
            return refused(Code::BadAnswer,
                issuerMismatch(
                    u"The answer (iss)"_s, QString::fromUtf8(value("iss")), profile.issuer));
        if (!has("iss") && profile.authorization.issuerInAnswers)
            return refused(Code::BadAnswer,
                u"The answer does not say which issuer it is of (iss), as this server's do"_s);
    }
    if (has("error"))
        return errorAnswer(value("error"), parameters);
    const QByteArray code = value("code");
    if (code.isEmpty())
        return refused(Code::BadAnswer, u"The server's answer has no authorization code"_s);
    return QString::fromUtf8(code);
}

} // namespace authcore
