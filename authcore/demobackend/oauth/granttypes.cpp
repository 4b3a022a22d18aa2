#include "authcore/demobackend/oauth/granttypes.h"

#include "authcore/demobackend/oauth/form.h"
#include "authcore/demobackend/oauth/oauthscopes.h"
#include "authcore/demobackend/randomtext.h"

using namespace Qt::Literals::StringLiterals;

namespace demobackend {

namespace {

GrantRefusal refusal(const QString &code, const QString &description)
{
    return {{code, description}};
}

GrantRefusal isMissing(const QString &name)
{
    return refusal(u"invalid_request"_s, u"The parameter %1 is required."_s.arg(name));
}

GrantRefusal invalidGrant(const QString &description)
{
    return refusal(u"invalid_grant"_s, description);
}

GrantTypes::Outcome password(const Form &form, const OAuthClient &client, const Moment &moment)
{
    // RFC 9700 section 2.4: the password grant must not be used; only the knob allows it.
    if (!moment.knobs.allowPasswordGrant)
        return refusal(u"unauthorized_client"_s, u"This client may not use the password grant."_s);
    for (const auto *name : {"username", "password"})
        if (!form.has(name))
            return isMissing(QLatin1StringView(name));
    const auto scopes = scopesIn(form.text("scope"));
    if (!scopes)
        return refusal(u"invalid_scope"_s, u"A scope is not known."_s);
    const auto user = findUser(&DemoUser::name, form.text("username"));
    if (!user || user->password != form.text("password"))
        return invalidGrant(u"The user name or the password is wrong."_s);
    return OAuthGrant {
        QString::fromLatin1(randomText(12)), client.id, user->id, *scopes, {}, moment.now};
}

} // namespace

GrantTypes::GrantTypes(AuthorizationCodes &codes, DeviceGrants &devices)
    : m_codes(codes)
    , m_devices(devices)
{
}

GrantTypes::Outcome GrantTypes::decide(
    const Form &form, const OAuthClient &client, const Moment &moment)
{
    const auto type = form.text("grant_type");
    if (type.isEmpty())
        return isMissing(u"grant_type"_s);
    if (type == "authorization_code"_L1)
        return code(form, client, moment);
    if (type == "urn:ietf:params:oauth:grant-type:device_code"_L1)
        return device(form, client, moment);
    if (type == "password"_L1)
        return password(form, client, moment);
    return refusal(u"unsupported_grant_type"_s, u"This grant_type is not known."_s);
}

GrantTypes::Outcome GrantTypes::code(
    const Form &form, const OAuthClient &client, const Moment &moment)
{
    for (const auto *name : {"code", "redirect_uri", "code_verifier"})
        if (!form.has(name))
            return isMissing(QLatin1StringView(name));
    const auto redemption = m_codes.redeem(
        {form.bytes("code"), client.id, form.text("redirect_uri"), form.bytes("code_verifier")},
        moment.now);
    using Verdict = AuthorizationCodes::Verdict;
    switch (redemption.verdict) {
    case Verdict::Granted:
        return redemption.grant;
    case Verdict::Unknown:
        break;
    case Verdict::Expired:
        return invalidGrant(u"The code has expired."_s);
    case Verdict::Used:
        return GrantRefusal {
            {u"invalid_grant"_s, u"The code was used before; what it granted is revoked."_s},
            redemption.grant};
    case Verdict::OfAnotherClient:
        return invalidGrant(u"The code was issued to another client."_s);
    case Verdict::ForAnotherRedirectUri:
        return invalidGrant(u"The redirect_uri is not the one of the authorization request."_s);
    case Verdict::NotProven:
        return invalidGrant(u"The code_verifier does not belong to the code_challenge."_s);
    }
    return invalidGrant(u"The code is not known."_s);
}

GrantTypes::Outcome GrantTypes::device(
    const Form &form, const OAuthClient &client, const Moment &moment)
{
    if (!form.has("device_code"))
        return isMissing(u"device_code"_s);
    const auto poll =
        m_devices.poll(form.bytes("device_code"), client.id, moment.knobs, moment.now);
    using Verdict = DeviceGrants::Verdict;
    switch (poll.verdict) {
    case Verdict::Granted:
        return poll.grant;
    case Verdict::Pending:
        return refusal(u"authorization_pending"_s, u"Nobody has decided about it yet."_s);
    case Verdict::TooFast:
        return refusal(u"slow_down"_s, u"Wait five seconds longer between polls."_s);
    case Verdict::Denied:
        return refusal(u"access_denied"_s, u"The user has denied it."_s);
    case Verdict::Expired:
        return refusal(u"expired_token"_s, u"The device_code has expired."_s);
    case Verdict::Unknown:
        break;
    }
    return invalidGrant(u"The device_code is not known."_s);
}

} // namespace demobackend
