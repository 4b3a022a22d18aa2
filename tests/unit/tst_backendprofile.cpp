#include "authcore/protocol/backendprofile.h"

#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtTest/QTest>

#include <utility>

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

//! No field as it is by default.
BackendProfile unusualProfile()
{
    BackendProfile profile;
    profile.id = u"mine/ä"_s;
    profile.name = u"Mine \"quoted\""_s;
    profile.baseUrl = QUrl(u"https://example.org:8443/app%2Fx/"_s);
    profile.protectedOrigins = {u"https://example.org:8443"_s, u"https://api.example.org"_s};
    profile.publicPaths = {u"/public/*"_s, u"/health"_s};
    profile.allowInsecureHttp = true;
    profile.signIn = {QUrl(u"login?a=1%202"_s), BodyFormat::Form,
        {{u"user"_s, u"${userName}"_s}, {u"grant_type"_s, u"password"_s}}};
    profile.refresh = {QUrl(u"https://id.example.org/token"_s), BodyFormat::Form,
        {{u"t"_s, u"${refreshToken}"_s}}};
    profile.signIn.headers = {{u"X-App"_s, u"${clientId}"_s}};
    profile.signInMethods = {SignInMethod::Device, SignInMethod::Browser, SignInMethod::Password};
    profile.revocation = {QUrl(u"/gone"_s), BodyFormat::Multipart, {{u"x"_s, u"${accessToken}"_s}}};
    profile.answer = {u"/a~1b"_s, u"/r/0"_s, u"/i"_s, u"/e"_s, 1ms, u"/at"_s, u"/id"_s, u"/s"_s,
        u"/code"_s, {{u"a/b"_s, u"/u"_s}}, u"access"_s, u"refresh"_s};
    profile.issuer = u"https://id.example.org"_s;
    profile.authorization = {QUrl(u"/authorize"_s), {{u"prompt"_s, u"consent"_s}}};
    profile.deviceAuthorizationUrl = QUrl(u"/device"_s);
    profile.clientAuthentication = authcore::ClientAuthentication::Post;
    profile.csrf = {{u"c"_s, "X-C"}, {u"d"_s, "X-D"}};
    profile.extraHeaders = {{u"X-Tenant"_s, u"acme"_s}};
    profile.resources = {{u"One"_s, u"/one"_s}, {u"Two"_s, u"/two"_s, {u"ROLE_A"_s}}};
    profile.challengeErrors = {u"expired_token"_s};
    profile.finalErrors = {};
    profile.refreshRejectedErrors = {u"gone"_s};
    profile.tokenHeader = "x-access-token";
    profile.tokenPrefix = "";
    profile.challengeStatuses = {401, 419};
    profile.refreshRejectedStatuses = {500};
    profile.replayChallengeEndsSession = true;
    profile.clientId = u"client"_s;
    profile.scope = u"read write"_s;
    profile.policy = {1ms, 2ms, 3ms, 4ms, 5ms, 0.3, 6ms, false, 7ms, 8, 9ms, 10};
    return profile;
}

//! What fromJson() says of `json`: "ok", or the error.
QString verdict(const QByteArray &json)
{
    const auto result = BackendProfile::fromJson(json);
    const auto *error = std::get_if<ProfileError>(&result);
    return error ? error->toString() : u"ok"_s;
}

} // namespace

class TestBackendProfile : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void origins_data()
    {
        QTest::addColumn<QString>("url");
        QTest::addColumn<QString>("origin");
        const auto row = [](const char *name, const QString &url, const QString &origin) {
            QTest::newRow(name) << url << origin;
        };
        row("the port of https", u"https://a.org/x"_s, u"https://a.org:443"_s);
        row("the port of http", u"http://a.org"_s, u"http://a.org:80"_s);
        row("a port of its own", u"https://a.org:8443/x?y#z"_s, u"https://a.org:8443"_s);
        row("the default port, spelled out", u"https://a.org:443"_s, u"https://a.org:443"_s);
        row("upper case", u"HTTPS://A.Org"_s, u"https://a.org:443"_s);
        row("an international name", u"https://bücher.example"_s,
            u"https://xn--bcher-kva.example:443"_s);
        row("IPv6", u"http://[::1]:8080/"_s, u"http://[::1]:8080"_s);
        row("a user before the host", u"https://a.org@b.org/"_s, u"https://b.org:443"_s);
        row("a relative URL", u"/path"_s, QString());
        row("a file", u"file:///etc/passwd"_s, QString());
        row("nothing", QString(), QString());
    }
    void origins()
    {
        QFETCH(const QString, url);
        QTEST(authcore::originOf(QUrl(url)), "origin");
    }

    void loopback_data()
    {
        QTest::addColumn<QString>("url");
        QTest::addColumn<bool>("isLoopback");
        const auto row = [](const char *name, const QString &url, bool isLoopback) {
            QTest::newRow(name) << url << isLoopback;
        };
        row("127.0.0.1", u"http://127.0.0.1:80/"_s, true);
        row("all of 127/8", u"http://127.8.9.10/"_s, true);
        row("::1", u"http://[::1]/"_s, true);
        row("localhost", u"http://LOCALHOST:8080/"_s, true);
        row("below localhost", u"http://app.localhost/"_s, true);
        row("localhost as a label", u"http://localhost.example.org/"_s, false);
        row("127 as a label", u"http://127.0.0.1.example.org/"_s, false);
        row("localhost as a user", u"http://localhost@example.org/"_s, false);
        row("every address", u"http://0.0.0.0/"_s, false);
        row("another address", u"http://128.0.0.1/"_s, false);
        row("nothing", QString(), false);
    }
    void loopback()
    {
        QFETCH(const QString, url);
        QTEST(authcore::isLoopback(QUrl(url)), "isLoopback");
    }

    void transport_data()
    {
        QTest::addColumn<QString>("url");
        QTest::addColumn<bool>("normally");
        QTest::addColumn<bool>("whenAllowed");
        const auto row = [](const char *name, const QString &url, bool normally, bool allowed) {
            QTest::newRow(name) << url << normally << allowed;
        };
        row("https", u"https://example.org"_s, true, true);
        row("plain http", u"http://example.org"_s, false, true);
        row("plain http to this machine", u"http://127.0.0.1:8080"_s, true, true);
        row("another scheme", u"ftp://127.0.0.1"_s, false, false);
        row("no host", u"https:///x"_s, false, false);
        row("nothing", QString(), false, false);
    }
    void transport()
    {
        QFETCH(const QString, url);
        BackendProfile profile;
        QTEST(profile.isTransportAllowed(QUrl(url)), "normally");
        profile.allowInsecureHttp = true;
        QTEST(profile.isTransportAllowed(QUrl(url)), "whenAllowed");
    }

    void protection_data()
    {
        QTest::addColumn<QString>("url");
        QTest::addColumn<bool>("isProtected");
        const auto row = [](const char *name, const QString &url, bool isProtected) {
            QTest::newRow(name) << url << isProtected;
        };
        row("the origin itself", u"https://api.example.org"_s, true);
        row("a path of it", u"https://api.example.org/x?y"_s, true);
        row("its default port, spelled out", u"https://API.example.org:443/x"_s, true);
        row("with a user in the URL", u"https://evil.org@api.example.org/"_s, true);
        row("as the user in another URL", u"https://api.example.org@evil.org/"_s, false);
        row("another port", u"https://api.example.org:8443/"_s, false);
        row("another scheme", u"http://api.example.org/"_s, false);
        row("a host below it", u"https://www.api.example.org/"_s, false);
        row("a host that begins so", u"https://api.example.org.evil.org/"_s, false);
        row("with a dot at its end", u"https://api.example.org./"_s, false);
        row("no http at all", u"ftp://api.example.org:443/"_s, false);
        row("a public path", u"https://api.example.org/health"_s, false);
        row("a public path, with a query", u"https://api.example.org/health?full"_s, false);
        row("a public path, encoded", u"https://api.example.org/he%61lth"_s, false);
        row("a longer path", u"https://api.example.org/healthy"_s, true);
        row("a path below", u"https://api.example.org/health/x"_s, true);
        row("below a public folder", u"https://api.example.org/public/a/b"_s, false);
        row("a public folder's name", u"https://api.example.org/public"_s, true);
        row("out of it by dots", u"https://api.example.org/public/../secret"_s, true);
        row("by encoded dots", u"https://api.example.org/public/%2e%2e/secret"_s, true);
        row("by half encoded dots", u"https://api.example.org/public/.%2E/secret"_s, true);
        row("by an encoded slash", u"https://api.example.org/public/..%2fsecret"_s, true);
        row("by a backslash", u"https://api.example.org/public/..%5csecret"_s, true);
        row("by double encoding", u"https://api.example.org/public/%252e%252e/secret"_s, true);
        row("by dots with parameters", u"https://api.example.org/public/..;x=1/secret"_s, true);
        row("by two slashes", u"https://api.example.org//public/x"_s, true);
        row("in other letters", u"https://api.example.org/PUBLIC/x"_s, true);
    }
    void protection()
    {
        QFETCH(const QString, url);
        auto profile = customJwt();
        profile.publicPaths = {u"/health"_s, u"/public/*"_s};
        QTEST(profile.isProtected(QUrl(url)), "isProtected");
    }

    void noProtectedOriginsProtectNothing()
    {
        auto profile = customJwt();
        profile.protectedOrigins.clear();
        QVERIFY(!profile.isProtected(QUrl(u"https://api.example.org/x"_s)));
        profile.protectedOrigins = {u"*"_s, u"https://*"_s, QString(), u"api.example.org"_s,
            u"https://api.example.org/folder"_s};
        QVERIFY(!profile.isProtected(QUrl(u"https://api.example.org/x"_s)));
    }

    void endpoints_data()
    {
        QTest::addColumn<QString>("baseUrl");
        QTest::addColumn<QString>("endpoint");
        QTest::addColumn<QString>("resolved");
        const auto row = [](const char *name, const QString &baseUrl, const QString &endpoint,
                             const QString &resolved) {
            QTest::newRow(name) << baseUrl << endpoint << resolved;
        };
        row("below a host", u"https://a.org"_s, u"x/y"_s, u"https://a.org/x/y"_s);
        row("below a path", u"https://a.org/app"_s, u"x/y"_s, u"https://a.org/app/x/y"_s);
        row("below a folder", u"https://a.org/app/"_s, u"x/y"_s, u"https://a.org/app/x/y"_s);
        row("from the root", u"https://a.org/app"_s, u"/x"_s, u"https://a.org/x"_s);
        row("elsewhere", u"https://a.org"_s, u"https://b.org/x"_s, u"https://b.org/x"_s);
        row("none", u"https://a.org"_s, QString(), QString());
    }
    void endpoints()
    {
        QFETCH(const QString, baseUrl);
        QFETCH(const QString, endpoint);
        BackendProfile profile;
        profile.baseUrl = QUrl(baseUrl);
        QTEST(profile.resolved(QUrl(endpoint)).toString(), "resolved");
    }

    void presets_data()
    {
        QTest::addColumn<QString>("name");
        for (const auto &name : BackendProfile::presetNames())
            QTest::newRow(qPrintable(name)) << name;
    }
    void presets()
    {
        QFETCH(const QString, name);
        const auto profile = BackendProfile::preset(name, QUrl(u"http://127.0.0.1:8080"_s));
        QVERIFY(profile);
        QCOMPARE(profile->id, name);
        QCOMPARE(profile->problems().size(), 0);
        QVERIFY(!profile->resources.isEmpty());
        QVERIFY(profile->isProtected(profile->resolved(QUrl(profile->resources.front().path))));
    }

    void customJwtPreset()
    {
        const auto profile = customJwt(u"http://127.0.0.1:8080"_s);
        QVERIFY(profile.problems().isEmpty());
        QCOMPARE(profile.protectedOrigins, QStringList {u"http://127.0.0.1:8080"_s});
        QCOMPARE(profile.resolved(profile.signIn.url).path(), u"/authorization/token"_s);
        QCOMPARE(profile.resolved(profile.refresh.url).path(), u"/authorization/refresh"_s);
        QVERIFY(profile.replayChallengeEndsSession);
        QVERIFY(!BackendProfile::preset(u"no-such"_s, QUrl()));
    }

    void roundTrip_data()
    {
        QTest::addColumn<BackendProfile>("profile");
        QTest::newRow("the defaults") << BackendProfile();
        for (const auto &name : BackendProfile::presetNames())
            QTest::newRow(qPrintable(name))
                << *BackendProfile::preset(name, QUrl(u"https://api.example.org"_s));
        QTest::newRow("no field as it is by default") << unusualProfile();
    }
    void roundTrip()
    {
        QFETCH(const BackendProfile, profile);
        const auto json = QJsonDocument(profile.toJson()).toJson();
        const auto again = BackendProfile::fromJson(json);
        QVERIFY2(std::holds_alternative<BackendProfile>(again), qPrintable(verdict(json)));
        QVERIFY(std::get<BackendProfile>(again) == profile);
    }

    void aPresetIsABaseToOverride()
    {
        const auto result = BackendProfile::fromJson(
            R"({"version":1,"preset":"custom-jwt","baseUrl":"https://api.example.org",)"
            R"("refreshRejectedStatuses":[500],"policy":{"tryTimeoutMs":2000}})");
        auto expected = customJwt();
        expected.refreshRejectedStatuses = {500};
        expected.policy.tryTimeout = 2s;
        QVERIFY(std::holds_alternative<BackendProfile>(result));
        QVERIFY(std::get<BackendProfile>(result) == expected);
    }

    void refused_data()
    {
        QTest::addColumn<QByteArray>("json");
        QTest::addColumn<QString>("error");
        const auto row = [](const char *name, const char *json, const char *error) {
            QTest::newRow(name) << QByteArray(json) << QString::fromUtf8(error);
        };
        row("no JSON: line and column, in characters", "{\n\"id\": \"ä\" \"b\"",
            "line 2, column 12: unterminated object");
        row("an array", "[]", "line 1: a profile is a JSON object: {\"version\": 1, ...}");
        row("another version", R"({"version":2})",
            "/version: is not 1, the only version that this program knows");
        row("an unknown preset", R"({"preset":"custom"})",
            "/preset: is no known preset; there are cookie-form, json-bearer, x-access-token, "
            "cookie-csrf, custom-jwt, oauth2");
        row("an unknown key", R"({"protectedOrigin":[]})",
            "/protectedOrigin: is no known key; the nearest one is \"protectedOrigins\"");
        row("an unknown key inside", R"({"policy":{"tryTimeout":5}})",
            "/policy/tryTimeout: is no known key; the nearest one is \"tryTimeoutMs\"");
        row("a key in other letters", R"({"BaseURL":""})",
            "/BaseURL: is no known key; the nearest one is \"baseUrl\"");
        row("a key with a slash", R"({"scope/s":""})",
            "/scope~1s: is no known key; the nearest one is \"scope\"");
        row("a string where a number belongs", R"({"policy":{"leewayMs":"30"}})",
            "/policy/leewayMs: must be a number, but is a string");
        row("a fraction of a millisecond", R"({"policy":{"leewayMs":0.5}})",
            "/policy/leewayMs: must be a whole number");
        row("a negative count", R"({"policy":{"maxHeld":-1}})",
            "/policy/maxHeld: must not be negative");
        row("null", R"({"clientId":null})", "/clientId: must be a string, but is null");
        row("a string where a list belongs", R"({"protectedOrigins":"https://a"})",
            "/protectedOrigins: must be an array, but is a string");
        row("a number in a list of strings", R"({"publicPaths":["/a",7]})",
            "/publicPaths/1: must be a string, but is a number");
        row("a string in a list of numbers", R"({"challengeStatuses":[401,"419"]})",
            "/challengeStatuses/1: must be a number, but is a string");
        row("a body format of its own", R"({"signIn":{"format":"xml"}})",
            R"(/signIn/format: must be "json" or "form" or "multipart")");
        row("a number among the headers", R"({"refresh":{"headers":{"a/b":1}}})",
            "/refresh/headers/a~1b: must be a string, but is a number");
        row("a sign-in method of its own", R"({"signInMethods":["password","fax"]})",
            R"(/signInMethods/1: must be "password" or "browser" or "device")");
        row("an unknown key in a list", R"({"resources":[{"name":"a"},{"pfad":"/a"}]})",
            "/resources/1/pfad: is no known key; the nearest one is \"path\"");
        row("a string in a list of objects", R"({"csrf":["X-CSRF"]})",
            "/csrf/0: must be an object, but is a string");
        row("no URL", R"({"baseUrl":"a b"})", "/baseUrl: is no valid URL");
        row("a header beyond Latin-1", R"({"tokenHeader":"\u20ac"})",
            "/tokenHeader: has characters that no header can carry");
    }
    void refused()
    {
        QFETCH(const QByteArray, json);
        QTEST(verdict(json), "error");
    }

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
        row("a secret client without a name",
            [](P &p) { p.clientAuthentication = authcore::ClientAuthentication::Basic; },
            {u"/clientAuthentication"_s});
        row("a resource nowhere",
            [](P &p) {
                p.resources = {{u"A"_s, {}}, {u"B"_s, u"http://a.org/x"_s}};
            },
            {u"/resources/0/path"_s, u"/resources/1/path"_s});
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
        row("a back-off that shrinks", [](P &p) { p.policy.backoffMax = 1ms; },
            {u"/policy/backoffMaxMs"_s});
        row("a leeway of the whole lifetime", [](P &p) { p.policy.leewayFraction = 1; },
            {u"/policy/leewayFraction"_s});
        row("nothing may be held", [](P &p) { p.policy.maxHeld = 0; }, {u"/policy/maxHeld"_s});
        row("no id", [](P &p) { p.id.clear(); }, {u"/id"_s});
    }
    void problems()
    {
        QFETCH(const BackendProfile, profile);
        QStringList places;
        for (const auto &problem : profile.problems())
            places.append(problem.where);
        QTEST(places, "places");
    }
};

QTEST_GUILESS_MAIN(TestBackendProfile)
#include "tst_backendprofile.moc"
