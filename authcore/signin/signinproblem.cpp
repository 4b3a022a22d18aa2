#include "authcore/signin/signinproblem.h"

using namespace Qt::StringLiterals;

namespace authcore {

namespace {

const auto howToGiveTheSecret =
    u"give its secret (on the command line by --client-secret-file or TOKENFLIGHT_CLIENT_SECRET)"_s;

//! The members that describe the request, as JSON names them.
struct Members
{
    QString url;
    QString method; //!< empty: the profile cannot change it
    QString body; //!< likewise
    QString format; //!< likewise
};

Members membersFor(SignInMethod method)
{
    switch (method) {
    case SignInMethod::Password:
        return {u"signIn.url"_s, u"signIn.method"_s, u"signIn.body"_s, u"signIn.format"_s};
    case SignInMethod::Browser:
        return {u"authorization.url and refresh.url"_s, {}, {}, {}};
    case SignInMethod::Device:
        return {u"deviceAuthorizationUrl and refresh.url"_s, {}, {}, {}};
    }
    return {};
}

QString aboutTheSecret(const BackendProfile &profile)
{
    if (profile.clientId.isEmpty())
        return u"if the server wants to know the client, set clientId and clientAuthentication "
               "(\"basic\" or \"post\"), and "_s
            % howToGiveTheSecret;
    switch (profile.clientAuthentication) {
    case ClientAuthentication::None:
        return u"see clientId; if this client has a secret, set clientAuthentication to \"basic\" "
               u"or "
               "\"post\", and "_s
            % howToGiveTheSecret;
    case ClientAuthentication::Basic:
        return u"see clientId and the client's secret, or try \"post\" as clientAuthentication"_s;
    case ClientAuthentication::Post:
        return u"see clientId and the client's secret, or try \"basic\" as clientAuthentication"_s;
    }
    return {};
}

QString remedyForCode(const QString &code, const BackendProfile &profile, const Members &members)
{
    const bool hasSecret = profile.clientAuthentication != ClientAuthentication::None;
    if (code == "invalid_client"_L1 || code == "incorrect_client_credentials"_L1)
        return aboutTheSecret(profile);
    if (code == "invalid_request"_L1) {
        QStringList remedies;
        if (!members.body.isEmpty())
            remedies.append(u"see %1 for a missing or misspelt field"_s.arg(members.body));
        if (!hasSecret)
            remedies.append(aboutTheSecret(profile));
        return remedies.join(u"; "_s);
    }
    if (code == "unauthorized_client"_L1)
        return u"the server has to allow this client (clientId) this way to sign in, or use "
               u"another "
               "one of signInMethods"_s;
    if (code == "unsupported_grant_type"_L1)
        return members.body.isEmpty()
            ? u"use another one of signInMethods"_s
            : u"see grant_type in %1, or use another one of signInMethods"_s.arg(members.body);
    if (code == "invalid_scope"_L1)
        return u"see scope"_s;
    return {};
}

QString remedyForStatus(int status, const Members &members)
{
    const auto see = [](const QString &member) {
        return member.isEmpty() ? QString() : QString(u"see "_s % member);
    };
    switch (status) {
    case 400:
    case 422:
        return members.body.isEmpty()
            ? QString()
            : u"compare the fields of %1 with those that the server wants"_s.arg(members.body);
    case 404:
    case 410:
        return see(members.url);
    case 405:
        return see(members.method.isEmpty() ? members.url
                                            : QString(members.url % u" and "_s % members.method));
    case 415:
        return see(members.format);
    default:
        return status / 100 == 3 ? see(members.url) : QString();
    }
}

QString remedyFor(const TokenError &error, const BackendProfile &profile, const Members &members)
{
    if (!error.serverCode.isEmpty())
        return remedyForCode(error.serverCode, profile, members);
    if (!error.httpStatus)
        return {};
    const bool lacksTokens = *error.httpStatus / 100 == 2;
    return lacksTokens && error.code == TokenError::Code::Misconfigured
        ? u"see answer.accessToken, or answer.accessTokenCookie if the token is a cookie"_s
        : remedyForStatus(*error.httpStatus, members);
}

//! What the server says of its reasons; empty: no more than the error code.
QString wordsOf(const TokenError &error)
{
    constexpr qsizetype nothing = 3; // "{}", and "***", a value that is masked
    if (!error.request)
        return {};
    if (!error.request->errorDescription.isEmpty())
        return error.request->errorDescription;
    const QString &start = error.request->answerStart;
    const bool saysMore =
        error.serverCode.isEmpty() && start.size() > nothing && !start.startsWith(u'<');
    return saysMore ? start : QString();
}

} // namespace

TokenError explained(TokenError error, const BackendProfile &profile, SignInMethod method)
{
    if (const auto remedy = remedyFor(error, profile, membersFor(method)); !remedy.isEmpty())
        error.detail += u"; "_s % remedy;
    if (const auto words = wordsOf(error); !words.isEmpty())
        error.detail += u"; the server says: "_s % words;
    return error;
}

} // namespace authcore
