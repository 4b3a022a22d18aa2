#include "authcore/lab/burst.h"

#include <QtCore/QBuffer>
#include <QtNetwork/QNetworkAccessManager>
#include <QtNetwork/QNetworkReply>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>

using authcore::lab::Burst;
using authcore::lab::BurstAnswer;
using authcore::lab::BurstPlan;

namespace {

//! A reply that finishes when the test says so.
class HandReply : public QNetworkReply
{
    Q_OBJECT

public:
    HandReply(QNetworkAccessManager::Operation op, const QNetworkRequest &request, QObject *parent)
        : QNetworkReply(parent)
    {
        setOperation(op);
        setRequest(request);
        setUrl(request.url());
        open(QIODevice::ReadOnly);
    }

    void arrive(const QByteArray &part)
    {
        m_content.append(part);
        Q_EMIT readyRead();
    }
    void finish(int status)
    {
        setAttribute(QNetworkRequest::HttpStatusCodeAttribute, status);
        setFinished(true);
        Q_EMIT finished();
    }
    void abort() override
    {
        if (isFinished())
            return;
        setError(OperationCanceledError, QStringLiteral("aborted"));
        setFinished(true);
        Q_EMIT finished();
    }
    [[nodiscard]] qint64 bytesAvailable() const override
    {
        return QNetworkReply::bytesAvailable() + m_content.size();
    }
    [[nodiscard]] qint64 unread() const { return m_content.size(); }

protected:
    qint64 readData(char *data, qint64 most) override
    {
        const auto count = std::min<qint64>(most, m_content.size());
        std::copy_n(m_content.constData(), count, data);
        m_content.remove(0, count);
        return count;
    }

private:
    QByteArray m_content;
};

//! Records the requests, and answers none of them by itself.
class HandManager : public QNetworkAccessManager
{
    Q_OBJECT

public:
    struct Sent
    {
        QByteArray verb;
        QByteArray body;
        QPointer<HandReply> reply;
    };
    QList<Sent> sent;

protected:
    QNetworkReply *createRequest(
        Operation op, const QNetworkRequest &request, QIODevice *body) override
    {
        static const QHash<Operation, QByteArray> verbs {{GetOperation, "GET"},
            {HeadOperation, "HEAD"}, {PostOperation, "POST"}, {PutOperation, "PUT"}};
        const auto custom = request.attribute(QNetworkRequest::CustomVerbAttribute).toByteArray();
        auto *const reply = new HandReply(op, request, this);
        sent.append({verbs.value(op, custom), body == nullptr ? "" : body->readAll(), reply});
        return reply;
    }
};

BurstPlan plan(int count, const QByteArray &verb = "GET", const QByteArray &body = {})
{
    BurstPlan plan;
    plan.url = QUrl(QStringLiteral("http://127.0.0.1/api/resources"));
    plan.verb = verb;
    plan.body = body;
    plan.count = count;
    return plan;
}

} // namespace

//! A burst sends N requests at once and counts each answer.
class BurstTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void sendsWhatThePlanSays_data();
    void sendsWhatThePlanSays();
    void everythingIsSentBeforeAnythingIsAwaited();
    void answersKeepTheOrderOfSending();
    void secondFinishIsCounted();
    void largeAnswersDoNotPileUp();
    void abortEndsWhatIsLeft();
    void startAbortsTheRunningOne();
    void emptyBurstFinishes();
    void nextBurstMayStartFromASlot();
    void nextBurstMayStartFromTheLastAnswer();
    void destructionAborts();
};

void BurstTest::sendsWhatThePlanSays_data()
{
    QTest::addColumn<QByteArray>("verb");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("sentBody");
    const auto row = [](const char *verb, const char *body, const char *sentBody) {
        QTest::newRow(verb) << QByteArray(verb) << QByteArray(body) << QByteArray(sentBody);
    };
    row("GET", "not for GET", "");
    row("HEAD", "not for HEAD", "");
    row("POST", "hello", "hello");
    row("PUT", "hello", "hello");
    row("PATCH", "hello", "hello");
    row("DELETE", "hello", "hello");
}

void BurstTest::sendsWhatThePlanSays()
{
    QFETCH(const QByteArray, verb);
    QFETCH(const QByteArray, body);
    HandManager manager;
    Burst burst(manager);
    burst.start(plan(2, verb, body));
    QCOMPARE(manager.sent.size(), 2);
    QTEST(manager.sent.at(1).verb, "verb");
    QTEST(manager.sent.at(1).body, "sentBody");
    QCOMPARE(manager.sent.at(1).reply->request().url(), plan(2).url);
}

void BurstTest::everythingIsSentBeforeAnythingIsAwaited()
{
    HandManager manager;
    Burst burst(manager);
    burst.start(plan(100));
    QCOMPARE(manager.sent.size(), 100);
    QVERIFY(burst.isRunning());
    QCOMPARE(burst.answers().size(), 100U);
    QCOMPARE(burst.answers()[99].finishedCount, 0);
}

void BurstTest::answersKeepTheOrderOfSending()
{
    HandManager manager;
    Burst burst(manager);
    QSignalSpy answered(&burst, &Burst::answered);
    QSignalSpy finished(&burst, &Burst::finished);
    burst.start(plan(3));
    manager.sent[2].reply->finish(403);
    manager.sent[0].reply->arrive("first");
    manager.sent[0].reply->finish(200);
    QCOMPARE(finished.count(), 0);
    manager.sent[1].reply->finish(500);

    QCOMPARE(answered.value(0).value(0).toInt(), 2);
    QCOMPARE(finished.count(), 1);
    QVERIFY(!burst.isRunning());
    QCOMPARE(burst.answers()[0].status, 200);
    QCOMPARE(burst.answers()[0].body, "first");
    QCOMPARE(burst.answers()[1].status, 500);
    QCOMPARE(burst.answers()[2].status, 403);
    QVERIFY(burst.wallTime() > std::chrono::nanoseconds::zero());
    QCOMPARE(burst.wallTime(), burst.wallTime()); // the time has stopped
}

void BurstTest::secondFinishIsCounted()
{
    HandManager manager;
    Burst burst(manager);
    QSignalSpy finished(&burst, &Burst::finished);
    burst.start(plan(2));
    manager.sent[0].reply->finish(200);
    manager.sent[0].reply->finish(200);
    QCOMPARE(burst.answers()[0].finishedCount, 2);
    QCOMPARE(finished.count(), 0); // the second answer does not stand in for the first
    manager.sent[1].reply->finish(200);
    QCOMPARE(finished.count(), 1);
}

void BurstTest::largeAnswersDoNotPileUp()
{
    HandManager manager;
    Burst burst(manager);
    burst.start(plan(1));
    for (int part = 0; part < 3; ++part) {
        manager.sent[0].reply->arrive(QByteArray(30'000, 'x'));
        QCOMPARE(manager.sent[0].reply->unread(), 0);
    }
    manager.sent[0].reply->finish(200);
    QCOMPARE(burst.answers()[0].body.size(), BurstAnswer::keptBytes);
}

void BurstTest::abortEndsWhatIsLeft()
{
    HandManager manager;
    Burst burst(manager);
    QSignalSpy finished(&burst, &Burst::finished);
    burst.start(plan(3));
    manager.sent[1].reply->finish(200);
    burst.abort();
    QCOMPARE(finished.count(), 1);
    QCOMPARE(burst.answers()[0].error, QNetworkReply::OperationCanceledError);
    QCOMPARE(burst.answers()[0].errorText, QStringLiteral("aborted"));
    QVERIFY(!burst.answers()[0].status);
    QCOMPARE(burst.answers()[1].error, QNetworkReply::NoError);
}

void BurstTest::startAbortsTheRunningOne()
{
    HandManager manager;
    Burst burst(manager);
    QSignalSpy finished(&burst, &Burst::finished);
    burst.start(plan(2));
    burst.start(plan(1));
    QCOMPARE(manager.sent[0].reply->error(), QNetworkReply::OperationCanceledError);
    QCOMPARE(finished.count(), 1);
    QVERIFY(burst.isRunning());
    manager.sent[2].reply->finish(200);
    QCOMPARE(finished.count(), 2);
    QCOMPARE(burst.answers().size(), 1U);
}

void BurstTest::emptyBurstFinishes()
{
    HandManager manager;
    Burst burst(manager);
    QSignalSpy finished(&burst, &Burst::finished);
    burst.start(plan(0));
    QCOMPARE(finished.count(), 0); // never inside start()
    QTRY_COMPARE(finished.count(), 1);
    QVERIFY(!burst.isRunning());
}

void BurstTest::nextBurstMayStartFromASlot()
{
    HandManager manager;
    Burst burst(manager);
    int rounds = 0;
    connect(&burst, &Burst::finished, this, [&] {
        if (++rounds == 1)
            burst.start(plan(1));
    });
    burst.start(plan(1));
    manager.sent[0].reply->finish(200);
    QCOMPARE(rounds, 1);
    QVERIFY(burst.isRunning());
    manager.sent[1].reply->finish(204);
    QCOMPARE(rounds, 2);
    QCOMPARE(burst.answers()[0].status, 204);
}

//! A burst that another one replaces at its last answer does not report its end.
void BurstTest::nextBurstMayStartFromTheLastAnswer()
{
    HandManager manager;
    Burst burst(manager);
    QSignalSpy finished(&burst, &Burst::finished);
    connect(&burst, &Burst::answered, this, [&] {
        if (manager.sent.size() == 1)
            burst.start(plan(1));
    });
    burst.start(plan(1));
    manager.sent[0].reply->finish(200);
    QCOMPARE(finished.count(), 0);
    manager.sent[1].reply->finish(200);
    QCOMPARE(finished.count(), 1);
}

void BurstTest::destructionAborts()
{
    HandManager manager;
    {
        Burst burst(manager);
        burst.start(plan(1));
    }
    QVERIFY(manager.sent[0].reply->isFinished());
}

QTEST_GUILESS_MAIN(BurstTest)
#include "tst_burst.moc"
