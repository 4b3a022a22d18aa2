#include "authcore/protocol/backendprofile.h"

#include <QtNetwork/QHostAddress>

#include <algorithm>
#include <array>
#include <utility>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace authcore {

namespace {

bool isHttp(const QUrl &url)
{
    return url.scheme() == "http"_L1 || url.scheme() == "https"_L1;
}

//! The canonical form of an entry of protectedOrigins; empty for what is no origin.
QString canonicalOrigin(const QString &entry)
{
    const QUrl url(entry, QUrl::StrictMode);
    const bool isOrigin = url.isValid() && isHttp(url) && url.userInfo().isEmpty()
        && (url.path().isEmpty() || url.path() == "/"_L1) && !url.hasQuery() && !url.hasFragment();
    return isOrigin ? originOf(url) : QString();
}

//! What a server will take the path for; empty when servers may differ about it.
QString normalisedPath(const QUrl &url)
{
    const auto encoded = url.path(QUrl::FullyEncoded).toLatin1();
    const auto lower = encoded.toLower();
    for (const auto *doubtful : {"//", "\\", "%2f", "%5c", "%25", "%00"}) {
        if (lower.contains(doubtful))
            return {};
    }
    const auto path = QString::fromUtf8(QByteArray::fromPercentEncoding(encoded));
    const auto segments = QStringView(path).split(u'/');
    for (const auto &segment : segments) {
        // ';' begins parameters, which some servers cut off before they look for dots.
        const auto name = segment.left(segment.indexOf(u';'));
        if (name == "."_L1 || name == ".."_L1)
            return {};
    }
    return path.isEmpty() ? u"/"_s : path;
}

bool matches(const QString &rule, const QString &path)
{
    if (rule.endsWith(u'*'))
        return path.startsWith(QStringView(rule).chopped(1));
    return path == rule;
}

//! RFC 9110 section 5.6.2.
bool isHeaderName(const QByteArray &name)
{
    const auto isTokenCharacter = [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
            || QByteArrayView("!#$%&'*+-.^_`|~").contains(c);
    };
    return !name.isEmpty() && std::all_of(name.cbegin(), name.cend(), isTokenCharacter);
}

bool isHeaderText(const QByteArray &text)
{
    return std::all_of(text.cbegin(), text.cend(), [](char c) { return c >= ' ' && c != '\x7f'; });
}

//! RFC 6901 section 3: '~' only as "~0" and "~1".
bool isJsonPointer(const QString &pointer)
{
    if (!pointer.isEmpty() && !pointer.startsWith(u'/'))
        return false;
    for (auto tilde = pointer.indexOf(u'~'); tilde >= 0; tilde = pointer.indexOf(u'~', tilde + 1)) {
        const auto next = tilde + 1 < pointer.size() ? pointer.at(tilde + 1) : QChar();
        if (next != u'0' && next != u'1')
            return false;
    }
    return true;
}

//! Gathers what is wrong with a profile.
class Inspection
{
public:
    explicit Inspection(const BackendProfile &profile)
        : m_profile(profile)
    {
        inspectBaseUrl();
        inspectOrigins();
        inspectRequest(u"/signIn"_s, profile.signIn);
        inspectRequest(u"/refresh"_s, profile.refresh);
        inspectAnswer();
        inspectHeader();
        inspectStatuses();
        inspectPolicy();
        check(!profile.id.isEmpty(), u"/id"_s, u"is missing; stored tokens are told apart by it"_s);
    }

    [[nodiscard]] QList<ProfileError> problems() && { return std::move(m_problems); }

private:
    void check(bool isGood, const QString &where, const QString &what)
    {
        if (!isGood)
            m_problems.append({where, what});
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
            u"must have neither query nor fragment"_s);
    }

    void inspectUrl(const QString &where, const QUrl &url)
    {
        if (!url.isValid() || url.isRelative() || !isHttp(url) || url.host().isEmpty()) {
            check(false, where, u"is no complete http or https URL; give \"https://host/path\""_s);
            return;
        }
        check(url.userInfo().isEmpty(), where, u"must not contain a user name or password"_s);
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

    void inspectRequest(const QString &where, const TokenRequest &request)
    {
        const auto url = m_profile.resolved(request.url);
        if (request.url.isEmpty())
            check(false, where % u"/url"_s, u"is missing; give the endpoint's path or URL"_s);
        else if (!request.url.isRelative() || !request.url.isValid())
            inspectUrl(where % u"/url"_s, url);
        static const QStringList placeholders {u"${userName}"_s, u"${password}"_s,
            u"${refreshToken}"_s, u"${clientId}"_s, u"${scope}"_s};
        for (auto field = request.body.begin(); field != request.body.end(); ++field) {
            const auto value = field.value().toString();
            const QString place = where % u"/body/"_s % field.key();
            check(field.value().isString(), place, u"must be a string"_s);
            check(!value.startsWith("${"_L1) || placeholders.contains(value), place,
                u"is no placeholder; there are "_s % placeholders.join(", "_L1));
        }
    }

    void inspectAnswer()
    {
        const auto &answer = m_profile.answer;
        check(!answer.accessToken.isEmpty(), u"/answer/accessToken"_s,
            u"is missing; give a JSON pointer, \"/access_token\" for example"_s);
        const std::array pointers {
            std::pair {u"accessToken"_s, answer.accessToken},
            std::pair {u"refreshToken"_s, answer.refreshToken},
            std::pair {u"idToken"_s, answer.idToken},
            std::pair {u"expiresIn"_s, answer.expiresIn},
            std::pair {u"accountId"_s, answer.accountId},
            std::pair {u"scope"_s, answer.scope},
            std::pair {u"userData"_s, answer.userData},
        };
        for (const auto &[name, pointer] : pointers)
            check(isJsonPointer(pointer), u"/answer/"_s % name,
                u"is no JSON pointer (RFC 6901); give \"/name\" or \"/outer/name\""_s);
        checkPositive(answer.expiresInUnit, u"/answer/expiresInUnitMs"_s);
    }

    void inspectHeader()
    {
        check(isHeaderName(m_profile.tokenHeader), u"/tokenHeader"_s,
            u"is no header name; give \"Authorization\" for example"_s);
        check(isHeaderText(m_profile.tokenPrefix), u"/tokenPrefix"_s,
            u"must not contain control characters"_s);
    }

    void inspectStatuses()
    {
        const auto areAll = [](const QList<int> &statuses, int first) {
            return std::all_of(statuses.cbegin(), statuses.cend(),
                [first](int status) { return status >= first && status <= 599; });
        };
        check(!m_profile.challengeStatuses.isEmpty() && areAll(m_profile.challengeStatuses, 400),
            u"/challengeStatuses"_s, u"must name statuses from 400 to 599, 401 for example"_s);
        check(areAll(m_profile.refreshRejectedStatuses, 300), u"/refreshRejectedStatuses"_s,
            u"must name statuses from 300 to 599"_s);
    }

    void inspectPolicy()
    {
        const auto &policy = m_profile.policy;
        checkPositive(policy.tryTimeout, u"/policy/tryTimeoutMs"_s);
        checkPositive(policy.totalTimeout, u"/policy/totalTimeoutMs"_s);
        checkPositive(policy.backoffMin, u"/policy/backoffMinMs"_s);
        checkPositive(policy.holdTimeout, u"/policy/holdTimeoutMs"_s);
        check(policy.backoffMax >= policy.backoffMin, u"/policy/backoffMaxMs"_s,
            u"must not be less than backoffMinMs"_s);
        check(policy.leeway >= 0ms, u"/policy/leewayMs"_s, u"must not be negative"_s);
        check(policy.uploadLeeway >= 0ms, u"/policy/uploadLeewayMs"_s, u"must not be negative"_s);
        check(policy.cooldown >= 0ms, u"/policy/cooldownMs"_s, u"must not be negative"_s);
        check(policy.leewayFraction >= 0 && policy.leewayFraction < 1, u"/policy/leewayFraction"_s,
            u"must be at least 0 and less than 1"_s);
        check(policy.maxHeld > 0, u"/policy/maxHeld"_s, u"must be more than 0"_s);
    }

    void checkPositive(std::chrono::milliseconds value, const QString &where)
    {
        check(value > 0ms, where, u"must be more than 0"_s);
    }

    const BackendProfile &m_profile;
    QList<ProfileError> m_problems;
};

} // namespace

QString ProfileError::toString() const
{
    return where % u": "_s % what;
}

QStringList BackendProfile::presetNames()
{
    return {u"custom-jwt"_s};
}

std::optional<BackendProfile> BackendProfile::preset(const QString &name, const QUrl &baseUrl)
{
    if (!presetNames().contains(name))
        return std::nullopt;
    BackendProfile profile;
    profile.id = name;
    profile.name = u"Custom JWT"_s;
    profile.baseUrl = baseUrl;
    profile.signIn.url = QUrl(u"authorization/token"_s);
    profile.signIn.body = {
        {u"userName"_s, u"${userName}"_s},
        {u"password"_s, u"${password}"_s},
    };
    profile.refresh.url = QUrl(u"authorization/refresh"_s);
    profile.refresh.body = {{u"refreshToken"_s, u"${refreshToken}"_s}};
    profile.answer.accessToken = u"/authorizationToken"_s;
    profile.answer.refreshToken = u"/refreshToken"_s;
    profile.answer.expiresIn = u"/expires_in"_s; // not in the dialect, but taken where it is sent
    profile.answer.accountId = u"/userId"_s;
    profile.replayChallengeEndsSession = true;
    if (const auto origin = originOf(baseUrl); !origin.isEmpty())
        profile.protectedOrigins = {origin};
    return profile;
}

QList<ProfileError> BackendProfile::problems() const
{
    return Inspection(*this).problems();
}

QUrl BackendProfile::resolved(const QUrl &endpoint) const
{
    if (endpoint.isEmpty())
        return {};
    auto base = baseUrl;
    if (!base.path().endsWith(u'/')) // "https://host/app" is a place to start from, no document
        base.setPath(base.path() % u'/');
    return base.resolved(endpoint);
}

bool BackendProfile::isProtected(const QUrl &url) const
{
    return hasProtectedOrigin(url) && !isPublicPath(url);
}

bool BackendProfile::hasProtectedOrigin(const QUrl &url) const
{
    if (!isHttp(url))
        return false;
    const auto origin = originOf(url);
    return !origin.isEmpty()
        && std::any_of(protectedOrigins.cbegin(), protectedOrigins.cend(),
            [&origin](const QString &entry) { return canonicalOrigin(entry) == origin; });
}

bool BackendProfile::isPublicPath(const QUrl &url) const
{
    if (publicPaths.isEmpty())
        return false;
    const auto path = normalisedPath(url);
    return !path.isEmpty() // when in doubt, not public
        && std::any_of(publicPaths.cbegin(), publicPaths.cend(),
            [&path](const QString &rule) { return matches(rule, path); });
}

bool BackendProfile::isTransportAllowed(const QUrl &url) const
{
    if (!url.isValid() || url.host().isEmpty())
        return false;
    if (url.scheme() == "https"_L1)
        return true;
    return url.scheme() == "http"_L1 && (allowInsecureHttp || isLoopback(url));
}

QString originOf(const QUrl &url)
{
    auto host = url.host(QUrl::FullyEncoded).toLower();
    if (!url.isValid() || host.isEmpty())
        return {};
    if (host.contains(u':'))
        host = u'[' % host % u']';
    const auto defaultPort = url.scheme() == "https"_L1 ? 443 : url.scheme() == "http"_L1 ? 80 : -1;
    const auto port = url.port(defaultPort);
    const auto origin = QString(url.scheme() % u"://"_s % host);
    return port < 0 ? origin : QString(origin % u':' % QString::number(port));
}

bool isLoopback(const QUrl &url)
{
    const auto host = url.host(QUrl::FullyEncoded).toLower();
    if (host == "localhost"_L1 || host.endsWith(".localhost"_L1)) // RFC 6761 section 6.3
        return true;
    return QHostAddress(host).isLoopback();
}

} // namespace authcore
