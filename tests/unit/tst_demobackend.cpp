#include "demobackendclient.h"

#include <QtCore/QCryptographicHash>
#include <QtTest/QTest>

using namespace Qt::Literals::StringLiterals;
using namespace demobackend;

namespace {

QJsonObject claimsIn(const QString &jwt)
{
    const auto part = jwt.section(u'.', 1, 1).toLatin1();
    return QJsonDocument::fromJson(QByteArray::fromBase64(part, QByteArray::Base64UrlEncoding))
        .object();
}

} // namespace

//! The backend's answers to each kind of request, and its transcript, seen from the wire.
class TestDemoBackend : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup() { m_backend.reset(); }

    void signIn_data();
    void signIn();
    void resourceNeedsAToken_data();
    void resourceNeedsAToken();
    void accessTokenIsAJwt();
    void accessTokenIsUnusableOnceChanged();
    void accessTokenOfAnotherBackendIsUnusable();
    void anyMethodReachesTheResource_data();
    void anyMethodReachesTheResource();
    void bodiesArriveUnchanged_data();
    void bodiesArriveUnchanged();
    void unknownPathIsNotFound();
    void transcriptNamesTokens();
    void transcriptHasNoSecrets();
    void countersCount();

private:
    [[nodiscard]] WireClient client() const { return WireClient(*m_backend); }

    std::unique_ptr<DemoBackend> m_backend;
};

void TestDemoBackend::init()
{
    m_backend = std::make_unique<DemoBackend>();
    QCOMPARE(m_backend->start(), QString());
}

void TestDemoBackend::signIn_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<int>("status");
    const QByteArray post = "POST";
    // clang-format off
    QTest::newRow("anna may")          << post << QByteArray(R"({"userName":"anna","password":"anna-demo-1"})") << 200;
    QTest::newRow("boris may")         << post << QByteArray(R"({"userName":"boris","password":"boris-demo-1"})") << 200;
    QTest::newRow("wrong password")    << post << QByteArray(R"({"userName":"anna","password":"boris-demo-1"})") << 401;
    QTest::newRow("nobody")            << post << QByteArray(R"({"userName":"carol","password":""})") << 401;
    QTest::newRow("no password")       << post << QByteArray(R"({"userName":"anna"})") << 400;
    QTest::newRow("password is null")  << post << QByteArray(R"({"userName":"anna","password":null})") << 400;
    QTest::newRow("not an object")     << post << QByteArray("[]") << 400;
    QTest::newRow("cut short")         << post << QByteArray(R"({"userName":"anna",)") << 400;
    QTest::newRow("empty")             << post << QByteArray() << 400;
    QTest::newRow("not a POST")        << QByteArray("GET") << QByteArray() << 405;
    // clang-format on
}

void TestDemoBackend::signIn()
{
    QFETCH(QByteArray, method);
    QFETCH(QByteArray, body);
    QFETCH(int, status);
    const auto answer = client().ask(method, "/authorization/token", body);
    QCOMPARE(answer.status, status);
    QCOMPARE(answer.text("authorizationToken").isEmpty(), status != 200);
    QCOMPARE(answer.text("refreshToken").isEmpty(), status != 200);
    QCOMPARE(answer.text("detail").isEmpty(), status == 200);
    QCOMPARE(m_backend->counters().signIns, status == 200 ? 1 : 0);
}

void TestDemoBackend::resourceNeedsAToken_data()
{
    QTest::addColumn<QByteArray>("headers");
    QTest::addColumn<QByteArray>("challenge");
    const QByteArray invalid = R"(Bearer error="invalid_token")";
    // RFC 6750 section 3
    QTest::newRow("none is told no error") << QByteArray() << QByteArray("Bearer");
    QTest::newRow("nor is another scheme")
        << QByteArray("Authorization: Basic YTpi\r\n") << QByteArray("Bearer");
    QTest::newRow("nonsense is invalid") << QByteArray("Authorization: Bearer sdf\r\n") << invalid;
    QTest::newRow("an unsigned one is invalid")
        << QByteArray("Authorization: Bearer eyJhbGciOiJub25lIn0.eyJuYW1lIjoiYW5uYSJ9.\r\n")
        << invalid;
}

void TestDemoBackend::resourceNeedsAToken()
{
    QFETCH(QByteArray, headers);
    QFETCH(QByteArray, challenge);
    const auto answer = client().ask("GET", "/api/resources", {}, headers);
    QCOMPARE(answer.status, 401);
    QCOMPARE(answer.headers.value("www-authenticate"), challenge);
}

void TestDemoBackend::accessTokenIsAJwt()
{
    const auto token = client().signIn().text("authorizationToken");
    const auto claims = claimsIn(token);
    QCOMPARE(token.count(u'.'), 2);
    QCOMPARE(claims["sub"_L1].toString(), u"u-anna"_s);
    QCOMPARE(claims["name"_L1].toString(), u"anna"_s);
    QCOMPARE(claims["exp"_L1].toInteger() - claims["iat"_L1].toInteger(), 900);
    QCOMPARE(claims["nbf"_L1], claims["iat"_L1]);
    QCOMPARE(claims["iss"_L1].toString(), m_backend->url().toString() + u'/');
    for (const auto name : {"jti"_L1, "aud"_L1})
        QVERIFY(!claims[name].toString().isEmpty());
    QCOMPARE(client().resources(token).body, "protected resources, username: anna");
}

void TestDemoBackend::accessTokenIsUnusableOnceChanged()
{
    auto token = client().signIn().text("authorizationToken");
    const auto at = token.lastIndexOf(u'.') + 10;
    token[at] = token[at] == u'x' ? u'y' : u'x';
    QCOMPARE(client().resources(token).status, 401);
}

void TestDemoBackend::accessTokenOfAnotherBackendIsUnusable()
{
    DemoBackend another;
    QCOMPARE(another.start(), QString());
    const auto token = WireClient(another).signIn().text("authorizationToken");
    QCOMPARE(client().resources(token).status, 401);
    QCOMPARE(m_backend->transcript(), QStringList(u"GET /api/resources [A?] -> 401"_s));
}

void TestDemoBackend::anyMethodReachesTheResource_data()
{
    QTest::addColumn<QByteArray>("method");
    for (const auto *method : {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
        QTest::newRow(method) << QByteArray(method);
}

void TestDemoBackend::anyMethodReachesTheResource()
{
    QFETCH(QByteArray, method);
    auto connection = client();
    const auto headers = WireClient::bearer(connection.signIn().text("authorizationToken"));
    // DELETE is often sent without a length: RFC 9112 section 6.3 says that it then has no body.
    connection.sendBytes(method + " /api/resources HTTP/1.1\r\n" + headers + "\r\n");
    QCOMPARE(connection.receive().status, 200);
    QCOMPARE(m_backend->transcript(u"[A1]"_s),
        QStringList {QString::fromLatin1(method) + u" /api/resources [A1] -> 200"_s});
}

void TestDemoBackend::bodiesArriveUnchanged_data()
{
    QTest::addColumn<QByteArray>("headers");
    QTest::addColumn<QByteArray>("body");
    const QByteArray bytes = "a=%20+&b=\0\r\n--x--"_ba;
    QTest::newRow("empty") << QByteArray() << QByteArray();
    QTest::newRow("plain") << QByteArray() << bytes;
    QTest::newRow("a form is not taken apart")
        << QByteArray("Content-Type: application/x-www-form-urlencoded\r\n")
        << bytes.repeated(2000);
    QTest::newRow("multipart is not taken apart")
        << QByteArray("Content-Type: multipart/form-data; boundary=x\r\n")
        << QByteArray("--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--x--\r\n");
    QTest::newRow("packed is not unpacked")
        << QByteArray("Content-Encoding: gzip\r\n") << QByteArray("not really gzip");
    QTest::newRow("large") << QByteArray() << QByteArray(48LL << 20, 'z');
    QTest::newRow("after 100 Continue") << QByteArray("Expect: 100-continue\r\n") << bytes;
}

void TestDemoBackend::bodiesArriveUnchanged()
{
    QFETCH(QByteArray, headers);
    QFETCH(QByteArray, body);
    auto connection = client();
    headers += WireClient::bearer(connection.signIn().text("authorizationToken"));
    const auto first = connection.ask("POST", "/api/echo", body, headers);
    const auto answer = first.status == 100 ? connection.receive() : first;
    QCOMPARE(answer.status, 200);
    QCOMPARE(answer.json()["length"_L1].toInteger(), body.size());
    QCOMPARE(answer.text("sha256").toLatin1(),
        QCryptographicHash::hash(body, QCryptographicHash::Sha256).toHex());
    QCOMPARE(connection.ask("GET", "/nowhere").status, 404); // the connection is still in step
}

void TestDemoBackend::unknownPathIsNotFound()
{
    auto connection = client();
    QCOMPARE(connection.ask("GET", "/nowhere?key=value").status, 404);
    QCOMPARE(connection.ask("HEAD", "/api").status, 404);
    QCOMPARE(
        m_backend->transcript(), QStringList({u"GET /nowhere -> 404"_s, u"HEAD /api -> 404"_s}));
}

void TestDemoBackend::transcriptNamesTokens()
{
    auto connection = client();
    const auto first = connection.signIn();
    const auto second = connection.refresh(first.text("refreshToken"));
    for (const auto &token : {first.text("authorizationToken"), second.text("authorizationToken"),
             u"forged"_s, QString()})
        QVERIFY(connection.resources(token).status != 0);
    QVERIFY(connection.refresh(u"unknown"_s).status != 0);
    QCOMPARE(m_backend->transcript(),
        QStringList({u"POST /authorization/token -> 200"_s,
            u"POST /authorization/refresh [R1] -> 200"_s, u"GET /api/resources [A1] -> 200"_s,
            u"GET /api/resources [A2] -> 200"_s, u"GET /api/resources [A?] -> 401"_s,
            u"GET /api/resources -> 401"_s, u"POST /authorization/refresh [R?] -> 401"_s}));
    m_backend->clearTranscript();
    QCOMPARE(connection.resources(second.text("authorizationToken")).status, 200);
    QCOMPARE(m_backend->transcript(), QStringList(u"GET /api/resources [A2] -> 200"_s));
    QCOMPARE(m_backend->transcript(u"POST"_s), QStringList());
}

void TestDemoBackend::transcriptHasNoSecrets()
{
    auto connection = client();
    const auto tokens = connection.signIn();
    const auto access = tokens.text("authorizationToken");
    QVERIFY(connection.ask("GET", "/api/resources?access_token=" + access.toLatin1()).status != 0);
    QVERIFY(
        connection.ask("POST", "/authorization/token", "{}", WireClient::bearer(access)).status);
    QVERIFY(connection.refresh(tokens.text("refreshToken")).status != 0);
    QVERIFY(connection.signIn("anna", "wrong-secret").status != 0);
    const auto all = m_backend->transcript().join(u'\n');
    for (const auto &secret : {access, access.section(u'.', 2), tokens.text("refreshToken"),
             u"anna-demo-1"_s, u"wrong-secret"_s, u"access_token"_s})
        QVERIFY(!all.contains(secret));
}

void TestDemoBackend::countersCount()
{
    auto connection = client();
    const auto tokens = connection.signIn();
    QCOMPARE(connection.resources(tokens.text("authorizationToken")).status, 200);
    QCOMPARE(connection.resources({}).status, 401);
    for (int i = 0; i < 2; ++i)
        QVERIFY(connection.refresh(tokens.text("refreshToken")).status != 0);
    const Counters expected {
        .signIns = 1, .refreshes = 2, .rotations = 1, .reuses = 1, .challenges = 1, .served = 1};
    QCOMPARE(m_backend->counters(), expected);
    m_backend->clearTranscript();
    QCOMPARE(m_backend->counters(), Counters());
}

QTEST_GUILESS_MAIN(TestDemoBackend)
#include "tst_demobackend.moc"
