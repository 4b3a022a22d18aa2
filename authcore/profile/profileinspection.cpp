#include "authcore/profile/backendprofile.h"

#include "authcore/profile/headerrules.h"
#include "authcore/profile/issuer.h"
#include "authcore/profile/jsonpointer.h"
#include "authcore/profile/jsonreader.h"
#include "authcore/profile/memberinspection.h"
#include "authcore/profile/profileerrors.h"
#include "authcore/profile/secretnames.h"
#include "authcore/profile/templates.h"
#include "authcore/profile/urlrules.h"

#include <QtCore/QUrlQuery>

#include <algorithm>
#include <utility>

using namespace Qt::StringLiterals;

namespace authcore {

namespace {

bool isHeaderText(const QByteArray &text)
{
    return std::all_of(text.cbegin(), text.cend(), [](char c) { return c >= ' ' && c != '\x7f'; });
}

//! Collects the problems of a profile.
class Inspection
{
public:
    explicit Inspection(const BackendProfile &profile)
        : m_profile(profile)
    {
        inspectBaseUrl();
        inspectOrigins();
        inspectSignIn();
        // Discovery asks the issuer for missing endpoints (RFC 8414).
        const auto endpoint = profile.issuer.isEmpty() ? Endpoint::Needed : Endpoint::Optional;
        inspectRequest(u"/refresh"_s, profile.refresh, endpoint);
        inspectRequest(u"/revocation"_s, profile.revocation, Endpoint::Optional);
        inspectAnswer(u"/answer"_s, profile.answer, m_problems);
        inspectHeaders();
        inspectResources();
        inspectStatuses();
        inspectNetwork();
        inspectPolicy(profile.policy, m_problems);
        check(!profile.id.isEmpty(), u"/id"_s,
            u"is missing; give \"example\" or so, by which stored tokens are told apart"_s);
    }

    [[nodiscard]] QList<ProfileError> problems() const { return m_problems.result(); }

private:
    void check(bool isGood, const QString &where, const QString &what)
    {
        m_problems.check(isGood, where, what);
    }

    void inspectBaseUrl()
    {
        const auto &url = m_profile.baseUrl;
        if (url.isEmpty()) {
            check(false, u"/baseUrl"_s, u"is missing; give \"https://host\""_s);
            return;
        }
        inspectUrl(u"/baseUrl"_s, url);
        check(!url.hasQuery() && !url.hasFragment(), u"/baseUrl"_s,
            u"has a query or a fragment; leave them out"_s);
    }

    void inspectUrl(const QString &where, const QUrl &url)
    {
        if (!url.isValid() || url.isRelative() || !isHttp(url) || url.host().isEmpty()) {
            check(false, where, u"is no complete http or https URL; give \"https://host/path\""_s);
            return;
        }
        check(url.userInfo().isEmpty(), where,
            u"has a user name or a password in it; leave them out"_s);
        inspectTransport(where, url);
    }

    void inspectTransport(const QString &where, const QUrl &url)
    {
        check(m_profile.isTransportAllowed(url), where,
            u"is plain http to another machine, where anybody on the way can read tokens; use "
            "https, or set \"allowInsecureHttp\": true"_s);
    }

    void inspectOrigins()
    {
        for (qsizetype i = 0; i < m_profile.protectedOrigins.size(); ++i) {
            const auto &entry = m_profile.protectedOrigins.at(i);
            const auto where = u"/protectedOrigins/%1"_s.arg(i);
            if (canonicalOrigin(entry).isEmpty())
                check(false, where,
                    u"is no origin; give \"https://host\" or \"https://host:port\""_s);
            else
                inspectTransport(where, QUrl(entry));
        }
        for (qsizetype i = 0; i < m_profile.publicPaths.size(); ++i) {
            const auto &rule = m_profile.publicPaths.at(i);
            const auto stars = rule.count(u'*');
            QUrl url;
            url.setPath(rule, QUrl::DecodedMode);
            const bool isGood = rule.startsWith(u'/') && !normalisedPath(url).isEmpty()
                && (stars == 0 || (stars == 1 && rule.endsWith(u'*')));
            check(isGood, u"/publicPaths/%1"_s.arg(i),
                u"matches nothing; give \"/path\" as it reads decoded, or \"/path/*\""_s);
        }
    }

    void inspectSignIn()
    {
        const auto &methods = m_profile.signInMethods;
        check(!methods.isEmpty(), u"/signInMethods"_s,
            u"is empty; give \"password\", \"browser\" or \"device\""_s);
        inspectRequest(u"/signIn"_s, m_profile.signIn,
            methods.contains(SignInMethod::Password) ? Endpoint::Needed : Endpoint::Optional);
        const bool isDiscovered = !m_profile.issuer.isEmpty();
        const auto need = [&](SignInMethod method) {
            return methods.contains(method) && !isDiscovered ? Endpoint::Needed
                                                             : Endpoint::Optional;
        };
        inspectEndpoint(
            u"/authorization/url"_s, m_profile.authorization.url, need(SignInMethod::Browser));
        for (const auto &[name, text] : m_profile.authorization.parameters)
            inspectText(u"/authorization/parameters/"_s % escapedForPointer(name), name, text);
        inspectEndpoint(u"/deviceAuthorizationUrl"_s, m_profile.deviceAuthorizationUrl,
            need(SignInMethod::Device));
        const bool isOAuth =
            methods.contains(SignInMethod::Browser) || methods.contains(SignInMethod::Device);
        check(!isOAuth || !m_profile.clientId.isEmpty(), u"/clientId"_s,
            u"is missing; give the name by which the authorization server knows this client"_s);
        check(!hasControlCharacters(m_profile.clientId), u"/clientId"_s,
            u"has control characters; leave them out"_s);
        check(!hasControlCharacters(m_profile.scope), u"/scope"_s,
            u"has control characters; leave them out"_s);
        check(m_profile.clientAuthentication == ClientAuthentication::None
                || !m_profile.clientId.isEmpty(),
            u"/clientAuthentication"_s, u"needs a name; give a clientId, too"_s);
        if (isDiscovered) {
            const QUrl issuer(m_profile.issuer, QUrl::StrictMode);
            inspectUrl(u"/issuer"_s, issuer);
            check(!issuer.hasQuery() && !issuer.hasFragment(), u"/issuer"_s,
                u"has a query or a fragment (RFC 8414 section 2); leave them out"_s);
            const QString meant = issuerOf(m_profile.issuer);
            check(meant == m_profile.issuer, u"/issuer"_s,
                u"is the address of the issuer's metadata; give \"%1\""_s.arg(meant));
        }
    }

    enum class Endpoint { Needed, Optional };

    void inspectEndpoint(const QString &where, const QUrl &url, Endpoint endpoint)
    {
        if (url.isEmpty())
            check(endpoint == Endpoint::Optional, where,
                u"is missing; give the endpoint's path or URL"_s);
        else if (!url.isRelative() || !url.isValid())
            inspectUrl(where, m_profile.resolved(url));
        const auto parameters = QUrlQuery(url).queryItems(QUrl::FullyDecoded);
        for (const auto &[name, text] : parameters)
            inspectText(where, name, text);
    }

    void inspectRequest(const QString &where, const TokenRequest &request, Endpoint endpoint)
    {
        inspectEndpoint(where % u"/url"_s, request.url, endpoint);
        inspectMethod(where, request);
        for (auto field = request.body.begin(); field != request.body.end(); ++field) {
            const QString place = where % u"/body/"_s % escapedForPointer(field.key());
            if (request.format == BodyFormat::Json)
                inspectTemplates(place, field.key(), field.value());
            else if (field.value().isString())
                inspectTemplate(place, field.key(), field.value().toString());
            else
                check(false, place, u"is no string; give one, as all fields of a form are"_s);
        }
        for (const auto &[name, text] : request.headers) {
            inspectHeader(where % u"/headers/"_s % escapedForPointer(name), name, text);
            inspectTemplate(where % u"/headers/"_s % escapedForPointer(name), name, text);
        }
        if (request.answer)
            inspectOwnAnswer(where % u"/answer"_s, *request.answer);
    }

    void inspectOwnAnswer(const QString &where, const TokenAnswer &answer)
    {
        inspectAnswer(where, answer, m_problems);
        const auto what =
            u"is another cookie than the one in /answer; give the same, as a session has only one"_s;
        check(answer.accessTokenCookie == m_profile.answer.accessTokenCookie,
            where % u"/accessTokenCookie"_s, what);
        check(answer.refreshTokenCookie == m_profile.answer.refreshTokenCookie,
            where % u"/refreshTokenCookie"_s, what);
    }

    void inspectMethod(const QString &where, const TokenRequest &request)
    {
        if (hasBody(request.method))
            return;
        check(request.body.isEmpty(), where % u"/body"_s,
            u"is not sent with this method; give {} and headers, or another method"_s);
        check(m_profile.clientAuthentication != ClientAuthentication::Post, where % u"/method"_s,
            u"has no body for the client's secret; give another one, or the clientAuthentication "
            "\"basic\""_s);
    }

    //! The strings of a JSON body, at any depth.
    void inspectTemplates(const QString &where, const QString &name, const QJsonValue &value)
    {
        constexpr auto deepest = 50;
        if (where.count(u'/') > deepest) {
            check(false, where, u"is nested too deeply; give at most %1 levels"_s.arg(deepest));
            return;
        }
        if (value.isString())
            inspectTemplate(where, name, value.toString());
        const auto object = value.toObject();
        for (auto field = object.begin(); field != object.end(); ++field)
            inspectTemplates(
                where % u'/' % escapedForPointer(field.key()), field.key(), field.value());
        const auto array = value.toArray();
        for (qsizetype i = 0; i < array.size(); ++i)
            inspectTemplates(where % u'/' % QString::number(i), name, array.at(i));
    }

    void inspectTemplate(const QString &where, const QString &name, const QString &text)
    {
        if (const auto unknown = unknownPlaceholder(text))
            check(false, where,
                u"has the unknown placeholder \"%1\"; give one of %2"_s.arg(
                    *unknown, placeholders().join(u", "_s)));
        else if (!text.contains("${"_L1))
            inspectText(where, name, text);
    }

    //! Checks a text that is sent unchanged, so that a secret in it would be in the profile.
    void inspectText(const QString &where, const QString &name, const QString &text)
    {
        if (const auto secret = secretUnder(name, NameIs::Exactly))
            check(text.isEmpty(), where, *secret);
    }

    void inspectHeaders()
    {
        check(!m_profile.answer.accessTokenCookie.isEmpty() || !m_profile.tokenHeader.isEmpty(),
            u"/tokenHeader"_s,
            u"is missing, so that the access token would never be sent; give \"Authorization\""_s);
        if (!m_profile.tokenHeader.isEmpty())
            inspectHeaderName(u"/tokenHeader"_s, m_profile.tokenHeader, m_problems);
        check(isHeaderText(m_profile.tokenPrefix), u"/tokenPrefix"_s,
            u"has control characters; give \"Bearer \", for example"_s);
        for (const auto &[name, text] : m_profile.extraHeaders) {
            inspectHeader(u"/extraHeaders/"_s % escapedForPointer(name), name, text);
            inspectText(u"/extraHeaders/"_s % escapedForPointer(name), name, text);
        }
        for (qsizetype i = 0; i < m_profile.csrf.size(); ++i) {
            const auto &pair = m_profile.csrf.at(i);
            const QString where = u"/csrf/%1"_s.arg(i);
            inspectHeaderName(where % u"/header"_s, pair.header, m_problems);
            check(isHeaderName(pair.cookie.toUtf8()), where % u"/cookie"_s,
                u"is no cookie name; give \"access_token\", for example"_s);
        }
    }

    void inspectHeader(const QString &where, const QString &name, const QString &text)
    {
        inspectHeaderName(where, name.toUtf8(), m_problems);
        check(isHeaderText(text.toLatin1()) && QString::fromLatin1(text.toLatin1()) == text, where,
            u"has characters that no header can carry; give Latin-1 without line breaks"_s);
    }

    void inspectResources()
    {
        for (qsizetype i = 0; i < m_profile.resources.size(); ++i) {
            const auto &resource = m_profile.resources.at(i);
            const QString where = u"/resources/%1/path"_s.arg(i);
            const QUrl url(resource.path, QUrl::StrictMode);
            if (resource.path.isEmpty() || !url.isValid())
                check(false, where, u"is no path; give \"/api/resources\" for example"_s);
            else if (!url.isRelative())
                inspectUrl(where, url);
        }
    }

    void inspectStatuses()
    {
        const auto areAll = [](const QList<int> &statuses, int first) {
            return std::all_of(statuses.cbegin(), statuses.cend(),
                [first](int status) { return status >= first && status <= 599; });
        };
        check(!m_profile.challengeStatuses.isEmpty() && areAll(m_profile.challengeStatuses, 400),
            u"/challengeStatuses"_s,
            u"has none, or others than from 400 to 599; give [401], for example"_s);
        for (qsizetype i = 0; i < m_profile.challengeValues.size(); ++i) {
            const auto &[pointer, value] = m_profile.challengeValues.at(i);
            const QString where = u"/challengeValues/%1"_s.arg(i);
            inspectPointer(where % u"/pointer"_s, pointer, m_problems);
            check(!pointer.isEmpty(), where % u"/pointer"_s,
                u"is missing; give a JSON pointer, \"/code\" for example"_s);
            check(!value.isEmpty(), where % u"/value"_s,
                u"is missing; give the text at the pointer, \"TOKEN_EXPIRED\" for example"_s);
        }
        check(areAll(m_profile.refreshRejectedStatuses, 300), u"/refreshRejectedStatuses"_s,
            u"has others than from 300 to 599; give [400, 401, 403], for example"_s);
    }

    void inspectNetwork()
    {
        const auto &certificate = m_profile.clientCertificate;
        check(certificate.keyFile.isEmpty() || !certificate.file.isEmpty(),
            u"/clientCertificate/file"_s, u"is missing; give the certificate of the key"_s);
        const auto &proxy = m_profile.proxy;
        check(QUrl(proxy).password().isEmpty(), u"/proxy"_s,
            u"has a password in it, which no profile may hold; take it out, and give it as "
            "TOKENFLIGHT_PROXY_PASSWORD or by --proxy-password-file"_s);
        check(proxy.isEmpty() || proxy == "direct"_L1 || proxyUrl(proxy)
                || !QUrl(proxy).password().isEmpty(),
            u"/proxy"_s,
            u"is no proxy; give \"http://host:port\", \"socks5://host:port\" or \"direct\""_s);
    }

    const BackendProfile &m_profile;
    ProfileErrors m_problems;
};

} // namespace

QList<ProfileError> BackendProfile::problems() const
{
    return Inspection(*this).problems();
}

} // namespace authcore
