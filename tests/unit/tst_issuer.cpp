#include "authcore/profile/issuer.h"

#include <QtTest/QTest>

using namespace Qt::StringLiterals;

//! Issuers that are nearly right, and what is said about them.
class TestIssuer : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void addresses_data()
    {
        QTest::addColumn<QString>("address");
        QTest::addColumn<QString>("issuer");
        const auto row = [](const char *name, const char *address, const char *issuer) {
            QTest::newRow(name) << QString::fromLatin1(address) << QString::fromLatin1(issuer);
        };
        row("an issuer", "https://a.org/realm", "https://a.org/realm");
        row("an issuer with a slash", "https://a.org/", "https://a.org/");
        row("its OpenID document", "https://a.org/realm/.well-known/openid-configuration",
            "https://a.org/realm");
        row("its OAuth document", "https://a.org/.well-known/oauth-authorization-server/realm",
            "https://a.org/realm");
        row("a document with a slash", "https://a.org/.well-known/openid-configuration/",
            "https://a.org");
        row("another document", "https://a.org/.well-known/openid-configuration2",
            "https://a.org/.well-known/openid-configuration2");
    }
    void addresses()
    {
        QFETCH(const QString, address);
        QTEST(authcore::issuerOf(address), "issuer");
    }

    void mismatches_data()
    {
        QTest::addColumn<QString>("found");
        QTest::addColumn<QString>("expected");
        QTest::addColumn<QString>("text");
        const auto row = [](const char *name, const char *found, const char *expected,
                             const char *text) {
            QTest::newRow(name) << QString::fromUtf8(found) << QString::fromLatin1(expected)
                                << QString::fromLatin1(text);
        };
        row("another server", "https://b.org", "https://a.org",
            "It is of another issuer: it names \"https://b.org\", and not \"https://a.org\"; if "
            "the first is the server that you mean, give the issuer as \"https://b.org\"");
        row("a slash more", "https://a.org/", "https://a.org",
            "It is of another issuer: it names \"https://a.org/\", and not \"https://a.org\"; the "
            "slash at the end counts: give the issuer as \"https://a.org/\"");
        row("a slash less", "https://a.org", "https://a.org/",
            "It is of another issuer: it names \"https://a.org\", and not \"https://a.org/\"; the "
            "slash at the end counts: give the issuer as \"https://a.org\"");
        row("another name of this machine", "http://localhost:8080/", "http://127.0.0.1:8080",
            "It is of another issuer: it names \"http://localhost:8080/\", and not "
            "\"http://127.0.0.1:8080\"; the names of this machine count: give the issuer as "
            "\"http://localhost:8080/\"");
        row("none", "", "https://a.org",
            "It is of another issuer than \"https://a.org\": it names none");
        row("secrets and what steers terminals",
            "https://me:hush@b.org/\x1b[1m\xc3\xa4?code=hush#hush", "https://a.org",
            "It is of another issuer: it names \"https://b.org/\", and not \"https://a.org\"; if "
            "the first is the server that you mean, give the issuer as \"https://b.org/\"");
    }
    void mismatches()
    {
        QFETCH(const QString, found);
        QFETCH(const QString, expected);
        QTEST(authcore::issuerMismatch(u"It"_s, found, expected), "text");
    }

    void longOnesAreCutOff()
    {
        const auto text =
            authcore::issuerMismatch(u"It"_s, QString(100'000, u'x'), u"https://a.org"_s);
        QVERIFY(text.size() < 1'000);
    }
};

QTEST_APPLESS_MAIN(TestIssuer)
#include "tst_issuer.moc"
