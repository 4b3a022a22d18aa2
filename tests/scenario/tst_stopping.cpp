// Stop: many requests are aborted, and then new ones are sent. If each abort handed the next queued
// request to Qt, Qt 6.4.2 would sooner or later never answer that host again.
#include "tests/support/world.h"

#include <QtCore/QRandomGenerator>
#include <QtCore/QTimer>

#include <algorithm>

using namespace Qt::StringLiterals;
using test::World;

namespace {

//! The order in which Stop aborts the requests.
enum class Order { AsSent, Backwards, AtRandom, EachInItsOwnTurn, FromSlotsOfFinished, Deleted };
//! The moment of Stop.
enum class Moment { AtOnce, WhenSent, WhenSomeAreAnswered, WhileHeld, AfterTheRefresh };

constexpr int many = 300;
constexpr int fresh = 16;

[[nodiscard]] int rounds()
{
    return qEnvironmentVariableIsSet("TOKENFLIGHT_FULL") ? 100 : 10;
}

using Replies = std::vector<QPointer<QNetworkReply>>;

//! Aborts each reply in an event loop turn of its own, until none is left.
void abortInTurns(QObject &context, const std::shared_ptr<Replies> &left)
{
    if (left->empty())
        return;
    const QPointer<QNetworkReply> first = left->front();
    left->erase(left->begin());
    if (first)
        first->abort();
    QMetaObject::invokeMethod(
        &context, [&context, left] { abortInTurns(context, left); }, Qt::QueuedConnection);
}

void stop(Replies replies, Order order, QObject &context)
{
    switch (order) {
    case Order::AsSent:
        break;
    case Order::Backwards:
        std::reverse(replies.begin(), replies.end());
        break;
    case Order::AtRandom:
        std::shuffle(replies.begin(), replies.end(), *QRandomGenerator::global());
        break;
    case Order::EachInItsOwnTurn:
        abortInTurns(context, std::make_shared<Replies>(std::move(replies)));
        return;
    case Order::FromSlotsOfFinished: // each abort causes the next one
        for (std::size_t i = 0; i + 1 < replies.size(); ++i)
            QObject::connect(
                replies[i], &QNetworkReply::finished, &context, [next = replies[i + 1]] {
                    if (next)
                        next->abort();
                });
        if (!replies.empty() && replies.front())
            replies.front()->abort();
        return;
    case Order::Deleted:
        for (const auto &reply : replies)
            delete reply;
        return;
    }
    for (const auto &reply : replies) {
        if (reply)
            reply->abort();
    }
}

} // namespace

class Stopping : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whatComesAfterIsAnswered_data()
    {
        QTest::addColumn<Order>("order");
        QTest::addColumn<Moment>("moment");
        QTest::newRow("as sent, at once") << Order::AsSent << Moment::AtOnce;
        QTest::newRow("as sent, when sent") << Order::AsSent << Moment::WhenSent;
        QTest::newRow("as sent, half-way") << Order::AsSent << Moment::WhenSomeAreAnswered;
        QTest::newRow("as sent, while held") << Order::AsSent << Moment::WhileHeld;
        QTest::newRow("as sent, after the refresh") << Order::AsSent << Moment::AfterTheRefresh;
        QTest::newRow("backwards") << Order::Backwards << Moment::WhenSent;
        QTest::newRow("in any order") << Order::AtRandom << Moment::WhenSent;
        QTest::newRow("each in its own turn") << Order::EachInItsOwnTurn << Moment::WhenSent;
        QTest::newRow("from slots") << Order::FromSlotsOfFinished << Moment::WhenSent;
        QTest::newRow("deleted") << Order::Deleted << Moment::WhenSent;
    }
    void whatComesAfterIsAnswered()
    {
        QFETCH(Order, order);
        QFETCH(Moment, moment);
        World world;
        QVERIFY(world.signIn());
        for (int round = 0; round < rounds(); ++round) {
            QObject context; // of this round's slots
            if (moment == Moment::WhileHeld || moment == Moment::AfterTheRefresh)
                world.breakAccess();
            auto refresh = world.backend.on(u"/authorization/refresh"_s);
            if (moment == Moment::WhileHeld)
                refresh.hold();
            const int arrived = world.backend.on(u"/api/resources"_s).arrivedCount();
            const auto arrivals = [&] {
                return world.backend.on(u"/api/resources"_s).arrivedCount() - arrived;
            };
            Replies replies;
            int answered = 0;
            for (int i = 0; i < many; ++i) {
                replies.emplace_back(world.manager->get(world.request()));
                connect(replies.back(), &QNetworkReply::finished, &context, [&] { ++answered; });
            }
            switch (moment) {
            case Moment::AtOnce:
                break;
            case Moment::WhenSent:
                QTRY_VERIFY(arrivals() > 0);
                break;
            case Moment::WhenSomeAreAnswered:
                QTRY_VERIFY(answered > many / 2);
                break;
            case Moment::WhileHeld:
                QTRY_VERIFY(refresh.heldCount() > 0);
                break;
            case Moment::AfterTheRefresh:
                QTRY_VERIFY(answered > 0);
                break;
            }
            stop(replies, order, context);
            if (moment == Moment::WhileHeld)
                refresh.release();
            for (int i = 0; i < fresh; ++i)
                world.get();
            QTRY_COMPARE(world.endedWith(200), fresh);
            world.callers.clear();
            for (const auto &reply : replies)
                delete reply;
        }
    }
};

QTEST_GUILESS_MAIN(Stopping)
#include "tst_stopping.moc"
