// Race 24: each kind of body arrives byte for byte, whatever happens to its first attempt.
#include "tests/support/pipe.h"
#include "tests/support/world.h"

#include <QtCore/QTemporaryFile>
#include <QtCore/QTimer>
#include <QtNetwork/QHttpMultiPart>

#include <array>

using namespace Qt::StringLiterals;
using test::bytes;
using test::Pipe;
using test::sha256;
using test::World;

namespace {

//! A server's answer as over HTTP/2: a 401 after half of the body.
class Refusal : public QNetworkReply
{
public:
    Refusal(QNetworkAccessManager *manager, const QNetworkRequest &request, QIODevice *body,
        qint64 half)
        : QNetworkReply(manager)
    {
        setRequest(request);
        setUrl(request.url());
        setOperation(QNetworkAccessManager::PostOperation);
        open(ReadOnly | Unbuffered);
        connect(&m_more, &QTimer::timeout, this, [this, body, half] { readOn(*body, half); });
        m_more.start(0);
    }
    void abort() override { }

protected:
    qint64 readData(char *, qint64) override { return -1; }

private:
    void readOn(QIODevice &body, qint64 half)
    {
        while (m_read < half) {
            const auto piece = body.read(qMin<qint64>(half - m_read, 16'384));
            if (piece.isEmpty())
                return; // not yet
            m_read += piece.size();
        }
        m_more.stop();
        setAttribute(QNetworkRequest::HttpStatusCodeAttribute, 401);
        setError(AuthenticationRequiredError, u"Host requires authentication"_s);
        Q_EMIT metaDataChanged();
        Q_EMIT errorOccurred(error());
        setFinished(true);
        Q_EMIT finished();
    }

    QTimer m_more;
    qint64 m_read = 0;
};

//! Refuses the first protected request in the middle of its body.
class RefusingManager : public authcore::AuthNetworkAccessManager
{
public:
    RefusingManager(authcore::AuthSession &session, qint64 half)
        : AuthNetworkAccessManager(session)
        , m_half(half)
    {
    }

protected:
    QNetworkReply *createInnerReply(
        Operation op, const QNetworkRequest &request, QIODevice *body) override
    {
        if (std::exchange(m_refuses, false))
            return new Refusal(this, request, body, m_half);
        return AuthNetworkAccessManager::createInnerReply(op, request, body);
    }

private:
    qint64 m_half;
    bool m_refuses = true;
};

//! A body of one kind, with all objects that must live as long as the body.
struct Body
{
    QByteArray content; //!< the bytes that must arrive
    QNetworkRequest request;
    std::unique_ptr<QIODevice> device; //!< null: `content` itself is sent
    std::unique_ptr<QHttpMultiPart> parts; //!< replaces `device`
};

[[nodiscard]] QNetworkReply *post(World &world, const Body &body)
{
    if (body.parts)
        return world.manager->post(body.request, body.parts.get());
    if (body.device)
        return world.manager->post(body.request, body.device.get());
    return world.manager->post(body.request, body.content);
}

[[nodiscard]] std::unique_ptr<QIODevice> fileWith(const QByteArray &content, qint64 from = 0)
{
    auto file = std::make_unique<QTemporaryFile>();
    if (!file->open() || file->write(content) != content.size() || !file->seek(from))
        qFatal("no temporary file");
    return file;
}

[[nodiscard]] Body bodyOf(const QByteArray &kind, QNetworkRequest request)
{
    request.setRawHeader("Content-Type", "application/octet-stream");
    const QByteArray small = bytes(50'000);
    const QByteArray large = bytes(3'000'000); // three times the limit for memory
    if (kind == "no bytes")
        return {{}, request, {}, {}};
    if (kind == "empty file")
        return {{}, request, fileWith({}), {}};
    if (kind == "empty pipe")
        return {{}, request, std::make_unique<Pipe>(QByteArray()), {}};
    if (kind == "bytes")
        return {small, request, {}, {}};
    if (kind == "file")
        return {small, request, fileWith(small), {}};
    if (kind == "file at an offset")
        return {small.mid(777), request, fileWith(small, 777), {}};
    if (kind == "buffer") {
        auto buffer = std::make_unique<QBuffer>();
        buffer->setData(small);
        buffer->open(QIODevice::ReadOnly);
        buffer->seek(777);
        return {small.mid(777), request, std::move(buffer), {}};
    }
    if (kind.startsWith("multipart")) {
        const bool isSequential = kind == "multipart with a pipe";
        auto parts = std::make_unique<QHttpMultiPart>(QHttpMultiPart::FormDataType);
        parts->setBoundary("limit");
        auto device = isSequential ? std::make_unique<Pipe>(small) : fileWith(small);
        QHttpPart part;
        part.setRawHeader("content-disposition", "form-data; name=\"f\"");
        part.setBodyDevice(device.get());
        device.release()->setParent(parts.get());
        parts->append(part);
        const QByteArray content = "--limit\r\ncontent-disposition: form-data; name=\"f\"\r\n\r\n"
            + small + "\r\n--limit--\r\n";
        request.setRawHeader("Content-Type", {});
        return {content, request, {}, std::move(parts)};
    }
    if (kind == "pipe")
        return {small, request, std::make_unique<Pipe>(small), {}};
    if (kind == "large pipe")
        return {large, request, std::make_unique<Pipe>(large), {}};
    request.setHeader(QNetworkRequest::ContentLengthHeader, large.size());
    if (kind == "one-shot pipe")
        request.setAttribute(QNetworkRequest::DoNotBufferUploadDataAttribute, true);
    // A body of known length: sent while it is read.
    return {large, request, std::make_unique<Pipe>(large), {}};
}

constexpr std::array kinds {"no bytes", "empty file", "empty pipe", "bytes", "file",
    "file at an offset", "buffer", "multipart", "multipart with a pipe", "pipe", "large pipe",
    "large pipe of known length", "one-shot pipe"};
constexpr std::array courses {
    "good token", "401 first", "401 when half is read", "refreshed while held"};

// The server's echo describes this body.
[[nodiscard]] bool hasArrived(const test::Caller &caller, const QByteArray &content)
{
    const QJsonObject echo = QJsonDocument::fromJson(caller.body).object();
    return echo["length"_L1].toInteger() == content.size()
        && echo["sha256"_L1].toString().toLatin1() == sha256(content);
}

} // namespace

class ReplayedBodies : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void bytesAreEqual_data()
    {
        QTest::addColumn<QByteArray>("kind");
        QTest::addColumn<QByteArray>("course");
        for (const char *kind : kinds) {
            for (const char *course : courses)
                QTest::addRow("%s, %s", kind, course) << QByteArray(kind) << QByteArray(course);
        }
    }
    void bytesAreEqual()
    {
        QFETCH(QByteArray, kind);
        QFETCH(QByteArray, course);
        World world;
        QVERIFY(world.signIn());
        const Body body = bodyOf(kind, world.request(u"/api/echo"_s));
        auto refresh = world.backend.on(u"/authorization/refresh"_s);
        if (course == "401 first")
            world.breakAccess();
        if (course == "401 when half is read")
            world.manager =
                std::make_unique<RefusingManager>(*world.session, body.content.size() / 2);
        if (course == "refreshed while held") {
            refresh.hold();
            world.session->refreshNow();
        }
        QSignalSpy refreshed(world.session.get(), &authcore::AuthSession::tokensRefreshed);
        auto &caller = world.watch(post(world, body));
        if (course == "refreshed while held") {
            QTRY_COMPARE(refresh.heldCount(), 1);
            refresh.release();
        }
        QVERIFY(caller.waitUntilFinished());

        const bool isRefused = course.startsWith("401");
        const bool isOneShot = kind == "one-shot pipe";
        const int sent = course == "401 first" && !isOneShot ? 2
            : course == "401 when half is read" && isOneShot ? 0
                                                             : 1;
        QCOMPARE(caller.status, isRefused && isOneShot ? 401 : 200);
        QCOMPARE(hasArrived(caller, body.content), caller.status == 200);
        QCOMPARE(world.backend.transcript(u"POST /api/echo"_s).size(), sent);
        if (course != "good token")
            QTRY_COMPARE(refreshed.size(), 1);
        QCOMPARE(world.refreshesOnTheWire(), course == "good token" ? 0 : 1);
    }
};

QTEST_GUILESS_MAIN(ReplayedBodies)
#include "tst_replayedbodies.moc"
