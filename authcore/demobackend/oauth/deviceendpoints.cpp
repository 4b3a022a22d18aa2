#include "authcore/demobackend/oauth/deviceendpoints.h"

#include "authcore/demobackend/oauth/form.h"
#include "authcore/demobackend/oauth/oauthclients.h"
#include "authcore/demobackend/oauth/oauthscopes.h"
#include "authcore/demobackend/oauth/pages.h"
#include "authcore/demobackend/randomtext.h"
#include "authcore/demobackend/replies.h"

using namespace Qt::Literals::StringLiterals;

namespace demobackend {

namespace {

constexpr QLatin1StringView verificationPath("/oauth2/device");

} // namespace

DeviceEndpoints::DeviceEndpoints(DeviceGrants &devices)
    : m_devices(devices)
{
}

Reply DeviceEndpoints::authorize(const Request &request, const Moment &moment)
{
    const auto read = clientFormIn(request);
    if (const auto *error = std::get_if<OAuthError>(&read))
        return oauthErrorReply(*error);
    const auto &[form, client] = std::get<ClientForm>(read);
    const auto scopes = scopesIn(form.text("scope"));
    if (!scopes)
        return oauthErrorReply({u"invalid_scope"_s, u"A scope is not known."_s});

    const OAuthGrant asked {QString::fromLatin1(randomText(12)), client.id, {}, *scopes, {}, {}};
    const auto begun = m_devices.begin(asked, moment.knobs, moment.now);
    const QString uri = m_issuer + verificationPath;
    return notStored(jsonReply(200,
        {
            {u"device_code"_s, QString::fromLatin1(begun.deviceCode)},
            {u"user_code"_s, begun.userCode},
            {u"verification_uri"_s, uri},
            {u"verification_uri_complete"_s, QString(uri + "?user_code="_L1 + begun.userCode)},
            {u"expires_in"_s, qint64(DeviceGrants::lifetime.count())},
            {u"interval"_s, qint64(moment.knobs.deviceInterval.count())},
        }));
}

Reply DeviceEndpoints::verify(const Request &request, const Moment &moment)
{
    if (request.method != "POST")
        return page(Form(request.query).text("user_code"), {}, {}, moment);
    const auto form = formIn(request);
    if (!form)
        return pageReply(400, messageHtml(u"Connect a device"_s, u"A form was expected."_s));
    return decide(*form, moment);
}

Reply DeviceEndpoints::decide(const Form &form, const Moment &moment)
{
    const auto userCode = form.text("user_code");
    const auto userName = form.text("username");
    if (!m_devices.waiting(userCode, moment.now))
        return page(userCode, userName, u"No device waits with this code."_s, moment);
    const auto user = findUser(&DemoUser::name, userName);
    // Denying needs a password, too: otherwise a guessed code would end the sign-in of another
    // user.
    if (!user || user->password != form.text("password"))
        return page(userCode, userName, u"The user name or the password is wrong."_s, moment);
    if (form.bytes("decision") == "deny") {
        m_devices.deny(userCode);
        return pageReply(
            200, messageHtml(u"Denied"_s, u"The device was not connected to your account."_s));
    }
    m_devices.allow(userCode, user->id, moment.now);
    return pageReply(200, messageHtml(u"Connected"_s, u"You can go back to your device now."_s));
}

Reply DeviceEndpoints::page(const QString &userCode, const QString &userName,
    const QString &problem, const Moment &moment) const
{
    ConsentPage page {verificationPath, {}, userCode, {}, {}, userName, problem};
    // RFC 8628 section 3.3.1: a person sees the client and the scopes before allowing them.
    if (const auto asked = m_devices.waiting(userCode, moment.now)) {
        page.clientName = findOAuthClient(asked->clientId).value_or(OAuthClient()).name;
        page.scopes = asked->scopes;
    }
    return pageReply(200, toHtml(page));
}

} // namespace demobackend
