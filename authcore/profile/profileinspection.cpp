#include "authcore/profile/backendprofile.h"

#include "authcore/profile/durations.h"
#include "authcore/profile/headerrules.h"
#include "authcore/profile/issuer.h"
#include "authcore/profile/jsonpointer.h"
#include "authcore/profile/jsonreader.h"
#include "authcore/profile/profileerrors.h"
#include "authcore/profile/secretnames.h"
#include "authcore/profile/templates.h"
#include "authcore/profile/urlrules.h"

#include <QtCore/QUrlQuery>

#include <algorithm>
#include <array>
#include <utility>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

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
        inspectAnswer();
        inspectHeaders();
        inspectResources();
        inspectStatuses();
        inspectNetwork();
        inspectPolicy();
        check(!profile.id.isEmpty(), u"/id"_s,
            u"is missing; give \"example\" or so, by which stored tokens are told apart"_s);
    }

    [[nodiscard]] QList<ProfileError> problems() const { return m_problems.result(); }

private:
    void check(bool isGood, const QString &where, const QString &what)
    {
        if (!isGood)
            m_problems.add({where, what});
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

    void inspectAnswer()
    {
        const auto &answer = m_profile.answer;
        check(!answer.accessToken.isEmpty() || !answer.accessTokenCookie.isEmpty(),
            u"/answer/accessToken"_s,
            u"is missing; give a JSON pointer, \"/access_token\" for example, or the name of a "
            "cookie as accessTokenCookie"_s);
        std::map<QString, QString> pointers {
            {u"accessToken"_s, answer.accessToken},
            {u"refreshToken"_s, answer.refreshToken},
            {u"idToken"_s, answer.idToken},
            {u"expiresIn"_s, answer.expiresIn},
            {u"expiresAt"_s, answer.expiresAt},
            {u"accountId"_s, answer.accountId},
            {u"scope"_s, answer.scope},
            {u"error"_s, answer.error},
        };
        for (const auto &[name, pointer] : answer.userData)
            pointers[u"userData/"_s % escapedForPointer(name)] = pointer;
        for (const auto &[name, pointer] : pointers)
            check(isJsonPointer(pointer), u"/answer/"_s % name,
                u"is no JSON pointer (RFC 6901); give \"/name\" or \"/outer/name\""_s);
        checkPositive(answer.expiresInUnit, u"/answer/expiresInUnitMs"_s);
        checkNotTooLong(answer.expiresInUnit, u"/answer/expiresInUnitMs"_s);
        inspectCookie(u"/answer/accessTokenCookie"_s, answer.accessTokenCookie);
        inspectCookie(u"/answer/refreshTokenCookie"_s, answer.refreshTokenCookie);
        check(!answer.accessTokenCookie.isEmpty() || !m_profile.tokenHeader.isEmpty(),
            u"/tokenHeader"_s,
            u"is missing, so that the access token would never be sent; give \"Authorization\""_s);
    }

    void inspectCookie(const QString &where, const QString &name)
    {
        // RFC 6265 section 4.1.1: a cookie's name is a token, as a header's is.
        check(name.isEmpty() || isHeaderName(name.toUtf8()), where,
            u"is no cookie name; give \"access_token\", for example"_s);
    }

    void inspectHeaders()
    {
        if (!m_profile.tokenHeader.isEmpty())
            inspectHeaderName(u"/tokenHeader"_s, m_profile.tokenHeader);
        check(isHeaderText(m_profile.tokenPrefix), u"/tokenPrefix"_s,
            u"has control characters; give \"Bearer \", for example"_s);
        for (const auto &[name, text] : m_profile.extraHeaders) {
            inspectHeader(u"/extraHeaders/"_s % escapedForPointer(name), name, text);
            inspectText(u"/extraHeaders/"_s % escapedForPointer(name), name, text);
        }
        for (qsizetype i = 0; i < m_profile.csrf.size(); ++i) {
            const auto &pair = m_profile.csrf.at(i);
            const QString where = u"/csrf/%1"_s.arg(i);
            inspectHeaderName(where % u"/header"_s, pair.header);
            check(isHeaderName(pair.cookie.toUtf8()), where % u"/cookie"_s,
                u"is no cookie name; give \"access_token\", for example"_s);
        }
    }

    void inspectHeaderName(const QString &where, const QByteArray &name)
    {
        check(isHeaderName(name), where,
            u"is no header name; give \"Authorization\" or \"X-Name\", for example"_s);
        check(!isFramingHeader(name), where,
            u"is a header that says where requests go and end; give another"_s);
    }

    void inspectHeader(const QString &where, const QString &name, const QString &text)
    {
        inspectHeaderName(where, name.toUtf8());
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

    void inspectPolicy()
    {
        const auto &policy = m_profile.policy;
        checkPositive(policy.tryTimeout, u"/policy/tryTimeoutMs"_s);
        checkPositive(policy.totalTimeout, u"/policy/totalTimeoutMs"_s);
        checkPositive(policy.backoffMin, u"/policy/backoffMinMs"_s);
        checkPositive(policy.holdTimeout, u"/policy/holdTimeoutMs"_s);
        check(policy.backoffMax >= policy.backoffMin, u"/policy/backoffMaxMs"_s,
            u"is less than backoffMinMs; give that or more"_s);
        check(policy.leeway >= 0ms, u"/policy/leewayMs"_s, u"is negative; give 0 or more"_s);
        check(policy.uploadLeeway >= 0ms, u"/policy/uploadLeewayMs"_s,
            u"is negative; give 0 or more"_s);
        check(policy.cooldown >= 0ms, u"/policy/cooldownMs"_s, u"is negative; give 0 or more"_s);
        const std::array durations {
            std::pair(u"tryTimeoutMs"_s, policy.tryTimeout),
            std::pair(u"totalTimeoutMs"_s, policy.totalTimeout),
            std::pair(u"backoffMinMs"_s, policy.backoffMin),
            std::pair(u"backoffMaxMs"_s, policy.backoffMax),
            std::pair(u"leewayMs"_s, policy.leeway),
            std::pair(u"uploadLeewayMs"_s, policy.uploadLeeway),
            std::pair(u"cooldownMs"_s, policy.cooldown),
            std::pair(u"holdTimeoutMs"_s, policy.holdTimeout),
        };
        for (const auto &[name, value] : durations)
            checkNotTooLong(value, u"/policy/"_s % name);
        check(policy.leewayFraction >= 0 && policy.leewayFraction < 1, u"/policy/leewayFraction"_s,
            u"is no part of a whole; give 0 or more, but less than 1"_s);
        check(policy.maxHeld > 0, u"/policy/maxHeld"_s, u"is not more than 0; give 1 or more"_s);
    }

    void checkPositive(std::chrono::milliseconds value, const QString &where)
    {
        check(value > 0ms, where, u"is not more than 0; give 1 or more"_s);
    }

    void checkNotTooLong(std::chrono::milliseconds value, const QString &where)
    {
        const std::chrono::milliseconds longest = longestDuration;
        check(value <= longest, where,
            u"is longer than a year; give %1 or less"_s.arg(longest.count()));
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
