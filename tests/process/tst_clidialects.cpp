#include "authcore/demobackend/demobackend.h"
#include "authcore/profile/backendprofile.h"
#include "tests/process/cliprocess.h"

#include <QtCore/QMap>
#include <QtCore/QTemporaryFile>
#include <QtTest/QTest>

#include <utility>

using namespace Qt::StringLiterals;
using authcore::BackendProfile;
using cliprocess::Outcome;

//! tokenflight-cli with every preset, on the demo backend with all dialects. The test prints a
//! table of the presets at its end.
class CliDialectsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void presets_data();
    void presets();
    void someoneElsesBackend_data();
    void someoneElsesBackend();
    void theExampleRunsOnTheDemoBackend();
    void aFileIsSpokenToAtItsOwnBase_data();
    void aFileIsSpokenToAtItsOwnBase();
    void cleanupTestCase();

private:
    QMap<QString, QMap<QString, QString>> m_table; //!< the results by preset and column
};

namespace {

QStringList words(const QString &text)
{
    return text.split(u' ', Qt::SkipEmptyParts);
}

Outcome runWith(const QString &preset, const QStringList &arguments, const QByteArray &input = {})
{
    return cliprocess::run(
        QStringList {u"run"_s, u"--format"_s, u"json"_s, u"--profile"_s, preset} + arguments,
        {.input = input, .environment = {}});
}

//! "3 x 401, 1 refresh, 3 x 200, session kept"
QString summary(const Outcome &outcome)
{
    const bool isKept = !outcome.rule(u"session-kept"_s).isEmpty();
    return u"%1 x 401, %2 refresh, %3 x 200, %4"_s.arg(outcome.number("challenged"))
        .arg(outcome.number("refresh_count"))
        .arg(outcome.number("ok"))
        .arg(isKept ? u"kept"_s : u"signed out"_s);
}

} // namespace

void CliDialectsTest::presets_data()
{
    QTest::addColumn<QString>("preset");
    QTest::addColumn<QString>("column");
    QTest::addColumn<QString>("arguments");
    QTest::addColumn<QString>("summary");
    struct Run
    {
        const char *column;
        const char *arguments;
        const char *summary;
    };
    // clang-format off
    const Run runs[] = {
        {"broken access token",    "",                               "3 x 401, 1 refresh, 3 x 200, kept"},
        {"POST with a body",       "--method POST --body-file -",    "3 x 401, 1 refresh, 3 x 200, kept"},
        {"rejected refresh",       "--next-refresh invalid-grant",   "3 x 401, 1 refresh, 0 x 200, signed out"},
        {"failing refresh",        "--next-refresh 500",             "3 x 401, 1 refresh, 3 x 200, kept"},
        {"expired",                "--before expire-access",         "3 x 401, 1 refresh, 3 x 200, kept"},
        {"no access token",        "--before delete-access",         "0 x 401, 1 refresh, 3 x 200, kept"},
        {"both tokens broken",     "--before break-refresh",         "3 x 401, 1 refresh, 0 x 200, signed out"},
        {"nothing done",           "--before none",                  "0 x 401, 0 refresh, 3 x 200, kept"},
        {"refused with 401",       "--next-refresh 401",             "3 x 401, 1 refresh, 0 x 200, signed out"},
        {"refused with 403",       "--next-refresh 403",             "3 x 401, 1 refresh, 0 x 200, signed out"},
        {"no token response",      "--next-refresh garbage",         "3 x 401, 1 refresh, 3 x 200, kept"},
        {"half an answer",         "--next-refresh drop-in-body",    "3 x 401, 1 refresh, 3 x 200, kept"},
        {"answer lost",            "--next-refresh lose-answer",     "3 x 401, 1 refresh, 0 x 200, signed out"},
        {"slow answer",            "--next-refresh slow-body",       "3 x 401, 1 refresh, 3 x 200, kept"},
    };
    // clang-format on
    for (const auto &preset : BackendProfile::presetNames()) {
        for (const auto &run : runs)
            QTest::addRow("%s: %s", qPrintable(preset), run.column)
                << preset << QString::fromLatin1(run.column) << QString::fromLatin1(run.arguments)
                << QString::fromLatin1(run.summary);
    }
}

void CliDialectsTest::presets()
{
    QFETCH(const QString, preset);
    QFETCH(const QString, column);
    QFETCH(const QString, arguments);
    const auto outcome = runWith(preset, words(arguments), QByteArray(70'000, 'b'));
    m_table[preset][column] = outcome.status == 0 ? u"PASS"_s : u"FAIL"_s;
    QVERIFY2(outcome.status == 0, outcome.all().constData());
    QTEST(summary(outcome), "summary");
    QCOMPARE(outcome.number("lost"), 0);
    if (arguments.contains("POST"_L1))
        QCOMPARE(outcome.rule(u"bodies-identical"_s)["observed"_L1].toString(), u"3"_s);
    QVERIFY(!outcome.all().contains("eyJ")); // how every JWT begins
    m_table[preset][column] += u", "_s + summary(outcome);
}

//! With --url, only the client's side is judged, and the user must be named.
void CliDialectsTest::someoneElsesBackend_data()
{
    QTest::addColumn<QString>("preset");
    for (const auto &preset : BackendProfile::presetNames())
        QTest::newRow(qPrintable(preset)) << preset;
}

void CliDialectsTest::someoneElsesBackend()
{
    QFETCH(const QString, preset);
    demobackend::DemoBackend backend;
    auto knobs = backend.knobs();
    knobs.deviceInterval = std::chrono::seconds(1);
    backend.setKnobs(knobs);
    QCOMPARE(backend.start(), QString());
    const bool isOAuth = preset == "oauth2"_L1;
    const auto user = demobackend::demoUsers().back();
    QStringList arguments {u"--url"_s, backend.url().toString()};
    if (isOAuth)
        arguments += words(u"--sign-in device"_s);
    else
        arguments += {u"--user"_s, user.name, u"--password-file"_s, u"-"_s};
    const auto outcome = runWith(preset, arguments, user.password.toUtf8());
    QVERIFY2(outcome.status == 0, outcome.all().constData());
    QCOMPARE(summary(outcome), u"3 x 401, 1 refresh, 3 x 200, kept"_s);
    QCOMPARE(backend.counters().refreshes, 1);
    QCOMPARE(backend.counters().served, 3);
    QVERIFY(isOAuth || outcome.err.contains(QByteArray("Signed in as " + user.name.toUtf8())));
}

//! The profile in README.
void CliDialectsTest::theExampleRunsOnTheDemoBackend()
{
    const auto file = QStringLiteral(TOKENFLIGHT_SOURCE "/resources/profile.example.json");
    const auto outcome = runWith(file, {u"--demo"_s});
    QVERIFY2(outcome.status == 0, outcome.all().constData());
    QCOMPARE(summary(outcome), u"3 x 401, 1 refresh, 3 x 200, kept"_s);
}

void CliDialectsTest::aFileIsSpokenToAtItsOwnBase_data()
{
    QTest::addColumn<QByteArray>("baseUrl");
    QTest::addColumn<QString>("url");
    QTest::addColumn<bool>("isPathKept");
    QTest::newRow("its path included") << QByteArray("HOME/api") << QString() << false;
    QTest::newRow("--url without a path keeps the base's")
        << QByteArray("https://api.example.org/api") << u"HOME"_s << true;
    QTest::newRow("--url with a path replaces it")
        << QByteArray("https://api.example.org/v9") << u"HOME/api"_s << false;
}
void CliDialectsTest::aFileIsSpokenToAtItsOwnBase()
{
    QFETCH(QByteArray, baseUrl);
    QFETCH(QString, url);
    QFETCH(const bool, isPathKept);
    demobackend::DemoBackend backend;
    QCOMPARE(backend.start(), QString());
    const QString home = backend.url().toString();
    QTemporaryFile file;
    QVERIFY(file.open());
    file.write(R"({"preset":"json-bearer","signIn":{"url":"auth/login"},)"
               R"("refresh":{"url":"auth/refresh"},"resources":[{"path":"notes"}],"baseUrl":")"
        + baseUrl.replace("HOME", home.toUtf8()) + "\"}");
    file.close();
    QStringList arguments = words(u"--user anna --password-file -"_s);
    if (!url.isEmpty())
        arguments += {u"--url"_s, url.replace(u"HOME"_s, home)};
    const auto outcome = runWith(file.fileName(), arguments, "anna-demo-1");
    QVERIFY2(outcome.status == 0, outcome.all().constData());
    QCOMPARE(backend.counters().served, 3);
    QVERIFY2(outcome.err.contains(QByteArray("Backend: " + home.toUtf8() + "/api\n")),
        outcome.err.constData());
    QCOMPARE(
        outcome.err.contains("--url keeps the path of the profile's base URL, /api; "), isPathKept);
}

void CliDialectsTest::cleanupTestCase()
{
    for (auto preset = m_table.cbegin(); preset != m_table.cend(); ++preset) {
        qInfo("%s", qPrintable(preset.key()));
        for (auto cell = preset->cbegin(); cell != preset->cend(); ++cell)
            qInfo("  %-22s %s", qPrintable(cell.key()), qPrintable(cell.value()));
    }
}

QTEST_GUILESS_MAIN(CliDialectsTest)
#include "tst_clidialects.moc"
