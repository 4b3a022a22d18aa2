#include "authcore/demobackend/demobackend.h"
#include "authcore/profile/backendprofile.h"
#include "tests/process/cliprocess.h"

#include <QtCore/QFile>
#include <QtCore/QTemporaryDir>
#include <QtTest/QTest>

using namespace Qt::StringLiterals;
using authcore::BackendProfile;
using cliprocess::Outcome;

//! tokenflight-cli profiles new, and profiles try.
class CliConnectTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void everyPresetPassesOnTheDemoBackend_data();
    void everyPresetPassesOnTheDemoBackend();
    void fromACopiedRequestToAPassingRun();
    void anIssuerIsEnough();
    void noFileIsReplacedByChance();
    void whatCannotBeMade_data();
    void whatCannotBeMade();
    void whatCannotBeTried_data();
    void whatCannotBeTried();
    void writingKeepsTheComments();
    void jsonIsForMachines();
    void aWrongPasswordIsNotShown();

private:
    [[nodiscard]] QString path(const QString &name) const { return m_folder->filePath(name); }
    QString write(const QString &name, const QByteArray &content) const
    {
        QFile file(path(name));
        if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size())
            qFatal("cannot write %s", qPrintable(file.fileName()));
        return file.fileName();
    }
    [[nodiscard]] QByteArray read(const QString &name) const
    {
        QFile file(path(name));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }
    [[nodiscard]] QString url() const { return m_backend->url().toString(); }

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<demobackend::DemoBackend> m_backend;
};

namespace {

Outcome profiles(const QStringList &arguments, const QByteArray &password = "anna-demo-1")
{
    return cliprocess::run(QStringList {u"profiles"_s} + arguments,
        {.input = {}, .environment = {{u"TOKENFLIGHT_PASSWORD"_s, QString::fromUtf8(password)}}});
}

//! Nothing of a token or of anna's password.
bool hasSecrets(const QByteArray &text)
{
    return text.contains("anna-demo-1") || text.contains("eyJhbGciOi");
}

} // namespace

void CliConnectTest::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    QVERIFY(m_folder->isValid());
    m_backend = std::make_unique<demobackend::DemoBackend>();
    QCOMPARE(m_backend->start(), QString());
}

void CliConnectTest::everyPresetPassesOnTheDemoBackend_data()
{
    QTest::addColumn<QString>("name");
    for (const auto &name : BackendProfile::presetNames())
        QTest::newRow(qPrintable(name)) << name;
}

void CliConnectTest::everyPresetPassesOnTheDemoBackend()
{
    QFETCH(const QString, name);
    const auto outcome = profiles({u"try"_s, name});
    QVERIFY2(outcome.status == 0, outcome.all().constData());
    QVERIFY(outcome.out.endsWith("PASS  the profile works as it is\n"));
    QCOMPARE(outcome.out.count("PASS    "), 5);
    QVERIFY(!hasSecrets(outcome.all()));
}

//! As somebody new would do it: copy, make, try, run.
void CliConnectTest::fromACopiedRequestToAPassingRun()
{
    const auto curl = write(u"curl.txt"_s,
        "curl '" + url().toUtf8()
            + "/api/auth/login' -H 'content-type: application/json' -b 'sid=hush1hush1hush1x' "
              "--data-raw '{\"username\":\"anna\",\"password\":\"anna-demo-1\"}'");
    const auto file = path(u"mine.json"_s);
    const auto made = profiles({u"new"_s, file, u"--from-curl"_s, curl});
    QVERIFY2(made.status == 0, made.err.constData());
    QVERIFY(!hasSecrets(read(u"mine.json"_s)) && !read(u"mine.json"_s).contains("hush"));
    QVERIFY(!hasSecrets(made.all()) && !made.all().contains("hush"));
    QCOMPARE(profiles({u"check"_s, file}).status, 0);

    const auto tried = profiles({u"try"_s, file, u"--user"_s, u"anna"_s, u"--write"_s});
    QVERIFY2(tried.status == 0, tried.all().constData());
    QVERIFY(!hasSecrets(tried.all()));
    QVERIFY(read(u"mine.json"_s).contains("// Stored tokens are told apart by this name.\n"));

    const auto run = cliprocess::run({u"run"_s, u"--profile"_s, file, u"--url"_s, url(),
                                         u"--user"_s, u"anna"_s, u"--format"_s, u"json"_s},
        {.input = {}, .environment = {{u"TOKENFLIGHT_PASSWORD"_s, u"anna-demo-1"_s}}});
    QVERIFY2(run.status == 0, run.all().constData());
    QCOMPARE(run.number("challenged"), 3);
}

void CliConnectTest::anIssuerIsEnough()
{
    const auto file = path(u"mine.json"_s);
    const auto made =
        profiles({u"new"_s, file, u"--from-issuer"_s, url(), u"--client-id"_s, u"tokenflight"_s,
            u"--path"_s, u"api/me"_s, u"--scope"_s, u"openid offline_access resources"_s});
    QVERIFY2(made.status == 0, made.err.constData());
    const auto tried = profiles({u"try"_s, file, u"--sign-in"_s, u"device"_s});
    QVERIFY2(tried.status == 0, tried.all().constData());
    QVERIFY(!hasSecrets(tried.all()));
}

void CliConnectTest::noFileIsReplacedByChance()
{
    const auto file = write(u"mine.json"_s, "mine");
    const QStringList command {u"new"_s, file, u"--preset"_s, u"custom-jwt"_s};
    const auto refused = profiles(command);
    QCOMPARE(refused.status, 2);
    QVERIFY2(
        refused.err.contains("is there already; --force replaces it"), refused.err.constData());
    QCOMPARE(read(u"mine.json"_s), "mine");
    QCOMPARE(profiles(command + QStringList {u"--force"_s}).status, 0);
    QCOMPARE(profiles({u"check"_s, file}).status, 0);
    const auto shown = profiles({u"new"_s, u"--preset"_s, u"custom-jwt"_s});
    QCOMPARE(shown.out, read(u"mine.json"_s));
}

void CliConnectTest::whatCannotBeMade_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QByteArray>("error");
    QTest::newRow("no source") << QStringList()
                               << QByteArray("Give one of --from-curl FILE, --from-issuer URL and "
                                             "--preset NAME.");
    QTest::newRow("two sources") << QStringList {u"--preset"_s, u"oauth2"_s, u"--from-curl"_s,
        u"x"_s} << QByteArray("Give one of");
    QTest::newRow("an unknown preset")
        << QStringList {u"--preset"_s, u"x"_s} << QByteArray("\"x\" is no preset; there are ");
    QTest::newRow("an issuer without a client") << QStringList {
        u"--from-issuer"_s, u"https://a.org"_s} << QByteArray("--from-issuer needs --client-id");
    QTest::newRow("a file that is not there")
        << QStringList {u"--from-curl"_s, u"/nowhere"_s} << QByteArray("/nowhere: ");
    QTest::newRow("an answer to nothing") << QStringList {u"--preset"_s, u"oauth2"_s, u"--answer"_s,
        u"x"_s} << QByteArray("--answer belongs to --from-curl.");
}

void CliConnectTest::whatCannotBeMade()
{
    QFETCH(const QStringList, arguments);
    QFETCH(const QByteArray, error);
    const auto outcome = profiles(QStringList {u"new"_s} + arguments);
    QCOMPARE(outcome.status, 2);
    QVERIFY2(outcome.err.contains(error), outcome.err.constData());
    QCOMPARE(outcome.out, QByteArray());
}

void CliConnectTest::whatCannotBeTried_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("error");
    QTest::newRow("nothing") << QStringList() << 2 << QByteArray("The profile is missing.");
    QTest::newRow("no such file") << QStringList {u"nothing.json"_s} << 2
                                  << QByteArray("\"nothing.json\" is neither a file nor a preset");
    QTest::newRow("a preset to write to") << QStringList {u"oauth2"_s,
        u"--write"_s} << 2 << QByteArray("oauth2 is a preset, and no file to write to");
    QTest::newRow("a template to write to") << QStringList {u"authlib"_s,
        u"--write"_s} << 2 << QByteArray("authlib is a template, and no file to write to");
    QTest::newRow("a password for all to see") << QStringList {u"oauth2"_s, u"--password=hush"_s}
                                               << 2 << QByteArray("There is no --password");
    QTest::newRow("nobody who signs in") << QStringList {u"json-bearer"_s, u"--url"_s,
        u"http://127.0.0.1:1"_s} << 2 << QByteArray("--user");
    QTest::newRow("a server that is not there")
        << QStringList {u"json-bearer"_s, u"--url"_s, u"http://127.0.0.1:1"_s, u"--user"_s, u"a"_s}
        << 3 << QByteArray();
}

void CliConnectTest::whatCannotBeTried()
{
    QFETCH(const QStringList, arguments);
    QFETCH(const QByteArray, error);
    const auto outcome = profiles(QStringList {u"try"_s} + arguments);
    QTEST(outcome.status, "status");
    QVERIFY2(outcome.err.contains(error), outcome.err.constData());
    QVERIFY(!outcome.all().contains("hush"));
}

void CliConnectTest::writingKeepsTheComments()
{
    const auto file = write(u"mine.json"_s,
        "{\n  // of the demo\n  \"preset\": \"json-bearer\",\n  \"baseUrl\": \"" + url().toUtf8()
            + "\",\n  \"tokenPrefix\": \"JWT \" /* or so */\n}\n");
    const QStringList command {u"try"_s, file, u"--user"_s, u"anna"_s};
    const auto before = read(u"mine.json"_s);
    const auto shown = profiles(command);
    QCOMPARE(shown.status, 1);
    QVERIFY2(shown.out.contains(R"({"op":"replace","path":"/tokenPrefix","value":"Bearer "})"),
        shown.out.constData());
    QCOMPARE(read(u"mine.json"_s), before);
    QCOMPARE(profiles(command + QStringList {u"--write"_s}).status, 0);
    QCOMPARE(read(u"mine.json"_s), QByteArray(before).replace("\"JWT \"", "\"Bearer \""));
    QCOMPARE(profiles(command).status, 0);
}

void CliConnectTest::jsonIsForMachines()
{
    for (const auto &option : {QStringList {u"--json"_s}, {u"--format"_s, u"json"_s}}) {
        const auto outcome = profiles(QStringList {u"try"_s, u"cookie-csrf"_s} + option);
        QCOMPARE(outcome.status, 0);
        QCOMPARE(outcome.json()["verdict"_L1].toString(), u"pass"_s);
        const auto steps = outcome.json()["steps"_L1].toArray();
        QCOMPARE(steps.size(), 5);
        QCOMPARE(steps.at(3)["step"_L1].toString(), u"refresh"_s);
        QCOMPARE(steps.at(3)["exchange"_L1]["status"_L1].toInt(), 200);
        QVERIFY(!hasSecrets(outcome.all()));
    }
}

void CliConnectTest::aWrongPasswordIsNotShown()
{
    const QStringList command {
        u"try"_s, u"json-bearer"_s, u"--url"_s, url(), u"--user"_s, u"anna"_s};
    for (const QByteArray secret : {"hush", "hush hush hush hush hush 1"}) {
        const auto outcome = profiles(command, secret);
        QCOMPARE(outcome.status, 3);
        QVERIFY(outcome.out.contains("The user name or the password is wrong."));
        QVERIFY2(!outcome.all().contains("hush"), outcome.all().constData());
    }
}

QTEST_GUILESS_MAIN(CliConnectTest)

#include "tst_cliconnect.moc"
