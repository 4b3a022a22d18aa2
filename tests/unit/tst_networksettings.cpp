#include "authcore/exchange/networksettings.h"
#include "tests/support/privateca.h"

#include <QtCore/QFile>
#include <QtCore/QTemporaryDir>
#include <QtTest/QTest>

using namespace Qt::StringLiterals;
using authcore::BackendProfile;
using authcore::NetworkSecrets;
using authcore::NetworkSettings;

//! What a profile names is read, or the reason names the file.
class NetworkSettingsTest : public QObject
{
    Q_OBJECT

private:
    QString write(const QString &name, const QByteArray &content)
    {
        QFile file(m_folder.filePath(name));
        if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size())
            qFatal("cannot write %s", qPrintable(file.fileName()));
        return file.fileName();
    }
    [[nodiscard]] QString file(const QString &name) const
    {
        return name.isEmpty() ? QString() : m_folder.filePath(name);
    }

private Q_SLOTS:
    void initTestCase()
    {
        write(u"ca.pem"_s, m_ca.pem());
        write(u"client.pem"_s, m_client.certificate);
        write(u"client.key"_s, m_client.key);
        write(u"both.pem"_s, m_client.both());
        write(u"encrypted.key"_s, m_client.encryptedKey("secret"));
        write(u"empty.pem"_s, {});
        write(u"text.pem"_s, "no certificate at all");
        write(u"damaged.pem"_s, m_ca.pem().replace(60, 8, "********"));
        write(u"ca.der"_s, QSslCertificate(m_ca.pem()).toDer());
        write(u"key.der"_s, QSslKey(m_client.key, QSsl::Ec).toDer());
        write(u"long.pem"_s, QByteArray((1 << 20) + 1, 'x'));
    }

    void authorities_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("problem"); // after the name of the file
        const auto row = [](const char *text, const char *name, const char *problem) {
            QTest::newRow(text) << QString::fromLatin1(name) << QString::fromLatin1(problem);
        };
        row("a good one", "ca.pem", "");
        row("one that is not there", "missing.pem", "No such file or directory");
        row("a folder", ".", "is no ordinary file");
        row("an empty file", "empty.pem", "has no certificate in PEM form");
        row("something else", "text.pem", "has no certificate in PEM form");
        row("a damaged one", "damaged.pem", "has no certificate in PEM form");
        row("a key", "client.key", "has a private key and no certificate");
        row("DER", "ca.der", "is a certificate in DER form; give it in PEM form: openssl x509");
        row("an endless one", "long.pem", "is longer than 1 MiB");
    }
    void authorities()
    {
        QFETCH(const QString, name);
        QFETCH(const QString, problem);
        BackendProfile profile;
        profile.caFile = file(name);
        const auto read = readNetworkSettings(profile);
        if (problem.isEmpty()) {
            const auto authority = QSslCertificate(m_ca.pem());
            QCOMPARE(std::get<NetworkSettings>(read).caCertificates, QList {authority});
            return;
        }
        const auto said = std::get<QString>(read);
        QVERIFY2(said.startsWith(QString(profile.caFile + u": "_s + problem)), qPrintable(said));
    }

    void clientCertificates_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("keyName");
        QTest::addColumn<QByteArray>("password");
        QTest::addColumn<QString>("wrongFile");
        QTest::addColumn<QString>("problem");
        const auto row = [](const char *text, const char *name, const char *key,
                             const char *password, const char *wrongFile = "",
                             const char *problem = "") {
            QTest::newRow(text) << QString::fromLatin1(name) << QString::fromLatin1(key)
                                << QByteArray(password) << QString::fromLatin1(wrongFile)
                                << QString::fromLatin1(problem);
        };
        row("a certificate and its key", "client.pem", "client.key", "");
        row("both in one file", "both.pem", "", "");
        row("an encrypted key", "client.pem", "encrypted.key", "secret");
        row("a password that is not needed", "client.pem", "client.key", "secret");
        row("no password", "client.pem", "encrypted.key", "", "encrypted.key",
            "is encrypted; give its password as TOKENFLIGHT_CLIENT_KEY_PASSWORD");
        row("a wrong password", "client.pem", "encrypted.key", "hush", "encrypted.key",
            "cannot be decrypted");
        row("no key at all", "client.pem", "", "", "client.pem", "has no private key in PEM form");
        row("a key that is not there", "client.pem", "none.key", "", "none.key",
            "No such file or directory");
        row("a certificate for a key", "client.pem", "ca.pem", "", "ca.pem",
            "has no private key in PEM form");
        row("a key in DER form", "client.pem", "key.der", "", "key.der",
            "is a private key in DER form; give it in PEM form: openssl pkey");
        row("a key for a certificate", "client.key", "client.key", "", "client.key",
            "has a private key and no certificate");
    }
    void clientCertificates()
    {
        QFETCH(const QString, name);
        QFETCH(const QString, keyName);
        QFETCH(const QByteArray, password);
        QFETCH(const QString, wrongFile);
        QFETCH(const QString, problem);
        BackendProfile profile;
        profile.clientCertificate = {file(name), file(keyName)};
        const auto read = readNetworkSettings(profile, {.clientKeyPassword = password});
        if (problem.isEmpty()) {
            const auto &settings = std::get<NetworkSettings>(read);
            QCOMPARE(settings.clientCertificates, QList {QSslCertificate(m_client.certificate)});
            QCOMPARE(settings.clientKey, QSslKey(m_client.key, QSsl::Ec));
            return;
        }
        const auto said = std::get<QString>(read);
        QVERIFY2(said.startsWith(QString(file(wrongFile) + u": "_s + problem)), qPrintable(said));
        QVERIFY(password.isEmpty() || !said.contains(QString::fromLatin1(password)));
    }

    void proxies_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<std::optional<QNetworkProxy>>("proxy");
        using Proxy = std::optional<QNetworkProxy>;
        const auto pass = u"p@ss"_s;
        QTest::newRow("none is named") << QString() << Proxy();
        QTest::newRow("direct") << u"direct"_s << Proxy(QNetworkProxy::NoProxy);
        QTest::newRow("HTTP") << u"http://a.org:3128"_s
                              << Proxy({QNetworkProxy::HttpProxy, u"a.org"_s, 3128});
        QTest::newRow("SOCKS, with a user")
            << u"socks5://an%40na@[::1]:1080"_s
            << Proxy({QNetworkProxy::Socks5Proxy, u"::1"_s, 1080, u"an@na"_s, pass});
    }
    void proxies()
    {
        QFETCH(const std::optional<QNetworkProxy>, proxy);
        BackendProfile profile;
        QFETCH(const QString, text);
        profile.proxy = text;
        const auto read = readNetworkSettings(profile, {.proxyPassword = u"p@ss"_s});
        QVERIFY(std::get<NetworkSettings>(read).proxy == proxy);
    }

    void aProxyThatIsNoneIsNamedWithoutItsPassword()
    {
        BackendProfile profile;
        profile.proxy = u"ftp://anna:hush@a.org"_s;
        const auto said = std::get<QString>(readNetworkSettings(profile));
        QVERIFY2(said.startsWith(u"ftp://anna@a.org is no proxy; give "_s), qPrintable(said));
    }

    void theSystemsAuthoritiesStayTrusted()
    {
        const NetworkSettings settings {.caCertificates = {QSslCertificate(m_ca.pem())}};
        const auto tls = settings.tlsConfiguration();
        QVERIFY(tls.has_value());
        QCOMPARE(tls->caCertificates(),
            QSslConfiguration::systemCaCertificates() + settings.caCertificates);
        QVERIFY(!NetworkSettings().tlsConfiguration().has_value());
    }

private:
    QTemporaryDir m_folder;
    const test::PrivateCa m_ca;
    const test::PrivateCa::Identity m_client = m_ca.issue("anna");
};

QTEST_GUILESS_MAIN(NetworkSettingsTest)
#include "tst_networksettings.moc"
