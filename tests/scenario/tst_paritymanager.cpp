// A reply of ours cannot be told from Qt's: credentials that Qt asks for, proxies, and what else
// can be set on a manager.
#include "tests/support/parity.h"

#include <QtNetwork/QAuthenticator>
#include <QtNetwork/QHstsPolicy>
#include <QtNetwork/QNetworkProxy>
#include <QtTest/QSignalSpy>

using namespace Qt::StringLiterals;
using test::Scenario;
using test::Stage;
using test::Through;

namespace {

// 401 or 407 until somebody shows credentials of that kind.
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
        QTest::newRow("connectToHost") << Scenario([=](Stage &stage) {
            answers(stage);
            stage.manager->connectToHost(u"127.0.0.1"_s, stage.server.serverPort());
            stage.get("/x");
        });
        QTest::newRow("a transfer time-out of the manager's") << Scenario([](Stage &stage) {
            stage.server.holds("/x");
            stage.manager->setTransferTimeout(50);
            stage.get("/x");
            stage.manager->setTransferTimeout(0); // counts for later ones only
        });
        QTest::newRow("a transfer time-out of the request's") << Scenario([](Stage &stage) {
            stage.server.holds("/x");
            QNetworkRequest request = stage.request("/x");
            request.setTransferTimeout(50);
            stage.record(stage.manager->get(request));
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
            if (stage.through != Through::Unprotected) {
                auto profile = stage.profile;
                profile.protectedOrigins << u"http://localhost:1"_s << u"https://localhost:1"_s;
                stage.session->setProfile(profile);
            }
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
    }
    void otherSchemes() { test::compareWithPlain(); }

    // What waits leaves by priority, whoever asked first.
    void prioritiesCount()
    {
        Stage stage(Through::GoodToken);
        stage.server.holds("/first");
        const auto answer = [](const auto &) { return test::http("200 OK", {}, "b"); };
        stage.server.on("/low", answer);
        stage.server.on("/high", answer);
        for (int i = 0; i < 8; ++i)
            stage.get("/first");
        const auto get = [&](const QByteArray &path, QNetworkRequest::Priority priority) {
            QNetworkRequest request = stage.request(path);
            request.setPriority(priority);
            stage.record(stage.manager->get(request));
        };
        get("/low", QNetworkRequest::LowPriority);
        get("/high", QNetworkRequest::HighPriority);
        QVERIFY(test::eventually([&] { return stage.server.heldCount("/first") == 6; }));
        stage.server.on("/first", answer);
        stage.server.say("/first", answer(0));
        QVERIFY(stage.settled());
        const auto placeOf = [&](const QByteArray &path) {
            const auto &arrived = stage.server.arrived();
            return std::find_if(arrived.begin(), arrived.end(), [&path](const auto &request) {
                return request.target == path;
            }) - arrived.begin();
        };
        QVERIFY(placeOf("/high") < placeOf("/low"));
    }

    // Qt remembers credentials for requests without an Authorization header only. Differs: ours
    // have one, so their challenges ask each time.
    void credentialsAreRemembered_data()
    {
        QTest::addColumn<Through>("through");
        QTest::addColumn<bool>("hasOwnHeader");
        QTest::addColumn<QList<int>>("asked"); // after each of three; forgotten before the third
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
            // Qt's own way with such a header: it asks, and gives up all the same.
            QVERIFY(hasOwnHeader || seen.reply()->error() == QNetworkReply::NoError);
            counts << static_cast<int>(requests.size());
        }
        QCOMPARE(counts, asked);
    }

    // As with Qt: on a connection that has learned Basic credentials, what is sent after a 401 has
    // them in the place of any other Authorization. So the replay has no token, and its 401 shows.
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
        // Such a 401 ends the session, by this profile.
        QCOMPARE(stage.session->isSignedIn(), stage.isPlain());
    }

    // Differs on purpose: a Basic challenge that nobody can meet is ours first, then the caller's.
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
};

QTEST_GUILESS_MAIN(ParityManager)
#include "tst_paritymanager.moc"
