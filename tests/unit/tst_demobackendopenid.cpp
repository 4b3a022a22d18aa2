#include "oauthbrowser.h"

#include <QtCore/QDateTime>
#include <QtCore/QJsonArray>
#include <QtTest/QTest>

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

using namespace Qt::Literals::StringLiterals;
using namespace demobackend;

namespace {

constexpr auto base64Url = QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals;
constexpr auto invalidToken = R"(Bearer error="invalid_token")";

QByteArray fromBase64Url(const QJsonValue &value)
{
    return QByteArray::fromBase64(value.toString().toLatin1(), base64Url);
}

EVP_PKEY *publicKeyFrom(const QJsonObject &jwk)
{
    const auto number = [&](QLatin1StringView name) {
        const auto bytes = fromBase64Url(jwk[name]);
        return BN_bin2bn(
            reinterpret_cast<const unsigned char *>(bytes.constData()), int(bytes.size()), nullptr);
    };
    auto *const n = number("n"_L1);
    auto *const e = number("e"_L1);
    auto *const builder = OSSL_PARAM_BLD_new();
    OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_N, n);
    OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_E, e);
    auto *const parameters = OSSL_PARAM_BLD_to_param(builder);
    auto *const context = EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr);
    EVP_PKEY *key = nullptr;
    EVP_PKEY_fromdata_init(context);
    EVP_PKEY_fromdata(context, &key, EVP_PKEY_PUBLIC_KEY, parameters);
    EVP_PKEY_CTX_free(context);
    OSSL_PARAM_free(parameters);
    OSSL_PARAM_BLD_free(builder);
    BN_free(n);
    BN_free(e);
    return key;
}

//! Verifies the signature with OpenSSL and the keys of the JWKS.
bool isSignedBy(const QJsonObject &jwk, const QByteArray &jwt)
{
    auto *const key = publicKeyFrom(jwk);
    auto *const context = EVP_MD_CTX_new();
    const auto dot = jwt.lastIndexOf('.');
    const auto signature = QByteArray::fromBase64(jwt.sliced(dot + 1), base64Url);
    const bool isGood = EVP_DigestVerifyInit(context, nullptr, EVP_sha256(), nullptr, key) == 1
        && EVP_DigestVerify(context, reinterpret_cast<const unsigned char *>(signature.constData()),
               size_t(signature.size()), reinterpret_cast<const unsigned char *>(jwt.constData()),
               size_t(dot))
            == 1;
    EVP_MD_CTX_free(context);
    EVP_PKEY_free(key);
    return isGood;
}

} // namespace

//! The OpenID provider: the ID token, and the server's metadata.
class TestDemoBackendOpenId : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup() { m_backend.reset(); }

    void userInfo_data();
    void userInfo();
    void userInfoChallenges();
    void idTokenSaysWhoSignedIn();
    void idTokenIsSigned();
    void idTokenFaults_data();
    void idTokenFaults();
    void discoveryNamesWhatIsThere();
    void documentsAreForReading();

private:
    [[nodiscard]] OAuthBrowser browser() const { return OAuthBrowser(*m_backend); }
    [[nodiscard]] QString issuer() const { return m_backend->url().toString(); }

    std::unique_ptr<DemoBackend> m_backend;
};

void TestDemoBackendOpenId::init()
{
    m_backend = std::make_unique<DemoBackend>();
    QCOMPARE(m_backend->start(), QString());
}

void TestDemoBackendOpenId::userInfo_data()
{
    QTest::addColumn<QByteArray>("scope");
    QTest::addColumn<QStringList>("claims");
    const auto sub = u"sub"_s;
    // clang-format off
    QTest::newRow("openid")  << QByteArray("openid") << QStringList {sub};
    QTest::newRow("profile") << QByteArray("openid profile") << QStringList {u"name"_s, u"preferred_username"_s, sub};
    QTest::newRow("email")   << QByteArray("openid email") << QStringList {u"email"_s, u"email_verified"_s, sub};
    // clang-format on
}

void TestDemoBackendOpenId::userInfo()
{
    QFETCH(QByteArray, scope);
    auto client = browser();
    const auto granted = client.signIn({{"scope", scope}});
    for (const auto *const method : {"GET", "POST"}) {
        const auto answer = client.wire().ask(
            method, "/oauth2/userinfo", {}, WireClient::bearer(granted.text("access_token")));
        QCOMPARE(answer.status, 200);
        QTEST(answer.json().keys(), "claims");
        QCOMPARE(answer.text("sub"), u"u-anna"_s);
        QCOMPARE(answer.text("email").isEmpty(), !scope.contains("email"));
    }
}

void TestDemoBackendOpenId::userInfoChallenges()
{
    auto client = browser();
    const auto ask = [&](const QString &token) {
        return client.wire()
            .ask("GET", "/oauth2/userinfo", {}, WireClient::bearer(token))
            .headers.value("www-authenticate");
    };
    const auto token = client.signIn({{"scope", "resources"}}).text("access_token");
    QCOMPARE(ask(token), R"(Bearer error="insufficient_scope", scope="openid")");
    QCOMPARE(ask(client.wire().signIn().text("authorizationToken")), invalidToken);
    m_backend->expireAccessTokens();
    QCOMPARE(ask(token), invalidToken);
}

void TestDemoBackendOpenId::idTokenSaysWhoSignedIn()
{
    const auto answer = browser().signIn();
    const auto claims = claimsIn(answer.text("id_token"));
    QCOMPARE(claims["iss"_L1].toString(), issuer());
    QCOMPARE(claims["sub"_L1].toString(), u"u-anna"_s);
    QCOMPARE(claims["aud"_L1].toString(), u"tokenflight"_s);
    QCOMPARE(claims["nonce"_L1].toString(), u"a nonce"_s);
    QCOMPARE(claims["name"_L1].toString(), u"anna"_s);
    QCOMPARE(claims["email"_L1].toString(), u"anna@demo.example"_s);
    const auto now = QDateTime::currentSecsSinceEpoch();
    QVERIFY(qAbs(claims["iat"_L1].toInteger() - now) <= 5);
    QVERIFY(qAbs(claims["auth_time"_L1].toInteger() - now) <= 5);
    QCOMPARE(claims["exp"_L1].toInteger() - claims["iat"_L1].toInteger(), 300);
    const auto hash = QCryptographicHash::hash(
        answer.text("access_token").toLatin1(), QCryptographicHash::Sha256);
    QCOMPARE(claims["at_hash"_L1].toString().toLatin1(), hash.first(16).toBase64(base64Url));
    QVERIFY(browser().signIn({{"scope", "resources"}}).text("id_token").isEmpty());
}

void TestDemoBackendOpenId::idTokenIsSigned()
{
    auto client = browser();
    const auto idToken = client.signIn().text("id_token").toLatin1();
    const auto header =
        QJsonDocument::fromJson(QByteArray::fromBase64(idToken.split('.').first(), base64Url))
            .object();
    const auto keys = client.get("/oauth2/jwks").json()["keys"_L1].toArray();
    QCOMPARE(keys.size(), 1);
    const auto key = keys.first().toObject();
    QCOMPARE(header["alg"_L1].toString(), u"RS256"_s);
    QCOMPARE(header["kid"_L1], key["kid"_L1]);
    QCOMPARE(key["kty"_L1].toString(), u"RSA"_s);
    QCOMPARE(key["use"_L1].toString(), u"sig"_s);
    QCOMPARE(key.keys(), QStringList({u"alg"_s, u"e"_s, u"kid"_s, u"kty"_s, u"n"_s, u"use"_s}));
    // RFC 7518 section 3.3 forbids shorter keys.
    QCOMPARE(fromBase64Url(key["n"_L1]).size(), 2048 / 8);
    QVERIFY(isSignedBy(key, idToken));
    auto forged = idToken;
    forged[20] = forged[20] == 'A' ? 'B' : 'A';
    QVERIFY(!isSignedBy(key, forged));
}

void TestDemoBackendOpenId::idTokenFaults_data()
{
    QTest::addColumn<IdTokenFault>("fault");
    QTest::addColumn<QString>("claim"); // the claim that is wrong
    QTest::newRow("none") << IdTokenFault::None << QString();
    QTest::newRow("audience") << IdTokenFault::WrongAudience << u"aud"_s;
    QTest::newRow("issuer") << IdTokenFault::WrongIssuer << u"iss"_s;
    QTest::newRow("nonce") << IdTokenFault::WrongNonce << u"nonce"_s;
    QTest::newRow("expired") << IdTokenFault::Expired << u"exp"_s;
}

void TestDemoBackendOpenId::idTokenFaults()
{
    QFETCH(IdTokenFault, fault);
    QFETCH(QString, claim);
    changeKnobs(*m_backend, [&](Knobs &knobs) { knobs.idTokenFault = fault; });
    const auto claims = claimsIn(browser().signIn().text("id_token"));
    const auto isWrong = [&](const QString &name) { return name == claim; };
    QCOMPARE(claims["aud"_L1].toString() != "tokenflight"_L1, isWrong(u"aud"_s));
    QCOMPARE(claims["iss"_L1].toString() != issuer(), isWrong(u"iss"_s));
    QCOMPARE(claims["nonce"_L1].toString() != "a nonce"_L1, isWrong(u"nonce"_s));
    QCOMPARE(claims["exp"_L1].toInteger() < QDateTime::currentSecsSinceEpoch(), isWrong(u"exp"_s));
}

void TestDemoBackendOpenId::discoveryNamesWhatIsThere()
{
    auto client = browser();
    const auto document = client.get("/.well-known/openid-configuration");
    QCOMPARE(document.status, 200);
    QCOMPARE(client.get("/.well-known/oauth-authorization-server").body, document.body);
    QCOMPARE(document.text("issuer"), issuer());
    QCOMPARE(
        document.json()["code_challenge_methods_supported"_L1].toArray(), QJsonArray {u"S256"_s});
    QVERIFY(document.json()["authorization_response_iss_parameter_supported"_L1].toBool());
    const auto json = document.json();
    int endpoints = 0;
    for (auto entry = json.begin(); entry != json.end(); ++entry) {
        if (!entry.key().endsWith("_endpoint"_L1) && entry.key() != "jwks_uri"_L1)
            continue;
        ++endpoints;
        const auto path = entry.value().toString().mid(issuer().size()).toLatin1();
        QVERIFY2(client.get(path).status != 404, path.constData());
    }
    QCOMPARE(endpoints, 6);
}

void TestDemoBackendOpenId::documentsAreForReading()
{
    auto client = browser();
    for (const auto &[path, allowed] : {std::pair("/oauth2/jwks", "GET, HEAD"),
             std::pair("/oauth2/token", "POST"), std::pair("/oauth2/device", "GET, HEAD, POST")}) {
        const auto answer = client.wire().ask("DELETE", path);
        QCOMPARE(answer.status, 405);
        QCOMPARE(answer.headers.value("allow"), allowed);
    }
    QCOMPARE(client.wire().ask("POST", "/oauth2/jwks").status, 405);
    QCOMPARE(client.get("/oauth2/token").status, 405);
}

QTEST_GUILESS_MAIN(TestDemoBackendOpenId)
#include "tst_demobackendopenid.moc"
