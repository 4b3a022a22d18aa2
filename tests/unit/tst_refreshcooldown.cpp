// When a refresh may begin after others have failed.
#include "authcore/session/refreshcooldown.h"

#include <QtTest/QTest>

using namespace authcore;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

namespace {

const RefreshCooldown::Failure failure {
    {TokenError::Code::ServerFailed, u"status 503"_s, 503, {}}, 60s, 30s};

} // namespace

class RefreshCooldownTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aFailureForbidsRefreshesForAWhile_data()
    {
        QTest::addColumn<std::chrono::nanoseconds>("now");
        QTest::addColumn<bool>("forbidsEarly");
        QTest::addColumn<bool>("forbidsNeeded");
        const auto row = [](const char *name, std::chrono::nanoseconds now, bool early,
                             bool needed) { QTest::newRow(name) << now << early << needed; };
        row("at once", 0s, true, true);
        row("until the first time", 30s - 1ns, true, true);
        row("a needed one is allowed first", 30s, true, false);
        row("an early one after that", 60s, false, false);
    }
    void aFailureForbidsRefreshesForAWhile()
    {
        QFETCH(std::chrono::nanoseconds, now);
        RefreshCooldown cooldown;
        QVERIFY(!cooldown.forbidsEarlyRefresh(now) && !cooldown.forbidsRefresh(now));
        cooldown.fail(failure);
        QTEST(cooldown.forbidsEarlyRefresh(now), "forbidsEarly");
        QTEST(cooldown.forbidsRefresh(now), "forbidsNeeded");
        QVERIFY(cooldown.earlyRefreshAllowedAt() == 60s);
        QCOMPARE(cooldown.reason().detail, u"status 503"_s);
        cooldown.clear();
        QVERIFY(!cooldown.forbidsEarlyRefresh(now) && !cooldown.forbidsRefresh(now));
        QVERIFY(cooldown.earlyRefreshAllowedAt() == 0s);
    }

    void failuresAreCounted()
    {
        RefreshCooldown cooldown;
        cooldown.fail(failure);
        cooldown.fail(failure);
        QCOMPARE(cooldown.failures(), 2);
        cooldown.clear();
        QCOMPARE(cooldown.failures(), 0);
    }

    void afterCloseNoneBeginsAgain()
    {
        RefreshCooldown cooldown;
        cooldown.close();
        cooldown.clear();
        QVERIFY(cooldown.isClosed());
        QVERIFY(cooldown.forbidsEarlyRefresh(1h) && cooldown.forbidsRefresh(1h));
        QCOMPARE(cooldown.reason().code, TokenError::Code::Refused);
    }
};

QTEST_APPLESS_MAIN(RefreshCooldownTest)
#include "tst_refreshcooldown.moc"
