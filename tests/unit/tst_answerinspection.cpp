#include "authcore/lab/connect/answerinspection.h"
#include "authcore/lab/connect/answerwords.h"

#include <QtTest/QTest>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using namespace authcore;
using namespace authcore::lab;

namespace {

//! JSON with the quotes that are easier to read here.
QByteArray json(QByteArray text)
{
    return text.replace('\'', '"');
}

QByteArray base64Url(const QByteArray &text)
{
    return text.toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals);
}

//! A JWT with these claims, valid for 15 minutes.
QByteArray jwt(const QByteArray &claims = "'sub':'1'")
{
    return base64Url(json("{'alg':'HS256'}")) + '.'
        + base64Url(json('{' + claims + ",'iat':1700000000,'exp':1700000900}")) + '.'
        + base64Url("signature of this token");
}

const QByteArray opaque = "9f86d081884c7d659a2feaa0c55ad015";
const QByteArray other = "a3bf4f1b2b0b822cd15d6c15b0f00a08";

} // namespace

//! Which value of a token answer seems to be what.
class AnswerInspectionTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void pointers_data()
    {
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<QString>("places");
        const auto row = [](const char *name, const QByteArray &body, const QString &places) {
            QTest::newRow(name) << json(body) << places;
        };
        const QByteArray access = jwt();
        // clang-format off
        row("OAuth 2.0", "{'access_token':'" + opaque + "','refresh_token':'" + other + "','expires_in':3600,'token_type':'Bearer'}",
            u"accessToken /access_token, refreshToken /refresh_token, expiresIn /expires_in"_s);
        row("Django simplejwt", "{'refresh':'" + jwt("'token_type':'refresh'") + "','access':'" + jwt("'token_type':'access'") + "'}",
            u"accessToken /access, refreshToken /refresh"_s);
        row("a single token", "{'token':'" + access + "','user':{'id':17,'name':'anna'}}",
            u"accessToken /token, accountId /user/id"_s);
        row("tokens deep inside, with dates", "{'user':{'id':'u1'},'tokens':{'access':{'token':'" + access + "','expires':'2026-11-30T09:14:11Z'},'refresh':{'token':'" + other + "','expires':'2026-12-30T08:14:11Z'}}}",
            u"accessToken /tokens/access/token, refreshToken /tokens/refresh/token, expiresAt /tokens/access/expires, accountId /user/id"_s);
        row("an envelope", "{'success':true,'data':{'accessToken':'" + opaque + "','refreshToken':'" + other + "'}}",
            u"accessToken /data/accessToken, refreshToken /data/refreshToken"_s);
        row("names of its own", "{'userId':7,'authorizationToken':'" + access + "','refreshToken':'" + other + "'}",
            u"accessToken /authorizationToken, refreshToken /refreshToken, accountId /userId"_s);
        row("an ID token beside it", "{'access_token':'" + opaque + "','id_token':'" + access + "'}",
            u"accessToken /access_token, idToken /id_token"_s);
        row("a lifetime in milliseconds, by its name", "{'token':'" + opaque + "','expiresInMs':900000}",
            u"accessToken /token, expiresIn /expiresInMs, expiresInUnitMs 1"_s);
        row("a lifetime in milliseconds, by the token's own", "{'token':'" + access + "','expiresIn':900000}",
            u"accessToken /token, expiresIn /expiresIn, expiresInUnitMs 1"_s);
        row("a date as a number of seconds", "{'token':'" + opaque + "','exp':1700000900}",
            u"accessToken /token, expiresAt /exp"_s);
        row("a date as a number of milliseconds", "{'token':'" + opaque + "','expiresAt':1700000900000}",
            u"accessToken /token, expiresInUnitMs 1, expiresAt /expiresAt"_s);
        row("a lifetime as a string", "{'token':'" + opaque + "','expires_in':'3600'}",
            u"accessToken /token, expiresIn /expires_in"_s);
        row("the refresh token's lifetime is another", "{'access_token':'" + opaque + "','refresh_token':'" + other + "','refresh_expires_in':1800}",
            u"accessToken /access_token, refreshToken /refresh_token"_s);
        row("a JWT under any name", "{'result':'" + access + "'}",
            u"accessToken /result"_s);
        row("names with a slash", "{'a/b':{'token':'" + opaque + "'}}",
            u"accessToken /a~1b/token"_s);
        row("an error", "{'error':'invalid_grant','error_description':'wrong password'}", u"error /error"_s);
        row("an error inside an object", "{'error':{'code':'bad_login','message':'no'}}", u"error /error/code"_s);
        row("random texts that are no tokens", "{'csrfToken':'" + opaque + "','avatar':'" + other + "','deviceToken':'" + other + "'}", {});
        row("addresses and names", "{'token':'https://a.org/b?c=12345678901234','accessToken':'anna'}", {});
        row("no JSON", "<html>", {});
        row("an array", "[1]", {});
        row("nothing", "", {});
        // clang-format on
    }
    void pointers()
    {
        QFETCH(const QByteArray, body);
        const auto seen = inspectAnswer(body).places;
        QStringList places;
        const auto note = [&places](const QString &name, const QString &place) {
            if (!place.isEmpty())
                places.append(name + u' ' + place);
        };
        note(u"accessToken"_s, seen.accessToken);
        note(u"refreshToken"_s, seen.refreshToken);
        note(u"idToken"_s, seen.idToken);
        note(u"expiresIn"_s, seen.expiresIn);
        note(u"expiresInUnitMs"_s, seen.expiresInUnit == 1ms ? u"1"_s : QString());
        note(u"expiresAt"_s, seen.expiresAt);
        note(u"accountId"_s, seen.accountId);
        note(u"error"_s, seen.error);
        QTEST(places.join(u", "_s), "places");
    }

    void cookiesAreTokensToo()
    {
        const auto seen = inspectAnswer(json("{'login':true}"),
            {"access_token_cookie=" + jwt() + "; HttpOnly", "csrf_access_token=" + opaque,
                "refresh_token_cookie=" + other + "; Path=/token/refresh",
                "csrf_refresh_token=" + opaque, "lang=de"});
        QCOMPARE(seen.places.accessTokenCookie, u"access_token_cookie"_s);
        QCOMPARE(seen.places.refreshTokenCookie, u"refresh_token_cookie"_s);
        QCOMPARE(seen.csrf, (QList<CsrfPair> {{u"csrf_access_token"_s, "X-CSRF-TOKEN"}}));
        QVERIFY(seen.places.accessToken.isEmpty());
    }

    void aTokenInTheBodyIsTakenBeforeACookie()
    {
        const auto seen = inspectAnswer("{\"accessToken\":\"" + jwt() + "\"}",
            {"session_token=" + opaque, "refreshToken=" + other + "; HttpOnly"});
        QCOMPARE(seen.places.accessToken, u"/accessToken"_s);
        QVERIFY(seen.places.accessTokenCookie.isEmpty());
        QCOMPARE(seen.places.refreshTokenCookie, u"refreshToken"_s);
    }

    void whatIsFoundIsDescribedWithoutSecrets()
    {
        const auto seen = inspectAnswer("{\"access_token\":\"" + jwt() + "\",\"refresh_token\":\""
            + other + "\",\"expires_in\":5400}");
        QCOMPARE(seen.find(ValueKind::AccessToken)->note, u"a JWT, valid for 15 minutes"_s);
        QCOMPARE(seen.find(ValueKind::RefreshToken)->note, u"32 characters"_s);
        QCOMPARE(seen.find(ValueKind::Lifetime)->note, u"a lifetime of 90 minutes"_s);
        QCOMPARE(seen.find(ValueKind::IdToken), nullptr);
    }

    void serverWords_data()
    {
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<QString>("words");
        const auto row = [](const char *name, const QByteArray &body, const QString &words) {
            QTest::newRow(name) << json(body) << words;
        };
        row("OAuth 2.0", "{'error':'invalid_grant','error_description':'wrong password'}",
            u"invalid_grant; wrong password"_s);
        row("Django", "{'detail':'No active account'}", u"No active account"_s);
        row("Django, by field", "{'username':['This field is required.']}",
            u"username: This field is required."_s);
        row("Flask", "{'msg':'Missing JSON in request'}", u"Missing JSON in request"_s);
        row("FastAPI", "{'detail':[{'loc':['body','email'],'msg':'field required'}]}",
            u"body; email; field required"_s);
        row("plain text", "Bad  Request\n", u"Bad Request"_s);
        row("HTML", "<!DOCTYPE html><p>Not Found", {});
        row("other values stay unsaid", "{'token':'9f86d081884c7d659a2feaa0c55ad015','a':'b'}", {});
        row("nothing", "", {});
        row("very long", QByteArray(100'000, 'x'), QString(300, u'x'));
    }
    void serverWords()
    {
        QFETCH(const QByteArray, body);
        QTEST(lab::serverWords(body), "words");
    }

    void hugeAnswersTakeNoTime()
    {
        QByteArray body = "{\"a0\":1";
        for (int i = 1; i < 50'000; ++i)
            body += ",\"a" + QByteArray::number(i) + "\":\"" + opaque + '"';
        QVERIFY(!inspectAnswer(body + '}').hasAccessToken());
        QVERIFY(!inspectAnswer(
            QByteArray("{\"a\":").repeated(500) + "1" + QByteArray("}").repeated(500))
                     .hasAccessToken());
    }
};

QTEST_GUILESS_MAIN(AnswerInspectionTest)

#include "tst_answerinspection.moc"
