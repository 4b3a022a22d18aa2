#include "authcore/profile/backendprofile.h"
#include "tests/process/cliprocess.h"

#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QFileInfo>
#include <QtCore/QRegularExpression>
#include <QtCore/QTemporaryDir>
#include <QtTest/QTest>

using namespace Qt::StringLiterals;
using authcore::BackendProfile;
using cliprocess::Outcome;

//! tokenflight-cli profiles.
class CliProfilesTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QVERIFY(m_folder.isValid()); }
    void listsThePresets();
    void listsTheTemplates();
    void templatesAreGood_data();
    void templatesAreGood();
    void showsPresets_data();
    void showsPresets();
    void showsFilesWithTheirDefaults();
    void checks_data();
    void checks();
    void checkSaysWhatTheProfileDoes_data();
    void checkSaysWhatTheProfileDoes();
    void noJsonHasAPlaceToo();
    void theExampleIsGood();
    void runRefusesWhatCheckRefuses();

private:
    [[nodiscard]] QString write(const QByteArray &content) const
    {
        QFile file(m_folder.filePath(u"mine.json"_s));
        if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size())
            qFatal("cannot write %s", qPrintable(file.fileName()));
        return file.fileName();
    }

    QTemporaryDir m_folder;
};

namespace {

Outcome profiles(const QStringList &arguments)
{
    return cliprocess::run(QStringList {u"profiles"_s} + arguments);
}

QStringList templateNames()
{
    auto names =
        QDir(QStringLiteral(TOKENFLIGHT_SOURCE "/resources/profiles")).entryList(QDir::Files);
    for (auto &name : names)
        name = QFileInfo(name).completeBaseName();
    names.sort();
    return names;
}

} // namespace

void CliProfilesTest::listsThePresets()
{
    const auto outcome = profiles({u"list"_s});
    QCOMPARE(outcome.status, 0);
    const auto names = BackendProfile::presetNames();
    const auto lines = QString::fromUtf8(outcome.out).split(u'\n');
    QCOMPARE(lines.size(), names.size() + templateNames().size() + 1);
    for (qsizetype i = 0; i < names.size(); ++i)
        QVERIFY2(lines.at(i).startsWith(names.at(i) + u' '), qPrintable(lines.at(i)));
    QVERIFY(outcome.out.contains("OAuth 2.0 and OpenID Connect (sign-in: browser or device; "));
}

//! Below the presets, each with a description and how it was tried.
void CliProfilesTest::listsTheTemplates()
{
    const auto names = templateNames();
    QVERIFY(names.contains(u"django-simplejwt"_s));
    const auto lines = QString::fromUtf8(profiles({u"list"_s}).out).split(u'\n');
    const auto first = BackendProfile::presetNames().size();
    for (qsizetype i = 0; i < names.size(); ++i) {
        const QRegularExpression line(
            u"^%1 +\\w.{20,} \\((untested|tried against \\S.* \\d[.\\d]*)\\)$"_s.arg(names.at(i)));
        const auto shown = lines.value(first + i);
        QVERIFY2(line.match(shown).hasMatch(), qPrintable(shown));
    }
}

void CliProfilesTest::templatesAreGood_data()
{
    QTest::addColumn<QString>("name");
    for (const auto &name : templateNames())
        QTest::newRow(qPrintable(name)) << name;
}

//! By name and as a file; secrets stay at one origin, and "new" begins a good profile from it.
void CliProfilesTest::templatesAreGood()
{
    QFETCH(const QString, name);
    const QString file =
        QStringLiteral(TOKENFLIGHT_SOURCE "/resources/profiles/") + name + u".json"_s;
    for (const auto &given : {name, file}) {
        const auto checked =
            profiles({u"check"_s, given, u"--url"_s, u"https://api.example.org"_s});
        QCOMPARE(checked.err, QByteArray());
        QCOMPARE(checked.status, 0);
        QCOMPARE(checked.out.count("\nrequests to https://api.example.org:443 carry the access "
                                   "token\nhttps://api.example.org:443 gets the "),
            1);
        QCOMPARE(checked.out.count('\n'), 3); // no other origin
    }
    QCOMPARE(profiles({u"show"_s, name}).out, profiles({u"show"_s, file}).out);
    const auto begun = profiles({u"new"_s, u"--preset"_s, name});
    QCOMPARE(begun.status, 0);
    QCOMPARE(profiles({u"check"_s, write(begun.out)}).status, 0);
}

void CliProfilesTest::showsPresets_data()
{
    QTest::addColumn<QString>("name");
    for (const auto &name : BackendProfile::presetNames())
        QTest::newRow(qPrintable(name)) << name;
}

//! The output of "show" is a valid profile file.
void CliProfilesTest::showsPresets()
{
    QFETCH(const QString, name);
    const auto shown = profiles({u"show"_s, name, u"--url"_s, u"https://api.example.org/app"_s});
    QCOMPARE(shown.status, 0);
    const auto read = BackendProfile::fromJson(shown.out);
    QVERIFY(std::holds_alternative<BackendProfile>(read));
    QVERIFY(std::get<BackendProfile>(read)
        == BackendProfile::preset(name, QUrl(u"https://api.example.org/app"_s)));
    QVERIFY(shown.out.startsWith("{\n  \"version\": 1,\n  \"baseUrl\": "));
    QCOMPARE(profiles({u"check"_s, write(shown.out)}).status, 0);
}

void CliProfilesTest::showsFilesWithTheirDefaults()
{
    const auto file = write(R"({"preset":"custom-jwt","baseUrl":"https://a.org","id":"mine"})");
    const auto shown = profiles({u"show"_s, file});
    QCOMPARE(shown.status, 0);
    QVERIFY(shown.out.contains("  \"id\": \"mine\",\n"));
    QVERIFY(shown.out.contains("    \"tryTimeoutMs\": 10000,\n"));
    QVERIFY(!shown.out.contains("preset"));
}

void CliProfilesTest::checks_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<QByteArrayList>("errors");
    const auto row = [](const char *name, const QByteArray &json, const QByteArrayList &errors) {
        QTest::newRow(name) << json << errors;
    };
    const QByteArray good = "{\"preset\": \"custom-jwt\",\n \"baseUrl\": \"https://a.org\"";
    row("a good one", good + "}", {});
    row("types and keys", good + ",\n \"scope\": 7,\n\t\"policy\": {\n  \"tryTimeOut\": 1 }}",
        {":3:2: /scope: is a number; give a string",
            ":5:3: /policy/tryTimeOut: is no known key; the nearest one is \"tryTimeoutMs\""});
    row("what cannot be used",
        good + ",\n \"refresh\": {\"url\":\n \"http://a.org/t\"},\n \"id\": \"\"}",
        {":3:14: /refresh/url: is plain http to another machine, where anybody on the way can read "
         "tokens; use https, or set \"allowInsecureHttp\": true",
            ":5:2: /id: is missing; give \"example\" or so, by which stored tokens are told "
            "apart"});
    row("an issuer's document for the issuer",
        good + ",\n \"issuer\": \"https://a.org/x/.well-known/openid-configuration\"}",
        {":3:2: /issuer: is the address of the issuer's metadata; give \"https://a.org/x\""});
    row("secrets", good + ",\n \"clientSecret\": \"hush\",\n \"password\": \"hush\"}",
        {":3:2: /clientSecret: is a secret, which no profile may hold; take it out and give it as "
         "TOKENFLIGHT_CLIENT_SECRET or by --client-secret-file",
            ":4:2: /password: is a password, which no profile may hold; take it out, type it at "
            "sign-in, or give it as TOKENFLIGHT_PASSWORD or by --password-file"});
    row("a key twice", good + ",\n \"id\": \"a\",\n \"id\": \"b\"}",
        {":4:2: /id: is there twice; keep the one that is meant"});
}

void CliProfilesTest::checks()
{
    QFETCH(const QByteArray, json);
    QFETCH(const QByteArrayList, errors);
    const auto file = write(json);
    const auto outcome = profiles({u"check"_s, file});
    QCOMPARE(outcome.status, errors.isEmpty() ? 0 : 2);
    QByteArray expected;
    for (const auto &error : errors)
        expected += file.toUtf8() + error + '\n';
    QCOMPARE(outcome.err, expected);
    QCOMPARE(outcome.out.count('\n'),
        errors.isEmpty() ? 3 : 0); // the file, its protected requests, and its only origin
    QVERIFY(!outcome.all().contains("hush"));
}

void CliProfilesTest::checkSaysWhatTheProfileDoes_data()
{
    QTest::addColumn<QByteArray>("member");
    QTest::addColumn<QByteArray>("line");
    QTest::newRow("the base's origin, where the key is left out") << QByteArray(
        R"("id": "x")") << QByteArray("requests to https://a.org:443 carry the access token");
    QTest::newRow("nothing, where the list is empty")
        << QByteArray(R"("protectedOrigins": [])")
        << QByteArray("no request carries the access token, since protectedOrigins is empty");
    QTest::newRow("the origins of the list")
        << QByteArray(R"("protectedOrigins": ["https://a.org", "https://b.org"])")
        << QByteArray("requests to https://a.org and https://b.org carry the access token");
    QTest::newRow("what refreshes, where it is the access token")
        << QByteArray(R"("refresh": {"body": {"token": "${accessToken}"}})")
        << QByteArray("the access token itself is what refreshes, before it expires");
    QTest::newRow("that nothing does, where no answer has a refresh token")
        << QByteArray(R"("answer": {"refreshToken": ""})")
        << QByteArray("no refresh can run, since the profile does not say where an answer has a "
                      "refresh token (answer.refreshToken)");
}

void CliProfilesTest::checkSaysWhatTheProfileDoes()
{
    QFETCH(const QByteArray, member);
    QFETCH(const QByteArray, line);
    const QByteArray profile =
        R"({"preset": "json-bearer", "baseUrl": "https://a.org/app", )" + member + '}';
    const auto outcome = profiles({u"check"_s, write(profile)});
    QCOMPARE(outcome.status, 0);
    QVERIFY2(outcome.out.contains(QByteArray('\n' + line + '\n')), outcome.out.constData());
}

//! The text of Qt's error differs between Qt versions.
void CliProfilesTest::noJsonHasAPlaceToo()
{
    const auto file = write("{\n  \"id\": \"a\",\n  \"name\" }");
    const auto outcome = profiles({u"check"_s, file});
    QCOMPARE(outcome.status, 2);
    QVERIFY2(outcome.err.startsWith(QByteArray(file.toUtf8() + ":3:")), outcome.err.constData());
    QVERIFY(outcome.err.contains("is no JSON here: "));
}

void CliProfilesTest::theExampleIsGood()
{
    const auto file = QStringLiteral(TOKENFLIGHT_SOURCE "/resources/profile.example.json");
    const auto outcome = profiles({u"check"_s, file});
    QCOMPARE(outcome.status, 0);
    QVERIFY2(outcome.out.startsWith(QByteArray(file.toUtf8() + ": good: Notes ")),
        outcome.out.constData());
}

//! The same lines from "show", "check" and "run".
void CliProfilesTest::runRefusesWhatCheckRefuses()
{
    const auto file = write("{\n \"id\": \"x\",\n \"challengeStatuses\": 7,\n \"X\": 0\n}");
    const auto checked = profiles({u"check"_s, file});
    const auto ran = cliprocess::run({u"run"_s, u"--profile"_s, file});
    QCOMPARE(ran.status, 2);
    QCOMPARE(checked.err.count('\n'), 2);
    QVERIFY2(ran.err.contains(checked.err), ran.err.constData());
}

QTEST_GUILESS_MAIN(CliProfilesTest)
#include "tst_cliprofiles.moc"
