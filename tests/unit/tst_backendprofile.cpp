#include "authcore/protocol/backendprofile.h"
#include "tests/support/unusualprofile.h"

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

QList<ProfileError> errorsIn(const QByteArray &json)
{
    const auto result = BackendProfile::fromJson(json);
    const auto *errors = std::get_if<QList<ProfileError>>(&result);
    return errors != nullptr ? *errors : QList<ProfileError>();
}

//! What fromJson() says of `json`, wherever that is in the text; "ok" if it has nothing to say.
QString verdict(const QByteArray &json)
{
    QStringList lines;
    for (auto error : errorsIn(json)) {
        error.at.reset();
        lines.append(error.toString());
    }
    return lines.isEmpty() ? u"ok"_s : lines.join(u'\n');
}

//! "3:5 /pointer"
QStringList placesOf(const QList<ProfileError> &errors)
{
    QStringList places;
    for (const auto &error : errors)
        places.append(u"%1:%2 %3"_s.arg(error.at->line).arg(error.at->column).arg(error.where));
    return places;
}

//! "what is wrong; what would be right"
bool namesARemedy(const ProfileError &error)
{
    const auto parts = error.what.split(u"; "_s);
    return parts.size() >= 2 && !parts.first().isEmpty() && !parts.last().isEmpty();
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
        QTest::newRow("no field as it is by default") << support::unusualProfile();
    }
    void roundTrip()
    {
        QFETCH(const BackendProfile, profile);
        const auto json = QJsonDocument(profile.toJson()).toJson();
        const auto again = BackendProfile::fromJson(json);
        QVERIFY2(std::holds_alternative<BackendProfile>(again), qPrintable(verdict(json)));
        QVERIFY(std::get<BackendProfile>(again) == profile);
    }

    void textIsTheSameForPeople_data() { roundTrip_data(); }
    void textIsTheSameForPeople()
    {
        QFETCH(const BackendProfile, profile);
        QCOMPARE(QJsonDocument::fromJson(profile.toText()).object(), profile.toJson());
    }

    void textKeepsTogetherWhatBelongsTogether()
    {
        auto profile = support::unusualProfile();
        profile.signIn.body = {{u"a"_s, QJsonArray {u"x\",\"y"_s, 1}}, {u"b"_s, QJsonObject()}};
        const auto text = profile.toText();
        const QByteArray expected =
            "{\n"
            "  \"version\": 1,\n"
            "  \"baseUrl\": \"https://example.org:8443/app%2Fx/\",\n"
            "  \"id\": \"mine/ä\",\n"
            "  \"name\": \"Mine \\\"quoted\\\"\",\n"
            "  \"protectedOrigins\": [\"https://example.org:8443\", \"https://api.example.org\"],\n"
            "  \"publicPaths\": [\"/public/*\", \"/health\"],\n"
            "  \"allowInsecureHttp\": true,\n"
            "  \"signInMethods\": [\"device\", \"browser\", \"password\"],\n"
            "  \"signIn\": {\n"
            "    \"url\": \"login?a=1%202\",\n"
            "    \"format\": \"form\",\n"
            "    \"body\": {\n"
            "      \"a\": [\"x\\\",\\\"y\", 1],\n"
            "      \"b\": {}\n"
            "    },\n"
            "    \"headers\": {\n"
            "      \"X-App\": \"${clientId}\"\n"
            "    }\n"
            "  },\n";
        QCOMPARE(text.left(expected.size()), expected);
        const QByteArray lists = "\n"
                                 "  \"resources\": [\n"
                                 "    {\n"
                                 "      \"name\": \"One\",\n"
                                 "      \"path\": \"/one\",\n"
                                 "      \"roles\": []\n"
                                 "    },\n"
                                 "    {\n";
        QVERIFY2(text.contains(lists), text.constData());
        QVERIFY(text.endsWith("  }\n}\n"));
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
        row("no JSON", "{\n\"id\": \"ä\" \"b\"",
            "is no JSON here: unterminated object; compare with \"tokenflight-cli profiles show "
            "custom-jwt\"");
        row("an array", "[]", "is no JSON object; give {\"version\": 1, ...}");
        row("another version", R"({"version":2})",
            "/version: is none that this program knows; give 1");
        row("an unknown preset", R"({"preset":"custom"})",
            "/preset: is no known preset; give cookie-form or json-bearer or x-access-token or "
            "cookie-csrf or custom-jwt or oauth2");
        row("an unknown key", R"({"protectedOrigin":[]})",
            "/protectedOrigin: is no known key; the nearest one is \"protectedOrigins\"");
        row("an unknown key inside", R"({"policy":{"tryTimeout":5}})",
            "/policy/tryTimeout: is no known key; the nearest one is \"tryTimeoutMs\"");
        row("a key in other letters", R"({"BaseURL":""})",
            "/BaseURL: is no known key; the nearest one is \"baseUrl\"");
        row("a key with a slash", R"({"scope/s":""})",
            "/scope~1s: is no known key; the nearest one is \"scope\"");
        row("a string where a number belongs", R"({"policy":{"leewayMs":"30"}})",
            "/policy/leewayMs: is a string; give a number");
        row("a fraction of a millisecond", R"({"policy":{"leewayMs":0.5}})",
            "/policy/leewayMs: is no whole number; give one without a fraction");
        row("a negative count", R"({"policy":{"maxHeld":-1}})",
            "/policy/maxHeld: is negative; give 0 or more");
        row("null", R"({"clientId":null})", "/clientId: is null; give a string");
        row("a string where a list belongs", R"({"protectedOrigins":"https://a"})",
            "/protectedOrigins: is a string; give an array");
        row("a number in a list of strings", R"({"publicPaths":["/a",7]})",
            "/publicPaths/1: is a number; give a string");
        row("a string in a list of numbers", R"({"challengeStatuses":[401,"419"]})",
            "/challengeStatuses/1: is a string; give a number");
        row("a body format of its own", R"({"signIn":{"format":"xml"}})",
            R"(/signIn/format: is none of the known names; give "json" or "form" or "multipart")");
        row("a number among the headers", R"({"refresh":{"headers":{"a/b":1}}})",
            "/refresh/headers/a~1b: is a number; give a string");
        row("a sign-in method of its own", R"({"signInMethods":["password","fax"]})",
            "/signInMethods/1: is none of the known names; give \"password\" or \"browser\" or "
            "\"device\"");
        row("an unknown key in a list", R"({"resources":[{"name":"a"},{"pfad":"/a"}]})",
            "/resources/1/pfad: is no known key; the nearest one is \"path\"");
        row("a string in a list of objects", R"({"csrf":["X-CSRF"]})",
            "/csrf/0: is a string; give an object");
        row("no URL", R"({"baseUrl":"a b"})",
            "/baseUrl: is no valid URL; give \"https://host/path\" or, of an endpoint, \"path\"");
        row("a header beyond Latin-1", R"({"tokenHeader":"\u20ac"})",
            "/tokenHeader: has characters that no header can carry; give Latin-1");
        row("a key twice", R"({"id":"a","id":"b"})",
            "/id: is there twice; keep the one that is meant");
        row("a client's secret", R"({"clientSecret":"s"})",
            "/clientSecret: is a secret, which no profile may hold; take it out and give it as "
            "TOKENFLIGHT_CLIENT_SECRET or by --client-secret-file");
        row("a password", R"({"signIn":{"userPassword":"s"}})",
            "/signIn/userPassword: is a password, which no profile may hold; take it out, type it "
            "at sign-in, or give it as TOKENFLIGHT_PASSWORD or by --password-file");
        row("a token", R"({"refresh_token":"s"})",
            "/refresh_token: is a token, which no profile may hold; take it out and sign in, or "
            "write where it goes as ${accessToken} or ${refreshToken}");
        row("a key that is only nearly right",
            R"({"answer":{"refreshTokn":"/r","access_token":"/a"}})",
            "/answer/refreshTokn: is no known key; the nearest one is \"refreshToken\"\n"
            "/answer/access_token: is no known key; the nearest one is \"accessToken\"");
        row("several at once", R"({"tokenHeader":7,"policy":{"maxHeld":-1,"x":0},"baseURL":""})",
            "/tokenHeader: is a number; give a string\n"
            "/policy/maxHeld: is negative; give 0 or more\n"
            "/policy/x: is no known key; the nearest one is \"maxHeld\"\n"
            "/baseURL: is no known key; the nearest one is \"baseUrl\"");
    }
    void refused()
    {
        QFETCH(const QByteArray, json);
        QTEST(verdict(json), "error");
        for (const auto &error : errorsIn(json)) {
            QVERIFY(namesARemedy(error));
            QVERIFY(error.at);
        }
    }

    void errorsSayWhere_data()
    {
        QTest::addColumn<QByteArray>("json");
        QTest::addColumn<QStringList>("places");
        const auto row = [](const char *name, const QByteArray &json, const QStringList &places) {
            QTest::newRow(name) << json << places;
        };
        row("no JSON, a column in characters", "{\n\"id\": \"ä\" \"b\"", {u"2:12 "_s});
        row("beyond the basic plane", "{\"id\": \"\xf0\x9f\x98\x80\", \"x\": 1}", {u"1:13 /x"_s});
        row("behind a byte order mark", "\xef\xbb\xbf{\"x\": 1}", {u"1:2 /x"_s});
        row("lines from Windows", "{\r\n\"id\": \"a\",\r\n  \"x\": 1}", {u"3:3 /x"_s});
        row("an array", "\n []", {u"2:2 "_s});
        row("all in the order of the text",
            "{\n  \"scope\": 1,\n  \"policy\": {\n    \"x\": {\"leewayMs\": []},\n"
            "    \"leewayMs\": null\n  },\n  \"id\": 2\n}",
            {u"2:3 /scope"_s, u"4:5 /policy/x"_s, u"5:5 /policy/leewayMs"_s, u"7:3 /id"_s});
        row("elements",
            "{\"resources\": [\n {\"name\": \"[\", \"path\": \"}\"},\n {\"name\": 1}, 7,\n"
            " []],\n \"challengeStatuses\": [ 401,\"x\" ]}",
            {u"3:3 /resources/1/name"_s, u"3:15 /resources/2"_s, u"4:2 /resources/3"_s,
                u"5:29 /challengeStatuses/1"_s});
        row("escaped keys and strings",
            "{\"id\": \"\\\"x\\\": {\", \"\\u0078\\/\": 1,\n \"~\": 2, \"\": 3}",
            {u"1:20 /x~1"_s, u"2:2 /~0"_s, u"2:10 /"_s});
        row("twice, and written differently",
            "{\"id\": \"a\",\n \"policy\": {\"id\": {}},\n \"\\u0069d\": \"b\"}",
            {u"2:13 /policy/id"_s, u"3:2 /id"_s});
        row("twice, deep in a body",
            "{\"signIn\": {\"body\": {\"a\": [{\"b\": 1},\n {\"b\": 1,"
            " \"b\": {\"b\": 2}}]}}}",
            {u"2:11 /signIn/body/a/1/b"_s});
    }
    void errorsSayWhere()
    {
        QFETCH(const QByteArray, json);
        QTEST(placesOf(errorsIn(json)), "places");
    }

    void problemsOfAFileSayWhere()
    {
        const QByteArray json = "{\n"
                                " \"preset\": \"custom-jwt\",\n"
                                " \"policy\": {\n"
                                "  \"leewayMs\": -1 },\n"
                                " \"id\": \"\",\n"
                                " \"signIn\": { \"url\": \"\" }, \"refresh\":\n"
                                "  { \"body\": { \"a\": [\"${x}\"] } }\n"
                                "}\n";
        const auto profile = std::get<BackendProfile>(BackendProfile::fromJson(json));
        QCOMPARE(placesOf(authcore::located(profile.problems(), json)),
            QStringList({u"1:1 /baseUrl"_s, u"4:3 /policy/leewayMs"_s, u"5:2 /id"_s,
                u"6:14 /signIn/url"_s, u"7:21 /refresh/body/a/0"_s}));
    }

    void anEndlessListOfErrorsEnds()
    {
        QByteArray json = "{\"publicPaths\": [0";
        for (int i = 0; i < 10'000; ++i)
            json += ",0";
        QCOMPARE(errorsIn(json + "]}").size(), 100);
    }

    void errorsHoldNoSecret()
    {
        const QByteArray json =
            R"({"clientSecret":"hush","policy":"hush","signIn":{"format":"hush"},)"
            R"("preset":"hush","tokenHeader":["hush"],"x":"hush"})";
        QVERIFY(errorsIn(json).size() >= 6);
        QVERIFY(!verdict(json).contains("hush"_L1));
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

QTEST_GUILESS_MAIN(TestBackendProfile)
#include "tst_backendprofile.moc"
