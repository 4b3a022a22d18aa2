// When a challenge must not cause a refresh, because the refresh would be in vain.
#include "authcore/session/acceptance.h"

#include <QtTest/QTest>

using namespace authcore;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

namespace {

Acceptance::Request get(const QString &url)
{
    return {"GET", QUrl(url)};
}

const Acceptance::Request poisoned = get(u"https://api.example.org/poisoned?poll=1"_s);
const Acceptance::Request good = get(u"https://api.example.org/good"_s);
constexpr RefreshId made {1};

} // namespace

Q_DECLARE_METATYPE(authcore::Acceptance::Request)

class TestAcceptance : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aRefusedRequestIsRemembered_data()
    {
        QTest::addColumn<Acceptance::Request>("accepted");
        QTest::addColumn<int>("sentAfter");
        QTest::addColumn<Acceptance::Request>("asked");
        QTest::addColumn<std::chrono::seconds>("later");
        QTest::addColumn<bool>("inVain");
        const auto row = [](const char *name, const Acceptance::Request &accepted, int sentAfter,
                             const Acceptance::Request &asked, std::chrono::seconds later,
                             bool inVain) {
            QTest::newRow(name) << accepted << sentAfter << asked << later << inVain;
        };
        const auto again = get(u"https://api.example.org/poisoned?poll=2"_s);
        row("another was accepted since", good, 1, again, 1s, true);
        row("it was sent before the refusal", good, 0, again, 1s, false);
        row("at another origin", get(u"https://other.example.org/good"_s), 1, again, 1s, false);
        row("the same request was accepted", again, 1, again, 1s, false);
        row("another request", good, 1, get(u"https://api.example.org/other"_s), 1s, false);
        row("by another method", good, 1, {"POST", again.url}, 1s, false);
        row("ten minutes ago", good, 1, again, 600s, false);
    }
    void aRefusedRequestIsRemembered()
    {
        QFETCH(Acceptance::Request, accepted);
        QFETCH(int, sentAfter);
        QFETCH(Acceptance::Request, asked);
        QFETCH(std::chrono::seconds, later);
        Acceptance acceptance;
        acceptance.refused(poisoned, made, 0s, 30s);
        acceptance.accepted(accepted, std::uint32_t(sentAfter));
        QTEST(acceptance.isInVain(asked, later), "inVain");
        acceptance.tokenChanged();
        QVERIFY(!acceptance.isInVain(asked, later));
        QVERIFY(!acceptance.isProvenAnywhere());
    }

    void threeRefreshesInVainMakeAPause()
    {
        Acceptance acceptance;
        for (std::uint32_t refresh = 1; refresh <= 3; ++refresh) {
            QVERIFY(!acceptance.isInVain(good, 0s));
            acceptance.tokenChanged();
            acceptance.refused(poisoned, RefreshId {refresh}, 0s, 30s);
            acceptance.refused(good, RefreshId {refresh}, 0s, 30s); // of the same refresh
        }
        QVERIFY(acceptance.isInVain(good, 29s));
        QVERIFY(!acceptance.isInVain(good, 30s));
        acceptance.refused(poisoned, RefreshId {4}, 30s, 30s);
        QVERIFY(acceptance.isInVain(good, 89s));
        acceptance.accepted(good, 0);
        QVERIFY(!acceptance.isInVain(good, 89s));
        for (std::uint32_t refresh = 5; refresh < 40; ++refresh) {
            acceptance.tokenChanged();
            acceptance.refused(poisoned, RefreshId {refresh}, 0s, 30s);
        }
        QVERIFY(!acceptance.isInVain(good, 10min)); // the pause never gets longer
    }

    void memoryIsBounded()
    {
        Acceptance acceptance;
        for (int i = 0; i <= 100; ++i)
            acceptance.refused(get(u"https://api.example.org/%1"_s.arg(i)), made, 0s, 30s);
        acceptance.accepted(good, 200);
        QVERIFY(!acceptance.isInVain(get(u"https://api.example.org/0"_s), 1s));
        QVERIFY(acceptance.isInVain(get(u"https://api.example.org/1"_s), 1s));
    }
};

QTEST_APPLESS_MAIN(TestAcceptance)
#include "tst_acceptance.moc"
