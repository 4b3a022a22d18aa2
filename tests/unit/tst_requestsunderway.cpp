// Requests that Qt ends or loses because an HTTP/2 server closes its connection: which of them are
// sent again, and when.
#include "authcore/network/authnetworkaccessmanager.h"
#include "authcore/session/authsession.h"
#include "authcore/testing/manualclock.h"
#include "authcore/tokens/memorytokenstore.h"
#include "tests/support/patience.h"

#include <QtCore/QBuffer>
#include <QtCore/QPointer>
#include <QtNetwork/QNetworkReply>
#include <QtTest/QTest>

#include <memory>
#include <optional>
#include <vector>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

// One attempt, which does what a test says.
class Attempt : public QNetworkReply
{
    Q_OBJECT

public:
    Attempt(
        QNetworkAccessManager::Operation operation, const QNetworkRequest &request, QObject *parent)
        : QNetworkReply(parent)
    {
        setOperation(operation);
        setRequest(request);
        setUrl(request.url());
        setOpenMode(ReadOnly | Unbuffered);
    }

    void leave() { Q_EMIT requestSent(); }
    void answer(bool isHttp2)
    {
        setAttribute(QNetworkRequest::HttpStatusCodeAttribute, 200);
        setAttribute(QNetworkRequest::Http2WasUsedAttribute, isHttp2);
        Q_EMIT metaDataChanged();
        setFinished(true);
        Q_EMIT finished();
    }
    void fail(NetworkError error)
    {
        setError(error, u"as the test says"_s);
        Q_EMIT errorOccurred(error);
        setFinished(true);
        Q_EMIT finished();
    }
    [[nodiscard]] bool usesOtherConnection() const
    {
        return request().peerVerifyName() == "example.org"_L1;
    }
    void abort() override { }

protected:
    qint64 readData(char *, qint64) override { return isFinished() ? -1 : 0; }
};

class Manager : public authcore::AuthNetworkAccessManager
{
public:
    using AuthNetworkAccessManager::AuthNetworkAccessManager;
    std::vector<QPointer<Attempt>> attempts;

protected:
    QNetworkReply *createInnerReply(
        Operation op, const QNetworkRequest &request, QIODevice *) override
    {
        attempts.emplace_back(new Attempt(op, request, this));
        return attempts.back();
    }
};

class Sequential : public QBuffer
{
public:
    [[nodiscard]] bool isSequential() const override { return true; }
};

enum class Kind { Get, Post, Patch, OneShot };

struct Stage
{
    Stage()
    {
        auto profile =
            *authcore::BackendProfile::preset(u"custom-jwt"_s, QUrl(u"https://example.org/"_s));
        session =
            std::make_unique<authcore::AuthSession>(profile, store, clock, [] { return 0.5; });
        authcore::TokenSet tokens;
        tokens.accessToken = "good";
        session->setTokens(tokens);
        manager = std::make_unique<Manager>(*session);
    }

    QNetworkReply &send(Kind kind)
    {
        QNetworkRequest request(QUrl(u"https://example.org/x"_s));
        request.setHeader(QNetworkRequest::ContentTypeHeader, u"text/plain"_s);
        switch (kind) {
        case Kind::Get:
            return *manager->get(request);
        case Kind::Post:
            return *manager->post(request, "body");
        case Kind::Patch:
            return *manager->sendCustomRequest(request, "PATCH", "body");
        case Kind::OneShot:
            break;
        }
        request.setAttribute(QNetworkRequest::DoNotBufferUploadDataAttribute, true);
        request.setHeader(QNetworkRequest::ContentLengthHeader, 4);
        device.setData("body");
        device.open(QIODevice::ReadOnly);
        return *manager->post(request, &device);
    }
    [[nodiscard]] bool hasAttempts(std::size_t count) const
    {
        return QTest::qWaitFor([&] { return manager->attempts.size() == count; }, test::patience);
    }
    // The first request, by which the manager learns what the server speaks.
    [[nodiscard]] bool speaks(bool isHttp2)
    {
        send(Kind::Get);
        if (!hasAttempts(1))
            return false;
        manager->attempts.front()->answer(isHttp2);
        return true;
    }

    Sequential device;
    authcore::MemoryTokenStore store;
    authcore::testing::ManualClock clock;
    std::unique_ptr<authcore::AuthSession> session;
    std::unique_ptr<Manager> manager;
};

} // namespace

class RequestsUnderWayTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whatEndsWithoutAnAnswer_data()
    {
        using Error = QNetworkReply::NetworkError;
        QTest::addColumn<bool>("isHttp2");
        QTest::addColumn<Error>("error");
        QTest::addColumn<Kind>("kind");
        QTest::addColumn<int>("sends");
        constexpr auto afterTheLast = QNetworkReply::ContentReSendError;
        constexpr auto waiting = QNetworkReply::ProtocolUnknownError;
        constexpr auto closed = QNetworkReply::RemoteHostClosedError;
        constexpr auto timeOut = QNetworkReply::TimeoutError;
        // clang-format off
        QTest::newRow("after the last one, a GET")          << true  << afterTheLast << Kind::Get     << 11;
        QTest::newRow("after the last one, a POST")         << true  << afterTheLast << Kind::Post    << 11;
        QTest::newRow("after the last one, no second body") << true  << afterTheLast << Kind::OneShot << 1;
        QTest::newRow("it waited in Qt, a POST")            << true  << waiting      << Kind::Post    << 11;
        QTest::newRow("the connection was closed, a GET")   << true  << closed       << Kind::Get     << 3;
        QTest::newRow("the connection was closed, a POST")  << true  << closed       << Kind::Post    << 1;
        QTest::newRow("the connection was closed, a PATCH") << true  << closed       << Kind::Patch   << 1;
        QTest::newRow("a time-out, a GET")                  << true  << timeOut      << Kind::Get     << 1;
        QTest::newRow("HTTP/1, a POST")                     << false << afterTheLast << Kind::Post    << 1;
        QTest::newRow("HTTP/1, closed, a GET")              << false << closed       << Kind::Get     << 1;
        // clang-format on
    }
    void whatEndsWithoutAnAnswer()
    {
        QFETCH(const bool, isHttp2);
        QFETCH(const QNetworkReply::NetworkError, error);
        QFETCH(const Kind, kind);
        QFETCH(const int, sends);
        Stage stage;
        QVERIFY(stage.speaks(isHttp2));
        const QNetworkReply &reply = stage.send(kind);
        for (int i = 1; i <= sends; ++i) {
            QVERIFY(stage.hasAttempts(std::size_t(i + 1)));
            QVERIFY(!reply.isFinished());
            QCOMPARE(stage.manager->attempts.back()->usesOtherConnection(), i % 2 == 0);
            stage.manager->attempts.back()->fail(error);
        }
        QVERIFY(reply.isFinished());
        QCOMPARE(reply.error(), error);
    }

    void whatQtDoesNotSend_data()
    {
        QTest::addColumn<Kind>("kind");
        QTest::addColumn<bool>("isOvertaken");
        QTest::addColumn<int>("others");
        QTest::addColumn<bool>("isSentAgain");
        // clang-format off
        QTest::newRow("a GET")                                 << Kind::Get     << false << 0 << true;
        QTest::newRow("a GET, a later one was sent")           << Kind::Get     << true  << 0 << true;
        QTest::newRow("a POST")                                << Kind::Post    << false << 0 << false;
        QTest::newRow("a POST, a later one was sent")          << Kind::Post    << true  << 0 << true;
        QTest::newRow("a PATCH")                               << Kind::Patch   << false << 0 << false;
        QTest::newRow("a PATCH, a later one was sent")         << Kind::Patch   << true  << 0 << true;
        QTest::newRow("no second body, a later one was sent")  << Kind::OneShot << true  << 0 << false;
        QTest::newRow("a POST, its connection is used")        << Kind::Post    << true  << 6 << true;
        QTest::newRow("a POST, its connection may be full")    << Kind::Post    << true  << 7 << false;
        // clang-format on
    }
    void whatQtDoesNotSend()
    {
        QFETCH(const Kind, kind);
        QFETCH(const bool, isOvertaken);
        QFETCH(const int, others);
        QFETCH(const bool, isSentAgain);
        Stage stage;
        QVERIFY(stage.speaks(true));
        for (int i = 0; i < others; ++i) {
            stage.send(Kind::Get);
            stage.manager->attempts.back()->leave();
        }
        stage.send(kind);
        QVERIFY(stage.hasAttempts(2 + std::size_t(others)));
        stage.clock.advance(4999ms);
        auto sent = 2 + std::size_t(others);
        if (isOvertaken) {
            stage.send(Kind::Get);
            QVERIFY(stage.hasAttempts(++sent));
            stage.manager->attempts.back()->leave();
        }
        QCOMPARE(stage.manager->attempts.size(), sent);
        stage.clock.advance(1ms);
        QCOMPARE(stage.manager->attempts.size(), sent + (isSentAgain ? 1 : 0));
    }

    // The first request fails in a way that shows that the connection is closing.
    void onAClosingConnectionASecondIsEnough()
    {
        Stage stage;
        QVERIFY(stage.speaks(true));
        stage.send(Kind::Get);
        stage.send(Kind::Post);
        QVERIFY(stage.hasAttempts(3));
        stage.manager->attempts[1]->fail(QNetworkReply::ContentReSendError);
        QVERIFY(stage.hasAttempts(4));
        stage.manager->attempts.back()->leave();
        stage.clock.advance(999ms);
        QCOMPARE(stage.manager->attempts.size(), std::size_t(4));
        stage.clock.advance(1ms);
        QCOMPARE(stage.manager->attempts.size(), std::size_t(5));
        QVERIFY(stage.manager->attempts.back()->usesOtherConnection());
    }

    void whatQtSendsIsNotLost()
    {
        Stage stage;
        QVERIFY(stage.speaks(true));
        stage.send(Kind::Get);
        QVERIFY(stage.hasAttempts(2));
        stage.manager->attempts.back()->leave();
        stage.clock.advance(10min);
        QCOMPARE(stage.manager->attempts.size(), std::size_t(2));
    }

    // One repetition needs no proof, but a second one does: Qt may wait for a person.
    void aGetIsSentAgainOnceUnlessLaterOnesAreSent()
    {
        Stage stage;
        QVERIFY(stage.speaks(true));
        stage.send(Kind::Get);
        QVERIFY(stage.hasAttempts(2));
        stage.clock.advance(10min);
        QCOMPARE(stage.manager->attempts.size(), std::size_t(3));
        QVERIFY(stage.manager->attempts.back()->usesOtherConnection());
        stage.send(Kind::Get);
        QVERIFY(stage.hasAttempts(4));
        stage.manager->attempts.back()->leave();
        stage.clock.advance(1s);
        QCOMPARE(stage.manager->attempts.size(), std::size_t(5));
    }

    // A request that may be lost takes no others with it.
    void theConnectionIsGivenUpWithItsFirstSuspect()
    {
        Stage stage;
        QVERIFY(stage.speaks(true));
        stage.send(Kind::Post);
        QVERIFY(stage.hasAttempts(2));
        QVERIFY(!stage.manager->attempts.back()->usesOtherConnection());
        stage.clock.advance(5s);
        stage.send(Kind::Get);
        QVERIFY(stage.hasAttempts(3));
        QVERIFY(stage.manager->attempts.back()->usesOtherConnection());
    }
};

QTEST_GUILESS_MAIN(RequestsUnderWayTest)
#include "tst_requestsunderway.moc"
