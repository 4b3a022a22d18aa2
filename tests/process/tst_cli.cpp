#include "authcore/demobackend/demobackend.h"
#include "authcore/profile/backendprofile.h"
#include "tests/process/cliprocess.h"
#include "tests/support/closedport.h"

#include <QtCore/QFile>
#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>
#include <QtCore/QProcess>
#include <QtCore/QRegularExpression>
#include <QtCore/QTemporaryDir>
#include <QtNetwork/QTcpServer>
#include <QtTest/QTest>

#include <csignal>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using cliprocess::Given;

//! The output and the exit status of tokenflight-cli.
class CliTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void runs_data();
    void runs();
    void failingToTheEnd_data();
    void failingToTheEnd();
    void aFailedRefreshTellsItsStory_data();
    void aFailedRefreshTellsItsStory();
    void bodiesArrive_data();
    void bodiesArrive();
    void jsonIsOneLineWithKeysInOrder();
    void generationsCountFromTheBurst();
    void textShowsWaterfallVerdictAndRules();
    void textFitsTheTerminal_data();
    void textFitsTheTerminal();
    void usage_data();
    void usage();
    void informs_data();
    void informs();
    void profileErrorsNameFileAndPlace();
    void publicPathIsRefused();
    void nothingProtectedIsRefused();
    void secretsAreNotPrinted();
    void saysWhatTheSignInHasBrought();
    void someoneElsesBackend_data();
    void someoneElsesBackend();
    void secretsAreUtf8_data();
    void secretsAreUtf8();
    void passwordComesFromWhereItMay_data();
    void passwordComesFromWhereItMay();
    void brokenRuleIsExitStatusOne();
    void anotherStatusThan401IsNamed_data();
    void anotherStatusThan401IsNamed();
    void unreachableIsExitStatusThree();
    void serves_data();
    void serves();
    void serveRefusesATakenPort();

private:
    [[nodiscard]] QString write(const QString &name, const QByteArray &content) const;
    [[nodiscard]] QString impatientProfile(std::chrono::milliseconds total) const;

    QTemporaryDir m_folder;
};

namespace {

const auto anna = demobackend::demoUsers().front();

constexpr auto cli = [](const QStringList &arguments, const Given &given = {}) {
    return cliprocess::run(arguments, given);
};

QStringList words(const char *text)
{
    return QString::fromLatin1(text).split(u' ', Qt::SkipEmptyParts);
}

} // namespace

QString CliTest::write(const QString &name, const QByteArray &content) const
{
    QFile file(m_folder.filePath(name));
    if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size())
        qFatal("cannot write %s", qPrintable(file.fileName()));
    return file.fileName();
}

//! The preset with short time-outs, so that failures end soon. The time-out of a single try stays
//! long, since on a busy machine a try that timed out may have spent the refresh token.
QString CliTest::impatientProfile(std::chrono::milliseconds total) const
{
    auto profile =
        authcore::BackendProfile::preset(u"custom-jwt"_s, QUrl(u"http://127.0.0.1"_s)).value();
    profile.policy.backoffMin = 10ms;
    profile.policy.totalTimeout = total;
    return write(
        u"impatient-%1.json"_s.arg(total.count()), QJsonDocument(profile.toJson()).toJson());
}

void CliTest::initTestCase()
{
    QVERIFY(m_folder.isValid());
}

// The table of README's section "What a run should be like".
void CliTest::runs_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<int>("ok");
    QTest::addColumn<int>("challengedAtLeast");
    QTest::addColumn<int>("challengedAtMost");
    QTest::addColumn<int>("refreshes");
    QTest::addColumn<QString>("rule");
    const auto row = [](const char *arguments, int ok, int atLeast, int atMost, int refreshes,
                         const char *rule) {
        QTest::newRow(arguments) << words(arguments) << ok << atLeast << atMost << refreshes
                                 << QString::fromLatin1(rule);
    };
    // clang-format off
    //                                                        2xx  401s     refreshes  one of its rules
    row("",                                                     3, 3, 3,    1, "server-saw-one-refresh");
    row("--requests 1",                                         1, 1, 1,    1, "challenges-exactly");
    row("--requests 8",                                         8, 8, 8,    1, "challenges-exactly");
    row("--requests 9",                                         9, 1, 8,    1, "challenges-within-window");
    row("--requests 100",                                     100, 1, 8,    1, "challenges-within-window");
    row("--before expire-access",                               3, 3, 3,    1, "exactly-one-refresh");
    row("--before delete-access",                               3, 0, 0,    1, "exactly-one-refresh");
    row("--before delete-access --requests 100",              100, 0, 0,    1, "exactly-one-refresh");
    row("--before break-refresh",                               0, 3, 3,    1, "session-ended");
    row("--before break-refresh --requests 100",                0, 1, 8,    1, "no-replay-after-end");
    row("--before none",                                        3, 0, 0,    0, "no-refresh");
    row("--before none --requests 100",                       100, 0, 0,    0, "server-saw-no-refresh");
    row("--before none --next-refresh hang",                    3, 0, 0,    0, "server-saw-no-refresh");
    row("--next-refresh ok",                                    3, 3, 3,    1, "session-kept");
    row("--next-refresh invalid-grant",                         0, 3, 3,    1, "tokens-erased");
    row("--next-refresh invalid-grant --requests 100",          0, 1, 8,    1, "no-request-succeeded");
    row("--next-refresh invalid-grant --before delete-access",  0, 0, 0,    1, "session-ended");
    row("--next-refresh 401",                                   0, 3, 3,    1, "session-ended");
    row("--next-refresh 403",                                   0, 3, 3,    1, "session-ended");
    row("--next-refresh 429",                                   3, 3, 3,    1, "server-saw-refresh-tries");
    row("--next-refresh 500",                                   3, 3, 3,    1, "server-saw-refresh-tries");
    row("--next-refresh 500 --requests 100",                  100, 1, 8,    1, "server-rotated-once");
    row("--next-refresh 500 --before break-refresh",            0, 3, 3,    1, "server-rotated-nothing");
    row("--next-refresh hang",                                  3, 3, 3,    1, "server-saw-refresh-tries");
    row("--next-refresh drop",                                  3, 3, 3,    1, "server-rotated-once");
    row("--next-refresh drop-in-body",                          3, 3, 3,    1, "server-saw-refresh-tries");
    row("--next-refresh lose-answer",                           0, 3, 3,    1, "server-saw-one-reuse");
    row("--next-refresh lose-answer --before break-refresh",    0, 3, 3,    1, "server-saw-no-reuse");
    row("--next-refresh garbage",                               3, 3, 3,    1, "tokens-kept");
    // clang-format on
}

void CliTest::runs()
{
    QFETCH(const QStringList, arguments);
    const auto outcome = cli(QStringList {u"run"_s, u"--demo"_s, u"--format"_s, u"json"_s,
                                 u"--profile"_s, impatientProfile(60s)}
        + arguments);
    QVERIFY2(outcome.status == 0, outcome.all().constData());
    QCOMPARE(outcome.json()["verdict"_L1].toString(), u"pass"_s);
    QTEST(outcome.number("ok"), "ok");
    QTEST(outcome.number("refresh_count"), "refreshes");
    QCOMPARE(outcome.number("lost"), 0);
    QFETCH(const int, challengedAtLeast);
    QFETCH(const int, challengedAtMost);
    QCOMPARE_GE(outcome.number("challenged"), challengedAtLeast);
    QCOMPARE_LE(outcome.number("challenged"), challengedAtMost);
    QFETCH(const QString, rule);
    QVERIFY(outcome.rule(rule)["ok"_L1].toBool());
}

//! No try succeeds in time: the waiting requests fail, and the session is kept.
void CliTest::failingToTheEnd_data()
{
    QTest::addColumn<QString>("answer");
    QTest::newRow("hang") << u"hang"_s;
    QTest::newRow("429") << u"429"_s;
}

void CliTest::failingToTheEnd()
{
    QFETCH(const QString, answer);
    const auto outcome = cli({u"run"_s, u"--demo"_s, u"--format"_s, u"json"_s, u"--profile"_s,
        impatientProfile(200ms), u"--next-refresh"_s, answer});
    QVERIFY2(outcome.status == 0, outcome.all().constData());
    QCOMPARE(outcome.number("ok"), 0);
    QVERIFY(outcome.rule(u"session-kept"_s)["ok"_L1].toBool());
    QVERIFY(outcome.rule(u"tokens-kept"_s)["ok"_L1].toBool());
    const QJsonObject refresh = outcome.json()["refreshes"_L1][0].toObject();
    QCOMPARE(refresh["outcome"_L1].toString(), u"failed"_s);
    QVERIFY(refresh["decision"_L1].toString().startsWith("Given up: "_L1));
    QVERIFY(!refresh["first_cause"_L1].toString().isEmpty());
    QCOMPARE(refresh["tries"_L1].toArray().size(), refresh["try_count"_L1].toInt());
}

//! Race 48: below the waterfall, each try and why there was no other one.
void CliTest::aFailedRefreshTellsItsStory_data()
{
    QTest::addColumn<QString>("url");
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArrayList>("says");
    const auto row = [](const char *name, const QString &url, int status, const QByteArray &body,
                         const QByteArrayList &says) {
        QTest::newRow(name) << url << status << body << says;
    };
    // LemonLDAP says so of a refresh token that has ended.
    row("a refusal that the profile does not know", u"/authorization/refresh"_s, 400,
        R"({"error":"invalid_request","error_description":"Token is dead","token":"hunter2"})",
        {"Refresh 1: failed\n", "400 in ", "invalid_request, \"Token is dead\"", R"("token":"***")",
            "add it to refreshRejectedErrors."});
    row("a wrong address", u"/refresh?key=hunter2"_s, 404, "<h1>Not found</h1>",
        {"Refresh 1: failed\n", "/refresh?key=***: 404 in ", "<h1>Not found</h1>",
            "See refresh.url"});
    row("an answer without tokens", u"/authorization/refresh"_s, 200, R"({"jwt":"hunter2"})",
        {"200 in ", "without an access token at \"/authorizationToken\"", R"({"jwt":"***"})",
            "See answer.accessToken"});
}

void CliTest::aFailedRefreshTellsItsStory()
{
    QFETCH(const QString, url);
    QFETCH(const int, status);
    QFETCH(const QByteArray, body);
    QFETCH(const QByteArrayList, says);
    demobackend::DemoBackend backend;
    QCOMPARE(backend.start(), QString());
    backend.on(url.section(u'?', 0, 0)).always({status, {}, body});
    auto profile = *authcore::BackendProfile::preset(u"custom-jwt"_s, backend.url());
    profile.refresh.url = QUrl(url);
    const auto file = write(u"story.json"_s, QJsonDocument(profile.toJson()).toJson());
    const Given password {anna.password.toUtf8() + "\n", {}};
    const QStringList run {u"run"_s, u"--profile"_s, file, u"--url"_s, backend.url().toString(),
        u"--user"_s, anna.name, u"--password-file"_s, u"-"_s, u"--requests"_s, u"100"_s};
    const auto text = cli(run, password);
    for (const QByteArray &part : says)
        QVERIFY2(text.out.contains(part), text.all().constData());
    QVERIFY2(!text.all().contains("hunter2"), text.all().constData());
    QCOMPARE(backend.transcript(u"POST "_s + url.section(u'?', 0, 0)).size(), 1);

    const auto json = cli(run + QStringList {u"--format"_s, u"json"_s}, password);
    QCOMPARE(json.number("refresh_count"), 1);
    const QJsonObject refresh = json.json()["refreshes"_L1][0].toObject();
    QCOMPARE(refresh["try_count"_L1].toInt(), 1);
    QCOMPARE(refresh["tries"_L1][0]["status"_L1].toInt(), status);
    QVERIFY(!json.all().contains("hunter2"));
}

void CliTest::bodiesArrive_data()
{
    QTest::addColumn<int>("size");
    QTest::addColumn<int>("count");
    QTest::newRow("empty") << 0 << 3;
    QTest::newRow("one byte") << 1 << 3;
    QTest::newRow("64 KiB") << 65'536 << 3;
    QTest::newRow("64 KiB, many") << 65'536 << 100;
    QTest::newRow("1 MiB") << 1'048'576 << 3;
}

void CliTest::bodiesArrive()
{
    QFETCH(const int, size);
    QFETCH(const int, count);
    QByteArray body(size, Qt::Uninitialized);
    for (int index = 0; index < size; ++index)
        body[index] = static_cast<char>(index * 31 + index / 251);
    const auto outcome = cli({u"run"_s, u"--format"_s, u"json"_s, u"--method"_s, u"POST"_s,
                                 u"--body-file"_s, u"-"_s, u"--requests"_s, QString::number(count)},
        {.input = body, .environment = {}});
    QVERIFY2(outcome.status == 0, outcome.all().constData());
    const auto rule = outcome.rule(u"bodies-identical"_s);
    QCOMPARE(rule["observed"_L1].toString(), QString::number(count));
}

void CliTest::jsonIsOneLineWithKeysInOrder()
{
    const auto outcome = cli({u"run"_s, u"--format"_s, u"json"_s});
    QCOMPARE(outcome.out.count('\n'), 1);
    QVERIFY(outcome.out.endsWith('\n'));
    static const QRegularExpression expected(
        u"^\\{\"verdict\":\"pass\",\"rules\":\\["
        "(\\{\"id\":\"[a-z-]+\",\"expected\":\"[^\"]+\",\"observed\":\"[^\"]+\",\"ok\":true\\},?)+"
        "\\],\"hints\":\\[\\],\"sign_in\":\\{\"access_token\":.*\"cookies\":\\[\\]\\},"
        "\"sent\":3,\"ok\":3,\"challenged\":3,\"refresh_count\":1,"
        "\"replayed\":3,\"lost\":0,"
        "\"wall_ms\":[0-9]+\\.[0-9],\"refreshes\":\\[\\{[^\\[]+\"tries\":\\[\\{[^}]+\\}\\]\\}\\],"
        "\"requests\":\\["
        "(\\{\"status\":200,\"attempts\":\\[\\{\"status\":401,\"generation\":1\\},"
        "\\{\"status\":200,\"generation\":2\\}\\]\\},?){3}\\]\\}\n$"_s);
    QVERIFY2(expected.match(QString::fromUtf8(outcome.out)).hasMatch(), outcome.out.constData());
}

//! The tokens of the burst have generation 1, with every change before it.
void CliTest::generationsCountFromTheBurst()
{
    for (const auto *before : {"break-access", "expire-access", "none"}) {
        const auto outcome =
            cli({u"run"_s, u"--format"_s, u"json"_s, u"--before"_s, QString::fromLatin1(before)});
        const auto request = outcome.json()["requests"_L1].toArray().first().toObject();
        const auto attempt = request["attempts"_L1].toArray().first().toObject();
        QCOMPARE(attempt["generation"_L1].toInt(), 1);
    }
}

void CliTest::textShowsWaterfallVerdictAndRules()
{
    const auto outcome = cli({u"run"_s});
    QCOMPARE(outcome.status, 0);
    const auto text = QString::fromUtf8(outcome.out);
    static const QRegularExpression verdict(
        u"^PASS  3 sent \\. 3 x 401 \\. refresh 1 of 1 \\. 3 retried \\. 0 lost \\. [0-9]+ ms$"_s,
        QRegularExpression::MultilineOption);
    QVERIFY2(verdict.match(text).hasMatch(), outcome.out.constData());
    QVERIFY(text.contains("refresh ok"_L1));
    QVERIFY(text.contains(u"401\u2192200"_s));
    QVERIFY(text.contains("exactly-one-refresh"_L1));
    QVERIFY(outcome.err.contains("Signed in as anna."));
}

void CliTest::textFitsTheTerminal_data()
{
    QTest::addColumn<int>("columns");
    QTest::addColumn<QString>("locale");
    QTest::newRow("narrow") << 60 << u"C.UTF-8"_s;
    QTest::newRow("wide") << 150 << u"C.UTF-8"_s;
    QTest::newRow("without Unicode") << 80 << u"C"_s;
}

void CliTest::textFitsTheTerminal()
{
    QFETCH(const int, columns);
    QFETCH(const QString, locale);
    const auto outcome = cli({u"run"_s, u"--requests"_s, u"100"_s},
        {.input = {},
            .environment = {{u"COLUMNS"_s, QString::number(columns)}, {u"LC_ALL"_s, locale}}});
    QCOMPARE(outcome.status, 0);
    const auto waterfall = QString::fromUtf8(outcome.out).section(u"\n\n"_s, 0, 0);
    QCOMPARE_LT(waterfall.count(u'\n'), 25); // many requests share a line
    QVERIFY(waterfall.contains("85 more: 85 x 200"_L1));
    qsizetype longest = 0;
    for (const auto &line : waterfall.split(u'\n'))
        longest = std::max(longest, line.size());
    QCOMPARE(longest, columns);
    const bool isAscii =
        std::all_of(outcome.out.begin(), outcome.out.end(), [](char c) { return c >= 0; });
    QCOMPARE(isAscii, locale == "C"_L1);
}

void CliTest::usage_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QString>("says");
    const auto row = [](const char *arguments, const char *says) {
        QTest::newRow(*arguments == '\0' ? "nothing" : arguments)
            << words(arguments) << QString::fromLatin1(says);
    };
    row("", "usage: tokenflight-cli run");
    row("jump", "\"jump\" is no command");
    row("run now", "What is \"now\" for?");
    row("run --nonsense", "nonsense");
    row("run --requests", "requests");
    row("run --requests 0", "--requests takes a number from 1 to 100000, not \"0\"");
    row("run --requests many", "not \"many\"");
    row("run --requests 100001", "not \"100001\"");
    row("run --before breakfast", "--before takes break-access, expire-access");
    row("run --next-refresh 418", "--next-refresh takes ok, invalid-grant, 401");
    row("run --method DELETE", "--method takes GET, POST");
    row("run --format xml", "--format takes text, json");
    row("run --timeout 0", "--timeout takes a number from 1 to 86400");
    row("run --allow-origin a.org", "--allow-origin takes an origin such as https://host:8443");
    row("run --proxy ftp://a.org:1",
        "--proxy takes http://host:port, socks5://host:port or direct");
    row("run --proxy http://a:hush@b.org:1", "--proxy takes no password");
    row("run --client-key a.key", "--client-key needs its --client-certificate");
    row("run --path api", "--path begins with a slash");
    row("run --body-file /dev/null", "--body-file needs --method POST");
    row("run --method POST --body-file /nonexistent/body", "/nonexistent/body");
    row("run --profile nonesuch", "\"nonesuch\" is neither a file nor a preset (cookie-form, ");
    row("run --client-secret hush", "There is no --client-secret");
    row("run --client-secret=hush", "Use --client-secret-file FILE");
    row("run --client-secret-file /nonexistent/file", "/nonexistent/file");
    row("run --issuer http://127.0.0.1", "--issuer is for a backend of your own");
    row("run --demo --issuer http://127.0.0.1", "--issuer is for a backend of your own");
    row("run --demo --url http://127.0.0.1", "--demo is for the demo backend: leave out --url");
    row("run --url http://127.0.0.1 --user anna --next-refresh 401",
        "--next-refresh is for the demo backend: leave out --url, or add --demo");
    row("run --sign-in fax", "--sign-in takes password, browser, device");
    row("run --sign-in device", "custom-jwt has no sign-in by device, but by password");
    row("run --profile oauth2 --sign-in password", "has no sign-in by password, but by browser or");
    row("run --profile oauth2 --user nobody", "\"nobody\" is no user of the demo backend");
    row("run --profile oauth2 --url http://127.0.0.1 --sign-in device --user anna",
        "--user is for a password");
    row("run --profile x-access-token --path /api/test/all", "/api/test/all is not protected");

    row("run --body-file - --method POST --client-secret-file -", "Only one of");
    row("profiles", "profiles list, profiles show NAME|FILE, profiles check FILE, profiles try");
    row("profiles make", "profiles list, profiles show");
    row("profiles list now", "What is \"now\" for?");
    row("profiles show", "The profile is missing");
    row("profiles check nonesuch", "\"nonesuch\" is neither a file nor a preset");
    row("profiles check custom-jwt --url nowhere", "--url takes an http or https address");
    row("run --password hush", "There is no --password");
    row("run --password=hush", "There is no --password");
    row("run --password-file /nonexistent/password", "/nonexistent/password");
    row("run --url ftp://127.0.0.1 --user anna", "--url takes an http or https address");
    row("run --url http://anna:x@127.0.0.1 --user anna", "--url takes an http or https address");
    row("run --url http://127.0.0.1/app?key=hush --user anna",
        "--url has a query, which is not sent: leave out everything from the \"?\" on");
    row("run --url http://127.0.0.1/app#hush --user anna",
        "--url has a fragment, which is not sent: leave out everything from the \"#\" on");
    row("profiles show custom-jwt --url https://a.org/?key=hush", "--url has a query");
    row("run --url http://127.0.0.1", "A backend of your own needs --user");
    row("run --url http://127.0.0.1 --user anna", "A password is needed");
    row("run --url http://127.0.0.1 --user anna --next-refresh 500", "leave out --url");
    row("run --user nobody", "A password is needed");
    row("run --url http://192.0.2.1 --user anna --password-file /dev/null", "http");
    row("run --method POST --body-file - --password-file -", "Only one of");
    row("serve --port 65536", "--port takes a number");
    row("serve --nonsense", "nonsense");
}

void CliTest::usage()
{
    QFETCH(const QStringList, arguments);
    QFETCH(const QString, says);
    const auto outcome = cli(arguments);
    QCOMPARE(outcome.status, 2);
    QVERIFY2(QString::fromUtf8(outcome.err).contains(says), outcome.err.constData());
    QVERIFY(!outcome.err.contains("hush"));
    QVERIFY(outcome.out.isEmpty());
}

void CliTest::informs_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QString>("says");
    for (const auto *arguments : {"--help", "-h", "help", "run --help", "serve --help",
             "profiles --help", "profiles list --help", "profiles show --help"})
        QTest::newRow(arguments) << words(arguments) << u"EXIT STATUS"_s;
    QTest::newRow("--version") << words("--version") << u"tokenflight-cli 0."_s;
}

void CliTest::informs()
{
    QFETCH(const QStringList, arguments);
    QFETCH(const QString, says);
    const auto outcome = cli(arguments);
    QCOMPARE(outcome.status, 0);
    QVERIFY(QString::fromUtf8(outcome.out).contains(says));
    QVERIFY(outcome.err.isEmpty());
}

void CliTest::profileErrorsNameFileAndPlace()
{
    const auto file = write(u"bad.json"_s, "{\n \"id\": \"x\",\n \"challengeStatuses\": 7\n}");
    const auto outcome = cli({u"run"_s, u"--profile"_s, file});
    QCOMPARE(outcome.status, 2);
    QVERIFY2(outcome.err.contains("bad.json"), outcome.err.constData());
    QVERIFY2(outcome.err.contains("/challengeStatuses"), outcome.err.constData());
}

//! A public path needs no token, so it causes no refresh that could be judged.
void CliTest::publicPathIsRefused()
{
    auto profile =
        authcore::BackendProfile::preset(u"custom-jwt"_s, QUrl(u"http://127.0.0.1"_s)).value();
    profile.publicPaths = QStringList {u"/public/*"_s};
    const auto file =
        write(u"public.json"_s, QJsonDocument(profile.toJson()).toJson(QJsonDocument::Compact));
    const auto outcome = cli({u"run"_s, u"--profile"_s, file, u"--path"_s, u"/public/news"_s});
    QCOMPARE(outcome.status, 2);
    QVERIFY2(outcome.err.contains("/public/news is not protected: its path is among "
                                  "\"publicPaths\" (/public/*)"),
        outcome.err.constData());
}

void CliTest::nothingProtectedIsRefused()
{
    const auto file = write(u"bare.json"_s,
        R"({"preset":"custom-jwt","baseUrl":"http://127.0.0.1:7","protectedOrigins":[]})");
    const auto outcome = cli({u"run"_s, u"--profile"_s, file, u"--url"_s, u"http://127.0.0.1:8"_s,
        u"--user"_s, anna.name});
    QCOMPARE(outcome.status, 2);
    QVERIFY2(outcome.err.contains("bare.json: api/resources is not protected: \"protectedOrigins\" "
                                  "is empty, so that no request carries the token; add "
                                  "\"http://127.0.0.1:8\"\n"),
        outcome.err.constData());
}

void CliTest::secretsAreNotPrinted()
{
    for (const auto *format : {"text", "json"}) {
        const auto outcome = cli({u"run"_s, u"--format"_s, QString::fromLatin1(format)});
        const auto all = outcome.all();
        QVERIFY(!all.contains(anna.password.toUtf8()));
        QVERIFY(!all.contains("eyJ")); // how every JWT begins
    }
}

void CliTest::saysWhatTheSignInHasBrought()
{
    const auto outcome = cli({u"run"_s, u"--format"_s, u"json"_s});
    QVERIFY2(outcome.err.contains("Signed in as anna.\n  Access token: a JWT of "),
        outcome.err.constData());
    QVERIFY(outcome.err.contains(" bytes, at \"/authorizationToken\" of the answer\n  Lifetime: "));
    QVERIFY(outcome.err.contains("\n  Refresh token: "));
    const auto signIn = outcome.json()["sign_in"_L1].toObject();
    QCOMPARE(signIn["access_token"_L1]["at"_L1].toString(), u"/authorizationToken"_s);
    QCOMPARE(signIn["account"_L1].toString(), u"anna"_s);
}

void CliTest::someoneElsesBackend_data()
{
    QTest::addColumn<QString>("before");
    QTest::addColumn<int>("challenged");
    QTest::addColumn<int>("refreshes");
    QTest::addColumn<int>("ok");
    QTest::newRow("break-access") << u"break-access"_s << 3 << 1 << 3;
    // The client knows of the expiry, so it sends no request before the refresh.
    QTest::newRow("expire-access") << u"expire-access"_s << 0 << 1 << 3;
    QTest::newRow("delete-access") << u"delete-access"_s << 0 << 1 << 3;
    QTest::newRow("break-refresh") << u"break-refresh"_s << 3 << 1 << 0;
    QTest::newRow("none") << u"none"_s << 0 << 0 << 3;
}

void CliTest::someoneElsesBackend()
{
    QFETCH(const QString, before);
    demobackend::DemoBackend backend;
    QCOMPARE(backend.start(), QString());
    const auto outcome =
        cli({u"run"_s, u"--format"_s, u"json"_s, u"--url"_s, backend.url().toString(), u"--user"_s,
                anna.name, u"--password-file"_s, u"-"_s, u"--before"_s, before},
            {.input = anna.password.toUtf8() + "\n", .environment = {}});
    QVERIFY2(outcome.status == 0, outcome.all().constData());
    QTEST(outcome.number("challenged"), "challenged");
    QTEST(outcome.number("refresh_count"), "refreshes");
    QTEST(outcome.number("ok"), "ok");
    QTEST(backend.counters().refreshes, "refreshes");
    QVERIFY(outcome.rule(u"server-saw-one-refresh"_s).isEmpty());
}

void CliTest::secretsAreUtf8_data()
{
    QTest::addColumn<QString>("option");
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<QByteArray>("says");
    const QByteArray advice = ", so it would not be sent as it was typed; save the file as UTF-8, "
                              "for example with \"iconv -f LATIN1 -t UTF-8\"";
    QTest::newRow("a password in Latin-1")
        << u"--password-file"_s << QByteArray("gr\xfc\xdf hush\n")
        << QByteArray("byte 3 of the first line is not UTF-8" + advice);
    QTest::newRow("a client secret in Latin-1")
        << u"--client-secret-file"_s << QByteArray("hush\xe4")
        << QByteArray("byte 5 of the first line is not UTF-8" + advice);
    QTest::newRow("half a character") << u"--password-file"_s << QByteArray("\xc3\xa4hush\xc3\nx")
                                      << QByteArray("byte 7 of the first line is not UTF-8");
}

void CliTest::secretsAreUtf8()
{
    QFETCH(const QString, option);
    QFETCH(const QByteArray, content);
    QFETCH(const QByteArray, says);
    const auto file = write(u"secret"_s, content);
    const auto outcome =
        cli({u"run"_s, u"--url"_s, u"http://127.0.0.1"_s, u"--user"_s, anna.name, option, file},
            {.input = {}, .environment = {{u"TOKENFLIGHT_PASSWORD"_s, u"x"_s}}});
    QCOMPARE(outcome.status, 2);
    QVERIFY2(
        outcome.err.contains(QByteArray(file.toUtf8() + ": " + says)), outcome.err.constData());
    QVERIFY(!outcome.err.contains("hush"));
}

void CliTest::passwordComesFromWhereItMay_data()
{
    QTest::addColumn<QByteArray>("file");
    QTest::addColumn<QString>("environment");
    QTest::addColumn<int>("status");
    const auto right = anna.password.toUtf8();
    QTest::newRow("a file with a line end") << QByteArray(right + "\n") << QString() << 0;
    QTest::newRow("a file from Windows") << QByteArray(right + "\r\n") << QString() << 0;
    QTest::newRow("a file without a line end") << right << QString() << 0;
    QTest::newRow("the environment") << QByteArray() << anna.password << 0;
    QTest::newRow("the file goes before the environment") << right << u"wrong"_s << 0;
    QTest::newRow("a wrong one") << QByteArray("wrong") << QString() << 3;
}

void CliTest::passwordComesFromWhereItMay()
{
    QFETCH(const QByteArray, file);
    QFETCH(const QString, environment);
    demobackend::DemoBackend backend;
    QCOMPARE(backend.start(), QString());
    QStringList arguments {u"run"_s, u"--url"_s, backend.url().toString(), u"--user"_s, anna.name};
    if (!file.isEmpty())
        arguments += {u"--password-file"_s, write(u"password"_s, file)};
    Given given;
    if (!environment.isEmpty())
        given.environment.insert(u"TOKENFLIGHT_PASSWORD"_s, environment);
    QTEST(cli(arguments, given).status, "status");
}

//! A server that answers 401 even to new tokens.
void CliTest::brokenRuleIsExitStatusOne()
{
    demobackend::DemoBackend backend;
    QCOMPARE(backend.start(), QString());
    backend.answerResources(demobackend::ResourceAnswer::Unauthorized, 1000);
    const QStringList arguments {u"run"_s, u"--url"_s, backend.url().toString(), u"--user"_s,
        anna.name, u"--password-file"_s, write(u"password"_s, anna.password.toUtf8())};
    const auto outcome = cli(arguments + words("--format json"));
    QCOMPARE(outcome.status, 1);
    QCOMPARE(outcome.json()["verdict"_L1].toString(), u"fail"_s);
    QVERIFY(!outcome.rule(u"every-request-succeeded"_s)["ok"_L1].toBool(true));
    const auto text = cli(arguments);
    QCOMPARE(text.status, 1);
    QVERIFY2(text.out.contains("(requests 1, 2, 3)"), text.out.constData());
}

void CliTest::anotherStatusThan401IsNamed_data()
{
    QTest::addColumn<QString>("format");
    QTest::newRow("as text") << u"text"_s;
    QTest::newRow("as JSON") << u"json"_s;
}

//! A server that answers 422 to a token that is over.
void CliTest::anotherStatusThan401IsNamed()
{
    QFETCH(const QString, format);
    demobackend::DemoBackend backend;
    QCOMPARE(backend.start(), QString());
    backend.on(u"/api/resources"_s).always({422, {}, "{}"});
    const auto outcome = cli({u"run"_s, u"--url"_s, backend.url().toString(), u"--user"_s,
        anna.name, u"--password-file"_s, write(u"password"_s, anna.password.toUtf8()),
        u"--format"_s, format});
    QCOMPARE(outcome.status, 1);
    const QByteArray hint = "3 answered 422: if that is how this server says that the access token "
                            "is over, add 422 to ";
    QVERIFY2(outcome.out.contains(hint), outcome.out.constData());
    if (format == "json"_L1)
        QVERIFY(outcome.json()["hints"_L1].toArray().at(0).toString().startsWith("3 answered"_L1));
}

void CliTest::unreachableIsExitStatusThree()
{
    const test::ClosedPort nobody;
    const auto outcome = cli({u"run"_s, u"--url"_s, nobody.url().toString(), u"--user"_s, anna.name,
        u"--password-file"_s, write(u"password"_s, anna.password.toUtf8())});
    QCOMPARE(outcome.status, 3);
    QVERIFY2(outcome.err.contains("cannot sign in as anna"), outcome.err.constData());
    QVERIFY(outcome.out.isEmpty());
}

void CliTest::serves_data()
{
    QTest::addColumn<int>("signal");
    QTest::newRow("SIGTERM") << SIGTERM;
    QTest::newRow("SIGINT") << SIGINT;
}

void CliTest::serves()
{
    QFETCH(const int, signal);
    QProcess server;
    server.start(QStringLiteral(TOKENFLIGHT_CLI), {u"serve"_s});
    while (!server.canReadLine())
        QVERIFY(server.waitForReadyRead(test::patience));
    const auto base = QString::fromLatin1(server.readLine()).trimmed();
    QVERIFY2(QUrl(base).isValid() && base.startsWith("http://127.0.0.1:"_L1), qPrintable(base));
    const auto outcome = cli({u"run"_s, u"--url"_s, base, u"--user"_s, anna.name,
        u"--password-file"_s, write(u"password"_s, anna.password.toUtf8())});
    QVERIFY2(outcome.status == 0, outcome.all().constData());

    QCOMPARE(::kill(static_cast<pid_t>(server.processId()), signal), 0);
    QVERIFY(server.waitForFinished(test::patience));
    QCOMPARE(server.exitStatus(), QProcess::NormalExit);
    QCOMPARE(server.exitCode(), 0);
}

void CliTest::serveRefusesATakenPort()
{
    QTcpServer taken;
    QVERIFY(taken.listen(QHostAddress::LocalHost));
    const auto outcome = cli({u"serve"_s, u"--port"_s, QString::number(taken.serverPort())});
    QCOMPARE(outcome.status, 3);
    QVERIFY(outcome.out.isEmpty());
    QVERIFY(!outcome.err.isEmpty());
}

QTEST_GUILESS_MAIN(CliTest)
#include "tst_cli.moc"
