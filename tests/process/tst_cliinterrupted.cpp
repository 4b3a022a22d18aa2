// tokenflight-cli runs that end early: by a signal, or by a time-out.
#include "app/quitsignals.h"
#include "authcore/demobackend/demobackend.h"
#include "tests/process/cliprocess.h"

#include <QtTest/QSignalSpy>
#include <QtTest/QTest>

#include <csignal>
#include <memory>
#include <sys/types.h>

using namespace Qt::StringLiterals;
using cliprocess::Outcome;
using cliprocess::RunningCli;

class CliInterruptedTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_backend = std::make_unique<demobackend::DemoBackend>();
        QCOMPARE(m_backend->start(), QString());
    }
    void cleanup() { m_backend.reset(); }

    void aSignalStops_data();
    void aSignalStops();
    void nobodyWaitsForEver_data();
    void nobodyWaitsForEver();
    void whatThereIsIsDrawn();
    void theSecondSignalIsNotHeld();

private:
    [[nodiscard]] QStringList arguments(const QString &more) const
    {
        return QStringList {u"run"_s, u"--url"_s, m_backend->url().toString()}
        + more.split(u' ', Qt::SkipEmptyParts);
    }
    [[nodiscard]] static QMap<QString, QString> environment()
    {
        return {{u"TOKENFLIGHT_PASSWORD"_s, demobackend::demoUsers().front().password}};
    }

    std::unique_ptr<demobackend::DemoBackend> m_backend;
};

namespace {

//! The path that is not answered, and the number of requests that were sent before.
void addPlaces()
{
    QTest::addColumn<QString>("path");
    QTest::addColumn<int>("held");
    QTest::addColumn<int>("sent");
    QTest::addColumn<QString>("options");
    const auto row = [](const char *name, const QString &path, int held, int sent,
                         const QString &options = u"--user anna"_s) {
        QTest::newRow(name) << path << held << sent << options;
    };
    row("the sign-in", u"/authorization/token"_s, 1, 0);
    row("the resource", u"/api/resources"_s, 3, 3);
    row("the refresh", u"/authorization/refresh"_s, 1, 3);
    row("the issuer's document", u"/.well-known/openid-configuration"_s, 1, -1,
        u"--profile oauth2 --sign-in device --issuer ISSUER"_s);
}

//! An interrupted run prints one line of JSON with its mark; a run that has not begun prints
//! nothing.
void check(const Outcome &outcome, const QString &verdict, int sent)
{
    if (sent < 0) {
        QCOMPARE(outcome.out, QByteArray());
        return;
    }
    QCOMPARE(outcome.out.count('\n'), 1);
    QCOMPARE(outcome.json()["verdict"_L1].toString(), verdict);
    QCOMPARE(outcome.number("sent"), sent);
    QCOMPARE(outcome.json()["rules"_L1].toArray(), QJsonArray());
}

} // namespace

void CliInterruptedTest::aSignalStops_data()
{
    addPlaces();
}

void CliInterruptedTest::aSignalStops()
{
    QFETCH(const QString, path);
    QFETCH(const int, held);
    QFETCH(const int, sent);
    QFETCH(QString, options);
    options.replace(u"ISSUER"_s, m_backend->url().toString());
    for (const int signal : {SIGINT, SIGTERM}) {
        m_backend->on(path).hold();
        RunningCli cli(arguments(options + u" --format json"_s), environment());
        QTRY_COMPARE(m_backend->on(path).heldCount(), held);
        QCOMPARE(::kill(static_cast<pid_t>(cli.pid()), signal), 0);
        const Outcome outcome = cli.finish();
        QVERIFY2(outcome.status == 5, outcome.all().constData());
        QVERIFY2(outcome.err.contains("\ntokenflight-cli: Stopped by a signal") || sent < 0,
            outcome.err.constData());
        check(outcome, u"stopped"_s, sent);
        m_backend->on(path).release();
    }
}

void CliInterruptedTest::nobodyWaitsForEver_data()
{
    addPlaces();
}

void CliInterruptedTest::nobodyWaitsForEver()
{
    QFETCH(const QString, path);
    QFETCH(const int, sent);
    QFETCH(QString, options);
    options.replace(u"ISSUER"_s, m_backend->url().toString());
    m_backend->on(path).hold();
    const Outcome outcome = cliprocess::run(arguments(options + u" --format json --timeout 2"_s),
        {.input = {}, .environment = environment()});
    QVERIFY2(outcome.status == 4, outcome.all().constData());
    QVERIFY2(outcome.err.contains("tokenflight-cli: Timed out after 2 s (see --timeout)"),
        outcome.err.constData());
    check(outcome, u"timed-out"_s, sent);
}

void CliInterruptedTest::whatThereIsIsDrawn()
{
    m_backend->on(u"/authorization/refresh"_s).hold();
    const Outcome outcome = cliprocess::run(
        arguments(u"--user anna --timeout 2"_s), {.input = {}, .environment = environment()});
    QCOMPARE(outcome.status, 4);
    QVERIFY2(outcome.out.contains("\nTIMED OUT  3 sent . 3 x 401 . refresh 1 . "),
        outcome.out.constData());
    QVERIFY2(outcome.out.contains("refresh running"), outcome.out.constData());
    QVERIFY(!outcome.out.contains("BROKEN"));
}

//! The second signal has its default effect: it ends the process.
void CliInterruptedTest::theSecondSignalIsNotHeld()
{
    const app::QuitSignals signals;
    const QSignalSpy quitRequests(&signals, &app::QuitSignals::quitRequested);
    QCOMPARE(std::raise(SIGINT), 0);
    QTRY_COMPARE(quitRequests.count(), 1);
    struct sigaction now = {};
    QCOMPARE(::sigaction(SIGINT, nullptr, &now), 0);
    QVERIFY(now.sa_handler == SIG_DFL);
    QCOMPARE(::sigaction(SIGTERM, nullptr, &now), 0);
    QVERIFY(now.sa_handler != SIG_DFL); // the signal has not arrived so far
}

QTEST_GUILESS_MAIN(CliInterruptedTest)

#include "tst_cliinterrupted.moc"
