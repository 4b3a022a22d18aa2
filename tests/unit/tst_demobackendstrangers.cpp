#include "authcore/demobackend/transcript.h"
#include "demobackendclient.h"

#include <QtTest/QTest>

using namespace Qt::Literals::StringLiterals;
using namespace demobackend;

//! Requests that a foreign page sends through a person's browser, and floods of requests by
//! strangers.
class TestDemoBackendStrangers : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_backend = std::make_unique<DemoBackend>();
        QCOMPARE(m_backend->start(), QString());
        m_client = std::make_unique<WireClient>(*m_backend);
    }

    void names_data();
    void names();
    void pages_data();
    void pages();
    void signInAsText_data();
    void signInAsText();
    void pathsAreForgotten();
    void linesAreForgotten();

private:
    //! Replaces PORT by the port of the backend.
    [[nodiscard]] QByteArray filledIn(QByteArray text) const
    {
        return text.replace("PORT", QByteArray::number(m_backend->url().port()));
    }

    std::unique_ptr<DemoBackend> m_backend;
    std::unique_ptr<WireClient> m_client;
};

void TestDemoBackendStrangers::names_data()
{
    QTest::addColumn<QByteArray>("host");
    QTest::addColumn<int>("status");
    const auto row = [](const QByteArray &host, int status) {
        QTest::newRow(host.constData()) << host << status;
    };
    row("127.0.0.1:PORT", 200);
    row("localhost:PORT", 200);
    row("LocalHost:PORT", 200);
    row("[::1]:PORT", 200);
    row("rebound.example:PORT", 421);
    row("rebound.example", 421);
    row("127.0.0.1", 421);
    row("127.0.0.1:1", 421);
    row("127.0.0.1.rebound.example:PORT", 421);
    row("localhost.:PORT", 421);
}

void TestDemoBackendStrangers::names()
{
    QFETCH(const QByteArray, host);
    m_client->host = filledIn(host);
    QTEST(m_client->ask("GET", "/.well-known/openid-configuration").status, "status");
    QTEST(m_client->signIn().status, "status");
}

void TestDemoBackendStrangers::pages_data()
{
    QTest::addColumn<QByteArray>("headers");
    QTest::addColumn<bool>("isRefused");
    const auto row = [](const QByteArray &headers, bool isRefused) {
        QTest::newRow(headers.isEmpty() ? "no browser" : headers.constData())
            << headers << isRefused;
    };
    row("", false);
    row("Origin: http://127.0.0.1:PORT", false);
    row("Origin: http://localhost:PORT", false);
    row("Sec-Fetch-Site: same-origin", false);
    row("Sec-Fetch-Site: none", false);
    // The backend's own form, sent without a referrer.
    row("Origin: null\r\nSec-Fetch-Site: same-origin", false);
    row("Origin: https://evil.example", true);
    row("Origin: http://127.0.0.1:1", true);
    row("Origin: null", true);
    row("Sec-Fetch-Site: cross-site", true);
    row("Sec-Fetch-Site: same-site", true); // another port of this machine
    row("Origin: http://127.0.0.1:PORT\r\nSec-Fetch-Site: cross-site", true);
}

//! Every endpoint that changes something, in every dialect.
void TestDemoBackendStrangers::pages()
{
    QFETCH(const QByteArray, headers);
    QFETCH(const bool, isRefused);
    const QByteArray browser = headers.isEmpty() ? QByteArray() : filledIn(headers) + "\r\n";
    for (const QByteArray path :
        {"/authorization/token", "/authorization/refresh", "/api/v1/login", "/api/v1/token",
            "/api/auth/login", "/api/auth/refresh", "/api/auth/signin", "/api/auth/refreshtoken",
            "/token/auth", "/token/refresh", "/oauth2/token", "/oauth2/authorize",
            "/oauth2/device_authorization", "/oauth2/device", "/oauth2/revoke", "/api/echo"}) {
        const auto answer = m_client->ask("POST", path, "{}", browser);
        QVERIFY2((answer.status == 403) == isRefused,
            qPrintable(u"%1: %2"_s.arg(QLatin1StringView(path)).arg(answer.status)));
    }
    QCOMPARE(m_client->ask("GET", "/.well-known/openid-configuration", {}, browser).status, 200);
}

void TestDemoBackendStrangers::signInAsText_data()
{
    QTest::addColumn<QByteArray>("type");
    QTest::addColumn<int>("status");
    QTest::newRow("JSON") << QByteArray("application/json") << 200;
    QTest::newRow("text") << QByteArray("text/plain") << 400;
    QTest::newRow("text of a charset") << QByteArray("Text/Plain;charset=UTF-8") << 400;
}

void TestDemoBackendStrangers::signInAsText()
{
    QFETCH(const QByteArray, type);
    QTEST(
        m_client
            ->ask("POST", "/authorization/token", R"({"userName":"anna","password":"anna-demo-1"})",
                "Content-Type: " + type + "\r\n")
            .status,
        "status");
}

void TestDemoBackendStrangers::pathsAreForgotten()
{
    for (int i = 0; i < 1'500; ++i)
        QCOMPARE(m_client->ask("GET", "/p/" + QByteArray::number(i)).status, 404);
    QCOMPARE(m_backend->on(u"/p/0"_s).arrivedCount(), 1);
    QCOMPARE(m_backend->on(u"/p/1499"_s).arrivedCount(), 0);
    // A scripted path works however many other paths have been requested.
    QCOMPARE(m_client->ask("GET", "/p/1499").status, 404);
    QCOMPARE(m_backend->on(u"/p/1499"_s).arrivedCount(), 1);
}

void TestDemoBackendStrangers::linesAreForgotten()
{
    Transcript transcript;
    const auto first = transcript.open(u"the first"_s);
    for (int i = 0; i < 100'000; ++i)
        transcript.complete(transcript.open(QString::number(i)), u"200"_s);
    transcript.complete(first, u"200"_s);
    QCOMPARE(transcript.lines().size(), 100'000);
    QCOMPARE(transcript.lines().constFirst(), u"0 -> 200"_s);
    QCOMPARE(transcript.lines().constLast(), u"99999 -> 200"_s);
    transcript.complete(transcript.open(QString(50'000, u'x')), u"414"_s);
    QVERIFY(transcript.lines().constLast().size() < 1'100);
}

QTEST_GUILESS_MAIN(TestDemoBackendStrangers)

#include "tst_demobackendstrangers.moc"
