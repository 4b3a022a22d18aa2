// nginx ends an HTTP/2 connection after some requests. All requests that it has not processed are
// sent again, and none of them twice.
#include "tests/support/http2proxy.h"
#include "tests/support/parity.h"

#include <QtCore/QLoggingCategory>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using test::Recorder;
using test::Stage;
using test::Through;

namespace {

void begin(Stage &stage, int requestsPerConnection)
{
    auto nginx = std::make_shared<Http2Proxy>();
    nginx->setRequestsPerConnection(requestsPerConnection);
    if (const QString problem = nginx->start(stage.server.url()); !problem.isEmpty())
        qFatal("%s", qPrintable(problem));
    QSslConfiguration tls = QSslConfiguration::defaultConfiguration();
    tls.setCaCertificates(QSslCertificate::fromPath(nginx->certificateFile()));
    stage.standBehind(nginx->url(), tls);
    stage.front = nginx;
    stage.server.holds("/slow");
}

void answer(Stage &stage, const QByteArray &path)
{
    stage.server.on(path, [](const auto &) { return test::http("200 OK", {}, "good"); });
}

[[nodiscard]] QNetworkReply *post(Stage &stage, const QByteArray &path)
{
    QNetworkRequest request = stage.request(path);
    request.setHeader(QNetworkRequest::ContentTypeHeader, u"text/plain"_s);
    return stage.manager->post(request, "body");
}

// A connection of two requests: one is answered, and one is held. Qt loses each further one.
[[nodiscard]] bool holdsUpAClosingConnection(Stage &stage)
{
    answer(stage, "/first");
    stage.get("/first");
    if (!stage.settled())
        return false;
    stage.get("/slow");
    return test::waitFor([&stage] { return stage.server.heldCount("/slow") == 1; });
}

[[nodiscard]] bool isAnswered(const Recorder &seen)
{
    return test::waitFor([&seen] { return seen.isOver(); })
        && seen.reply()->error() == QNetworkReply::NoError;
}

} // namespace

class Http2Goaway : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        if (const QString missing = Http2Proxy::missing(); !missing.isEmpty())
            QSKIP(qPrintable(u"HTTP/2 is not looked at: "_s + missing));
        QLoggingCategory::setFilterRules(u"qt.network.http2.warning=false"_s); // one per stream
    }

    // With a real clock, since Qt loses some of the requests. The POSTs leave first, so that later
    // requests show which of them are lost.
    void everyRequestIsAnswered()
    {
        Stage stage(Through::GoodToken);
        stage.manager.reset();
        stage.session = std::make_unique<authcore::AuthSession>(stage.profile, stage.store);
        stage.manager = std::make_unique<authcore::AuthNetworkAccessManager>(*stage.session);
        begin(stage, 60);
        answer(stage, "/get");
        QByteArrayList posts;
#if QT_VERSION < QT_VERSION_CHECK(6, 9, 0) // newer versions do not tell which were processed
        for (int i = 0; i < 150; ++i) {
            posts.append("/" + QByteArray::number(i));
            answer(stage, posts.constLast());
            stage.record(post(stage, posts.constLast()));
        }
#endif
        for (int i = 0; i < 150; ++i)
            stage.get("/get");
        QVERIFY(stage.settled());
        for (const auto &seen : stage.recorders)
            QCOMPARE(seen->reply()->error(), QNetworkReply::NoError);
        for (const QByteArray &path : std::as_const(posts))
            QCOMPARE(stage.server.arrivedCount(path), 1);
    }

    void aRequestThatQtLosesIsSentAgain()
    {
        Stage stage(Through::GoodToken);
        begin(stage, 2);
        QVERIFY(holdsUpAClosingConnection(stage));
        answer(stage, "/lost");
        const Recorder &lost = stage.get("/lost");
        stage.clock.advance(5s);
        QVERIFY(isAnswered(lost));
        QCOMPARE(stage.server.arrivedCount("/lost"), 1);
        stage.server.say("/slow", test::http("200 OK", {}, "at last"));
        QVERIFY(stage.settled());
    }

    // A POST is sent again only when it is certain that Qt has not sent it.
    void aPostThatQtLosesIsSentAgainAfterALaterRequest()
    {
        Stage stage(Through::GoodToken);
        begin(stage, 2);
        QVERIFY(holdsUpAClosingConnection(stage));
        answer(stage, "/lost");
        answer(stage, "/later");
        const Recorder &lost = stage.record(post(stage, "/lost"));
        stage.clock.advance(5s);
        QVERIFY(isAnswered(stage.get("/later")));
        stage.clock.advance(1s);
        QVERIFY(isAnswered(lost));
        QCOMPARE(stage.server.arrivedCount("/lost"), 1);
        stage.server.say("/slow", test::http("200 OK", {}, "at last"));
        QVERIFY(stage.settled());
    }
};

QTEST_GUILESS_MAIN(Http2Goaway)
#include "tst_http2goaway.moc"
