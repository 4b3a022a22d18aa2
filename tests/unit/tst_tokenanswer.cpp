#include "authcore/exchange/tokenanswer.h"
#include "authcore/exchange/tokenplaces.h"
#include "tests/support/speaking.h"

#include <QtCore/QDateTime>
#include <QtCore/QJsonArray>
#include <QtCore/QTimeZone>
#include <QtTest/QTest>

#include <utility>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using authcore::BackendProfile;
using authcore::EndpointAnswer;
using authcore::TokenError;
using authcore::TokenSet;
using std::chrono::sys_seconds;
using Code = TokenError::Code;

namespace {

constexpr auto now = sys_seconds(2'000'000'000s);

BackendProfile customJwt()
{
    return *BackendProfile::preset(u"custom-jwt"_s, QUrl(u"https://api.example.org"_s));
}

QByteArray jwt(const QByteArray &claims)
{
    constexpr auto options = QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals;
    return "e30." + claims.toBase64(options) + ".c2ln";
}

//! A token answer of custom-jwt with `rest` after the access token.
QByteArray answerWith(const QByteArray &rest, const QByteArray &accessToken = "a1")
{
    return "{\"authorizationToken\":\"" + accessToken + '"' + rest + '}';
}

EndpointAnswer answered(
    int status, const QByteArray &body, std::optional<sys_seconds> serverDate = {})
{
    EndpointAnswer answer {status, body, {}};
    answer.serverDate = serverDate;
    answer.receivedAt = now;
    return answer;
}

} // namespace

class TestTokenAnswer : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everythingIsTaken()
    {
        auto profile = customJwt();
        profile.answer.idToken = u"/id"_s;
        profile.answer.scope = u"/scope"_s;
        profile.answer.userData = {{u"roles"_s, u"/user/roles"_s}};
        const auto result = readTokenAnswer(profile,
            answered(200, answerWith(R"(,"refreshToken":"r1","userId":"u","id":"i","scope":"s",
                "user":{"roles":["admin"]},"expires_in":900)")));
        TokenSet expected;
        expected.accessToken = "a1";
        expected.refreshToken = "r1";
        expected.idToken = "i";
        expected.expiresAt = now + 900s;
        expected.receivedAt = now;
        expected.accountId = u"u"_s;
        expected.scope = u"s"_s;
        expected.userData = {{u"roles"_s, QJsonArray {u"admin"_s}}};
        expected.tokenEndpoint = QUrl(u"https://api.example.org/authorization/refresh"_s);
        expected.protectedOrigins = {u"https://api.example.org:443"_s};
        expected.places = authcore::tokenPlaces(profile);
        QVERIFY(std::holds_alternative<TokenSet>(result));
        QVERIFY(std::get<TokenSet>(result) == expected);
    }

    void pointers_data()
    {
        QTest::addColumn<QString>("pointer");
        QTest::addColumn<QByteArray>("token");
        const auto row = [](const char *name, const QString &pointer, const char *token) {
            QTest::newRow(name) << pointer << QByteArray(token);
        };
        row("a member", u"/foo"_s, "1");
        row("a member of a member", u"/o/x"_s, "2");
        row("an element", u"/list/1"_s, "4");
        row("a member of an element", u"/list/2/x"_s, "5");
        row("the empty name", u"/"_s, "6");
        row("~1 is a slash", u"/a~1b"_s, "7");
        row("~0 is a tilde", u"/m~0n"_s, "8");
        row("~01 is ~1, not a slash", u"/~01"_s, "9");
        row("a number as a name", u"/7"_s, "10");
        row("behind the last element", u"/list/3"_s, "");
        row("an index with a leading zero", u"/list/01"_s, "");
        row("a negative index", u"/list/-1"_s, "");
        row("the index after the last", u"/list/-"_s, "");
        row("inside a string", u"/foo/0"_s, "");
        row("an object", u"/o"_s, "");
        row("a missing member", u"/nothing"_s, "");
        row("no pointer at all", u"foo"_s, "");
        row("the whole answer", u""_s, "");
    }
    void pointers() // RFC 6901 section 5
    {
        QFETCH(const QString, pointer);
        BackendProfile profile;
        profile.answer.accessToken = pointer;
        const auto result = readTokenAnswer(profile, answered(200, R"({"foo":"1","o":{"x":"2"},
            "list":["3","4",{"x":"5"}],"":"6","a/b":"7","m~n":"8","~1":"9","7":"10"})"));
        const auto *tokens = std::get_if<TokenSet>(&result);
        QTEST(tokens ? tokens->accessToken : QByteArray(), "token");
    }

    void success_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<std::optional<Code>>("code");
        const auto row = [](const char *name, int status, const QByteArray &body,
                             std::optional<Code> code) {
            QTest::newRow(name) << status << body << code;
        };
        const auto good = std::nullopt;
        const auto noTokens = Code::Misconfigured;
        row("an access token is enough", 200, answerWith(""), good);
        row("any 2xx will do", 201, answerWith(""), good);
        row("a token of UTF-8", 200, answerWith("", "ä"), good);
        row("tokens beside an error code", 200, answerWith(R"(,"error":"invalid_grant")"), good);
        row("nothing", 204, "", Code::Misconfigured);
        row("HTML", 200, "<html>", Code::BadAnswer);
        row("half of the JSON", 200, answerWith("").chopped(1), Code::BadAnswer);
        row("a JSON string", 200, "\"a1\"", Code::BadAnswer);
        row("a form", 200, "authorizationToken=a1", Code::BadAnswer);
        row("a JSON array", 200, "[\"a1\"]", noTokens);
        row("an empty object", 200, "{}", noTokens);
        row("an empty token", 200, answerWith("", ""), noTokens);
        row("a token of null", 200, R"({"authorizationToken":null})", noTokens);
        row("a token that is a number", 200, R"({"authorizationToken":7})", noTokens);
        row("an access token that would split a header", 200, answerWith("", R"(a\r\nX-Evil: 1)"),
            noTokens);
        row("a refresh token that would split a header", 200,
            answerWith(R"(,"refreshToken":"r\r\nX-Evil: 1")"), noTokens);
        row("a token with a NUL", 200, answerWith("", R"(a\u0000b)"), noTokens);
        row("a token with a DEL", 200, answerWith("", R"(a\u007fb)"), noTokens);
    }
    void success()
    {
        QFETCH(const int, status);
        QFETCH(const QByteArray, body);
        const auto result = readTokenAnswer(customJwt(), answered(status, body));
        const auto *error = std::get_if<TokenError>(&result);
        QTEST(error ? std::optional(error->code) : std::nullopt, "code");
        QVERIFY(!error || error->httpStatus == status);
    }

    void accounts_data()
    {
        QTest::addColumn<QByteArray>("rest");
        QTest::addColumn<QString>("account");
        const auto row = [](const char *name, const char *rest, const char *account) {
            QTest::newRow(name) << QByteArray(rest) << QString::fromUtf8(account);
        };
        row("a string", R"(,"userId":"zoë")", "zoë");
        row("a number", R"(,"userId":12345678901)", "12345678901");
        row("missing", "", "");
        row("an object", R"(,"userId":{})", "");
        row("null", R"(,"userId":null)", "");
    }
    void accounts()
    {
        QFETCH(const QByteArray, rest);
        const auto result = readTokenAnswer(customJwt(), answered(200, answerWith(rest)));
        QTEST(std::get<TokenSet>(result).accountId, "account");
    }

    void expiry_data()
    {
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<std::optional<sys_seconds>>("serverDate");
        QTest::addColumn<std::optional<sys_seconds>>("expiresAt");
        const auto row = [](const char *name, const QByteArray &body,
                             std::optional<sys_seconds> serverDate,
                             std::optional<sys_seconds> expiresAt) {
            QTest::newRow(name) << body << serverDate << expiresAt;
        };
        const auto in = [](const QByteArray &value) {
            return answerWith(",\"expires_in\":" + value, jwt(R"({"exp":2000000100})"));
        };
        const auto claims = [](const char *text) { return answerWith("", jwt(text)); };
        const auto byJwt = now + 100s;
        constexpr std::chrono::seconds aYear = std::chrono::days(365);

        row("a number", in("900"), {}, now + 900s);
        row("a number, whatever the server's clock", in("900"), now - 24h, now + 900s);
        row("digits", in("\"900\""), {}, now + 900s);
        row("a fraction is cut off", in("900.9"), {}, now + 900s);
        row("less than a second counts as one", in("0.4"), {}, now + 1s);
        row("2^31 is longer than a year", in("2147483648"), {}, now + aYear);
        row("for ever is a year", in("1e18"), {}, now + aYear);
        row("huge is a year", in("1e300"), {}, now + aYear);
        row("many digits are a year", in("\"99999999999999999999999\""), {}, now + aYear);
        row("more digits than a double holds", in('"' + QByteArray(400, '9') + '"'), {}, byJwt);
        row("zero says nothing", in("0"), {}, byJwt);
        row("negative says nothing", in("-1"), {}, byJwt);
        row("text says nothing", in("\"soon\""), {}, byJwt);
        row("no digits say nothing", in("\"\""), {}, byJwt);
        row("a sign says nothing", in("\"+900\""), {}, byJwt);
        row("NaN says nothing", in("\"NaN\""), {}, byJwt);
        row("null says nothing", in("null"), {}, byJwt);
        row("an array says nothing", in("[900]"), {}, byJwt);
        row("the JWT, as it is", claims(R"({"exp":2000000100})"), {}, byJwt);
        row("the JWT against a clock that is a day behind", claims(R"({"exp":1999913700})"),
            now - 24h, byJwt);
        row("the JWT against a clock that is a day ahead", claims(R"({"exp":2000086500})"),
            now + 24h, byJwt);
        row("the JWT, not by its iat", claims(R"({"exp":2000000100,"iat":1000000000})"), now,
            byJwt);
        row("a JWT that is born expired", claims(R"({"exp":1999999999})"), now, now - 1s);
        row("a JWT without expiry", claims("{}"), now, std::nullopt);
        row("a JWT of the year 9999", claims(R"({"exp":253402300799})"), {}, now + aYear);
        row("a JWT with an absurd one", claims(R"({"exp":1e20})"), now, std::nullopt);
        row("no JWT", answerWith(""), now, std::nullopt);
    }
    void expiry()
    {
        QFETCH(const QByteArray, body);
        QFETCH(const std::optional<sys_seconds>, serverDate);
        QFETCH(const std::optional<sys_seconds>, expiresAt);
        const auto result = readTokenAnswer(customJwt(), answered(200, body, serverDate));
        QVERIFY(std::holds_alternative<TokenSet>(result));
        const auto got = std::get<TokenSet>(result).expiresAt;
        QVERIFY2(got == expiresAt,
            qPrintable(got ? QString::number((*got - now).count()) : u"unknown"_s));
    }

    void otherUnits()
    {
        auto profile = customJwt();
        profile.answer.expiresIn = u"/expires_in_ms"_s;
        profile.answer.expiresInUnit = 1ms;
        const auto result =
            readTokenAnswer(profile, answered(200, answerWith(",\"expires_in_ms\":900000")));
        QVERIFY(std::get<TokenSet>(result).expiresAt == now + 900s);
    }

    void expiryDates_data()
    {
        QTest::addColumn<QByteArray>("value");
        QTest::addColumn<std::chrono::milliseconds>("unit");
        QTest::addColumn<std::optional<sys_seconds>>("serverDate");
        QTest::addColumn<std::optional<sys_seconds>>("expiresAt");
        const auto row = [](const char *name, const char *value, std::chrono::milliseconds unit,
                             std::optional<sys_seconds> serverDate,
                             std::optional<sys_seconds> expiresAt) {
            QTest::newRow(name) << QByteArray(value) << unit << serverDate << expiresAt;
        };
        constexpr std::chrono::seconds aYear = std::chrono::days(365);
        row("a date", "\"2033-05-18T03:48:20Z\"", 1s, {}, now + 900s);
        row("with milliseconds", "\"2033-05-18T03:48:20.500Z\"", 1s, {}, now + 900s);
        row("with an offset", "\"2033-05-18T05:48:20+02:00\"", 1s, {}, now + 900s);
        row("without an offset it is UTC", "\"2033-05-18T03:48:20\"", 1s, {}, now + 900s);
        row("against a clock that is a day behind", "\"2033-05-17T03:48:20Z\"", 1s, now - 24h,
            now + 900s);
        row("that is past", "\"2033-05-18T03:33:19Z\"", 1s, now, now - 1s);
        row("seconds since 1970", "2000000900", 1s, {}, now + 900s);
        row("milliseconds since 1970", "2000000900000", 1ms, {}, now + 900s);
        row("digits", "\"2000000900\"", 1s, {}, now + 900s);
        row("against a clock that is a day ahead", "2000087300", 1s, now + 24h, now + 900s);
        row("far off is a year", "1e300", 1s, now, now + aYear);
        row("so is the year 9999", "\"9999-12-31T23:59:59Z\"", 1s, {}, now + aYear);
        row("before 1970", "\"0001-01-01T00:00:00Z\"", 1s, {}, sys_seconds());
        row("words", "\"soon\"", 1s, {}, {});
        row("zero", "0", 1s, {}, {});
        row("null", "null", 1s, {}, {});
        row("no such day", "\"2033-02-30T03:48:20Z\"", 1s, {}, {});
    }
    void expiryDates()
    {
        QFETCH(const QByteArray, value);
        QFETCH(const std::chrono::milliseconds, unit);
        QFETCH(const std::optional<sys_seconds>, serverDate);
        auto profile = customJwt();
        profile.answer.expiresAt = u"/expires"_s;
        profile.answer.expiresInUnit = unit;
        const auto result = readTokenAnswer(
            profile, answered(200, answerWith(",\"expires\":" + value), serverDate));
        QTEST(std::get<TokenSet>(result).expiresAt, "expiresAt");
    }

    void tokensInCookies_data()
    {
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<QByteArrayList>("set");
        QTest::addColumn<QString>("tokens");
        const auto row = [](const char *name, const char *body, const QByteArrayList &set,
                             const char *tokens) {
            QTest::newRow(name) << QByteArray(body) << set << QString::fromLatin1(tokens);
        };
        const QByteArrayList both {"access_token", "refresh_token"};
        row("both are new", "{}", both, "A1 R1");
        row("no JSON is needed", "OK", both, "A1 R1");
        row("nothing is needed", "", both, "A1 R1");
        row("the refresh token is the one we have", "", {"access_token"}, "A1 R1");
        row("an access token that we have is no answer", "", {"refresh_token"},
            "The server answered 200, but without the cookie \"access_token\"");
        row("an error with a success status", R"({"error":"invalid_grant"})", {},
            "The server answered 200: it refuses the credentials or the token (invalid_grant)");
        row("a page of HTML", "<html>", {}, "The server answered 200, but with an HTML page");
    }
    void tokensInCookies()
    {
        QFETCH(const QByteArray, body);
        QFETCH(const QByteArrayList, set);
        const auto profile =
            *BackendProfile::preset(u"cookie-form"_s, QUrl(u"https://api.example.org"_s));
        const QList<QNetworkCookie> all {
            QNetworkCookie("access_token", "A1"), QNetworkCookie("refresh_token", "R1")};
        const auto result = readTokenAnswer(profile, answered(200, body), {all, set});
        const auto *tokens = std::get_if<TokenSet>(&result);
        QTEST(tokens ? QString::fromLatin1(tokens->accessToken + ' ' + tokens->refreshToken)
                     : std::get<TokenError>(result).detail,
            "tokens");
    }

    void tokensInHeaders_data()
    {
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<authcore::HttpHeaders>("headers");
        QTest::addColumn<QString>("tokens");
        const auto row = [](const char *name, const char *body,
                             const authcore::HttpHeaders &headers, const char *tokens) {
            QTest::newRow(name) << QByteArray(body) << headers << QString::fromLatin1(tokens);
        };
        row("both, and no JSON is needed", "", {{"X-Access", "A1"}, {"x-refresh", "R1"}}, "A1 R1");
        row("the prefix is no part of the token", "{}", {{"x-access", "bearer A1"}}, "A1 ");
        row("a token that begins like the prefix", "{}", {{"x-access", "Bear"}}, "Bear ");
        row("the body does not matter", R"({"authorizationToken":"a2","refreshToken":"r2"})",
            {{"X-Access", "A1"}}, "A1 ");
        row("none", R"({"authorizationToken":"a2"})", {{"X-Refresh", "R1"}},
            "The server answered 200, but without the header \"X-Access\"");
        row("a page of HTML", "<html>", {}, "The server answered 200, but with an HTML page");
    }
    void tokensInHeaders()
    {
        QFETCH(const QByteArray, body);
        QFETCH(const authcore::HttpHeaders, headers);
        auto profile = customJwt();
        profile.answer.accessTokenHeader = "X-Access";
        profile.answer.refreshTokenHeader = "X-Refresh";
        auto answer = answered(200, body);
        answer.headers = headers;
        const auto result = readTokenAnswer(profile, answer);
        const auto *tokens = std::get_if<TokenSet>(&result);
        QTEST(tokens ? QString::fromLatin1(tokens->accessToken + ' ' + tokens->refreshToken)
                     : std::get<TokenError>(result).detail,
            "tokens");
    }

    void aCookieThatTellsItsEnd_data()
    {
        QTest::addColumn<QByteArray>("token");
        QTest::addColumn<QDateTime>("end");
        QTest::addColumn<std::optional<sys_seconds>>("expiresAt");
        const auto in = [](int seconds) {
            return QDateTime::fromSecsSinceEpoch(2'000'000'000 + seconds, QTimeZone::utc());
        };
        QTest::newRow("the cookie's")
            << QByteArray("opaque") << in(900) << std::optional(now + 900s);
        QTest::newRow("the JWT's comes first")
            << jwt(R"({"exp":2000000100})") << in(900) << std::optional(now + 100s);
        QTest::newRow("nobody tells")
            << QByteArray("opaque") << QDateTime() << std::optional<sys_seconds>();
    }
    void aCookieThatTellsItsEnd()
    {
        QFETCH(const QByteArray, token);
        QFETCH(const QDateTime, end);
        const auto profile =
            *BackendProfile::preset(u"cookie-form"_s, QUrl(u"https://api.example.org"_s));
        QNetworkCookie cookie("access_token", token);
        cookie.setExpirationDate(end);
        const auto result =
            readTokenAnswer(profile, answered(200, "{}"), {{cookie}, {"access_token"}});
        QTEST(std::get<TokenSet>(result).expiresAt, "expiresAt");
    }

    // The rule for answers to refreshes, sign-ins and devices: the content decides first, then the
    // status.
    void failures_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<Code>("code");
        const auto row = [](const char *name, int status, const char *body, Code code) {
            QTest::newRow(name) << status << QByteArray(body) << code;
        };
        row("invalid_grant", 400, R"({"error":"invalid_grant"})", Code::Rejected);
        row("invalid_grant as 200", 200, R"({"error":"invalid_grant"})", Code::Rejected);
        row("invalid_grant as 401", 401, R"({"error":"invalid_grant"})", Code::Rejected);
        row("invalid_grant as 422", 422, R"({"error":"invalid_grant"})", Code::Rejected);
        row("invalid_grant as 500", 500, R"({"error":"invalid_grant"})", Code::Rejected);
        row("bad_refresh_token as 200", 200, R"({"error":"bad_refresh_token"})", Code::Rejected);
        row("invalid_client", 401, R"({"error":"invalid_client"})", Code::Misconfigured);
        row("invalid_client as 200", 200, R"({"error":"invalid_client"})", Code::Misconfigured);
        row("invalid_client as 500", 500, R"({"error":"invalid_client"})", Code::Misconfigured);
        row("invalid_request", 400, R"({"error":"invalid_request"})", Code::Misconfigured);
        row("unauthorized_client", 403, R"({"error":"unauthorized_client"})", Code::Misconfigured);
        row("unsupported_grant_type", 400, R"({"error":"unsupported_grant_type"})",
            Code::Misconfigured);
        row("invalid_scope", 400, R"({"error":"invalid_scope"})", Code::Misconfigured);
        row("temporarily_unavailable", 400, R"({"error":"temporarily_unavailable"})",
            Code::ServerFailed);
        row("temporarily_unavailable as 200", 200, R"({"error":"temporarily_unavailable"})",
            Code::ServerFailed);
        row("server_error", 403, R"({"error":"server_error"})", Code::ServerFailed);
        row("slow_down", 400, R"({"error":"slow_down"})", Code::ServerFailed);
        row("authorization_pending as 200", 200, R"({"error":"authorization_pending"})",
            Code::ServerFailed);
        row("access_denied as 200", 200, R"({"error":"access_denied"})", Code::Rejected);
        row("an unknown code as 200", 200, R"({"error":"some words"})", Code::Rejected);
        row("an unknown code as 401", 401, R"({"error":"Unauthorized"})", Code::Rejected);
        row("an unknown code as 403", 403, R"({"error":"some words"})", Code::Rejected);
        row("an unknown code as 404", 404, R"({"error":"Not Found"})", Code::Misconfigured);
        row("an unknown code as 500", 500, R"({"error":"some words"})", Code::ServerFailed);
        row("an error that is an object", 400, R"({"error":{"code":7}})", Code::Rejected);
        row("an error that is an object, as 200", 200, R"({"error":{"code":7}})",
            Code::Misconfigured);
        row("400 without a body", 400, "", Code::Rejected);
        row("401 without a body", 401, "", Code::Rejected); // glewlwyd answers so
        row("403 in words", 403, "Forbidden", Code::Rejected); // express answers so
        row("403 with an array", 403, "[]", Code::Rejected);
        row("400 with HTML", 400, "<html>", Code::ServerFailed);
        row("401 with HTML", 401, "<!DOCTYPE html><p>x", Code::ServerFailed);
        row("403 with HTML after a comment", 403, "\xef\xbb\xbf\n<!-- x --> <HTML lang=\"de\">",
            Code::ServerFailed);
        row("403 with XHTML", 403, "<?xml version=\"1.0\"?>\n<html>", Code::ServerFailed);
        row("404", 404, "", Code::Misconfigured);
        row("404 with HTML", 404, "<html>", Code::ServerFailed);
        row("405", 405, "", Code::Misconfigured);
        row("408", 408, "", Code::ServerFailed);
        row("406", 406, "", Code::Misconfigured);
        row("410", 410, "", Code::Misconfigured);
        row("411", 411, "", Code::Misconfigured);
        row("413", 413, "", Code::Misconfigured);
        row("415", 415, "", Code::Misconfigured); // JSON where a form is wanted
        row("422", 422, R"({"message":"x"})", Code::Misconfigured);
        row("429", 429, "", Code::RateLimited);
        row("429 with HTML", 429, "<html>", Code::RateLimited);
        row("429 with an OAuth code", 429, R"({"error":"slow_down"})", Code::RateLimited);
        row("500", 500, "", Code::ServerFailed);
        row("501", 501, "", Code::Misconfigured);
        row("503 with HTML", 503, "<html>", Code::ServerFailed);
        row("302", 302, "", Code::Misconfigured);
        row("307", 307, "", Code::Misconfigured);
        row("308 with HTML, as nginx writes it", 308, "<html>", Code::Misconfigured);
        row("not modified", 304, "", Code::Misconfigured);
    }
    void failures()
    {
        QFETCH(const int, status);
        QFETCH(const QByteArray, body);
        const auto result = readTokenAnswer(customJwt(), answered(status, body));
        QVERIFY(std::holds_alternative<TokenError>(result));
        const auto &error = std::get<TokenError>(result);
        QTEST(error.code, "code");
        QVERIFY(error.httpStatus == status);
        // The error text must not repeat words of the server, which may be anything.
        QVERIFY2(error.serverCode != "some words"_L1, qPrintable(error.serverCode));
        QVERIFY2(!error.detail.contains("some words"_L1), qPrintable(error.detail));
    }

    void htmlByItsType_data()
    {
        QTest::addColumn<QByteArray>("type");
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<Code>("code");
        const auto row = [](const char *name, const char *type, const char *body, Code code) {
            QTest::newRow(name) << QByteArray(type) << QByteArray(body) << code;
        };
        row("HTML", "text/html", "<p>no", Code::ServerFailed);
        row("with a charset", "Text/HTML; charset=UTF-8", "<p>no", Code::ServerFailed);
        row("XHTML", "application/xhtml+xml", "<p>no", Code::ServerFailed);
        row("plain text", "text/plain", "<p>no", Code::Rejected);
        row("no body at all", "text/html", "", Code::Rejected);
        row("JSON that PHP calls HTML", "text/html", R"({"message":"no"})", Code::Rejected);
        row("an error code that PHP calls HTML", "text/html", R"({"error":"invalid_client"})",
            Code::Misconfigured);
    }
    void htmlByItsType()
    {
        QFETCH(const QByteArray, type);
        QFETCH(const QByteArray, body);
        auto answer = answered(403, body);
        answer.contentType = type;
        QTEST(std::get<TokenError>(readTokenAnswer(customJwt(), answer)).code, "code");
    }

    void whatAWrongProfileIsTold_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<QString>("told");
        const auto row = [](const char *name, int status, const char *body, const char *told) {
            QTest::newRow(name) << status << QByteArray(body) << QString::fromLatin1(told);
        };
        row("where a redirect goes, without its query", 308, "", "https://new.example.org/token");
        row("the status", 404, "", "404");
        row("the pointer to what is missing", 200, "{}", "/authorizationToken");
        row("the error code", 401, R"({"error":"invalid_client"})", "invalid_client");
        row("the endpoint", 405, "", "(https://api.example.org/refresh)");
    }
    void whatAWrongProfileIsTold()
    {
        QFETCH(const int, status);
        QFETCH(const QByteArray, body);
        QFETCH(const QString, told);
        auto answer = answered(status, body);
        answer.url = QUrl(u"https://api.example.org/refresh?k=hunter2"_s);
        answer.location = QUrl(u"https://me:hunter2@new.example.org/token?code=hunter2#x"_s);
        const auto error = std::get<TokenError>(readTokenAnswer(customJwt(), answer));
        QVERIFY2(error.code == Code::Misconfigured && error.detail.contains(told),
            qPrintable(error.detail));
        QVERIFY2(!error.detail.contains(u"hunter2"_s), qPrintable(error.detail));
    }

    void rejectionsOfAProfile_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<Code>("code");
        QTest::newRow("500 rejects now") << 500 << QByteArray() << Code::Rejected;
        QTest::newRow("a busy 500 does not")
            << 500 << QByteArray(R"({"error":"temporarily_unavailable"})") << Code::ServerFailed;
        QTest::newRow("401 no longer does") << 401 << QByteArray() << Code::ServerFailed;
        QTest::newRow("invalid_grant always does")
            << 400 << QByteArray(R"({"error":"invalid_grant"})") << Code::Rejected;
        QTest::newRow("a code of its own does, too")
            << 400 << QByteArray(R"({"error":"gone"})") << Code::Rejected;
        QTest::newRow("500 with HTML may be somebody else's")
            << 500 << QByteArray("<html>") << Code::ServerFailed;
    }
    void rejectionsOfAProfile()
    {
        QFETCH(const int, status);
        QFETCH(const QByteArray, body);
        auto profile = customJwt();
        profile.refreshRejectedStatuses = {500};
        profile.refreshRejectedErrors = {u"gone"_s};
        QTEST(std::get<TokenError>(readTokenAnswer(profile, answered(status, body))).code, "code");
    }

    void detailsHoldNothingOfTheBody_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("body");
        const auto row = [](const char *name, int status, const char *body) {
            QTest::newRow(name) << status << QByteArray(body);
        };
        row("a token elsewhere", 200, R"({"access_token":"hunter2"})");
        row("a token in something broken", 200, R"({"authorizationToken":"hunter2")");
        row("an error code of its own", 400, R"({"error":"hunter2"})");
        row("an error code of its own, as 200", 200, R"({"error":"hunter2"})");
        row("a description", 400, R"({"error":"invalid_grant","error_description":"hunter2"})");
        row("the password, echoed", 500, "hunter2");
    }
    void detailsHoldNothingOfTheBody()
    {
        QFETCH(const int, status);
        QFETCH(const QByteArray, body);
        const auto result = readTokenAnswer(customJwt(), answered(status, body));
        const auto detail = std::get<TokenError>(result).detail;
        QVERIFY(detail.contains(QString::number(status)));
        QVERIFY(!detail.contains(u"hunter2"_s));
    }

    void transience_data()
    {
        QTest::addColumn<Code>("code");
        QTest::addColumn<bool>("isTransient");
        QTest::newRow("Rejected") << Code::Rejected << false;
        QTest::newRow("Misconfigured") << Code::Misconfigured << false;
        QTest::newRow("Refused") << Code::Refused << false;
        QTest::newRow("NoNetwork") << Code::NoNetwork << true;
        QTest::newRow("TimedOut") << Code::TimedOut << true;
        QTest::newRow("ServerFailed") << Code::ServerFailed << true;
        QTest::newRow("RateLimited") << Code::RateLimited << true;
        QTest::newRow("BadAnswer") << Code::BadAnswer << true;
    }
    void transience()
    {
        QFETCH(const Code, code);
        QTEST((TokenError {code, {}, {}, {}}.isTransient()), "isTransient");
    }
};

QTEST_GUILESS_MAIN(TestTokenAnswer)
#include "tst_tokenanswer.moc"
