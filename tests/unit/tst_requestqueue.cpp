// The queue: the order of requests, and how many of them Qt may have at a time.
#include "authcore/network/requestqueue.h"

#include <QtTest/QTest>

#include <functional>
#include <vector>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using authcore::AuthReply;
using authcore::Generation;
using authcore::RequestQueue;

namespace {

// A reply that tests can tell from others, and never use.
AuthReply *reply(quintptr number)
{
    return reinterpret_cast<AuthReply *>(number * 16);
}

const QString http = u"http://127.0.0.1:80"_s;
const QString https = u"https://example.org:443"_s;

constexpr auto now = 1h;
constexpr Generation before {1};
constexpr Generation present {2};

// Starts all requests that may start, and returns their number.
int drain(RequestQueue &queue, RequestQueue::OriginId origin, int from, int count,
    Generation generation = {})
{
    for (int i = 0; i < count; ++i)
        queue.enqueue(origin, {3, quint64(from + i)}, reply(quintptr(from + i)));
    int started = 0;
    for (; queue.next(); ++started) {
        queue.remove(origin, {3, quint64(from + started)});
        queue.started(origin);
        queue.beginTrial(origin, generation, now);
    }
    return started;
}

} // namespace

class RequestQueueTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void eachOriginHasAWindow_data()
    {
        using Happening = std::function<void(RequestQueue &, RequestQueue::OriginId)>;
        QTest::addColumn<QString>("origin");
        QTest::addColumn<Happening>("happening");
        QTest::addColumn<int>("window");
        const auto asks = [](std::vector<int> counts) {
            return Happening([counts](RequestQueue &queue, RequestQueue::OriginId id) {
                for (const int count : counts)
                    queue.askForConnections(id, count);
            });
        };
        const auto http2 = [](auto &queue, auto id) { queue.allowHttp2(id); };
        const auto http1 = [](auto &queue, auto id) { queue.limitToHttp1(id); };
        const auto both = [](auto &queue, auto id) {
            queue.limitToHttp1(id);
            queue.allowHttp2(id);
        };
        // clang-format off
        QTest::newRow("http")                                      << http  << asks({})       << 8;
        QTest::newRow("http, Qt's usual connections")              << http  << asks({6, 6})   << 8;
        QTest::newRow("http, 12 connections asked for")            << http  << asks({12})     << 14;
        QTest::newRow("http, one connection asked for")            << http  << asks({1})      << 3;
        QTest::newRow("http, the most counts")                     << http  << asks({12, 6})  << 14;
        QTest::newRow("http, which may speak HTTP/2")              << http  << Happening(http2) << 100;
        QTest::newRow("http that turned out to speak HTTP/1")      << http  << Happening(both)  << 8;
        QTest::newRow("https, which may speak HTTP/2")             << https << asks({6})      << 100;
        QTest::newRow("https that turned out to speak HTTP/1")     << https << Happening(http1) << 8;
        QTest::newRow("https, 200 connections asked for")          << https << asks({200})    << 202;
        // clang-format on
    }
    void eachOriginHasAWindow()
    {
        QFETCH(QString, origin);
        QFETCH(std::function<void(RequestQueue &, RequestQueue::OriginId)>, happening);
        QFETCH(int, window);
        RequestQueue queue;
        const auto id = queue.originId(origin);
        happening(queue, id);
        QCOMPARE(drain(queue, id, 1, 1000), window);
        QCOMPARE(queue.activeCount(), window);
        QCOMPARE(queue.queuedCount(), std::size_t(1000 - window));
        queue.finished(id);
        QVERIFY(queue.next());
    }

    void aTokenHasASmallWindowUntilItIsProven_data()
    {
        using Happening = std::function<void(RequestQueue &, RequestQueue::OriginId)>;
        QTest::addColumn<Happening>("happening");
        QTest::addColumn<int>("window");
        const auto proved = [](Generation generation, std::chrono::nanoseconds when) {
            return Happening([generation, when](RequestQueue &queue, RequestQueue::OriginId id) {
                queue.beginTrial(id, generation, when);
                queue.proved(id, generation, when);
                queue.endTrial(id, generation);
            });
        };
        const auto answered = [](int times) {
            return Happening([times](RequestQueue &queue, RequestQueue::OriginId id) {
                queue.beginTrial(id, present, now);
                for (int i = 0; i < times; ++i)
                    queue.answered(id, present, now);
                queue.endTrial(id, present);
            });
        };
        const auto proofIsLate = [](RequestQueue &queue, RequestQueue::OriginId id) {
            queue.beginTrial(id, before, now);
            queue.beginTrial(id, present, now);
            queue.proved(id, before, now);
            queue.endTrial(id, present);
            queue.endTrial(id, before);
        };
        // clang-format off
        QTest::newRow("no answer yet")                      << Happening([](auto &, auto) {}) << 8;
        QTest::newRow("it is proven")                       << proved(present, now)           << 100;
        QTest::newRow("it was proven a minute ago")         << proved(present, now - 60s)     << 100;
        QTest::newRow("it was proven more than that ago")   << proved(present, now - 61s)     << 8;
        QTest::newRow("the token before it was proven")     << proved(before, now)            << 8;
        QTest::newRow("a late proof of the token before")   << Happening(proofIsLate)         << 8;
        QTest::newRow("three answers that say nothing")     << answered(3)                    << 11;
        QTest::newRow("200 answers that say nothing")       << answered(200)                  << 100;
        // clang-format on
    }
    void aTokenHasASmallWindowUntilItIsProven()
    {
        QFETCH(const std::function<void(RequestQueue &, RequestQueue::OriginId)>, happening);
        QFETCH(const int, window);
        RequestQueue queue;
        const auto id = queue.originId(https);
        happening(queue, id);
        QCOMPARE(drain(queue, id, 1, 1000, present), window);
        QVERIFY(!queue.next());
        queue.finished(id);
        queue.endTrial(id, present);
        QVERIFY(queue.next());
    }

    void theFirstProofOpensTheWindow()
    {
        RequestQueue queue;
        const auto id = queue.originId(https);
        drain(queue, id, 1, 1000, present);
        QVERIFY(queue.proved(id, present, now));
        QVERIFY(!queue.proved(id, present, now));
        QVERIFY(queue.next());
    }

    void aSlowRequestIsNoTrial()
    {
        RequestQueue queue;
        const auto id = queue.originId(https);
        drain(queue, id, 1, 1000, present);
        QVERIFY(!queue.next());
        queue.endTrial(id, present);
        QVERIFY(queue.next());
        QCOMPARE(queue.activeCount(), 8);
    }

    void aFullOriginDoesNotStopAnother()
    {
        RequestQueue queue;
        const auto full = queue.originId(http);
        const auto other = queue.originId(https);
        QVERIFY(full != other);
        QVERIFY(queue.originId(http) == full);
        drain(queue, full, 1, 20);
        queue.enqueue(other, {3, 100}, reply(100));
        QCOMPARE(queue.next(), reply(100));
    }

    void priorityThenAge()
    {
        RequestQueue queue;
        const auto id = queue.originId(http);
        const auto other = queue.originId(https);
        queue.enqueue(id, {5, 1}, reply(1));
        queue.enqueue(id, {3, 3}, reply(3));
        queue.enqueue(other, {3, 2}, reply(2));
        queue.enqueue(id, {1, 4}, reply(4));
        const QList<AuthReply *> expected {reply(4), reply(2), reply(3), reply(1)};
        QCOMPARE(queue.queued(), expected);
        QCOMPARE(queue.next(), reply(4));
        QVERIFY(queue.remove(id, {1, 4}));
        QCOMPARE(queue.next(), reply(2));
    }

    void whatIsRemovedIsGone()
    {
        RequestQueue queue;
        const auto id = queue.originId(http);
        queue.enqueue(id, {3, 1}, reply(1));
        QVERIFY(queue.remove(id, {3, 1}));
        QVERIFY(!queue.remove(id, {3, 1}));
        QCOMPARE(queue.queuedCount(), std::size_t(0));
        QVERIFY(!queue.next());
    }
};

QTEST_APPLESS_MAIN(RequestQueueTest)
#include "tst_requestqueue.moc"
