// The profile templates, each with the server that it is for: a run breaks the access token, and
// one refresh later every request has succeeded.
#include "tests/interop/browser.h"
#include "tests/interop/oidcprovider.h"
#include "tests/interop/pythonserver.h"
#include "tests/process/cliprocess.h"

#include <QtTest/QTest>

using namespace Qt::StringLiterals;
using test::OidcProvider;
using test::PythonServer;

class InteropTemplates : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void pythonServers_data();
    void pythonServers();
    void oidcProvider();
};

namespace {

QStringList runOf(const QString &profile, const QUrl &url)
{
    return {u"run"_s, u"--profile"_s, profile, u"--url"_s, url.toString(), u"--requests"_s, u"3"_s,
        u"--proxy"_s, u"direct"_s, u"--format"_s, u"json"_s};
}

} // namespace

void InteropTemplates::pythonServers_data()
{
    QTest::addColumn<QString>("profile");
    QTest::addColumn<QStringList>("server");
    QTest::addColumn<QStringList>("posts"); // the sign-in and the refresh
    QTest::addColumn<QString>("resource");
    QTest::addColumn<QString>("challenge");
    const QStringList ofDjango {u"POST /api/token/ -> 200"_s, u"POST /api/token/refresh/ -> 200"_s};
    const QStringList ofFlask {u"POST /login -> 200"_s, u"POST /refresh -> 200"_s};
    QTest::newRow("Django REST framework with Simple JWT")
        << u"django-simplejwt"_s << QStringList {u"simplejwtserver.py"_s} << ofDjango
        << u"GET /api/me/ -> 200"_s << u"GET /api/me/ -> 401"_s;
    QTest::newRow("Flask-JWT-Extended with headers")
        << u"flask-jwt-extended"_s << QStringList {u"flaskjwtserver.py"_s, u"headers"_s} << ofFlask
        << u"GET /protected -> 200"_s << u"GET /protected -> 422"_s;
    QTest::newRow("Flask-JWT-Extended with cookies")
        << u"flask-jwt-extended-cookies"_s << QStringList {u"flaskjwtserver.py"_s, u"cookies"_s}
        << ofFlask << u"GET /protected -> 200"_s << u"GET /protected -> 422"_s;
    QTest::newRow("Django OAuth Toolkit")
        << u"django-oauth-toolkit"_s << QStringList {u"djangooauthserver.py"_s}
        << QStringList {u"POST /o/token/ -> 200"_s, u"POST /o/token/ -> 200"_s}
        << u"GET /api/me/ -> 200"_s << u"GET /api/me/ -> 403"_s;
    QTest::newRow("Authlib") << u"authlib"_s << QStringList {u"authlibserver.py"_s}
                             << QStringList {u"POST /oauth/token -> 200"_s,
                                    u"POST /oauth/token -> 200"_s}
                             << u"GET /api/me -> 200"_s << u"GET /api/me -> 401"_s;
}

void InteropTemplates::pythonServers()
{
    QFETCH(const QString, profile);
    QFETCH(const QStringList, server);
    QFETCH(const QStringList, posts);
    QFETCH(const QString, resource);
    QFETCH(const QString, challenge);
    PythonServer python;
    const bool isRunning = python.start(server);
    if (python.problem().startsWith("missing"_L1))
        QSKIP(qPrintable(python.problem()));
    QVERIFY2(isRunning, qPrintable(python.problem()));
    qInfo("%s", qPrintable(python.version()));

    const auto outcome = cliprocess::run(runOf(profile, python.url())
            + QStringList {u"--sign-in"_s, u"password"_s, u"--user"_s, u"anna"_s},
        {.input = {}, .environment = {{u"TOKENFLIGHT_PASSWORD"_s, u"correct horse"_s}}});
    QVERIFY2(outcome.status == 0, outcome.all().constData());
    const auto transcript = python.finish();
    QCOMPARE(transcript.filter(u"POST "_s), posts);
    QCOMPARE(transcript.count(resource), 3);
    QCOMPARE(transcript.count(challenge), outcome.number("challenged"));
    QVERIFY(outcome.number("challenged") > 0);
    QCOMPARE(transcript.size(), 5 + transcript.count(challenge));
}

void InteropTemplates::oidcProvider()
{
    OidcProvider server;
    const auto obstacle = server.start();
    if (obstacle && obstacle->kind == OidcProvider::Obstacle::Kind::Missing)
        QSKIP(qPrintable(obstacle->text));
    QVERIFY2(!obstacle, obstacle ? qPrintable(obstacle->text) : "");
    qInfo("oidc-provider %s", qPrintable(server.version()));

    cliprocess::RunningCli cli(
        runOf(u"oidc-provider"_s, server.issuer()) + QStringList {u"--no-browser"_s});
    const auto page = cli.says(u"^(http://127\\.0\\.0\\.1:\\d+/auth\\?\\S+)$"_s);
    test::Browser person(u"anna"_s);
    person.open(QUrl(QString::fromLatin1(page)));
    QTRY_VERIFY(person.isIdle());
    const auto outcome = cli.finish();
    QVERIFY2(outcome.status == 0, outcome.all().constData());
    QCOMPARE(server.transcript(u"POST /token refresh_token [R1] -> 200"_s).size(), 1);
    QCOMPARE(server.transcript(u"POST /token"_s).size(), 2); // the first one is the sign-in's
    QCOMPARE(server.transcript(u"GET /me [A2] -> 200"_s).size(), 3);
}

QTEST_GUILESS_MAIN(InteropTemplates)
#include "tst_interoptemplates.moc"
