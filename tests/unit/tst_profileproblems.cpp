#include "authcore/profile/backendprofile.h"

#include <QtCore/QJsonArray>
#include <QtTest/QTest>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using authcore::BackendProfile;
using authcore::BodyFormat;
using authcore::ProfileError;
using authcore::SignInMethod;

namespace {

BackendProfile customJwt(const QString &baseUrl = u"https://api.example.org"_s)
{
    return *BackendProfile::preset(u"custom-jwt"_s, QUrl(baseUrl));
}

//! "what is wrong; what would be right"
bool namesARemedy(const ProfileError &error)
{
    const auto parts = error.what.split(u"; "_s);
    return parts.size() >= 2 && !parts.first().isEmpty() && !parts.last().isEmpty();
}

} // namespace

//! What makes a profile unusable, and where the problem is.
class ProfileProblemsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void problems_data()
    {
        QTest::addColumn<BackendProfile>("profile");
        QTest::addColumn<QStringList>("places");
        const auto row = [](const char *name, auto change, const QStringList &places) {
            auto profile = customJwt();
            change(profile);
            QTest::newRow(name) << profile << places;
        };
        using P = BackendProfile;
        row("none", [](P &) {}, {});
        row("no base URL", [](P &p) { p.baseUrl.clear(); }, {u"/baseUrl"_s});
        row("a relative one", [](P &p) { p.baseUrl = QUrl(u"a.org"_s); }, {u"/baseUrl"_s});
        row("no http at all", [](P &p) { p.baseUrl = QUrl(u"ftp://a.org"_s); }, {u"/baseUrl"_s});
        row("a password in it", [](P &p) { p.baseUrl = QUrl(u"https://a:b@c.org"_s); },
            {u"/baseUrl"_s});
        row("a query in it", [](P &p) { p.baseUrl = QUrl(u"https://c.org?a"_s); }, {u"/baseUrl"_s});
        row("plain http", [](P &p) { p = customJwt(u"http://a.org"_s); },
            {u"/baseUrl"_s, u"/protectedOrigins/0"_s});
        row("plain http, allowed",
            [](P &p) {
                p = customJwt(u"http://a.org"_s);
                p.allowInsecureHttp = true;
            },
            {});
        row("plain http to the token endpoint",
            [](P &p) { p.refresh.url = QUrl(u"http://a.org/t"_s); }, {u"/refresh/url"_s});
        row("no endpoints",
            [](P &p) {
                p.signIn.url.clear();
                p.refresh.url.clear();
            },
            {u"/signIn/url"_s, u"/refresh/url"_s});
        row("a placeholder of its own",
            [](P &p) { p.signIn.body.insert(u"x"_s, u"${passwort}"_s); }, {u"/signIn/body/x"_s});
        row("no protected origin is no problem", [](P &p) { p.protectedOrigins.clear(); }, {});
        row("no origins",
            [](P &p) {
                p.protectedOrigins = {u"a.org"_s, u"https://a.org/x"_s, u"https://u@a.org"_s,
                    u"https://a.org?q"_s, u"*"_s};
            },
            {u"/protectedOrigins/0"_s, u"/protectedOrigins/1"_s, u"/protectedOrigins/2"_s,
                u"/protectedOrigins/3"_s, u"/protectedOrigins/4"_s});
        row("public paths that match nothing",
            [](P &p) {
                p.publicPaths = {u"a"_s, u"/a*b"_s, u"/a/../b"_s, u"/*"_s};
            },
            {u"/publicPaths/0"_s, u"/publicPaths/1"_s, u"/publicPaths/2"_s});
        row("no place for the access token", [](P &p) { p.answer.accessToken.clear(); },
            {u"/answer/accessToken"_s});
        row("no JSON pointers",
            [](P &p) {
                p.answer.refreshToken = u"refreshToken"_s;
                p.answer.userData = {{u"a/b"_s, u"/a~2"_s}};
            },
            {u"/answer/refreshToken"_s, u"/answer/userData/a~1b"_s});
        row("no way to send the token", [](P &p) { p.tokenHeader.clear(); }, {u"/tokenHeader"_s});
        row("a header instead",
            [](P &p) {
                p.answer.accessToken.clear();
                p.answer.accessTokenHeader = "X-Access";
            },
            {});
        row("a header that cannot be",
            [](P &p) {
                p.answer.accessTokenHeader = "X Access";
                p.answer.refreshTokenHeader = "Connection";
            },
            {u"/answer/accessTokenHeader"_s, u"/answer/refreshTokenHeader"_s});
        row("no refresh token, for the access token refreshes",
            [](P &p) {
                p.answer.refreshToken.clear();
                p.refresh.body = {{u"token"_s, u"${accessToken}"_s}};
            },
            {});
        row("a refresh token in the refresh's own answer",
            [](P &p) {
                p.refresh.answer = p.answer;
                p.answer.refreshToken.clear();
            },
            {});
        row("a bad answer of a request",
            [](P &p) {
                p.refresh.answer = authcore::TokenAnswer {};
                p.refresh.answer->refreshToken = u"r"_s;
                p.refresh.answer->expiresInUnit = 0ms;
                p.refresh.answer->accessTokenCookie = u"other"_s;
            },
            {u"/refresh/answer/refreshToken"_s, u"/refresh/answer/expiresInUnitMs"_s,
                u"/refresh/answer/accessTokenCookie"_s});
        row("a body that is not sent",
            [](P &p) {
                p.refresh.method = authcore::HttpMethod::Get;
                p.revocation.method = authcore::HttpMethod::Delete;
            },
            {u"/refresh/body"_s});
        row("a client's secret that is not sent",
            [](P &p) {
                p.refresh.body = {};
                p.refresh.method = authcore::HttpMethod::Get;
                p.refresh.headers = {{u"X-Refresh"_s, u"${refreshToken}"_s}};
                p.clientId = u"me"_s;
                p.clientAuthentication = authcore::ClientAuthentication::Post;
            },
            {u"/refresh/method"_s});
        row("challenges without a place or a value",
            [](P &p) {
                p.challengeValues = {{u"/a"_s, u"b"_s}, {{}, u"b"_s}, {u"a"_s, {}}};
            },
            {u"/challengeValues/1/pointer"_s, u"/challengeValues/2/pointer"_s,
                u"/challengeValues/2/value"_s});
        row("a cookie instead",
            [](P &p) {
                p.tokenHeader.clear();
                p.answer.accessToken.clear();
                p.answer.accessTokenCookie = u"access"_s;
            },
            {});
        row("cookies of no name",
            [](P &p) {
                p.answer.accessTokenCookie = u"a b"_s;
                p.answer.refreshTokenCookie = u"a=b"_s;
                p.csrf = {{u"a;b"_s, "X CSRF"}};
            },
            {u"/answer/accessTokenCookie"_s, u"/answer/refreshTokenCookie"_s, u"/csrf/0/header"_s,
                u"/csrf/0/cookie"_s});
        row("a placeholder deep inside",
            [](P &p) {
                p.signIn.body.insert(u"x"_s, QJsonObject {{u"y"_s, QJsonArray {u"a${b}"_s}}});
            },
            {u"/signIn/body/x/y/0"_s});
        row("a form with more than strings",
            [](P &p) {
                p.refresh.format = BodyFormat::Form;
                p.refresh.body.insert(u"x"_s, 1);
            },
            {u"/refresh/body/x"_s});
        row("headers that cannot be",
            [](P &p) {
                p.refresh.headers = {{u"X Y"_s, u"${cookie:a}"_s}, {u"Z"_s, u"${cookie:}"_s}};
                p.extraHeaders = {{u"X"_s, u"a\r\nb"_s}};
            },
            {u"/refresh/headers/X Y"_s, u"/refresh/headers/Z"_s, u"/extraHeaders/X"_s});
        row("nobody can sign in", [](P &p) { p.signInMethods.clear(); }, {u"/signInMethods"_s});
        row("a browser without a place to go",
            [](P &p) {
                p.signInMethods = {SignInMethod::Browser, SignInMethod::Device};
                p.signIn = {};
            },
            {u"/authorization/url"_s, u"/deviceAuthorizationUrl"_s, u"/clientId"_s});
        row("the issuer knows the endpoints",
            [](P &p) {
                p.signInMethods = {SignInMethod::Browser, SignInMethod::Device};
                p.signIn = {};
                p.refresh.url.clear();
                p.clientId = u"me"_s;
                p.issuer = u"https://id.example.org"_s;
            },
            {});
        row("an issuer with a query", [](P &p) { p.issuer = u"https://a.org?x"_s; },
            {u"/issuer"_s});
        row("an issuer's document for an issuer",
            [](P &p) { p.issuer = u"https://a.org/.well-known/openid-configuration"_s; },
            {u"/issuer"_s});
        row("a secret client without a name",
            [](P &p) { p.clientAuthentication = authcore::ClientAuthentication::Basic; },
            {u"/clientAuthentication"_s});
        row("a resource nowhere",
            [](P &p) {
                p.resources = {{u"A"_s, {}}, {u"B"_s, u"http://a.org/x"_s}};
            },
            {u"/resources/0/path"_s, u"/resources/1/path"_s});
        row("no proxy at all", [](P &p) { p.proxy = u"direct"_s; }, {});
        row("an HTTP proxy", [](P &p) { p.proxy = u"http://a.org:3128"_s; }, {});
        row("a SOCKS proxy that knows us", [](P &p) { p.proxy = u"socks5://anna@[::1]:1080"_s; },
            {});
        row("a proxy without a port", [](P &p) { p.proxy = u"http://a.org"_s; }, {u"/proxy"_s});
        row("a proxy of another kind", [](P &p) { p.proxy = u"https://a.org:1"_s; }, {u"/proxy"_s});
        row("a proxy with a password", [](P &p) { p.proxy = u"http://a:b@c.org:1"_s; },
            {u"/proxy"_s});
        row("a key without its certificate",
            [](P &p) { p.clientCertificate.keyFile = u"client.key"_s; },
            {u"/clientCertificate/file"_s});
        row("headers that say where requests go and end",
            [](P &p) {
                p.tokenHeader = "Host";
                p.extraHeaders = {{u"transfer-encoding"_s, u"chunked"_s}};
                p.csrf = {{u"c"_s, "Content-Length"}};
                p.refresh.headers = {{u"Proxy-Authorization"_s, u"Basic ${accessToken}"_s}};
                p.signIn.headers = {{u"TE"_s, u"trailers"_s}};
            },
            {u"/signIn/headers/TE"_s, u"/refresh/headers/Proxy-Authorization"_s, u"/tokenHeader"_s,
                u"/extraHeaders/transfer-encoding"_s, u"/csrf/0/header"_s});
        row("control characters",
            [](P &p) {
                p.clientId = u"a\r\nb"_s;
                p.scope = u"a\x7f"_s;
            },
            {u"/clientId"_s, u"/scope"_s});
        row("a header with a line break", [](P &p) { p.tokenHeader = "A\r\nB"; },
            {u"/tokenHeader"_s});
        row("a prefix with a line break", [](P &p) { p.tokenPrefix = "A\r\n"; },
            {u"/tokenPrefix"_s});
        row("nothing is a challenge", [](P &p) { p.challengeStatuses.clear(); },
            {u"/challengeStatuses"_s});
        row("success is a challenge", [](P &p) { p.challengeStatuses = {200}; },
            {u"/challengeStatuses"_s});
        row("success is a rejection", [](P &p) { p.refreshRejectedStatuses = {200}; },
            {u"/refreshRejectedStatuses"_s});
        row("no time to try", [](P &p) { p.policy.tryTimeout = 0ms; }, {u"/policy/tryTimeoutMs"_s});
        row("negative times",
            [](P &p) {
                p.policy.totalTimeout = p.policy.leeway = p.policy.cooldown =
                    p.policy.uploadLeeway = -1ms;
                p.answer.expiresInUnit = -1ms;
            },
            {u"/answer/expiresInUnitMs"_s, u"/policy/totalTimeoutMs"_s, u"/policy/leewayMs"_s,
                u"/policy/uploadLeewayMs"_s, u"/policy/cooldownMs"_s});
        row("a year is not too long",
            [](P &p) {
                p.policy.tryTimeout = p.policy.backoffMax = p.policy.holdTimeout =
                    p.answer.expiresInUnit = std::chrono::days(365);
            },
            {});
        row("longer than a year",
            [](P &p) {
                auto &all = p.policy;
                all.tryTimeout = all.totalTimeout = all.backoffMin = all.backoffMax = all.leeway =
                    all.uploadLeeway = all.cooldown = all.holdTimeout =
                        std::chrono::days(365) + 1ms;
                p.answer.expiresInUnit = std::chrono::milliseconds::max();
            },
            {u"/answer/expiresInUnitMs"_s, u"/policy/tryTimeoutMs"_s, u"/policy/totalTimeoutMs"_s,
                u"/policy/backoffMinMs"_s, u"/policy/backoffMaxMs"_s, u"/policy/leewayMs"_s,
                u"/policy/uploadLeewayMs"_s, u"/policy/cooldownMs"_s, u"/policy/holdTimeoutMs"_s});
        row("a back-off that shrinks", [](P &p) { p.policy.backoffMax = 1ms; },
            {u"/policy/backoffMaxMs"_s});
        row("a leeway of the whole lifetime", [](P &p) { p.policy.leewayFraction = 1; },
            {u"/policy/leewayFraction"_s});
        row("nothing may be held", [](P &p) { p.policy.maxHeld = 0; }, {u"/policy/maxHeld"_s});
        row("no id", [](P &p) { p.id.clear(); }, {u"/id"_s});
        row("secrets where templates belong",
            [](P &p) {
                p.signIn.body = {{u"user"_s, u"hush"_s}, {u"client_secret"_s, u"hush"_s},
                    {u"deep"_s, QJsonObject {{u"passWord"_s, QJsonArray {u"hush"_s}}}}};
                p.refresh.headers = {{u"Authorization"_s, u"Basic hush"_s}};
                p.revocation.url = QUrl(u"revoke?access_token=hush"_s);
                p.extraHeaders = {{u"Cookie"_s, u"a=hush"_s}, {u"X-Tenant"_s, u"acme"_s}};
                p.authorization.parameters = {{u"client_secret"_s, u"hush"_s}};
            },
            {u"/signIn/body/client_secret"_s, u"/signIn/body/deep/passWord/0"_s,
                u"/authorization/parameters/client_secret"_s, u"/refresh/headers/Authorization"_s,
                u"/revocation/url"_s, u"/extraHeaders/Cookie"_s});
        row("templates where secrets would be",
            [](P &p) {
                p.refresh.body = {{u"token"_s, u"${refreshToken}"_s}, {u"secret"_s, QString()}};
                p.refresh.headers = {{u"Authorization"_s, u"Bearer ${accessToken}"_s}};
            },
            {});
    }
    void problems()
    {
        QFETCH(const BackendProfile, profile);
        QStringList places;
        for (const auto &problem : profile.problems())
            places.append(problem.where);
        QTEST(places, "places");
        for (const auto &problem : profile.problems()) {
            QVERIFY2(namesARemedy(problem), qPrintable(problem.toString()));
            QVERIFY(!problem.what.contains("hush"_L1));
        }
    }
};

QTEST_GUILESS_MAIN(ProfileProblemsTest)
#include "tst_profileproblems.moc"
