// Replies behave like Qt's own: credentials that Qt asks for, proxies, and other settings of a
// manager.
#include "tests/support/parity.h"
#include "tests/support/pipe.h"

#include <QtCore/QTemporaryDir>
#include <QtNetwork/QAuthenticator>
#if QT_VERSION >= QT_VERSION_CHECK(6, 5, 0)
#include <QtNetwork/QHttp1Configuration>
#endif
#include <QtNetwork/QHstsPolicy>
#include <QtNetwork/QNetworkProxy>
#include <QtTest/QSignalSpy>

using namespace Qt::StringLiterals;
using test::Scenario;
using test::Stage;
using test::Through;

// A leak of Qt's own: the wrapper of a body that is put to a file, with the plain manager as well.
// NOLINTNEXTLINE(bugprone-reserved-identifier,readability-identifier-naming)
extern "C" const char *__lsan_default_suppressions();
// NOLINTNEXTLINE(bugprone-reserved-identifier,readability-identifier-naming)
extern "C" const char *__lsan_default_suppressions()
{
    return "leak:QNonContiguousByteDeviceFactory::wrap\n";
}

namespace {

// Answers 401 or 407 until the request has credentials of that kind.
void asks(Stage &stage, const QByteArray &path, bool proxy, const QByteArray &kind)
{
    stage.server.on(path, [proxy, kind](const test::RawServer::Request &request) {
        const QByteArray shown = request.header(proxy ? "Proxy-Authorization" : "Authorization");
        if (shown.startsWith(kind))
            return test::http("200 OK", {}, "for whom it may concern");
        const QByteArray challenge =
            kind + R"( realm="there", nonce="abc", qop="auth", algorithm=MD5)";
        return proxy ? test::http("407 Who", {{"Proxy-Authenticate", challenge}}, "who?")
                     : test::http("401 Who", {{"WWW-Authenticate", challenge}}, "who?");
    });
}

// The same file each time, with the same modification time.
[[nodiscard]] QUrl fileIn(const QTemporaryDir &folder, const QByteArray &content)
{
    QFile file(folder.filePath(u"file"_s));
    if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size() || !file.flush()
        || !file.setFileTime(
            QDateTime::fromSecsSinceEpoch(1'700'000'000), QFileDevice::FileModificationTime))
        qFatal("no temporary file");
    return QUrl::fromLocalFile(file.fileName());
}

void throughProxy(Stage &stage)
{
    stage.manager->setProxy(
        QNetworkProxy(QNetworkProxy::HttpProxy, u"127.0.0.1"_s, stage.server.serverPort()));
}

} // namespace

class ParityManager : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void credentials_data()
    {
        QTest::addColumn<Scenario>("scenario");
        for (const char *kind : {"Basic", "Digest"}) {
            QTest::addRow("%s of the server", kind)
                << Scenario([kind = QByteArray(kind)](Stage &stage) {
                       asks(stage, "/x", false, kind);
                       answersWhenAsked(stage);
                       stage.get("/x");
                   });
            QTest::addRow("%s of a proxy", kind)
                << Scenario([kind = QByteArray(kind)](Stage &stage) {
                       throughProxy(stage);
                       const QByteArray absolute = stage.request("/x").url().toEncoded();
                       asks(stage, absolute, true, kind);
                       answersWhenAsked(stage);
                       stage.get("/x");
                   });
        }
        QTest::newRow("a proxy that nobody knows") << Scenario([](Stage &stage) {
            throughProxy(stage);
            asks(stage, stage.request("/x").url().toEncoded(), true, "Basic");
            stage.get("/x");
        });
    }
    void credentials() { test::compareWithPlain(); }

    void settings_data()
    {
        QTest::addColumn<Scenario>("scenario");
        const auto answers = [](Stage &stage) {
            stage.server.on("/x", [](const auto &) { return test::http("200 OK", {}, "body"); });
        };
        QTest::newRow("a proxy") << Scenario([](Stage &stage) {
            throughProxy(stage);
            stage.server.on(stage.request("/x").url().toEncoded(),
                [](const auto &) { return test::http("200 OK", {}, "by proxy"); });
            stage.get("/x");
        });
        QTest::newRow("clearAccessCache and clearConnectionCache") << Scenario([=](Stage &stage) {
            answers(stage);
            stage.get("/x");
            if (!stage.settled())
                return;
            stage.manager->clearAccessCache();
            stage.get("/x");
            if (!stage.settled())
                return;
            stage.manager->clearConnectionCache();
            stage.get("/x");
        });
        QTest::newRow("clearAccessCache makes the proxy ask again") << Scenario([](Stage &stage) {
            throughProxy(stage);
            asks(stage, stage.request("/x").url().toEncoded(), true, "Basic");
            answersWhenAsked(stage);
            for (const bool isAskedFor : {true, false, true}) {
                if (isAskedFor)
                    stage.manager->clearAccessCache();
                const auto &seen = stage.get("/x");
                QVERIFY(stage.settled());
                QCOMPARE(!seen.lines().filter(u"proxy asks there"_s).isEmpty(), isAskedFor);
            }
        });
        QTest::newRow("connectToHost") << Scenario([=](Stage &stage) {
            answers(stage);
            stage.manager->connectToHost(u"127.0.0.1"_s, stage.server.serverPort());
            stage.get("/x");
        });
        QTest::newRow("strict transport security") << Scenario([](Stage &stage) {
            stage.neverAnswered();
            stage.manager->setStrictTransportSecurityEnabled(true);
            QHstsPolicy policy;
            policy.setHost(u"localhost"_s);
            policy.setExpiry(QDateTime::currentDateTimeUtc().addDays(1));
            stage.manager->addStrictTransportSecurityHosts({policy});
            QNetworkRequest request = stage.request("/x");
            QUrl url = request.url();
            url.setHost(u"localhost"_s);
            url.setPort(1); // refused
            stage.protect({u"http://localhost:1"_s, u"https://localhost:1"_s});
            request.setUrl(url);
            stage.record(stage.manager->get(request));
        });
        QTest::newRow("attributes and limits of the request") << Scenario([=](Stage &stage) {
            answers(stage);
            QNetworkRequest request = stage.request("/x");
            request.setPriority(QNetworkRequest::HighPriority);
            request.setMaximumRedirectsAllowed(7);
            request.setAttribute(QNetworkRequest::HttpPipeliningAllowedAttribute, true);
            request.setAttribute(QNetworkRequest::Http2AllowedAttribute, false);
            request.setAttribute(QNetworkRequest::MaximumDownloadBufferSizeAttribute, 0);
            request.setAttribute(QNetworkRequest::User, u"mine"_s);
            request.setHeader(QNetworkRequest::UserAgentHeader, u"me"_s);
            request.setOriginatingObject(stage.manager.get());
            stage.record(stage.manager->get(request));
        });
    }
    void settings() { test::compareWithPlain(); }

    void transferTimeouts_data()
    {
        QTest::addColumn<test::TimedScenario>("scenario");
        QTest::newRow("of the manager") << test::TimedScenario([](Stage &stage, int timeout) {
            stage.manager->setTransferTimeout(timeout);
            stage.get("/x");
            stage.manager->setTransferTimeout(0); // counts for later requests only
        });
        QTest::newRow("of the request") << test::TimedScenario([](Stage &stage, int timeout) {
            QNetworkRequest request = stage.request("/x");
            request.setTransferTimeout(timeout);
            stage.record(stage.manager->get(request));
        });
    }
    void transferTimeouts()
    {
        QFETCH(test::TimedScenario, scenario);
        const QByteArray differs = test::differenceFromPlain(scenario);
        QVERIFY2(differs.isEmpty(), differs.constData());
    }

    void otherSchemes_data()
    {
        QTest::addColumn<Scenario>("scenario");
        for (const char *url :
            {"data:text/plain,hello", "data:text/plain;base64,aGVsbG8=", "file:///does/not/exist",
                "file:///dev/null", "qrc:/does/not/exist", "unknown:thing", ""}) {
            QTest::newRow(url) << Scenario([url = QByteArray(url)](Stage &stage) {
                stage.neverAnswered();
                stage.record(stage.manager->get(QNetworkRequest(QUrl::fromEncoded(url))));
            });
        }
        QTest::newRow("a resource that is there") << Scenario([](Stage &stage) {
            stage.neverAnswered();
            auto &seen = stage.record(
                stage.manager->get(QNetworkRequest(QUrl(u"qrc:/tst_paritymanager.cpp"_s))));
            if (stage.settled() && seen.reply()->bytesAvailable() == 0)
                seen.note(u"EMPTY"_s);
        });
        const auto fileRow = [folder = std::make_shared<QTemporaryDir>()](const char *name,
                                 const QByteArray &content,
                                 const std::function<QNetworkReply *(
                                     QNetworkAccessManager &, const QNetworkRequest &)> &send) {
            QTest::newRow(name) << Scenario([=](Stage &stage) {
                stage.neverAnswered();
                const QUrl url = fileIn(*folder, content);
                auto &seen = stage.record(send(*stage.manager, QNetworkRequest(url)));
                QFile file(url.toLocalFile());
                if (stage.settled() && file.open(QIODevice::ReadOnly))
                    seen.note(u"there is "_s
                        + QString::fromLatin1(test::Recorder::digest(file.readAll())));
            });
        };
        using Manager = QNetworkAccessManager;
        const auto get = [](Manager &manager, const auto &request) { return manager.get(request); };
        fileRow("a file", "hello", get);
        fileRow("a file without content", {}, get);
        fileRow("a large file", test::bytes(300'000), get);
        fileRow("HEAD of a file", "hello",
            [](Manager &manager, const auto &request) { return manager.head(request); });
        fileRow("PUT to a file", "not this", [](Manager &manager, const auto &request) {
            return manager.put(request, QByteArray("but this"));
        });
        fileRow("DELETE of a file", "hello",
            [](Manager &manager, const auto &request) { return manager.deleteResource(request); });
    }
    void otherSchemes() { test::compareWithPlain(); }

    // Waiting requests leave by priority, whatever their order.
    void prioritiesCount_data()
    {
        QTest::addColumn<Through>("through");
        QTest::addColumn<QByteArray>("door"); // a request that is held there holds the others up
        QTest::addColumn<int>("heldThere");
        QTest::newRow("queued") << Through::GoodToken << QByteArray("/first") << 6;
        QTest::newRow("held for a refresh")
            << Through::Challenged << QByteArray("/authorization/refresh") << 1;
    }
    void prioritiesCount()
    {
        QFETCH(Through, through);
        QFETCH(QByteArray, door);
        QFETCH(int, heldThere);
        Stage stage(through);
        for (const QByteArray &path : {door, QByteArray("/low"), QByteArray("/high")})
            stage.server.holds(path);
        const auto send = [&stage](int count, const QByteArray &path,
                              QNetworkRequest::Priority priority) {
            QNetworkRequest request = stage.request(path);
            request.setPriority(priority);
            for (int i = 0; i < count; ++i)
                stage.record(stage.manager->get(request));
        };
        if (door == "/first")
            send(8, door, QNetworkRequest::NormalPriority);
        send(10, "/low", QNetworkRequest::LowPriority);
        send(10, "/high", QNetworkRequest::HighPriority);
        QVERIFY(test::waitFor([&] { return stage.server.heldCount(door) == heldThere; }));
        const auto answer = [](const auto &...) { return test::http("200 OK", {}, "body"); };
        stage.server.on(door, answer);
        stage.server.say(door, door == "/first" ? answer() : test::RawServer::refreshed());
        QVERIFY(test::waitFor([&] { return stage.server.heldCount("/high") == 6; }));
        QCOMPARE(stage.server.heldCount("/low"), 0);
        for (const QByteArray path : {"/high", "/low"}) {
            stage.server.on(path, answer);
            stage.server.say(path, answer());
        }
        QVERIFY(stage.settled());
    }

    // Neither cache keeps the waiting replies, so clearing it is safe. Qt forgets requests under
    // way with their connections.
    void bothCachesMayBeClearedWhileRepliesAreHeld()
    {
        Stage stage(Through::Challenged);
        stage.server.holds("/authorization/refresh");
        stage.server.on("/x", [](const auto &) { return test::http("200 OK", {}, "body"); });
        for (int i = 0; i < 20; ++i)
            stage.get("/x");
        const auto &manager = static_cast<authcore::AuthNetworkAccessManager &>(*stage.manager);
        QVERIFY(test::waitFor([&] {
            return stage.server.heldCount("/authorization/refresh") == 1
                && manager.activeCount() == 0;
        }));
        stage.manager->clearAccessCache();
        stage.manager->clearConnectionCache();
        stage.get("/x");
        stage.server.say("/authorization/refresh", test::RawServer::refreshed());
        QVERIFY(stage.settled());
        for (const auto &seen : stage.recorders)
            QCOMPARE(seen->reply()->readAll(), "body");
    }

    // Qt remembers credentials only for requests without an Authorization header. Differs: our
    // requests have one, so each challenge asks.
    void credentialsAreRemembered_data()
    {
        QTest::addColumn<Through>("through");
        QTest::addColumn<bool>("hasOwnHeader");
        // After each of three requests; forgotten before the third.
        QTest::addColumn<QList<int>>("asked");
        QTest::newRow("plain") << Through::Plain << false << QList<int> {1, 1, 2};
        QTest::newRow("plain, with a header") << Through::Plain << true << QList<int> {1, 2, 3};
        QTest::newRow("unprotected") << Through::Unprotected << false << QList<int> {1, 1, 2};
        QTest::newRow("good token") << Through::GoodToken << false << QList<int> {1, 2, 3};
    }
    void credentialsAreRemembered()
    {
        QFETCH(Through, through);
        QFETCH(bool, hasOwnHeader);
        QFETCH(QList<int>, asked);
        Stage stage(through);
        asks(stage, "/x", false, "Basic");
        answersWhenAsked(stage);
        QSignalSpy requests(stage.manager.get(), &QNetworkAccessManager::authenticationRequired);
        QNetworkRequest request = stage.request("/x");
        if (hasOwnHeader)
            request.setRawHeader("Authorization", "Bearer good");
        QList<int> counts;
        for (int i = 0; i < 3; ++i) {
            if (i == 2)
                stage.manager->clearAccessCache();
            auto &seen = stage.record(stage.manager->get(request));
            QVERIFY(stage.settled());
            // Qt itself asks in spite of such a header, and gives up all the same.
            QVERIFY(hasOwnHeader || seen.reply()->error() == QNetworkReply::NoError);
            counts << static_cast<int>(requests.size());
        }
        QCOMPARE(counts, asked);
    }

    // As with Qt: on a connection that has learned Basic credentials, a request after a 401 carries
    // them instead of any other Authorization. So the replay has no token, and its 401 is
    // delivered.
    void basicAndBearerOnOneConnection_data()
    {
        QTest::addColumn<Through>("through");
        QTest::newRow("plain, sent again by hand") << Through::Plain;
        QTest::newRow("good token, until it is none") << Through::GoodToken;
    }
    void basicAndBearerOnOneConnection()
    {
        QFETCH(Through, through);
        Stage stage(through);
        asks(stage, "/basic", false, "Basic");
        stage.server.on("/x", [](const test::RawServer::Request &request) {
            return request.header("Authorization").startsWith("Bearer good")
                ? test::http("200 OK", {}, "body")
                : test::http("401 Who", {{"WWW-Authenticate", "Bearer"}}, "who?");
        });
        answersWhenAsked(stage);
        const auto get = [&stage](const QByteArray &path, const QByteArray &token) {
            QNetworkRequest request = stage.request(path);
            if (stage.isPlain())
                request.setRawHeader("Authorization", "Bearer " + token);
            return stage.record(stage.manager->get(request)).reply();
        };
        get("/basic", "none");
        QVERIFY(stage.settled());
        auto tokens = stage.session->tokens();
        tokens.accessToken = "broken";
        stage.session->setTokens(tokens);
        QNetworkReply *reply = get("/x", "broken");
        QVERIFY(stage.settled());
        if (stage.isPlain())
            reply = get("/x", "good");
        QVERIFY(stage.settled());
        QCOMPARE(stage.server.arrivedCount("/x"), 2);
        QVERIFY(stage.server.last("/x").header("Authorization").startsWith("Basic "));
        QCOMPARE(reply->error(), QNetworkReply::AuthenticationRequiredError);
        // With this profile, such a 401 ends the session.
        QCOMPARE(stage.session->isSignedIn(), stage.isPlain());
    }

    // When Qt clears its connections, it forgets their requests. These requests block others until
    // they end.
    void whoIsStrandedCanBeAborted_data()
    {
        QTest::addColumn<Through>("through");
        for (const auto through : {Through::Plain, Through::Unprotected, Through::GoodToken})
            QTest::newRow(test::nameOf(through)) << through;
    }
    void whoIsStrandedCanBeAborted()
    {
        QFETCH(Through, through);
        Stage stage(through);
        stage.server.holds("/held");
        stage.server.on("/x", [](const auto &) { return test::http("200 OK", {}, "body"); });
        for (int i = 0; i < 8; ++i)
            stage.get("/held");
        QVERIFY(test::waitFor([&] { return stage.server.heldCount("/held") == 6; }));
        stage.manager->clearConnectionCache();
        const auto &next = stage.get("/x");
        for (int i = 0; i < 8; ++i)
            stage.recorders[std::size_t(i)]->reply()->abort();
        QVERIFY(stage.settled());
        QCOMPARE(next.reply()->readAll(), "body");
    }

    // Differs on purpose: a Basic challenge without credentials is first treated as a challenge,
    // then delivered.
    void aChallengeThatNobodyMeets()
    {
        Stage stage(Through::GoodToken);
        asks(stage, "/x", false, "Basic");
        QSignalSpy asked(stage.manager.get(), &QNetworkAccessManager::authenticationRequired);
        auto &seen = stage.get("/x");
        QVERIFY(stage.settled());
        QCOMPARE(asked.size(), 2); // before and after the refresh
        QCOMPARE(seen.reply()->error(), QNetworkReply::AuthenticationRequiredError);
        QCOMPARE(seen.reply()->readAll(), "who?");
    }

#if QT_VERSION >= QT_VERSION_CHECK(6, 5, 0)
    // As many requests at a time as Qt has connections, which only the server can see.
    void connectionsPerHost_data()
    {
        QTest::addColumn<int>("connections");
        for (const int connections : {1, 6, 12})
            QTest::addRow("%d", connections) << connections;
    }
    void connectionsPerHost()
    {
        QFETCH(int, connections);
        for (const auto through : {Through::Plain, Through::GoodToken, Through::Challenged}) {
            Stage stage(through);
            stage.server.holds("/x");
            QNetworkRequest request = stage.request("/x");
            QHttp1Configuration configuration;
            configuration.setNumberOfConnectionsPerHost(connections);
            request.setHttp1Configuration(configuration);
            for (int i = 0; i < 20; ++i)
                stage.record(stage.manager->get(request));
            QTRY_COMPARE(stage.server.heldCount("/x"), connections);
            stage.server.on("/x", [](const auto &) { return test::http("200 OK", {}, "body"); });
            stage.server.say("/x", test::http("200 OK", {}, "body"));
            QVERIFY(stage.settled());
        }
    }
#endif
};

QTEST_GUILESS_MAIN(ParityManager)
#include "tst_paritymanager.moc"
