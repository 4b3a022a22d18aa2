#include "authcore/profile/profilejson.h"
#include "tests/support/unusualprofile.h"

#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtTest/QTest>

#include <utility>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using authcore::BackendProfile;
using authcore::ProfileError;

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

//! The errors of fromJson(), wherever they are in the text; "ok": none.
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

//! Profiles as text: writing, reading, and the errors in texts that cannot be read.
class ProfileJsonTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void roundTrip_data()
    {
        QTest::addColumn<BackendProfile>("profile");
        QTest::newRow("the defaults") << BackendProfile();
        for (const auto &name : BackendProfile::presetNames())
            QTest::newRow(qPrintable(name))
                << *BackendProfile::preset(name, QUrl(u"https://api.example.org"_s));
        QTest::newRow("no field as it is by default") << support::unusualProfile();
        auto marked = support::unusualProfile();
        for (auto *text : {&marked.id, &marked.name, &marked.clientId, &marked.scope})
            text->prepend(QChar::ByteOrderMark);
        const QString mark(QChar::ByteOrderMark);
        marked.publicPaths = {mark + u"/a"_s, u"/b" + mark};
        marked.extraHeaders = {{mark + u"X-Tenant"_s, mark + u"acme"_s}};
        marked.signIn.body = {{mark + u"a"_s, QJsonArray {mark, QJsonObject {{mark, mark}}}}};
        QTest::newRow("U+FEFF in its texts") << marked;
    }
    void roundTrip()
    {
        QFETCH(const BackendProfile, profile);
        const auto json = QJsonDocument(profile.toJson()).toJson();
        const auto again = BackendProfile::fromJson(json);
        QVERIFY2(std::holds_alternative<BackendProfile>(again), qPrintable(verdict(json)));
        QVERIFY(std::get<BackendProfile>(again) == profile);
    }

    // RFC 8259 section 8.1: a reader may ignore it.
    void aByteOrderMarkIsIgnored_data() { roundTrip_data(); }
    void aByteOrderMarkIsIgnored()
    {
        QFETCH(const BackendProfile, profile);
        const QByteArray json = "\xef\xbb\xbf" + profile.toText();
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
            "    },\n"
            "    \"method\": \"PATCH\",\n"
            "    \"answer\": {\n"
            "      \"accessToken\": \"/a~1b\",\n";
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

    void protectedOriginsMayBeLeftOut_data()
    {
        QTest::addColumn<QByteArray>("json");
        QTest::addColumn<QUrl>("otherwise");
        QTest::addColumn<QStringList>("origins");
        const auto row = [](const char *name, const char *json, const QStringList &origins,
                             const char *otherwise = "") {
            QTest::newRow(name) << QByteArray(json) << QUrl(QString::fromUtf8(otherwise))
                                << origins;
        };
        const QStringList base {u"https://a.org:443"_s};
        row("the base's origin", "{\"baseUrl\":\"https://a.org/app\"}", base);
        row("the base's origin with a preset",
            "{\"preset\":\"oauth2\",\"baseUrl\":\"https://a.org\"}", base);
        row("nothing, where the list is empty",
            "{\"baseUrl\":\"https://a.org\",\"protectedOrigins\":[]}", {});
        row("nothing, in spite of the preset",
            "{\"preset\":\"oauth2\",\"baseUrl\":\"https://a.org\",\"protectedOrigins\":[]}", {});
        row("the origins of the list",
            "{\"baseUrl\":\"https://a.org\",\"protectedOrigins\":[\"https://b.org\"]}",
            {u"https://b.org"_s});
        row("no base", "{}", {});
        row("a base from outside", "{}", base, "https://a.org/x");
        row("a preset at a base from outside", "{\"preset\":\"json-bearer\"}", base,
            "https://a.org");
        row("an empty list, and a base from outside", "{\"protectedOrigins\":[]}", {},
            "https://a.org");
        row("its own base comes first", "{\"baseUrl\":\"https://a.org\"}", base, "https://b.org");
    }
    void protectedOriginsMayBeLeftOut()
    {
        QFETCH(const QByteArray, json);
        QFETCH(const QUrl, otherwise);
        const auto read = BackendProfile::fromJson(json, otherwise);
        QVERIFY2(std::holds_alternative<BackendProfile>(read), qPrintable(verdict(json)));
        QTEST(std::get<BackendProfile>(read).protectedOrigins, "origins");
    }

    // The endpoints of the preset "oauth2" are those of the demo backend.
    void presetsGiveWayToAnIssuer_data()
    {
        QTest::addColumn<QJsonObject>("own");
        QTest::addColumn<QString>("refresh");
        QTest::addColumn<QString>("revocation");
        QTest::addColumn<bool>("isIssuerInAnswers");
        QTest::newRow("no issuer: those of the preset")
            << QJsonObject() << u"oauth2/token"_s << u"oauth2/revoke"_s << true;
        QTest::newRow("an issuer: to be discovered")
            << QJsonObject {{u"issuer"_s, u"https://id.org"_s}} << QString() << QString() << false;
        QTest::newRow("the issuer is the base itself")
            << QJsonObject {{u"issuer"_s, u"https://a.org"_s}} << QString() << QString() << false;
        QTest::newRow("an issuer and an endpoint of one's own")
            << QJsonObject {{u"issuer"_s, u"https://id.org"_s},
                   {u"refresh"_s, QJsonObject {{u"url"_s, u"t"_s}}},
                   {u"authorization"_s, QJsonObject {{u"issuerInAnswers"_s, true}}}}
            << u"t"_s << QString() << true;
    }
    void presetsGiveWayToAnIssuer()
    {
        QFETCH(QJsonObject, own);
        own[u"preset"_s] = u"oauth2"_s;
        own[u"baseUrl"_s] = u"https://a.org"_s;
        const auto read = BackendProfile::fromJson(QJsonDocument(own).toJson());
        const auto &profile = std::get<BackendProfile>(read);
        QTEST(profile.refresh.url.toString(), "refresh");
        QTEST(profile.revocation.url.toString(), "revocation");
        QTEST(profile.authorization.issuerInAnswers, "isIssuerInAnswers");
        QCOMPARE(profile.refresh.body.value("grant_type"_L1), u"refresh_token"_s);
        QCOMPARE(profile.problems(), QList<ProfileError>());
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
        row("a comment of another language", "{\n # mine\n\"id\": \"a\"}",
            "is no JSON here: comments begin with // or /*, and not with #; compare with "
            "\"tokenflight-cli profiles show custom-jwt\"");
        row("a comment that is never closed", "{\"id\": \"a\", /* mine }",
            "is no JSON here: this comment is never closed by */; compare with "
            "\"tokenflight-cli profiles show custom-jwt\"");
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
        row("more milliseconds than there are", R"({"policy":{"holdTimeoutMs":1e300}})",
            "/policy/holdTimeoutMs: is too large a number; give a smaller one");
        row("more than a number holds", R"({"policy":{"holdTimeoutMs":1e999}})",
            "is no JSON here: illegal number; compare with \"tokenflight-cli profiles show "
            "custom-jwt\"");
        row("no number", R"({"policy":{"holdTimeoutMs":NaN}})",
            "is no JSON here: illegal number; compare with \"tokenflight-cli profiles show "
            "custom-jwt\"");
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
        row("a method of its own", R"({"refresh":{"method":"post"}})",
            "/refresh/method: is none of the known names; give \"POST\" or \"GET\" or \"PUT\" or "
            "\"PATCH\" or \"DELETE\"");
        row("an unknown key in a request's own answer",
            R"({"refresh":{"answer":{"acessToken":"/a"}}})",
            "/refresh/answer/acessToken: is no known key; the nearest one is \"accessToken\"");
        row("no answer of its own", R"({"refresh":{"answer":null}})",
            "/refresh/answer: is null; give an object");
        row("a number among the headers", R"({"refresh":{"headers":{"a/b":1}}})",
            "/refresh/headers/a~1b: is a number; give a string");
        row("a sign-in method of its own", R"({"signInMethods":["password","fax"]})",
            "/signInMethods/1: is none of the known names; give \"password\" or \"browser\" or "
            "\"device\"");
        row("an unknown key in a list", R"({"resources":[{"name":"a"},{"pfad":"/a"}]})",
            "/resources/1/pfad: is no known key here; known are \"name\", \"path\" and "
            "\"roles\"");
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
        row("a key that no key here is like", R"({"signIn":{"verb":"POST"}})",
            "/signIn/verb: is no known key here; known are \"url\", \"format\", \"body\", "
            "\"headers\", \"method\" and \"answer\"");
        row("a key that no key is like", R"({"verb":"POST"})",
            "/verb: is no known key here; take it out, or compare with \"tokenflight-cli "
            "profiles show custom-jwt\"");
        row("a key of another object", R"({"tryTimeoutMs":5,"body":{}})",
            "/tryTimeoutMs: is no key here; put it into \"policy\"\n"
            "/body: is no key here; put it into \"signIn\", \"refresh\" or \"revocation\"");
        row("a key of the profile in an object", R"({"refresh":{"challengeStatuses":[422]}})",
            "/refresh/challengeStatuses: is no key here; put it into the profile itself, "
            "outside of this object");
        row("several at once", R"({"tokenHeader":7,"policy":{"maxHeld":-1,"x":0},"baseURL":""})",
            "/tokenHeader: is a number; give a string\n"
            "/policy/maxHeld: is negative; give 0 or more\n"
            "/policy/x: is no known key here; known are \"tryTimeoutMs\", \"totalTimeoutMs\", "
            "\"backoffMinMs\", \"backoffMaxMs\", \"leewayMs\", \"leewayFraction\", "
            "\"uploadLeewayMs\", \"largeUploadBytes\", \"cooldownMs\", \"refreshAhead\", "
            "\"holdTimeoutMs\" and \"maxHeld\"\n"
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
        row("a key that begins with U+FEFF", "{\"id\": \"a\", \"\xef\xbb\xbfid\": \"b\"}",
            {u"1:13 /\ufeffid"_s});
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

    void errorsHoldNoSecret()
    {
        const QByteArray json =
            R"({"clientSecret":"hush","policy":"hush","signIn":{"format":"hush"},)"
            R"("preset":"hush","tokenHeader":["hush"],"x":"hush"})";
        QVERIFY(errorsIn(json).size() >= 6);
        QVERIFY(!verdict(json).contains("hush"_L1));
    }
};

QTEST_GUILESS_MAIN(ProfileJsonTest)
#include "tst_profilejson.moc"
