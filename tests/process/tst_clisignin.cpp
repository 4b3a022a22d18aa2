#include "tests/process/cliprocess.h"
#include "tests/unit/oauthbrowser.h"

#include <QtCore/QTemporaryDir>
#include <QtNetwork/QNetworkAccessManager>
#include <QtNetwork/QNetworkReply>
#include <QtTest/QTest>

#include <chrono>
#include <memory>
#include <optional>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using cliprocess::Given;
using cliprocess::Outcome;
using cliprocess::RunningCli;

//! The sign-in methods of tokenflight-cli with an OAuth 2.0 server.
class CliSignInTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void deviceIsShownWhatToDo();
    void deviceWaitsForThePerson();
    void deviceIsDenied();
    void demoUserIsWhoWasAskedFor();
    void browserSignsIn();
    void browserIsRefused();
    void confidentialClient_data();
    void confidentialClient();
    void endpointsAreFoundOut_data();
    void endpointsAreFoundOut();
    void noEndpointsAreFound();

private:
    [[nodiscard]] QStringList run(const QString &more) const;

    std::optional<demobackend::DemoBackend> m_backend;
    QTemporaryDir m_folder;
};

void CliSignInTest::init()
{
    m_backend.emplace();
    changeKnobs(*m_backend, [](auto &knobs) { knobs.deviceInterval = 1s; });
    QCOMPARE(m_backend->start(), QString());
}

QStringList CliSignInTest::run(const QString &more) const
{
    return QStringList {u"run"_s, u"--format"_s, u"json"_s, u"--profile"_s, u"oauth2"_s, u"--url"_s,
               m_backend->url().toString()}
    + more.split(u' ', Qt::SkipEmptyParts);
}

void CliSignInTest::deviceIsShownWhatToDo()
{
    const auto outcome = cliprocess::run(run(u"--sign-in device"_s));
    QVERIFY2(outcome.status == 0, outcome.all().constData());
    const QString page = m_backend->url().toString() + u"/oauth2/device"_s;
    const QRegularExpression expected(
        u"To sign in, open %1 on any device and type the code [A-Z0-9-]+\nor open %1\\?user_code="_s
            .arg(QRegularExpression::escape(page)));
    QVERIFY2(QString::fromUtf8(outcome.err).contains(expected), outcome.err.constData());
    QCOMPARE(outcome.out.count('\n'), 1);
}

void CliSignInTest::deviceWaitsForThePerson()
{
    changeKnobs(*m_backend,
        [](auto &knobs) { knobs.deviceApproval = demobackend::DeviceApproval::ByPerson; });
    RunningCli cli(run(u"--sign-in device"_s));
    const auto code = cli.says(u"type the code (\\S+)$"_s);
    QVERIFY(!code.isEmpty());
    OAuthBrowser browser(*m_backend);
    const auto page = browser.get("/oauth2/device", {{"user_code", code}});
    QCOMPARE(
        browser.submit(page, {{"username", "boris"}, {"password", "boris-demo-1"}}).status, 200);
    const auto outcome = cli.finish();
    QVERIFY2(outcome.status == 0, outcome.all().constData());
}

void CliSignInTest::deviceIsDenied()
{
    changeKnobs(*m_backend,
        [](auto &knobs) { knobs.deviceApproval = demobackend::DeviceApproval::Denied; });
    const auto outcome = cliprocess::run(run(u"--sign-in device"_s));
    QCOMPARE(outcome.status, 3);
    QVERIFY2(outcome.err.contains("tokenflight-cli: cannot sign in: "), outcome.err.constData());
    QVERIFY(outcome.out.isEmpty());
}

//! Sign-ins at the demo backend, which approves devices by itself.
void CliSignInTest::demoUserIsWhoWasAskedFor()
{
    const auto outcome =
        cliprocess::run({u"run"_s, u"--profile"_s, u"oauth2"_s, u"--user"_s, u"boris"_s});
    QVERIFY2(outcome.status == 0, outcome.all().constData());
}

void CliSignInTest::browserSignsIn()
{
    RunningCli cli(run(u"--sign-in browser --no-browser"_s));
    const auto address = cli.says(u"^http://127\\.0\\.0\\.1:\\d+(/oauth2/authorize\\?\\S+)$"_s);
    QVERIFY(!address.isEmpty());
    OAuthBrowser browser(*m_backend);
    const auto sent = browser.submit(browser.get(address));
    QNetworkAccessManager http;
    const std::unique_ptr<QNetworkReply> page(
        http.get(QNetworkRequest(QUrl::fromEncoded(sent.headers.value("location")))));
    QTRY_VERIFY(page->isFinished());
    QCOMPARE(page->error(), QNetworkReply::NoError);
    const auto outcome = cli.finish();
    QVERIFY2(outcome.status == 0, outcome.all().constData());
    QCOMPARE(outcome.number("ok"), 3);
}

void CliSignInTest::browserIsRefused()
{
    RunningCli cli(run(u"--sign-in browser --no-browser"_s));
    const auto address = cli.says(u"^http://127\\.0\\.0\\.1:\\d+(/oauth2/authorize\\?\\S+)$"_s);
    OAuthBrowser browser(*m_backend);
    const auto sent = browser.submit(browser.get(address), {{"decision", "deny"}});
    QNetworkAccessManager http;
    const std::unique_ptr<QNetworkReply> page(
        http.get(QNetworkRequest(QUrl::fromEncoded(sent.headers.value("location")))));
    QTRY_VERIFY(page->isFinished());
    const auto outcome = cli.finish();
    QCOMPARE(outcome.status, 3);
    QVERIFY2(outcome.err.contains("cannot sign in: "), outcome.err.constData());
}

void CliSignInTest::confidentialClient_data()
{
    QTest::addColumn<QByteArray>("file");
    QTest::addColumn<QString>("environment");
    QTest::addColumn<int>("status");
    QTest::newRow("from a file") << QByteArray("demo-secret\n") << QString() << 0;
    QTest::newRow("from the environment") << QByteArray() << u"demo-secret"_s << 0;
    QTest::newRow("the file goes first") << QByteArray("demo-secret") << u"hush"_s << 0;
    QTest::newRow("a wrong one") << QByteArray("hush-secret") << QString() << 3;
    QTest::newRow("none") << QByteArray() << QString() << 3;
}

void CliSignInTest::confidentialClient()
{
    QFETCH(const QByteArray, file);
    QFETCH(const QString, environment);
    auto arguments = run(u"--sign-in device --client-id tokenflight-confidential"_s);
    if (!file.isEmpty())
        arguments += {u"--client-secret-file"_s, u"-"_s};
    Given given {.input = file, .environment = {}};
    if (!environment.isEmpty())
        given.environment.insert(u"TOKENFLIGHT_CLIENT_SECRET"_s, environment);
    const auto outcome = cliprocess::run(arguments, given);
    QFETCH(const int, status);
    QVERIFY2(outcome.status == status, outcome.all().constData());
    QVERIFY(!outcome.all().contains("demo-secret"));
    QVERIFY(!outcome.all().contains("hush"));
    if (status != 0)
        QVERIFY2(
            outcome.err.contains("; the server says: The client's secret is missing or wrong."),
            outcome.err.constData());
}

void CliSignInTest::endpointsAreFoundOut_data()
{
    QTest::addColumn<QString>("path"); // below the issuer
    QTest::newRow("from the issuer") << QString();
    QTest::newRow("from its metadata") << u"/.well-known/openid-configuration"_s;
}

void CliSignInTest::endpointsAreFoundOut()
{
    QFETCH(const QString, path);
    const QString issuer = m_backend->url().toString() + path;
    const auto outcome = cliprocess::run(run(u"--sign-in device --issuer %1"_s.arg(issuer)));
    QVERIFY2(outcome.status == 0, outcome.all().constData());
    QVERIFY(!m_backend->transcript(u"/.well-known/"_s).isEmpty());
}

void CliSignInTest::noEndpointsAreFound()
{
    const QString issuer = m_backend->url().toString() + u"/nowhere"_s;
    const auto outcome = cliprocess::run(run(u"--sign-in device --issuer %1"_s.arg(issuer)));
    QCOMPARE(outcome.status, 3);
    QVERIFY(outcome.out.isEmpty());
}

QTEST_GUILESS_MAIN(CliSignInTest)
#include "tst_clisignin.moc"
