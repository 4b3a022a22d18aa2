#include "authcore/demobackend/demobackend.h"
#include "tests/process/cliprocess.h"
#include "tests/support/privateca.h"
#include "tests/support/recordingproxy.h"

#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QTemporaryDir>
#include <QtTest/QTest>

#include <optional>

using namespace Qt::StringLiterals;
using cliprocess::Outcome;
using demobackend::DemoBackend;

//! Private authorities, client certificates and proxies of tokenflight-cli.
class CliNetworkTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanup() { m_backend.reset(); }
    void authorities_data();
    void authorities();
    void clientCertificates_data();
    void clientCertificates();
    void everythingGoesThroughTheProxy();
    void aProfileIsAskedAbout_data();
    void aProfileIsAskedAbout();

private:
    void start(const DemoBackend::Options &options);
    [[nodiscard]] QString file(const QString &name) const { return m_folder.filePath(name); }
    QString write(const QString &name, const QByteArray &content) const;
    [[nodiscard]] Outcome run(
        const QString &options, const QMap<QString, QString> &environment = {}) const;

    QTemporaryDir m_folder;
    std::optional<DemoBackend> m_backend;
    test::PrivateCa m_ca {"Private CA"};
};

void CliNetworkTest::initTestCase()
{
    const auto client = m_ca.issue("anna");
    write(u"ca.pem"_s, m_ca.pem());
    write(u"client.pem"_s, client.certificate);
    write(u"client.key"_s, client.encryptedKey("key-secret"));
    write(u"password"_s, "key-secret\n");
}

void CliNetworkTest::start(const DemoBackend::Options &options)
{
    m_backend.emplace(options);
    QCOMPARE(m_backend->start(), QString());
}

QString CliNetworkTest::write(const QString &name, const QByteArray &content) const
{
    QFile written(file(name));
    if (!written.open(QIODevice::WriteOnly) || written.write(content) != content.size())
        qFatal("cannot write %s", qPrintable(written.fileName()));
    return written.fileName();
}

//! Runs beside the event loop of this process, where the proxy lives. "@/" is the folder.
Outcome CliNetworkTest::run(const QString &options, const QMap<QString, QString> &environment) const
{
    auto whole = cliprocess::cleanEnvironment();
    whole.insert(u"TOKENFLIGHT_PASSWORD"_s, u"anna-demo-1"_s);
    for (auto it = environment.begin(); it != environment.end(); ++it)
        whole.insert(it.key(), it.value());
    QProcess process;
    process.setProcessEnvironment(whole);
    process.start(QStringLiteral(TOKENFLIGHT_CLI),
        QStringList {u"run"_s, u"--url"_s, m_backend->url().toString(), u"--user"_s, u"anna"_s}
            + QString(options).replace(u"@/"_s, m_folder.path() + u'/').split(u' '));
    if (!QTest::qWaitFor(
            [&process] { return process.state() == QProcess::NotRunning; }, test::patience))
        return {};
    return {process.exitCode(), process.readAllStandardOutput(), process.readAllStandardError()};
}

void CliNetworkTest::authorities_data()
{
    QTest::addColumn<QString>("options");
    QTest::addColumn<int>("status");
    QTest::addColumn<QString>("says");
    QTest::newRow("the right one")
        << u"--ca-file @/ca.pem"_s << 0 << u"\ntrusts the authorities in @/ca.pem besides"_s;
    QTest::newRow("none")
        << u"--requests 3"_s << 3
        << u"The certificate \"backend\", issued by \"Private CA\", is not trusted"_s;
    QTest::newRow("how to name one") << u"--requests 3"_s << 3 << u"or by --ca-file ("_s;
    QTest::newRow("a file that is not there")
        << u"--ca-file @/none.pem"_s << 2 << u"@/none.pem: No such file or directory\n"_s;
    QTest::newRow("a key") << u"--ca-file @/client.key"_s << 2
                           << u"@/client.key: has a private key and no certificate; "_s;
}

void CliNetworkTest::authorities()
{
    QFETCH(const QString, options);
    QFETCH(QString, says);
    start({.tls = true, .tlsIdentity = m_ca.issue("backend").both()});
    const auto outcome = run(options);
    QTEST(outcome.status, "status");
    says.replace(u"@/"_s, m_folder.path() + u'/');
    QVERIFY2(outcome.err.contains(says.toUtf8()), outcome.err.constData());
}

void CliNetworkTest::clientCertificates_data()
{
    QTest::addColumn<QString>("options"); // besides the authority
    QTest::addColumn<QString>("password"); // in the environment
    QTest::addColumn<int>("status");
    QTest::addColumn<QString>("says");
    const auto both = u"--client-certificate @/client.pem --client-key @/client.key"_s;
    QTest::newRow("with the password from the environment")
        << both << u"key-secret"_s << 0 << u"\nshows the certificate in @/client.pem to "_s;
    QTest::newRow("with the password from a file")
        << QString(both + u" --client-key-password-file @/password"_s) << QString() << 0
        << QString();
    QTest::newRow("without the password")
        << both << QString() << 2 << u"@/client.key: is encrypted; give its password as "_s;
    QTest::newRow("with another password")
        << both << u"other-secret"_s << 2 << u"@/client.key: cannot be decrypted"_s;
    QTest::newRow("without one") << u"--requests 3"_s << QString() << 3
                                 << u"or by --client-certificate"_s;
    QTest::newRow("a key alone") << u"--client-key @/client.key"_s << QString() << 2
                                 << u"--client-key needs its --client-certificate."_s;
}

void CliNetworkTest::clientCertificates()
{
    QFETCH(const QString, options);
    QFETCH(const QString, password);
    QFETCH(QString, says);
    start(
        {.tls = true, .tlsIdentity = m_ca.issue("backend").both(), .clientAuthority = m_ca.pem()});
    const auto outcome =
        run(u"--ca-file @/ca.pem "_s + options, {{u"TOKENFLIGHT_CLIENT_KEY_PASSWORD"_s, password}});
    QTEST(outcome.status, "status");
    says.replace(u"@/"_s, m_folder.path() + u'/');
    QVERIFY2(outcome.err.contains(says.toUtf8()), outcome.err.constData());
    QVERIFY(!outcome.all().contains("-secret"));
}

void CliNetworkTest::everythingGoesThroughTheProxy()
{
    const test::RecordingProxy proxy("anna:proxy-secret");
    start({});
    const auto outcome = run(u"--proxy "_s + proxy.url(u"anna"_s),
        {{u"TOKENFLIGHT_PROXY_PASSWORD"_s, u"proxy-secret"_s}});
    QVERIFY2(outcome.status == 0, outcome.all().constData());
    QVERIFY(outcome.err.contains("\ngoes through the proxy http://anna@127.0.0.1:"));
    QVERIFY(!outcome.all().contains("proxy-secret"));
    QVERIFY(!m_backend->transcript().isEmpty());
    QCOMPARE(proxy.transcript().size(), m_backend->transcript().size());
}

void CliNetworkTest::aProfileIsAskedAbout_data()
{
    QTest::addColumn<QByteArray>("member");
    QTest::addColumn<QString>("says");
    QTest::addColumn<QString>("options"); // that agree
    QTest::newRow("an authority") << QByteArray(R"("caFile":"ca.pem")")
                                  << u"trusts the authorities in @/ca.pem besides the system's"_s
                                  << u"--ca-file @/ca.pem"_s;
    QTest::newRow("a client certificate")
        << QByteArray(R"("clientCertificate":{"file":"client.pem","keyFile":"client.key"})")
        << u"shows the certificate in @/client.pem to servers that ask for one"_s
        << u"--client-certificate @/client.pem --client-key @/client.key"_s;
    QTest::newRow("a proxy") << QByteArray(R"("proxy":"direct")") << u"goes through no proxy"_s
                             << u"--proxy direct"_s;
}

//! No request is sent before the person has agreed.
void CliNetworkTest::aProfileIsAskedAbout()
{
    QFETCH(const QByteArray, member);
    QFETCH(QString, says);
    QFETCH(const QString, options);
    start({});
    const auto profile = write(u"mine.json"_s,
        R"({"preset":"custom-jwt","baseUrl":")" + m_backend->url().toEncoded() + "\"," + member
            + '}');
    says.replace(u"@/"_s, m_folder.path() + u'/');
    const QMap<QString, QString> key {{u"TOKENFLIGHT_CLIENT_KEY_PASSWORD"_s, u"key-secret"_s}};

    const auto refused = run(u"--profile @/mine.json"_s, key);
    QCOMPARE(refused.status, 2);
    const auto question = QString(u'\n' % says % u"\nif that is right, add "_s
        % QString(options).replace(u"@/"_s, m_folder.path() + u'/') % u'\n');
    QVERIFY2(refused.err.contains(question.toUtf8()), refused.err.constData());
    QCOMPARE(m_backend->transcript(), QStringList());

    const auto allowed = run(u"--profile @/mine.json "_s + options, key);
    QVERIFY2(allowed.status == 0, allowed.all().constData());

    const auto checked = cliprocess::run({u"profiles"_s, u"check"_s, profile});
    QCOMPARE(checked.status, 0);
    QVERIFY2(checked.out.contains(QByteArray(says.toUtf8() + " (a run asks first)\n")),
        checked.out.constData());
}

QTEST_GUILESS_MAIN(CliNetworkTest)
#include "tst_clinetwork.moc"
