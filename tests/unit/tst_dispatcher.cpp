// The dispatcher: whose turn it is, and how many may be with Qt.
#include "authcore/network/dispatcher.h"

#include <QtTest/QTest>

#include <functional>
#include <vector>

using namespace Qt::StringLiterals;
using authcore::AuthReply;
using authcore::Dispatcher;

namespace {

// A reply to tell apart, never looked into.
AuthReply *reply(quintptr number)
{
    return reinterpret_cast<AuthReply *>(number * 16);
}

const QString http = u"http://127.0.0.1:80"_s;
const QString https = u"https://example.org:443"_s;

// Starts what may start; how many that is.
int drain(Dispatcher &dispatcher, Dispatcher::OriginId origin, int from, int count)
{
    for (int i = 0; i < count; ++i)
        dispatcher.enqueue(origin, {3, quint64(from + i)}, reply(quintptr(from + i)));
    int started = 0;
    for (; dispatcher.next(); ++started) {
        dispatcher.remove(origin, {3, quint64(from + started)});
        dispatcher.started(origin);
    }
    return started;
}

} // namespace

class TheDispatcher : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void eachOriginHasAWindow_data()
    {
        using Happening = std::function<void(Dispatcher &, Dispatcher::OriginId)>;
        QTest::addColumn<QString>("origin");
        QTest::addColumn<Happening>("happening");
        QTest::addColumn<int>("window");
        const auto asks = [](std::vector<int> counts) {
            return Happening([counts](Dispatcher &dispatcher, Dispatcher::OriginId id) {
                for (const int count : counts)
                    dispatcher.askForConnections(id, count);
            });
        };
        const auto http2 = [](auto &dispatcher, auto id) { dispatcher.allowHttp2(id); };
        const auto http1 = [](auto &dispatcher, auto id) { dispatcher.limitToHttp1(id); };
        const auto both = [](auto &dispatcher, auto id) {
            dispatcher.limitToHttp1(id);
            dispatcher.allowHttp2(id);
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
        QFETCH(std::function<void(Dispatcher &, Dispatcher::OriginId)>, happening);
        QFETCH(int, window);
        Dispatcher dispatcher;
        const auto id = dispatcher.originId(origin);
        happening(dispatcher, id);
        QCOMPARE(drain(dispatcher, id, 1, 1000), window);
        QCOMPARE(dispatcher.activeCount(), window);
        QCOMPARE(dispatcher.queuedCount(), std::size_t(1000 - window));
        dispatcher.finished(id);
        QVERIFY(dispatcher.next());
    }

    void aFullOriginDoesNotStopAnother()
    {
        Dispatcher dispatcher;
        const auto full = dispatcher.originId(http);
        const auto other = dispatcher.originId(https);
        QVERIFY(full != other);
        QVERIFY(dispatcher.originId(http) == full);
        drain(dispatcher, full, 1, 20);
        dispatcher.enqueue(other, {3, 100}, reply(100));
        QCOMPARE(dispatcher.next(), reply(100));
    }

    void priorityThenAge()
    {
        Dispatcher dispatcher;
        const auto id = dispatcher.originId(http);
        const auto other = dispatcher.originId(https);
        dispatcher.enqueue(id, {5, 1}, reply(1));
        dispatcher.enqueue(id, {3, 3}, reply(3));
        dispatcher.enqueue(other, {3, 2}, reply(2));
        dispatcher.enqueue(id, {1, 4}, reply(4));
        const QList<AuthReply *> expected {reply(4), reply(2), reply(3), reply(1)};
        QCOMPARE(dispatcher.queued(), expected);
        QCOMPARE(dispatcher.next(), reply(4));
        QVERIFY(dispatcher.remove(id, {1, 4}));
        QCOMPARE(dispatcher.next(), reply(2));
    }

    void whatIsRemovedIsGone()
    {
        Dispatcher dispatcher;
        const auto id = dispatcher.originId(http);
        dispatcher.enqueue(id, {3, 1}, reply(1));
        QVERIFY(dispatcher.remove(id, {3, 1}));
        QVERIFY(!dispatcher.remove(id, {3, 1}));
        QCOMPARE(dispatcher.queuedCount(), std::size_t(0));
        QVERIFY(!dispatcher.next());
    }
};

QTEST_APPLESS_MAIN(TheDispatcher)
#include "tst_dispatcher.moc"
