#include "tests/process/cliprocess.h"
#include "tests/unit/oauthbrowser.h"

#include <QtCore/QDateTime>
#include <QtCore/QElapsedTimer>
#include <QtCore/QLocale>
#include <QtCore/QTemporaryDir>
#include <QtCore/QTimeZone>
#include <QtNetwork/QSslConfiguration>
#include <QtNetwork/QSslSocket>
#include <QtTest/QTest>

using namespace Qt::StringLiterals;

namespace {

//! A tokenflight-cli serve, and what a client sees of it.
class Served
{
public:
    explicit Served(const QString &options)
    {
        m_process.start(QStringLiteral(TOKENFLIGHT_CLI),
            QStringList {u"serve"_s} + options.split(u' ', Qt::SkipEmptyParts));
        while (!m_process.canReadLine() && m_process.waitForReadyRead(test::patience)) { }
        m_url = QUrl(QString::fromLatin1(m_process.readLine()).trimmed());
    }
    ~Served()
    {
        m_process.kill();
        m_process.waitForFinished();
    }
    Served(const Served &) = delete;
    Served &operator=(const Served &) = delete;

    [[nodiscard]] QUrl url() const { return m_url; }
    //! What is printed below the URL, up to `last`.
    [[nodiscard]] QByteArray listing(const QByteArray &last = "clara-demo-1")
    {
        QByteArray text = m_process.readAll();
        while (!text.contains(last) && m_process.waitForReadyRead(test::patience))
            text += m_process.readAll();
        return text;
    }
    [[nodiscard]] WireClient client() const { return WireClient(m_url); }
    [[nodiscard]] OAuthBrowser browser() const { return OAuthBrowser(m_url); }

private:
    QProcess m_process;
    QUrl m_url;
};

//! What an option changes, as a client sees it.
using Probe = QString (*)(const Served &server);

QString accessLifetime(const Served &server)
{
    const auto claims = claimsIn(server.client().signIn().text("authorizationToken"));
    return QString::number(claims["exp"_L1].toInteger() - claims["iat"_L1].toInteger());
}

QString refreshLifetime(const Served &server)
{
    const auto answer = server.client().ask(
        "POST", "/api/v1/login", R"({"username":"anna","password":"anna-demo-1"})");
    const auto cookie = QString::fromLatin1(answer.cookies.value("refresh_token"));
    return cookie.section(u"Max-Age="_s, 1);
}

QString refreshReturnsRefreshToken(const Served &server)
{
    const auto tokens = server.client().signIn();
    const auto answer = server.client().refresh(tokens.text("refreshToken"));
    return answer.json().contains("refreshToken"_L1) ? u"yes"_s : u"no"_s;
}

//! The status of the second use of a refresh token, then that of its successor.
QString reuse(const Served &server)
{
    const auto first = server.client().signIn().text("refreshToken");
    const auto second = server.client().refresh(first).text("refreshToken");
    const auto again = server.client().refresh(first).status;
    const auto successor = server.client().refresh(second).status;
    return u"%1 %2"_s.arg(again).arg(successor);
}

QString hoursAhead(const Served &server)
{
    const auto date = QString::fromLatin1(server.client().signIn().headers.value("date"));
    auto time = QLocale::c().toDateTime(date, u"ddd, dd MMM yyyy hh:mm:ss 'GMT'"_s);
    time.setTimeZone(QTimeZone::utc());
    return QString::number(qRound(double(QDateTime::currentDateTimeUtc().secsTo(time)) / 3600));
}

QString hasExpiresIn(const Served &server)
{
    return server.client().signIn().json().contains("expires_in"_L1) ? u"yes"_s : u"no"_s;
}

QString refreshReturnsNewAccessToken(const Served &server)
{
    const auto tokens = server.client().signIn();
    const auto fresh = server.client().refresh(tokens.text("refreshToken"));
    return fresh.text("authorizationToken") == tokens.text("authorizationToken") ? u"no"_s
                                                                                 : u"yes"_s;
}

QString hasChallengeHeader(const Served &server)
{
    const auto answer = server.client().resources(u"broken"_s);
    return answer.headers.contains("www-authenticate") ? u"yes"_s : u"no"_s;
}

QString unknownRefreshTokenStatus(const Served &server)
{
    return QString::number(server.client().refresh(u"unknown"_s).status);
}

//! The statuses of three refreshes, each with the newest refresh token.
QString refreshes(const Served &server)
{
    auto token = server.client().signIn().text("refreshToken");
    QStringList statuses;
    for (int i = 0; i < 3; ++i) {
        const auto answer = server.client().refresh(token);
        if (answer.status == 200)
            token = answer.text("refreshToken");
        statuses.append(QString::number(answer.status));
    }
    return statuses.join(u' ');
}

//! The statuses of three requests to a protected resource with a valid token.
QString resources(const Served &server)
{
    const auto token = server.client().signIn().text("authorizationToken");
    QStringList statuses;
    for (int i = 0; i < 3; ++i)
        statuses.append(QString::number(server.client().resources(token).status));
    return statuses.join(u' ');
}

//! Which of sign-in, refresh and resource take at least 300 ms.
QString slowEndpoints(const Served &server)
{
    QStringList slow;
    const auto measured = [&slow](const QString &name, const auto &ask) {
        QElapsedTimer timer;
        timer.start();
        const auto answer = ask();
        if (timer.elapsed() >= 300)
            slow.append(name);
        return answer;
    };
    const auto tokens = measured(u"sign-in"_s, [&] { return server.client().signIn(); });
    const auto refreshToken = tokens.text("refreshToken");
    measured(u"refresh"_s, [&] { return server.client().refresh(refreshToken); });
    const auto accessToken = tokens.text("authorizationToken");
    measured(u"resource"_s, [&] { return server.client().resources(accessToken); });
    return slow.join(u' ');
}

//! The errors of three polls of a device, then the user of the tokens.
QString deviceGrant(const Served &server)
{
    auto device = server.browser();
    const auto begun = device.post(
        "/oauth2/device_authorization", {{"client_id", "tokenflight"}, {"scope", "resources"}});
    const auto code = begun.text("device_code").toLatin1();
    QStringList seen;
    for (int i = 0; i < 3; ++i) {
        const auto answer = device.token({{"client_id", "tokenflight"},
            {"grant_type", OAuthBrowser::deviceGrant}, {"device_code", code}});
        if (answer.status == 200)
            return (seen << claimsIn(answer.text("access_token"))["sub"_L1].toString()).join(u' ');
        seen.append(answer.text("error"));
    }
    return seen.join(u' ');
}

QString deviceInterval(const Served &server)
{
    const auto begun = server.browser().post(
        "/oauth2/device_authorization", {{"client_id", "tokenflight"}, {"scope", "resources"}});
    return QString::number(begun.json()["interval"_L1].toInt());
}

QString refreshTokenWithoutOfflineAccess(const Served &server)
{
    const auto answer = server.browser().signIn({{"scope", "resources"}});
    return answer.json().contains("refresh_token"_L1) ? u"yes"_s : u"no"_s;
}

QString passwordGrant(const Served &server)
{
    const auto answer = server.browser().token({{"client_id", "tokenflight"},
        {"grant_type", "password"}, {"username", "anna"}, {"password", "anna-demo-1"}});
    return QString::number(answer.status);
}

QString audienceOfIdToken(const Served &server)
{
    const auto token = server.browser().signIn().text("id_token");
    return claimsIn(token)["aud"_L1].toString() == "tokenflight"_L1 ? u"right"_s : u"wrong"_s;
}

QString stateOfCode(const Served &server)
{
    auto browser = server.browser();
    const auto sentBack = OAuthBrowser::sentBack(browser.submit(browser.authorize()));
    return sentBack.value("state") == OAuthBrowser::request().value("state") ? u"right"_s
                                                                             : u"wrong"_s;
}

} // namespace

//! Each option of tokenflight-cli serve changes what clients see.
class CliServeTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void optionsChangeWhatClientsSee_data();
    void optionsChangeWhatClientsSee();
    void latenciesDelayTheirEndpoint_data();
    void latenciesDelayTheirEndpoint();
    void slownessDelaysSlowAnswers();
    void tlsIsOfThePrintedCertificate();
    void aStateFileKeepsTokensValid();
    void dialectsAndUsersAreListed();
    void badValuesAreRefused_data();
    void badValuesAreRefused();
};

void CliServeTest::optionsChangeWhatClientsSee_data()
{
    QTest::addColumn<Probe>("probe");
    QTest::addColumn<QString>("without");
    QTest::addColumn<QString>("with");
    const auto row = [](const char *options, Probe probe, const char *without, const char *with) {
        QTest::newRow(options) << probe << QString::fromLatin1(without)
                               << QString::fromLatin1(with);
    };
    // clang-format off
    //                                                                     without         with
    row("--access-lifetime 60",                accessLifetime,             "900",          "60");
    row("--refresh-lifetime 60",               refreshLifetime,            "604800",       "60");
    row("--rotate off",                        refreshReturnsRefreshToken, "yes",          "no");
    row("--reuse-detection off",               reuse,                      "401 401",      "401 200");
    row("--grace 60",                          reuse,                      "401 401",      "200 200");
    row("--clock-offset -7200",                hoursAhead,                 "0",            "-2");
    row("--send-expires-in on",                hasExpiresIn,               "no",           "yes");
    row("--same-access-token on",              refreshReturnsNewAccessToken, "yes",        "no");
    row("--omit-challenge-header on",          hasChallengeHeader,         "yes",          "no");
    row("--unknown-refresh-token-status 500",  unknownRefreshTokenStatus,  "401",          "500");
    row("--next-refresh 403",                  refreshes,                  "200 200 200",  "403 200 200");
    row("--next-refresh 500 --refresh-times 2", refreshes,                 "200 200 200",  "500 500 200");
    row("--next-resource 401",                 resources,                  "200 200 200",  "401 200 200");
    row("--next-resource 403",                 resources,                  "200 200 200",  "403 200 200");
    row("--next-resource 500",                 resources,                  "200 200 200",  "500 200 200");
    row("--next-resource redirect --resource-times 2", resources,          "200 200 200",  "302 302 200");
    row("--device-interval 0 --device-approval denied", deviceGrant,       "u-anna",       "access_denied invalid_grant invalid_grant");
    row("--device-interval 0 --device-approval after-polls --device-polls 1", deviceGrant, "u-anna", "authorization_pending u-anna");
    row("--device-interval 0 --device-approval by-person", deviceGrant,    "u-anna",       "authorization_pending authorization_pending authorization_pending");
    row("--device-interval 0 --device-slow-downs 1", deviceGrant,          "u-anna",       "slow_down u-anna");
    row("--device-interval 0 --device-user boris", deviceGrant,            "u-anna",       "u-boris");
    row("--device-interval 7",                 deviceInterval,             "5",            "7");
    row("--always-refresh-token on",           refreshTokenWithoutOfflineAccess, "no",     "yes");
    row("--allow-password-grant on",           passwordGrant,              "400",          "200");
    row("--id-token-fault wrong-audience",     audienceOfIdToken,          "right",        "wrong");
    row("--code-fault wrong-state",            stateOfCode,                "right",        "wrong");
    // clang-format on
}

void CliServeTest::optionsChangeWhatClientsSee()
{
    QFETCH(const Probe, probe);
    QTEST(probe(Served({})), "without");
    QTEST(probe(Served(QString::fromLatin1(QTest::currentDataTag()))), "with");
}

//! Without an option nothing is slow, but on a busy machine anything may be.
void CliServeTest::latenciesDelayTheirEndpoint_data()
{
    QTest::addColumn<QString>("endpoints");
    QTest::newRow("--latency 300") << u"sign-in refresh resource"_s;
    QTest::newRow("--sign-in-latency 300") << u"sign-in"_s;
    QTest::newRow("--refresh-latency 300") << u"refresh"_s;
    QTest::newRow("--resource-latency 300") << u"resource"_s;
}

void CliServeTest::latenciesDelayTheirEndpoint()
{
    QFETCH(const QString, endpoints);
    const auto slow = slowEndpoints(Served(QString::fromLatin1(QTest::currentDataTag())));
    for (const auto &endpoint : endpoints.split(u' '))
        QVERIFY2(slow.contains(endpoint), qPrintable(slow));
}

//! By more than a slow answer takes without the option.
void CliServeTest::slownessDelaysSlowAnswers()
{
    const Served server(u"--next-resource slow --slowness 4000"_s);
    const auto token = server.client().signIn().text("authorizationToken");
    QElapsedTimer timer;
    timer.start();
    QCOMPARE(server.client().resources(token).status, 200);
    QVERIFY(timer.elapsed() >= 4000);
}

void CliServeTest::tlsIsOfThePrintedCertificate()
{
    Served server(u"--tls"_s);
    QCOMPARE(server.url().scheme(), u"https"_s);
    const auto printed = QSslCertificate::fromData(server.listing("-----END CERTIFICATE-----"));
    QSslSocket socket;
    auto trusting = socket.sslConfiguration();
    trusting.setCaCertificates(printed);
    socket.setSslConfiguration(trusting);
    socket.connectToHostEncrypted(u"127.0.0.1"_s, quint16(server.url().port()));
    QVERIFY2(socket.waitForEncrypted(test::patience), qPrintable(socket.errorString()));
}

void CliServeTest::aStateFileKeepsTokensValid()
{
    const QTemporaryDir folder;
    const QString options = u"--state-file "_s + folder.filePath(u"state"_s);
    auto server = std::make_unique<Served>(options);
    const QUrl url = server->url();
    const auto token = server->client().signIn().text("refreshToken");
    server.reset();
    server = std::make_unique<Served>(options);
    QCOMPARE(server->client().refresh(token).status, 200);
    QCOMPARE(server->url(), url);
}

void CliServeTest::dialectsAndUsersAreListed()
{
    const auto text = Served({}).listing();
    for (const auto *part : {"cookie-csrf", "/token/auth", "/authorization/refresh", "/api/me",
             "anna-demo-1", "clara-demo-1"})
        QVERIFY2(text.contains(part), part);
}

void CliServeTest::badValuesAreRefused_data()
{
    QTest::addColumn<QString>("says");
    const auto row = [](const char *options, const char *says) {
        QTest::newRow(options) << QString::fromLatin1(says);
    };
    row("--port 65536", "--port takes a number from 0 to 65535");
    row("--access-lifetime 0", "--access-lifetime takes a number from 1 to 31536000, not \"0\"");
    row("--refresh-lifetime soon", "--refresh-lifetime takes a number from 1 to 31536000");
    row("--rotate maybe", "--rotate takes on, off; not \"maybe\"");
    row("--reuse-detection 1", "--reuse-detection takes on, off");
    row("--grace 3601", "--grace takes a number from 0 to 3600");
    row("--slowness 60001", "--slowness takes a number from 0 to 60000");
    row("--latency 60001", "--latency takes a number from 0 to 60000");
    row("--clock-offset -31536001", "--clock-offset takes a number from -31536000 to 31536000");
    row("--unknown-refresh-token-status 200", "takes a number from 400 to 599");
    row("--next-refresh 418", "--next-refresh takes ok, invalid-grant, 401");
    row("--refresh-times 2", "--refresh-times needs --next-refresh");
    row("--next-resource 404", "--next-resource takes ok, 401, 403, 500, slow, large, redirect");
    row("--resource-times 2", "--resource-times needs --next-resource");
    row("--device-approval never", "--device-approval takes at-once, after-polls, by-person");
    row("--device-user nobody", "\"nobody\" is no user of the demo backend");
    row("--id-token-fault any", "--id-token-fault takes none, wrong-audience");
    row("--code-fault any", "--code-fault takes none, access-denied");
}

void CliServeTest::badValuesAreRefused()
{
    QFETCH(const QString, says);
    const auto outcome = cliprocess::run(
        QStringList {u"serve"_s} + QString::fromLatin1(QTest::currentDataTag()).split(u' '));
    QCOMPARE(outcome.status, 2);
    QVERIFY2(outcome.err.contains(says.toLatin1()), outcome.err.constData());
    QVERIFY(outcome.out.isEmpty());
}

QTEST_GUILESS_MAIN(CliServeTest)
#include "tst_cliserve.moc"
