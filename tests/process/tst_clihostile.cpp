// tokenflight-cli with malicious servers, profiles and files.
#include "authcore/demobackend/demobackend.h"
#include "authcore/profile/backendprofile.h"
#include "tests/process/cliprocess.h"

#include <QtCore/QFile>
#include <QtCore/QTemporaryDir>
#include <QtTest/QTest>

#include <sys/stat.h>

using namespace Qt::StringLiterals;
using authcore::BackendProfile;
using cliprocess::Given;
using cliprocess::Outcome;

namespace {

//! Characters that control a terminal, end a line or change the reading direction.
const QString evil = u"\x1b]0;owned\a\u009b31m\u202e\u2066\u200b\nBackend: bank.example"_s;
const QByteArray evilSpelledOut =
    "\\x1b]0;owned\\x07\\u009b31m\\u202e\\u2066\\u200b\\x0aBackend: bank.example";

QByteArray withEvil(const QByteArray &json)
{
    const QByteArray text = QJsonDocument(QJsonArray {evil}).toJson(QJsonDocument::Compact);
    return QByteArray(json).replace("EVIL", text.mid(2, text.size() - 4));
}

bool isHarmless(const QByteArray &output)
{
    const QString text = QString::fromUtf8(output);
    return std::none_of(text.cbegin(), text.cend(), [](QChar character) {
        return character != u'\n'
            && (character.category() == QChar::Other_Control
                || character.category() == QChar::Other_Format);
    });
}

} // namespace

class CliHostileTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_backend = std::make_unique<demobackend::DemoBackend>();
        QCOMPARE(m_backend->start(), QString());
    }

    void serversTexts_data();
    void serversTexts();
    void profilesTexts_data();
    void profilesTexts();
    void unreadableFiles_data();
    void unreadableFiles();
    void pipesAreRead();
    void placesElsewhere_data();
    void placesElsewhere();
    void movedAwayFromThePlaces();
    void browsersInheritNoSecret();

private:
    [[nodiscard]] QString write(const QString &name, const QByteArray &content) const
    {
        QFile file(m_folder.filePath(name));
        if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size())
            qFatal("cannot write %s", qPrintable(file.fileName()));
        return file.fileName();
    }
    [[nodiscard]] QStringList run(const QString &more) const
    {
        return QStringList {
                   u"run"_s, u"--url"_s, m_backend->url().toString(), u"--requests"_s, u"1"_s}
        + more.split(u' ', Qt::SkipEmptyParts);
    }

    std::unique_ptr<demobackend::DemoBackend> m_backend;
    QTemporaryDir m_folder;
};

void CliHostileTest::serversTexts_data()
{
    QTest::addColumn<QString>("path");
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QString>("arguments");
    QTest::addColumn<QByteArray>("says");
    const auto row = [](const char *name, const QString &path, int status, const QByteArray &body,
                         const QString &arguments, const QByteArray &says) {
        QTest::newRow(name) << path << status << withEvil(body) << arguments << says;
    };
    const auto device = u"--profile oauth2 --sign-in device --timeout 2"_s;
    row("the error of a sign-in", u"/authorization/token"_s, 400, R"({"error":"EVIL"})",
        u"--user anna"_s, "cannot sign in as anna");
    row("the code of a device", u"/oauth2/device_authorization"_s, 200,
        R"({"device_code":"d","user_code":"EVIL","verification_uri":"https://a.org","expires_in":60})",
        device, "type the code ");
    row("the address for a device", u"/oauth2/device_authorization"_s, 200,
        R"({"device_code":"d","user_code":"c","verification_uri":"https://a.org/EVIL","expires_in":60})",
        device, "");
    row("an issuer's document", u"/.well-known/openid-configuration"_s, 200,
        R"({"issuer":"EVIL","token_endpoint":"https://EVIL"})",
        u"--profile oauth2 --timeout 5 --issuer "_s + QString(), "");
}

void CliHostileTest::serversTexts()
{
    QFETCH(const QString, path);
    QFETCH(const int, status);
    QFETCH(const QByteArray, body);
    QFETCH(const QString, arguments);
    QFETCH(const QByteArray, says);
    m_backend->on(path).always(
        {.status = status, .headers = {{"Content-Type", "application/json"}}, .body = body});
    QStringList all = run(arguments);
    if (all.constLast() == "--issuer"_L1)
        all += m_backend->url().toString();
    const auto outcome =
        cliprocess::run(all, {.input = {}, .environment = {{u"TOKENFLIGHT_PASSWORD"_s, u"x"_s}}});
    QVERIFY(outcome.status > 0);
    QVERIFY2(isHarmless(outcome.all()), outcome.all().constData());
    QVERIFY2(outcome.err.contains(says), outcome.err.constData());
    QVERIFY(!outcome.err.contains("\nBackend: bank"));
}

void CliHostileTest::profilesTexts_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<QStringList>("arguments");
    const QByteArray good = R"({"preset":"custom-jwt","baseUrl":"http://127.0.0.1:1",)";
    const QStringList check {u"profiles"_s, u"check"_s};
    QTest::newRow("a name") << QByteArray(good + R"("name":"EVIL"})") << check;
    QTest::newRow("a key") << QByteArray(good + R"("EVIL":1})") << check;
    QTest::newRow("a placeholder")
        << QByteArray(good + R"("signIn":{"url":"in","body":{"EVIL":"${EVIL}"}}})") << check;
    QTest::newRow("all that is shown")
        << QByteArray(good + R"("name":"EVIL"})") << QStringList {u"profiles"_s, u"show"_s};
    QTest::newRow("a run") << QByteArray(good + R"("EVIL":1})")
                           << QStringList {u"run"_s, u"--profile"_s};
}

void CliHostileTest::profilesTexts()
{
    QFETCH(const QByteArray, json);
    QFETCH(const QStringList, arguments);
    const auto file = write(u"a\x1b[2J\u202eb.json"_s, withEvil(json));
    const auto outcome = cliprocess::run(arguments + QStringList {file});
    QVERIFY2(isHarmless(outcome.all()), outcome.all().constData());
    const bool isJson = arguments.constLast() == "show"_L1;
    if (isJson)
        QCOMPARE(outcome.json()["name"_L1].toString(), evil);
    else
        QVERIFY2(outcome.all().contains(evilSpelledOut), outcome.all().constData());
}

void CliHostileTest::unreadableFiles_data()
{
    QTest::addColumn<QString>("option");
    QTest::addColumn<QString>("file");
    QTest::addColumn<QByteArray>("why");
    const QString pipe = m_folder.filePath(u"pipe"_s);
    QCOMPARE(::mkfifo(qPrintable(pipe), 0600), 0);
    const QString huge = m_folder.filePath(u"huge"_s);
    QFile file(huge);
    QVERIFY(file.open(QIODevice::WriteOnly));
    QVERIFY(file.resize(qint64(1) << 40)); // a sparse file
    for (const auto &option : {u"--password-file"_s, u"--client-secret-file"_s, u"--profile"_s,
             u"--method POST --body-file"_s}) {
        const auto row = [&option](const QString &name, const QByteArray &why) {
            QTest::newRow(qPrintable(QString(option % u' ' % name))) << option << name << why;
        };
        row(u"/dev/zero"_s, "is longer than ");
        row(huge, "is longer than ");
        row(m_folder.path(), "is a folder, and no file");
        if (option != "--method POST --body-file"_L1 && option != "--client-secret-file"_L1)
            row(pipe, "is a pipe that nobody writes to"); // each takes 5 s
    }
}

void CliHostileTest::unreadableFiles()
{
    QFETCH(const QString, option);
    QFETCH(const QString, file);
    QFETCH(const QByteArray, why);
    const auto outcome = cliprocess::run(run(option) + QStringList {file, u"--user"_s, u"anna"_s},
        {.input = {}, .environment = {{u"TOKENFLIGHT_PASSWORD"_s, u"x"_s}}});
    QCOMPARE(outcome.status, 2);
    QVERIFY2(outcome.err.contains(QByteArray(file.toUtf8() + ": " + why)), outcome.err.constData());
}

//! A pipe as from "<(pass show anna)", whose writer may need some time.
void CliHostileTest::pipesAreRead()
{
    const QString pipe = m_folder.filePath(u"slow"_s);
    QCOMPARE(::mkfifo(qPrintable(pipe), 0600), 0);
    const auto anna = demobackend::demoUsers().front();
    QProcess writer;
    writer.start(u"sh"_s, {u"-c"_s, u"exec cat > '%1'"_s.arg(pipe)});
    cliprocess::RunningCli cli(run(u"--user anna --password-file "_s + pipe));
    writer.write(anna.password.toUtf8() + "\n");
    writer.closeWriteChannel();
    const auto outcome = cli.finish();
    QVERIFY2(outcome.status == 0, outcome.all().constData());
    QVERIFY(writer.waitForFinished(test::patience));
    const auto stdinOutcome = cliprocess::run(run(u"--user anna --password-file /dev/stdin"_s),
        {.input = anna.password.toUtf8() + "\n", .environment = {}});
    QVERIFY2(stdinOutcome.status == 0, stdinOutcome.all().constData());
}

void CliHostileTest::placesElsewhere_data()
{
    QTest::addColumn<QByteArray>("member");
    QTest::addColumn<QByteArray>("gets");
    const auto row = [](const char *name, const QByteArray &member, const QByteArray &gets) {
        QTest::newRow(name) << member << gets;
    };
    row("the sign-in", R"("signIn":{"url":"ELSEWHERE/in","body":{"p":"${password}"}})",
        "gets the password");
    row("the refresh", R"("refresh":{"url":"ELSEWHERE/r"})", "gets the refresh token");
    row("the sign-out", R"("revocation":{"url":"ELSEWHERE/out"})",
        "gets the refresh token, the access token");
    row("a protected origin", R"("protectedOrigins":["HOME","ELSEWHERE"])",
        "gets the access token");
}

//! No request is sent before the person has allowed the origins.
void CliHostileTest::placesElsewhere()
{
    QFETCH(QByteArray, member);
    QFETCH(const QByteArray, gets);
    demobackend::DemoBackend other;
    QCOMPARE(other.start(), QString());
    const QByteArray elsewhere = other.url().toEncoded();
    const QByteArray home = m_backend->url().toEncoded();
    const auto profile = write(u"p.json"_s,
        R"({"preset":"custom-jwt","baseUrl":")" + home + "\","
            + member.replace("ELSEWHERE", elsewhere).replace("HOME", home) + "}");
    const Given given {.input = {}, .environment = {{u"TOKENFLIGHT_PASSWORD"_s, u"anna-demo-1"_s}}};
    const auto arguments = run(u"--user anna --timeout 3 --profile "_s + profile);
    const QByteArray line = elsewhere + ' ' + gets;

    const auto refused = cliprocess::run(arguments, given);
    QCOMPARE(refused.status, 2);
    QVERIFY2(refused.err.contains(
                 QByteArray(line + "; if that is right, add --allow-origin " + elsewhere + '\n')),
        refused.err.constData());
    QCOMPARE(m_backend->transcript(), QStringList());
    QCOMPARE(other.transcript(), QStringList());

    const auto allowed = cliprocess::run(arguments
            + QStringList {u"--allow-origin"_s, u"https://a.org"_s, u"--allow-origin"_s,
                QString::fromUtf8(elsewhere) + u'/'},
        given);
    QVERIFY2(allowed.err.contains(QByteArray('\n' + line + '\n')), allowed.err.constData());
    QVERIFY(allowed.status != 2);
    QVERIFY(!(m_backend->transcript() + other.transcript()).isEmpty());

    const auto checked = cliprocess::run({u"profiles"_s, u"check"_s, profile});
    QCOMPARE(checked.status, 0);
    QVERIFY2(checked.out.contains(QByteArray(line + " (another origin than the base's)\n")),
        checked.out.constData());
}

//! Absolute URLs of the profile stay as they are when --url changes the base.
void CliHostileTest::movedAwayFromThePlaces()
{
    const auto profile = write(u"p.json"_s,
        R"({"preset":"custom-jwt","baseUrl":"http://127.0.0.1:1",)"
        R"("signIn":{"url":"http://127.0.0.1:2/in","body":{"p":"${password}"}}})");
    const auto outcome = cliprocess::run(run(u"--user anna --profile "_s + profile),
        {.input = {}, .environment = {{u"TOKENFLIGHT_PASSWORD"_s, u"x"_s}}});
    QCOMPARE(outcome.status, 2);
    QVERIFY2(
        outcome.err.contains("http://127.0.0.1:2 gets the password; "), outcome.err.constData());
    QCOMPARE(m_backend->transcript(), QStringList());
}

void CliHostileTest::browsersInheritNoSecret()
{
    const auto seen = m_folder.filePath(u"seen"_s);
    const auto opener = write(u"xdg-open"_s,
        "#!/bin/sh\nenv > '" + seen.toUtf8() + ".part'\nmv '" + seen.toUtf8() + ".part' '"
            + seen.toUtf8() + "'\n");
    QVERIFY(QFile::setPermissions(
        opener, QFileDevice::ReadOwner | QFileDevice::WriteOwner | QFileDevice::ExeOwner));
    cliprocess::RunningCli cli(run(u"--profile oauth2 --sign-in browser"_s),
        {{u"PATH"_s, QString(m_folder.path() % u':' % qEnvironmentVariable("PATH"))},
            {u"TOKENFLIGHT_CLIENT_SECRET"_s, u"hush"_s}, {u"TOKENFLIGHT_PASSWORD"_s, u"hush"_s}});
    QTRY_VERIFY(QFile::exists(seen));
    QFile file(seen);
    QVERIFY(file.open(QIODevice::ReadOnly));
    const auto environment = file.readAll();
    QVERIFY(environment.contains("PATH="));
    QVERIFY2(!environment.contains("hush"), environment.constData());
}

QTEST_GUILESS_MAIN(CliHostileTest)

#include "tst_clihostile.moc"
