// The caller and the manager's listeners see a replayed request as they would see one of Qt's own.
#include "tests/support/world.h"

#include <QtNetwork/QAuthenticator>

using namespace Qt::StringLiterals;
using authcore::AuthNetworkAccessManager;
using test::World;

class DropIn : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theManagerReportsTheCallersReplyOnce()
    {
        World world;
        QVERIFY(world.signIn());
        world.breakAccess();
        QSignalSpy finished(world.manager.get(), &QNetworkAccessManager::finished);
        auto &caller = world.get();
        QCOMPARE(caller.reply->manager(), world.manager.get());
        QTRY_COMPARE(caller.finished, 1);
        QTRY_COMPARE(finished.size(), 1);
        QCOMPARE(finished[0][0].value<QNetworkReply *>(), caller.reply.data());
    }

    // The challenge is invisible, and the answer complete, with signals in Qt's order.
    void theCallerSeesOneOrdinaryReply()
    {
        World world;
        QVERIFY(world.signIn());
        world.backend.on(u"/x"_s)
            .replies({401, {{"X-Answer", "first"}, {"X-Only", "challenge"}}, "challenge"})
            .always({200, {{"X-Answer", "second"}, {"Content-Type", "text/plain"}}, "one\ntwo\n"});
        QNetworkReply *reply = world.manager->get(world.request(u"/x"_s));
        QVERIFY(reply->isRunning());
        QCOMPARE(reply->operation(), QNetworkAccessManager::GetOperation);
        QStringList seen;
        connect(
            reply, &QNetworkReply::metaDataChanged, this, [&] { seen << u"metaDataChanged"_s; });
        connect(reply, &QIODevice::readyRead, this, [&] { seen << u"readyRead"_s; });
        connect(reply, &QNetworkReply::errorOccurred, this, [&] { seen << u"errorOccurred"_s; });
        connect(reply, &QIODevice::readChannelFinished, this,
            [&] { seen << u"readChannelFinished"_s; });
        connect(reply, &QNetworkReply::finished, this, [&] { seen << u"finished"_s; });
        QSignalSpy progress(reply, &QNetworkReply::downloadProgress);
        QTRY_VERIFY(reply->isFinished());
        QCOMPARE(seen,
            (QStringList {
                u"metaDataChanged"_s, u"readyRead"_s, u"readChannelFinished"_s, u"finished"_s}));
        QCOMPARE(reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt(), 200);
        QCOMPARE(reply->rawHeader("X-Answer"), "second");
        QVERIFY(!reply->hasRawHeader("X-Only"));
        QCOMPARE(reply->header(QNetworkRequest::ContentTypeHeader).toString(), u"text/plain"_s);
        QCOMPARE(reply->error(), QNetworkReply::NoError);
        QCOMPARE(reply->url(), world.url(u"/x"_s));
        // The session's token is not the caller's header.
        QVERIFY(!reply->request().hasRawHeader("Authorization"));
        QCOMPARE(progress.last()[0].toLongLong(), 8);
        QVERIFY(reply->canReadLine());
        QCOMPARE(reply->peek(3), "one");
        QCOMPARE(reply->readLine(), "one\n");
        QCOMPARE(reply->bytesAvailable(), 4);
        QCOMPARE(reply->readAll(), "two\n");
        delete reply;
    }

    void anErrorLooksLikeQts()
    {
        World world;
        QVERIFY(world.signIn());
        world.breakAccess();
        world.backend.on(u"/x"_s).replies(401).always({404, {}, "none"});
        QNetworkReply *reply = world.manager->get(world.request(u"/x"_s));
        bool runningAtError = false;
        QByteArray bodyAtError;
        connect(reply, &QNetworkReply::errorOccurred, this, [&] {
            runningAtError = reply->isRunning();
            bodyAtError = reply->readAll();
        });
        QTRY_VERIFY(reply->isFinished());
        QVERIFY(runningAtError);
        QCOMPARE(bodyAtError, "none");
        QCOMPARE(reply->error(), QNetworkReply::ContentNotFoundError);
        delete reply;
    }

    void repliesDeleteThemselvesWhereAskedTo()
    {
        World world;
        QVERIFY(world.signIn());
        world.breakAccess();
        world.manager->setAutoDeleteReplies(true);
        const QPointer<QNetworkReply> reply = world.get().reply;
        QTRY_COMPARE(world.endedWith(200), 1);
        QTRY_VERIFY(!reply);
    }

    // The base class gives its listeners an inner reply; outerReply() finds the caller's.
    void authenticationRequiredLeadsToTheCallersReply_data()
    {
        QTest::addColumn<bool>("isFostered");
        QTest::newRow("the manager's") << false;
        QTest::newRow("that has another parent") << true;
    }
    void authenticationRequiredLeadsToTheCallersReply()
    {
        QFETCH(bool, isFostered);
        QObject foster;
        World world;
        QVERIFY(world.signIn());
        world.backend.on(u"/x"_s).always({401, {{"WWW-Authenticate", "Basic realm=\"x\""}}, {}});
        QList<QNetworkReply *> asked;
        connect(world.manager.get(), &QNetworkAccessManager::authenticationRequired, this,
            [&](QNetworkReply *inner, QAuthenticator *) {
                asked << world.manager->outerReply(inner);
            });
        auto &caller = world.get(u"/x"_s);
        if (isFostered)
            caller.reply->setParent(&foster);
        QTRY_COMPARE(caller.finished, 1);
        QVERIFY(!asked.isEmpty());
        QCOMPARE(asked.first(), caller.reply.data());
        QCOMPARE(world.manager->outerReply(caller.reply), caller.reply.data());
    }

    // The base class handles requests that are not http or not protected.
    void otherSchemesPassThrough()
    {
        World world;
        QVERIFY(world.signIn());
        world.session->refreshNow(); // the refresh holds none of these requests
        auto &data = world.watch(world.manager->get(QNetworkRequest(QUrl(u"data:,hello"_s))));
        QTRY_COMPARE(data.body, "hello");
        auto &missing = world.watch(
            world.manager->get(QNetworkRequest(QUrl::fromLocalFile(u"/does/not/exist"_s))));
        QTRY_COMPARE(missing.error, QNetworkReply::ContentNotFoundError);
        QTRY_VERIFY(!world.manager->isRefreshInProgress());
    }

    // A transfer time-out counts the transfer, not the time in the queue.
    void aTransferTimeoutDoesNotRunWhileHeld()
    {
        World world;
        QVERIFY(world.signIn());
        world.breakAccess();
        world.backend.on(u"/authorization/refresh"_s).hold();
        world.get();
        QTRY_COMPARE(world.manager->pendingReplies().size(), 1);
        auto request = world.request();
        request.setTransferTimeout(1);
        auto &held = world.watch(world.manager->get(request));
        request.setAttribute(
            QNetworkRequest::Attribute(AuthNetworkAccessManager::SkipAuthAttribute), true);
        world.backend.on(u"/hangs"_s).hold();
        request.setUrl(world.url(u"/hangs"_s));
        auto &beside = world.watch(world.manager->get(request));
        QTRY_COMPARE(beside.finished, 1); // a millisecond has passed for certain
        QCOMPARE(held.finished, 0);
        world.backend.on(u"/hangs"_s).release();
        world.backend.on(u"/authorization/refresh"_s).release();
        QTRY_COMPARE(held.finished, 1);
    }

    void tlsWorksTheSameWay()
    {
        demobackend::DemoBackend::Options options;
        options.tls = true;
        World world({}, options);
        const QSslCertificate certificate(world.backend.certificatePem());
        auto trust = QSslConfiguration::defaultConfiguration();
        trust.addCaCertificate(certificate);
        authcore::TokenSet tokens;
        tokens.accessToken = "broken"; // this test is not about the refresh
        tokens.userName = u"anna"_s;
        world.session->setTokens(tokens);
        auto request = world.request();
        auto &refused = world.watch(world.manager->get(request));
        QSignalSpy errors(refused.reply, &QNetworkReply::sslErrors);
        QTRY_COMPARE(refused.error, QNetworkReply::SslHandshakeFailedError);
        QCOMPARE(errors.size(), 1);
        world.manager->clearConnectionCache(); // Qt keeps a connection's first configuration
        request.setSslConfiguration(trust);
        auto &trusted = world.watch(world.manager->get(request));
        QSignalSpy encrypted(trusted.reply, &QNetworkReply::encrypted);
        QTRY_COMPARE(trusted.status, 401); // without a refresh token, the challenge is delivered
        QCOMPARE(encrypted.size(), 1);
        QVERIFY(!trusted.reply->sslConfiguration().peerCertificate().isNull());
    }

    // Before its first answer, the server might speak HTTP/2 and take a hundred requests.
    void anHttpsServerOfHttp1IsHandedFewRequestsAtATime()
    {
        demobackend::DemoBackend::Options options;
        options.tls = true;
        World world({}, options);
        auto trust = QSslConfiguration::defaultConfiguration();
        trust.addCaCertificate(QSslCertificate(world.backend.certificatePem()));
        authcore::TokenSet tokens;
        tokens.accessToken = "any";
        world.session->setTokens(tokens);
        world.backend.on(u"/x"_s).always({200, {}, "good"});
        auto request = world.request(u"/x"_s);
        request.setSslConfiguration(trust);
        world.watch(world.manager->get(request));
        QTRY_COMPARE(world.endedWith(200), 1);
        world.backend.on(u"/x"_s).hold();
        for (int i = 0; i < 20; ++i)
            world.watch(world.manager->get(request));
        QTRY_COMPARE(world.backend.on(u"/x"_s).heldCount(), 6);
        QCOMPARE(world.manager->activeCount(), 8);
        world.backend.on(u"/x"_s).release();
        QTRY_COMPARE(world.endedWith(200), 21);
    }
};

QTEST_GUILESS_MAIN(DropIn)
#include "tst_dropin.moc"
