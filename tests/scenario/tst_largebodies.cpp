// Large bodies up and down, and the memory that the process needs for them.
//
// 32 MiB as usual, 1 GiB with TOKENFLIGHT_FULL=1.
#include "tests/support/memory.h"
#include "tests/support/source.h"
#include "tests/support/world.h"

#include <QtCore/QFile>
#include <QtCore/QTimer>
#include <QtNetwork/QTcpServer>
#include <QtNetwork/QTcpSocket>

#include <functional>
#include <utility>

using namespace Qt::StringLiterals;
using test::Source;
using test::World;

namespace {

constexpr qint64 mega = 1 << 20;
constexpr qint64 portion = mega / 16; // read at once

[[nodiscard]] bool isFull()
{
    return qEnvironmentVariableIsSet("TOKENFLIGHT_FULL");
}
[[nodiscard]] qint64 fullSize()
{
    return isFull() ? 1024 * mega : 32 * mega;
}

//! Answers every request with `size` bytes, made as the connection takes them. `headOf` makes the
//! status line and headers from those of the request; an empty head gives a 200 without a body.
class Fountain : public QTcpServer
{
public:
    using HeadOf = std::function<QByteArray(const QByteArray &request)>;

    explicit Fountain(
        qint64 size, HeadOf headOf = [](const QByteArray &) { return "HTTP/1.1 200 OK\r\n"; })
        : m_size(size)
        , m_headOf(std::move(headOf))
    {
        if (!listen(QHostAddress::LocalHost))
            qFatal("no free port");
        connect(this, &QTcpServer::newConnection, this, [this] {
            QTcpSocket *socket = nextPendingConnection();
            connect(socket, &QTcpSocket::readyRead, this, [this, socket] { answer(*socket); });
        });
    }

private:
    void answer(QTcpSocket &socket) const
    {
        const QByteArray request = socket.readAll();
        if (!request.contains("\r\n\r\n"))
            return;
        const QByteArray head = m_headOf(request);
        if (head.isEmpty()) {
            socket.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
            return;
        }
        socket.write(head + "Content-Length: " + QByteArray::number(m_size) + "\r\n\r\n");
        auto *source = new Source(m_size, Source::Access::Sequential);
        source->setParent(&socket);
        const auto pour = [&socket, source] {
            while (socket.bytesToWrite() < mega && !source->atEnd())
                socket.write(source->read(portion));
        };
        connect(&socket, &QTcpSocket::bytesWritten, source, pour);
        pour();
    }

    qint64 m_size;
    HeadOf m_headOf;
};

const QByteArray refusal =
    "HTTP/1.1 403 Forbidden\r\nWWW-Authenticate: Bearer error=\"invalid_token\"\r\n";

} // namespace

class LargeBodies : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // Whatever is sent, and sent again, needs no more memory than a small request.
    void upAndUpAgain_data()
    {
        QTest::addColumn<QByteArray>("kind");
        QTest::addColumn<bool>("isRefused");
        for (const char *kind : {"random access", "of known length", "of unknown length"}) {
            QTest::addRow("%s", kind) << QByteArray(kind) << false;
            QTest::addRow("%s, after a 401", kind) << QByteArray(kind) << true;
        }
        QTest::newRow("one-shot") << QByteArray("one-shot") << false;
    }
    void upAndUpAgain()
    {
        QFETCH(QByteArray, kind);
        QFETCH(bool, isRefused);
        World world;
        QVERIFY(world.signIn());
        // Everything has been used once, so that further growth is due to the body.
        auto &small = world.post(test::bytes(2 * mega));
        QVERIFY(small.waitUntilFinished());
        if (isRefused)
            world.breakAccess();
        Source source(fullSize(),
            kind == "random access" ? Source::Access::Random : Source::Access::Sequential);
        auto request = world.request(u"/api/echo"_s);
        request.setRawHeader("Content-Type", "application/octet-stream");
        if (kind == "of known length" || kind == "one-shot")
            request.setHeader(QNetworkRequest::ContentLengthHeader, fullSize());
        request.setAttribute(QNetworkRequest::DoNotBufferUploadDataAttribute, kind == "one-shot");
        const test::Peak peak;
        if (!peak.works())
            QSKIP("the system does not tell");
        auto &caller = world.watch(world.manager->post(request, &source));
        QVERIFY(caller.waitUntilFinished(isFull() ? 600'000 : test::patience));
        const qint64 growth = peak.growth();
        QCOMPARE(caller.status, 200);
        QCOMPARE(QJsonDocument::fromJson(caller.body).object()["sha256"_L1].toString().toLatin1(),
            Source::sha256(fullSize()));
        QCOMPARE(world.backend.transcript(u"POST /api/echo"_s).size(), isRefused ? 3 : 2);
        qInfo("%lld MiB up, peak + %lld KiB", fullSize() / mega, growth / 1024);
        QVERIFY(growth < 16 * mega);
    }

    void down_data()
    {
        QTest::addColumn<bool>("isSlow");
        QTest::newRow("to a quick reader") << false;
        QTest::newRow("to a slow reader") << true;
    }
    void down()
    {
        QFETCH(bool, isSlow);
        Fountain fountain(fullSize());
        World world([&fountain](auto &profile) {
            profile.protectedOrigins.append(u"http://127.0.0.1:%1"_s.arg(fountain.serverPort()));
        });
        QVERIFY(world.signIn());
        const test::Peak peak;
        if (!peak.works())
            QSKIP("the system does not tell");
        auto request = world.request();
        request.setUrl(QUrl(world.profile.protectedOrigins.back()));
        const std::unique_ptr<QNetworkReply> reply(world.manager->get(request));
        // Without a bound, Qt buffers everything.
        reply->setReadBufferSize(isSlow ? mega / 4 : 2 * mega);
        QCryptographicHash hash(QCryptographicHash::Sha256);
        // The quick reader takes all there is, the slow one a little from time to time.
        QTimer now;
        connect(&now, &QTimer::timeout, this, [&] { hash.addData(reply->read(portion)); });
        if (isSlow)
            now.start(0);
        else
            connect(
                reply.get(), &QIODevice::readyRead, this, [&] { hash.addData(reply->readAll()); });
        QSignalSpy finished(reply.get(), &QNetworkReply::finished);
        QVERIFY(finished.wait(isFull() ? 600'000 : test::patience));
        while (reply->bytesAvailable() > 0)
            hash.addData(reply->read(portion));
        const qint64 growth = peak.growth();
        QCOMPARE(reply->error(), QNetworkReply::NoError);
        QCOMPARE(hash.result().toHex(), Source::sha256(fullSize()));
        qInfo("%lld MiB down, peak + %lld KiB", fullSize() / mega, growth / 1024);
        QVERIFY(growth < (isFull() ? 64 : 24) * mega); // Qt's bound is a soft one
    }

    // A hidden body needs no memory. A 401 over HTTP/1 does: Qt keeps the whole body before it
    // reports the answer, also for plain requests.
    void thrownAway_data()
    {
        QTest::addColumn<QByteArray>("head");
        QTest::newRow("a redirect's body")
            << QByteArray("HTTP/1.1 302 Found\r\nLocation: /there\r\n");
        QTest::newRow("a challenge's body") << refusal;
    }
    void thrownAway()
    {
        QFETCH(QByteArray, head);
        QByteArray firstRequest;
        Fountain fountain(fullSize(), [head, &firstRequest](const QByteArray &request) {
            return std::exchange(firstRequest, request).isEmpty() ? head : QByteArray();
        });
        World world([&fountain](auto &profile) {
            profile.protectedOrigins.append(u"http://127.0.0.1:%1"_s.arg(fountain.serverPort()));
        });
        QVERIFY(world.signIn());
        auto request = world.request();
        request.setUrl(QUrl(world.profile.protectedOrigins.back()));
        const test::Peak peak;
        if (!peak.works())
            QSKIP("the system does not tell");
        auto &caller = world.watch(world.manager->get(request));
        QVERIFY(caller.waitUntilFinished(isFull() ? 600'000 : test::patience));
        const qint64 growth = peak.growth();
        QCOMPARE(caller.status, 200);
        qInfo("%lld MiB thrown away, peak + %lld KiB", fullSize() / mega, growth / 1024);
        QVERIFY(growth < 16 * mega);
    }

    // A challenge that is delivered to the caller is complete, whatever its size.
    void aLargeChallengeIsDelivered_data()
    {
        QTest::addColumn<qint64>("bufferSize"); // of the caller; 0: no bound
        QTest::newRow("whole") << qint64(0);
        QTest::newRow("as the caller reads it") << 2 * mega;
    }
    void aLargeChallengeIsDelivered()
    {
        QFETCH(qint64, bufferSize);
        Fountain fountain(8 * mega, [](const QByteArray &) { return refusal; });
        World world([&fountain](auto &profile) {
            profile.protectedOrigins.append(u"http://127.0.0.1:%1"_s.arg(fountain.serverPort()));
        });
        QVERIFY(world.signIn());
        auto request = world.request();
        request.setUrl(QUrl(world.profile.protectedOrigins.back()));
        const std::unique_ptr<QNetworkReply> reply(world.manager->get(request));
        reply->setReadBufferSize(bufferSize);
        QSignalSpy finished(reply.get(), &QNetworkReply::finished);
        QCryptographicHash hash(QCryptographicHash::Sha256);
        connect(reply.get(), &QIODevice::readyRead, this, [&] { hash.addData(reply->readAll()); });
        QVERIFY(finished.wait(test::patience));
        hash.addData(reply->readAll());
        QCOMPARE(reply->error(), QNetworkReply::ContentAccessDenied);
        QCOMPARE(hash.result().toHex(), Source::sha256(8 * mega));
        QCOMPARE(finished.size(), 1);
        QCOMPARE(world.refreshesOnTheWire(), 1);
        QCOMPARE(world.manager->activeCount(), 0);
    }

    // Aborting while the challenge arrives frees its place once.
    void aLargeChallengeIsAborted()
    {
        Fountain fountain(8 * mega, [](const QByteArray &) { return refusal; });
        World world([&fountain](auto &profile) {
            profile.protectedOrigins.append(u"http://127.0.0.1:%1"_s.arg(fountain.serverPort()));
        });
        QVERIFY(world.signIn());
        auto request = world.request();
        request.setUrl(QUrl(world.profile.protectedOrigins.back()));
        const std::unique_ptr<QNetworkReply> reply(world.manager->get(request));
        connect(reply.get(), &QIODevice::readyRead, reply.get(), &QNetworkReply::abort);
        QSignalSpy finished(reply.get(), &QNetworkReply::finished);
        QVERIFY(finished.wait(test::patience));
        QCOMPARE(reply->error(), QNetworkReply::OperationCanceledError);
        QCOMPARE(world.refreshesOnTheWire(), 1);
        QCOMPARE(world.manager->activeCount(), 0);
    }
};

QTEST_GUILESS_MAIN(LargeBodies)
#include "tst_largebodies.moc"
