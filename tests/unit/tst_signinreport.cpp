#include "authcore/exchange/signinreport.h"

#include "authcore/exchange/endpointanswer.h"
#include "authcore/exchange/sessioncookies.h"
#include "authcore/exchange/tokenanswer.h"

#include <QtTest/QTest>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using authcore::BackendProfile;
using authcore::EndpointAnswer;
using authcore::SignInReport;
using authcore::TokenSet;

namespace {

constexpr auto now = std::chrono::sys_seconds(2'000'000'000s);

BackendProfile preset(const QString &name, const QString &baseUrl = u"https://a.org"_s)
{
    auto profile = *BackendProfile::preset(name, QUrl(baseUrl));
    profile.allowInsecureHttp = true;
    return profile;
}

EndpointAnswer answerWith(
    const BackendProfile &profile, const QByteArray &body, const QByteArrayList &setCookies = {})
{
    EndpointAnswer answer {200, body, profile.resolved(profile.signIn.url)};
    answer.setCookies = setCookies;
    answer.receivedAt = now;
    return answer;
}

//! The report of a sign-in, in lines; the tokens are read as at a sign-in.
QStringList linesFor(const BackendProfile &profile, const EndpointAnswer &answer)
{
    const auto fresh = authcore::readCookies(answer.setCookies, {}, now);
    authcore::AnswerCookies cookies {authcore::mergedCookies({}, fresh, answer.url, now), {}};
    for (const auto &cookie : fresh)
        cookies.set.append(cookie.name());
    const auto result = readTokenAnswer(profile, answer, cookies);
    const auto *tokens = std::get_if<TokenSet>(&result);
    return tokens == nullptr ? QStringList {u"no tokens"_s}
                             : signInReport(profile, answer, *tokens).lines();
}

} // namespace

//! What is said about the tokens and cookies that a sign-in has brought.
class TestSignInReport : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void tokens_data()
    {
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<QStringList>("lines");
        const auto row = [](const char *name, const QByteArray &body, const QStringList &lines) {
            QTest::newRow(name) << body << lines;
        };
        const QString access = u"Access token: 7 bytes, at \"/authorizationToken\" of the answer"_s;
        const QString refresh = u"Refresh token: 5 bytes, at \"/refreshToken\" of the answer"_s;
        const QString unknown =
            u"Lifetime: unknown, so that only a challenge shows its end (answer.expiresIn and "
            "answer.expiresAt can say it)"_s;
        const QString noRefresh =
            u"Refresh token: none, so that the session ends with the access token: the answer has "
            "none at \"/refreshToken\" (answer.refreshToken)"_s;
        const QString nobody = u"Account: unknown (answer.accountId)"_s;
        row("everything",
            R"({"authorizationToken":"hunter2","refreshToken":"hush1","expires_in":900,"userId":"7"})",
            {access, u"Lifetime: 900 s, as the answer says"_s, refresh, u"Account: 7"_s});
        row("no more than tokens", R"({"authorizationToken":"hunter2","refreshToken":"hush1"})",
            {access, unknown, refresh, nobody});
        row("a JWT",
            R"({"authorizationToken":"e30.eyJleHAiOjIwMDAwMDA2MDB9.c2ln","refreshToken":"hush1"})",
            {u"Access token: a JWT of 33 bytes, at \"/authorizationToken\" of the answer"_s,
                u"Lifetime: 600 s, as the JWT says (exp)"_s, refresh, nobody});
        row("no refresh token", R"({"authorizationToken":"hunter2"})",
            {access, unknown, noRefresh, nobody});
        row("a refresh token elsewhere",
            R"({"authorizationToken":"hunter2","data":{"refresh_token":"hush1"}})",
            {access, unknown,
                QString(noRefresh
                    + u"; the answer has \"/data/refresh_token\": give that as "
                      "answer.refreshToken"_s),
                nobody});
    }
    void tokens()
    {
        QFETCH(const QByteArray, body);
        const auto profile = preset(u"custom-jwt"_s);
        const auto lines = linesFor(profile, answerWith(profile, body));
        QTEST(lines, "lines");
        QVERIFY(!lines.join(u' ').contains("hunter2"_L1) && !lines.join(u' ').contains("hush"_L1));
    }

    void aRefreshTokenInACookieThatTheProfileDoesNotName()
    {
        auto profile = preset(u"cookie-csrf"_s);
        profile.answer.refreshTokenCookie = u"rt"_s;
        const auto lines = linesFor(profile,
            answerWith(
                profile, "{}", {"access_token_cookie=hunter2; Path=/", "my_refresh=hush; Path=/"}));
        QCOMPARE(lines.at(2),
            u"Refresh token: none, so that the session ends with the access token: the answer sets "
            "no cookie \"rt\" (answer.refreshTokenCookie); the answer sets the cookie "
            "\"my_refresh\": give that as answer.refreshTokenCookie"_s);
    }

    void tokensInHeaders()
    {
        auto profile = preset(u"custom-jwt"_s);
        profile.answer = {};
        profile.answer.accessTokenHeader = "X-Access";
        profile.answer.refreshTokenHeader = "X-Refresh";
        auto answer = answerWith(profile, "");
        answer.headers = {{"X-Access", "hunter2"}};
        const auto lines = linesFor(profile, answer);
        QCOMPARE(lines.at(0), u"Access token: 7 bytes, in the header \"X-Access\""_s);
        QCOMPARE(lines.at(2),
            u"Refresh token: none, so that the session ends with the access token: the answer has "
            "no header \"X-Refresh\" (answer.refreshTokenHeader)"_s);
    }

    void aSlidingTokenNeedsNoRefreshToken()
    {
        auto profile = preset(u"custom-jwt"_s);
        profile.refresh.body = {{u"token"_s, u"${accessToken}"_s}};
        QCOMPARE(
            linesFor(profile, answerWith(profile, R"({"authorizationToken":"hunter2"})")).at(2),
            u"Refresh token: none is needed, since the access token renews itself"_s);
    }

    void cookies_data()
    {
        QTest::addColumn<QString>("baseUrl");
        QTest::addColumn<QByteArray>("attributes");
        QTest::addColumn<QString>("why");
        const auto row = [](const char *name, const char *baseUrl, const char *attributes,
                             const char *why) {
            QTest::newRow(name) << QString::fromLatin1(baseUrl) << QByteArray(attributes)
                                << QString::fromLatin1(why);
        };
        row("for everything", "https://a.org", "Path=/; Secure; HttpOnly", "is sent back");
        row("secure, from this machine", "http://127.0.0.1:1", "Path=/; Secure", "is sent back");
        row("secure, over plain http", "http://a.org", "Path=/; Secure",
            "is never sent back: it is Secure, and came over plain http from "
            "http://a.org/token/auth");
        row("below another path", "https://a.org", "Path=/auth",
            "is never sent back: its path \"/auth\" does not cover https://a.org/token/refresh");
        row("of the path of the sign-in", "https://a.org", "HttpOnly", "is sent back");
        row("of another domain", "https://a.org", "Path=/; Domain=b.org",
            "is never sent back: its domain \"b.org\" is not that of https://a.org/token/auth");
        row("expired", "https://a.org", "Path=/; Max-Age=0",
            "is never sent back: it has expired already");
    }
    void cookies()
    {
        QFETCH(const QString, baseUrl);
        QFETCH(const QByteArray, attributes);
        QFETCH(const QString, why);
        const auto profile = preset(u"cookie-csrf"_s, baseUrl);
        const auto lines = linesFor(profile,
            answerWith(profile, "{}",
                {"access_token_cookie=hunter2; Path=/",
                    "refresh_token_cookie=hunter2; " + attributes}));
        QCOMPARE(lines.constLast(), QString(u"Cookie \"refresh_token_cookie\": "_s + why));
    }

    void aSecureCookieForAPlainHttpResource()
    {
        auto profile = preset(u"cookie-csrf"_s);
        profile.resources = {{u"A"_s, u"http://a.org/x"_s}};
        const auto lines = linesFor(
            profile, answerWith(profile, "{}", {"access_token_cookie=hunter2; Path=/; Secure"}));
        QCOMPARE(lines.constLast(),
            u"Cookie \"access_token_cookie\": is never sent back: it is Secure, and http://a.org/x "
            "is plain http"_s);
    }

    void cookiesOfAProfileWithout()
    {
        const auto profile = preset(u"custom-jwt"_s);
        const auto lines = linesFor(
            profile, answerWith(profile, R"({"authorizationToken":"a"})", {"sid=hunter2; Path=/"}));
        QCOMPARE(lines.constLast(),
            u"Cookie \"sid\": is never sent back: the profile uses no cookies "
            "(answer.accessTokenCookie, answer.refreshTokenCookie, csrf)"_s);
    }

    void cookiesSayTheLifetime()
    {
        const auto profile = preset(u"cookie-csrf"_s);
        const auto lines = linesFor(profile,
            answerWith(profile, "{}", {"access_token_cookie=hunter2; Path=/; Max-Age=300"}));
        QCOMPARE(lines.at(0), u"Access token: 7 bytes, in the cookie \"access_token_cookie\""_s);
        QCOMPARE(lines.at(1), u"Lifetime: 300 s, as the cookie says"_s);
    }

    void nothingIsSaidBeforeASignIn() { QCOMPARE(SignInReport().lines(), QStringList()); }
};

QTEST_GUILESS_MAIN(TestSignInReport)
#include "tst_signinreport.moc"
