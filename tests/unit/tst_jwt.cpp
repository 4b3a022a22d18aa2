#include "authcore/tokens/jwt.h"

#include <QtTest/QTest>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using authcore::Jwt;
using std::chrono::sys_seconds;

namespace {

constexpr auto noPadding = QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals;

QByteArray token(const QByteArray &header, const QByteArray &claims)
{
    return header.toBase64(noPadding) + '.' + claims.toBase64(noPadding) + ".c2ln";
}

QByteArray withClaims(const QByteArray &claims)
{
    return token(R"({"alg":"HS256","typ":"JWT"})", claims);
}

} // namespace

class TestJwt : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void decodesTheExampleOfTheRfc() // RFC 7519 section 3.1
    {
        const auto jwt = Jwt::decode("eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9"
                                     ".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9"
                                     "leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
                                     ".dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
        QVERIFY(jwt.has_value());
        QCOMPARE(jwt->header.value("alg"_L1).toString(), u"HS256"_s);
        QCOMPARE(jwt->claims.value("iss"_L1).toString(), u"joe"_s);
        QVERIFY(jwt->expiresAt() == sys_seconds(1'300'819'380s));
    }

    void tolerated_data()
    {
        QTest::addColumn<QByteArray>("jwt");
        const QByteArray claims = R"({"sub":"?>~?>~?"})";
        QTest::newRow("the alphabet of base64url") << withClaims(claims);
        QTest::newRow("padding") << withClaims(claims).replace(
            claims.toBase64(noPadding), claims.toBase64(QByteArray::Base64UrlEncoding));
        QTest::newRow("no signature (alg: none)") << withClaims(claims).chopped(4);
    }
    void tolerated()
    {
        QFETCH(const QByteArray, jwt);
        const auto decoded = Jwt::decode(jwt);
        QVERIFY(decoded.has_value());
        QCOMPARE(decoded->subject(), u"?>~?>~?"_s);
    }

    void refused_data()
    {
        QTest::addColumn<QByteArray>("text");
        const auto row = [](const char *name, const QByteArray &text) {
            QTest::newRow(name) << text;
        };
        row("nothing", {});
        row("an opaque token", "2YotnFZFEjr1zCsicMWpAA");
        row("two dots without anything", "..");
        row("two parts", withClaims("{}").chopped(5));
        row("five parts: encrypted", withClaims("{}") + ".a.b");
        row("the wrong alphabet", "eyJ9+/==.e30.c2ln");
        row("claims that are an array", withClaims("[]"));
        row("claims that are no JSON", withClaims("{"));
        row("a header that is a string", token("\"HS256\"", "{}"));
        row("more than 64 KiB", withClaims("{\"a\":\"" + QByteArray(65'536, 'x') + "\"}"));
    }
    void refused()
    {
        QFETCH(const QByteArray, text);
        QVERIFY(!Jwt::decode(text));
    }

    void expiry_data()
    {
        QTest::addColumn<QByteArray>("claims");
        QTest::addColumn<std::optional<sys_seconds>>("expiresAt");
        const auto row = [](const char *name, const char *claims, std::optional<sys_seconds> at) {
            QTest::newRow(name) << QByteArray(claims) << at;
        };
        row("an integer", R"({"exp":2000000000})", sys_seconds(2'000'000'000s));
        row("a fraction is cut off", R"({"exp":2000000000.9})", sys_seconds(2'000'000'000s));
        row("beyond 2^31", R"({"exp":4000000000})", sys_seconds(4'000'000'000s));
        row("the last second of 9999", R"({"exp":253402300799})", sys_seconds(253'402'300'799s));
        row("the beginning of 1970", R"({"exp":0})", sys_seconds(0s));
        row("missing", "{}", std::nullopt);
        row("negative", R"({"exp":-1})", std::nullopt);
        row("beyond 9999", R"({"exp":253402300800})", std::nullopt);
        row("beyond everything", R"({"exp":1e300})", std::nullopt);
        row("text", R"({"exp":"2000000000"})", std::nullopt);
        row("null", R"({"exp":null})", std::nullopt);
    }
    void expiry()
    {
        QFETCH(const QByteArray, claims);
        QFETCH(const std::optional<sys_seconds>, expiresAt);
        const auto jwt = Jwt::decode(withClaims(claims));
        QVERIFY(jwt.has_value());
        QVERIFY(jwt->expiresAt() == expiresAt);
    }

    void otherClaims()
    {
        const auto jwt = Jwt::decode(withClaims(R"({"iat":1999999100,"sub":"42"})"));
        QVERIFY(jwt.has_value());
        QVERIFY(jwt->issuedAt() == sys_seconds(1'999'999'100s));
        QCOMPARE(jwt->subject(), u"42"_s);
        QCOMPARE(Jwt().subject(), QString());
    }
};

QTEST_GUILESS_MAIN(TestJwt)
#include "tst_jwt.moc"
