#include "authcore/demobackend/oauth/authorizeendpoint.h"

#include "authcore/demobackend/oauth/form.h"
#include "authcore/demobackend/oauth/oauthscopes.h"
#include "authcore/demobackend/oauth/pages.h"
#include "authcore/demobackend/oauth/pkce.h"
#include "authcore/demobackend/randomtext.h"

#include <QtCore/QUrl>

#include <algorithm>
#include <array>

using namespace Qt::Literals::StringLiterals;

namespace demobackend {

namespace {

constexpr std::chrono::minutes formLifetime {30};

Reply errorPage(const QString &what)
{
    return pageReply(400, messageHtml(u"This sign-in cannot go on"_s, what));
}

//! Why the server may not redirect to this URI; empty: it may.
QString whyNotSentBack(const Form &form)
{
    for (const auto *name : {"client_id", "redirect_uri"})
        if (form.repeated().contains(name))
            return u"The application sent its %1 twice."_s.arg(QLatin1StringView(name));
    if (!findOAuthClient(form.text("client_id")))
        return u"The application that sent you here is not known (client_id)."_s;
    if (!isRedirectUri(form.text("redirect_uri")))
        return u"The application wants the answer at an address that is not registered "
               "(redirect_uri)."_s;
    return {};
}

//! OpenID Connect Core 1.0 sections 3.1.2.6 and 6: parameters that this server refuses.
std::optional<OAuthError> unsupported(const Form &form)
{
    constexpr std::array names {"request", "request_uri", "registration"};
    for (const auto *name : names)
        if (form.has(name))
            return OAuthError {QString(QLatin1StringView(name) + "_not_supported"_L1),
                u"%1 is not supported."_s.arg(QLatin1StringView(name))};
    return {};
}

std::optional<OAuthError> wrongPrompt(const QStringList &prompt)
{
    const QStringList known {u"none"_s, u"login"_s, u"consent"_s, u"select_account"_s};
    if (!std::all_of(prompt.begin(), prompt.end(),
            [&](const QString &value) { return known.contains(value); }))
        return OAuthError {u"invalid_request"_s, u"The prompt is not known."_s};
    if (!prompt.contains("none"_L1))
        return {};
    if (prompt.size() > 1)
        return OAuthError {u"invalid_request"_s, u"The prompt none stands alone."_s};
    return OAuthError {u"login_required"_s, u"Nobody is signed in here without a form."_s};
}

std::optional<OAuthError> wrongChallenge(const Form &form)
{
    // RFC 7636 section 4.4.1: without a method the method is "plain", which proves nothing.
    if (!form.has("code_challenge"))
        return OAuthError {u"invalid_request"_s, u"A code_challenge is required."_s};
    if (form.bytes("code_challenge_method") != "S256")
        return OAuthError {u"invalid_request"_s, u"The code_challenge_method has to be S256."_s};
    if (!isS256Challenge(form.bytes("code_challenge")))
        return OAuthError {u"invalid_request"_s, u"The code_challenge is malformed."_s};
    return {};
}

QStringList promptIn(const Form &form)
{
    return form.text("prompt").split(u' ', Qt::SkipEmptyParts);
}

std::optional<OAuthError> whatIsWrong(const Form &form)
{
    if (!form.repeated().isEmpty())
        return OAuthError {u"invalid_request"_s, u"A parameter is there twice."_s};
    if (auto error = unsupported(form))
        return error;
    if (!form.has("response_type"))
        return OAuthError {u"invalid_request"_s, u"A response_type is required."_s};
    if (form.bytes("response_type") != "code")
        return OAuthError {u"unsupported_response_type"_s, u"The response_type has to be code."_s};
    if (form.has("response_mode") && form.bytes("response_mode") != "query")
        return OAuthError {u"invalid_request"_s, u"The response_mode has to be query."_s};
    if (auto error = wrongChallenge(form))
        return error;
    if (!scopesIn(form.text("scope")))
        return OAuthError {u"invalid_scope"_s, u"A scope is not known."_s};
    return wrongPrompt(promptIn(form));
}

QString issuerAfter(CodeFault fault, const QString &issuer)
{
    if (fault == CodeFault::MissingIssuer)
        return {};
    return fault == CodeFault::WrongIssuer ? u"https://issuer.invalid"_s : issuer;
}

QString stateAfter(CodeFault fault, const QString &state)
{
    if (fault == CodeFault::MissingState)
        return {};
    return fault == CodeFault::WrongState ? u"another-state"_s : state;
}

} // namespace

AuthorizeEndpoint::AuthorizeEndpoint(AuthorizationCodes &codes)
    : m_codes(codes)
{
}

Reply AuthorizeEndpoint::answer(const Request &request, const Moment &moment)
{
    if (request.method != "POST")
        return begin(Form(request.query), moment);
    const auto form = formIn(request);
    if (!form)
        return errorPage(u"A form was expected."_s);
    return form->has("transaction") ? decide(*form, moment) : begin(*form, moment);
}

Reply AuthorizeEndpoint::begin(const Form &form, const Moment &moment)
{
    if (const auto problem = whyNotSentBack(form); !problem.isEmpty())
        return errorPage(problem);
    Asked asked {*findOAuthClient(form.text("client_id")), form.text("redirect_uri"),
        form.text("state"), form.text("nonce"), form.text("login_hint"),
        form.bytes("code_challenge"), {}, moment.now};
    if (const auto error = whatIsWrong(form))
        return refuse(asked, *error, moment.knobs);
    forgetOldForms(moment.now);
    asked.scopes = *scopesIn(form.text("scope"));
    // OpenID Connect Core 1.0 section 11
    if (!promptIn(form).contains("consent"_L1))
        asked.scopes.removeAll(u"offline_access"_s);

    const auto transaction = QString::fromLatin1(randomText(24));
    m_transactions.insert(transaction, asked);
    return pageReply(200,
        toHtml({u"/oauth2/authorize"_s, transaction, {}, asked.client.name, asked.scopes,
            asked.loginHint, {}}));
}

Reply AuthorizeEndpoint::decide(const Form &form, const Moment &moment)
{
    forgetOldForms(moment.now);
    const auto transaction = form.text("transaction");
    if (!m_transactions.contains(transaction))
        return errorPage(u"This form has expired. Please start again in the application."_s);
    const auto asked = m_transactions.value(transaction);
    if (form.bytes("decision") == "deny") {
        m_transactions.remove(transaction);
        return refuse(asked, {u"access_denied"_s, u"The user has denied it."_s}, moment.knobs);
    }
    const auto user = findUser(&DemoUser::name, form.text("username"));
    if (!user || user->password != form.text("password"))
        return pageReply(200,
            toHtml({u"/oauth2/authorize"_s, transaction, {}, asked.client.name, asked.scopes,
                form.text("username"), u"The user name or the password is wrong."_s}));
    m_transactions.remove(transaction);
    return allow(asked, *user, moment);
}

void AuthorizeEndpoint::forgetOldForms(Instant now)
{
    m_transactions.removeIf([now](const QHash<QString, Asked>::iterator &transaction) {
        return now - transaction->at > formLifetime;
    });
}

Reply AuthorizeEndpoint::allow(const Asked &asked, const DemoUser &user, const Moment &moment)
{
    if (moment.knobs.codeFault == CodeFault::AccessDenied)
        return refuse(asked, {u"access_denied"_s, u"The knob says so."_s}, moment.knobs);
    if (moment.knobs.codeFault == CodeFault::ServerError)
        return refuse(asked, {u"server_error"_s, u"The knob says so."_s}, moment.knobs);
    const OAuthGrant grant {QString::fromLatin1(randomText(12)), asked.client.id, user.id,
        asked.scopes, asked.nonce, moment.now};
    const auto code = m_codes.issue({grant, asked.redirectUri, asked.challenge}, moment.now);
    return sendBack(asked, {{"code", QString::fromLatin1(code)}}, moment.knobs);
}

Reply AuthorizeEndpoint::sendBack(
    const Asked &asked, Parameters parameters, const Knobs &knobs) const
{
    parameters.emplace_back("state", stateAfter(knobs.codeFault, asked.state));
    parameters.emplace_back("iss", issuerAfter(knobs.codeFault, m_issuer));
    auto url = asked.redirectUri.toLatin1();
    char separator = '?';
    for (const auto &[name, value] : parameters) {
        if (value.isEmpty())
            continue;
        url += separator + name + '=' + QUrl::toPercentEncoding(value);
        separator = '&';
    }
    return seeOtherReply(url);
}

Reply AuthorizeEndpoint::refuse(
    const Asked &asked, const OAuthError &error, const Knobs &knobs) const
{
    return sendBack(
        asked, {{"error", error.code}, {"error_description", error.description}}, knobs);
}

} // namespace demobackend
