#include "authcore/network/authnetworkaccessmanager.h"
#include "authcore/session/authsession.h"
#include "authcore/testing/manualclock.h"
#include "authcore/testing/scriptednetwork.h"
#include "authcore/tokens/memorytokenstore.h"
#include "tests/support/caller.h"

#include <QtTest/QTest>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using authcore::testing::errorOfStatus;
using authcore::testing::ManualClock;
using authcore::testing::ScriptedNetwork;
using demobackend::ScriptedReply;

//! The network that embedders script in tests of their own.
class ScriptedNetworkTest : public QObject
{
    Q_OBJECT

private:
    test::Caller &get(const QString &pathAndQuery)
    {
        return watch(m_http->get(QNetworkRequest(QUrl(u"https://api.example"_s + pathAndQuery))));
    }
    test::Caller &watch(QNetworkReply *reply)
    {
        m_callers.push_back(std::make_unique<test::Caller>(reply));
        return *m_callers.back();
    }

    std::unique_ptr<ScriptedNetwork> m_network;
    std::unique_ptr<QNetworkAccessManager> m_http;
    std::vector<std::unique_ptr<test::Caller>> m_callers;

private Q_SLOTS:
    void init()
    {
        m_callers.clear();
        m_network = std::make_unique<ScriptedNetwork>();
        m_http = m_network->makeManager();
    }

    void answersComeFromTheScriptInOrder()
    {
        m_network->on(u"/a"_s).replies(201, "first").drops().always({503, {}, "later"});
        auto &first = get(u"/a"_s);
        auto &second = get(u"/a"_s);
        auto &third = get(u"/a"_s);
        auto &elsewhere = get(u"/b"_s);
        QCOMPARE(first.finished, 0); // not inside get()
        QTRY_COMPARE(elsewhere.finished, 1);
        QCOMPARE(first.body, "first"_ba);
        QCOMPARE(second.error, QNetworkReply::RemoteHostClosedError);
        QCOMPARE(third.status, 503);
        const QStringList expected {
            u"GET /a -> 201"_s, u"GET /a -> dropped"_s, u"GET /a -> 503"_s, u"GET /b -> 404"_s};
        QCOMPARE(m_network->transcript(), expected);
    }

    void heldRequestsWaitForTheirRelease()
    {
        m_network->on(u"/a"_s).hold();
        auto &first = get(u"/a"_s);
        auto &second = get(u"/a"_s);
        QTRY_COMPARE(m_network->on(u"/a"_s).heldCount(), 2);
        QCOMPARE(m_network->transcript(), QStringList(2, u"GET /a -> ..."_s));
        m_network->on(u"/a"_s).replies(200).replies(204).release();
        QTRY_COMPARE(second.status, 204);
        QCOMPARE(first.status, 200);
        auto &third = get(u"/a"_s); // which nothing holds
        QTRY_COMPARE(third.status, 404);
    }

    void anAbortedRequestGetsNoAnswer()
    {
        m_network->on(u"/a"_s).hold().replies(200);
        auto &aborted = get(u"/a"_s);
        auto &other = get(u"/a"_s);
        QTRY_COMPARE(m_network->on(u"/a"_s).heldCount(), 2);
        aborted.reply->abort();
        QCOMPARE(m_network->on(u"/a"_s).heldCount(), 1);
        m_network->on(u"/a"_s).release();
        QTRY_COMPARE(other.status, 200);
        QCOMPARE(aborted.finished, 1);
        QCOMPARE(aborted.error, QNetworkReply::OperationCanceledError);
        QCOMPARE(m_network->transcript().constFirst(), u"GET /a -> aborted"_s);
    }

    void theTranscriptShowsNoSecret()
    {
        QNetworkRequest request(QUrl(u"https://api.example/a?code=hush"_s));
        for (const auto *token : {"Bearer hush1", "Bearer hush2", "Bearer hush1"}) {
            request.setRawHeader("Authorization", token);
            watch(m_http->get(request));
        }
        QTRY_COMPARE(m_callers.back()->finished, 1);
        const QStringList expected {
            u"GET /a [A1] -> 404"_s, u"GET /a [A2] -> 404"_s, u"GET /a [A1] -> 404"_s};
        QCOMPARE(m_network->transcript(), expected);
        m_network->clearTranscript();
        QCOMPARE(m_network->transcript(), QStringList());
    }

    void bodiesAndMethodsArrive()
    {
        const QNetworkRequest request(QUrl(u"https://api.example/a"_s));
        watch(m_http->post(request, QByteArray(10'000, 'x')));
        watch(m_http->sendCustomRequest(request, "PATCH", QByteArray("small")));
        QTRY_COMPARE(m_callers.back()->finished, 1);
        QCOMPARE(m_network->on(u"/a"_s).arrivedBody(0), QByteArray(10'000, 'x'));
        QCOMPARE(m_network->on(u"/a"_s).arrivedBody(1), "small"_ba);
        QCOMPARE(m_network->on(u"/a"_s).arrivedBody(2), QByteArray());
        QCOMPARE(m_network->transcript().constLast(), u"PATCH /a -> 404"_s);
    }

    void headersArrive()
    {
        m_network->on(u"/a"_s).replies(ScriptedReply {200, {{"X-Kind", "special"}}, {}});
        auto &caller = get(u"/a"_s);
        QTRY_COMPARE(caller.finished, 1);
        QCOMPARE(caller.reply->rawHeader("x-kind"), "special"_ba);
    }

    void aReplyMayBeDeletedWhileItIsHeld()
    {
        m_network->on(u"/a"_s).hold();
        auto *const reply = m_http->get(QNetworkRequest(QUrl(u"https://api.example/a"_s)));
        QTRY_COMPARE(m_network->on(u"/a"_s).heldCount(), 1);
        delete reply;
        m_network->on(u"/a"_s).release();
        auto &other = get(u"/b"_s);
        QTRY_COMPARE(other.finished, 1);
        QCOMPARE(m_network->transcript().constFirst(), u"GET /a -> ..."_s);
    }

    //! What it is for: a client that stays signed in, without a server and without waiting.
    void anExpiredTokenIsRefreshedOnce()
    {
        ManualClock clock;
        authcore::MemoryTokenStore store;
        authcore::AuthSession session(
            *authcore::BackendProfile::preset(u"json-bearer"_s, QUrl(u"https://api.example"_s)),
            store, clock, [] { return 0.5; }, m_network->makeManager());
        const auto manager = m_network->makeManager(session);
        authcore::TokenSet tokens;
        tokens.accessToken = "a1";
        tokens.refreshToken = "r1";
        tokens.expiresAt = std::chrono::floor<std::chrono::seconds>(clock.now()) + 900s;
        session.setTokens(tokens);
        m_network->on(u"/orders"_s).always({200, {}, "three orders"});
        m_network->on(u"/api/auth/refresh"_s).replies(200, R"({"accessToken":"a2"})");

        const QNetworkRequest request(QUrl(u"https://api.example/orders"_s));
        auto &first = watch(manager->get(request));
        QTRY_COMPARE(first.body, "three orders"_ba);
        clock.advance(1h);
        watch(manager->get(request));
        auto &third = watch(manager->get(request));
        QTRY_COMPARE(third.body, "three orders"_ba);
        const QStringList expected {u"GET /orders [A1] -> 200"_s,
            u"POST /api/auth/refresh -> 200"_s, u"GET /orders [A2] -> 200"_s,
            u"GET /orders [A2] -> 200"_s};
        QCOMPARE(m_network->transcript(), expected);
    }

    void errorsAreQtsOwn_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<QNetworkReply::NetworkError>("error");
        QTest::newRow("200 is none") << 200 << QNetworkReply::NoError;
        QTest::newRow("304 is none") << 304 << QNetworkReply::NoError;
        QTest::newRow("401") << 401 << QNetworkReply::AuthenticationRequiredError;
        QTest::newRow("429 is an unknown one of the content")
            << 429 << QNetworkReply::UnknownContentError;
        QTest::newRow("502 is an unknown one of the server")
            << 502 << QNetworkReply::UnknownServerError;
    }

    void errorsAreQtsOwn()
    {
        QFETCH(const int, status);
        QTEST(errorOfStatus(status), "error");
    }
};

QTEST_GUILESS_MAIN(ScriptedNetworkTest)
#include "tst_scriptednetwork.moc"
