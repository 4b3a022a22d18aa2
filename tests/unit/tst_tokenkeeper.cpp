#include "authcore/session/tokenkeeper.h"
#include "authcore/testing/manualclock.h"
#include "authcore/tokens/memorytokenstore.h"
#include "tests/support/storeanswers.h"

#include <QtTest/QSignalSpy>
#include <QtTest/QTest>

#include <functional>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using authcore::MemoryTokenStore;
using authcore::OverAnEntry;
using authcore::OverAnything;
using authcore::OverTokens;
using authcore::StoreError;
using authcore::TokenKeeper;
using authcore::TokenKey;
using authcore::TokenSet;
using authcore::TokenStore;
using authcore::WriteCondition;
using test::tokensCalled;

namespace {

const TokenKey key {u"custom-jwt"_s, u"anna"_s, {}, {}};

//! A store that can neither write nor remove while its disk is full.
class LimitedStore : public MemoryTokenStore
{
public:
    bool isFull = false;

    void write(const TokenKey &of, const WriteCondition &condition,
        const std::optional<TokenSet> &tokens, QObject *context,
        std::function<void(const Done &)> then) override
    {
        if (isFull)
            QMetaObject::invokeMethod(
                context,
                [then] {
                    then(StoreError {StoreError::Code::Unwritable, u"no space"_s});
                },
                Qt::QueuedConnection);
        else
            MemoryTokenStore::write(of, condition, tokens, context, std::move(then));
    }
};

//! A keeper with its store, which another process uses, too.
struct Stage
{
    authcore::testing::ManualClock clock;
    LimitedStore store;
    TokenKeeper keeper {store, clock};

    void save(const QByteArray &name) { keeper.write(key, OverAnything {}, tokensCalled(name)); }
    void update(const QByteArray &name) { keeper.write(key, OverAnEntry {}, tokensCalled(name)); }
    void updateOnly(const QByteArray &before, const QByteArray &name)
    {
        keeper.write(key, OverTokens {{tokensCalled(before)}}, tokensCalled(name));
    }
    void removeOnly(const QByteArray &name) { keeper.removeOnly(key, tokensCalled(name), {}); }
    void load()
    {
        bool isLoaded = false;
        keeper.load(key, [&isLoaded](const auto &) { isLoaded = true; });
        QTRY_VERIFY(isLoaded);
    }

    //! Waits until the last write has failed.
    void fail() { QTRY_COMPARE(clock.pendingTimers(), 1); }
    //! Makes space on the disk, and waits for the next try.
    void makeSpace()
    {
        fail();
        store.isFull = false;
        clock.advance(120s);
        QTRY_VERIFY(!keeper.isBehind());
    }
    void elsewhereSave(const QByteArray &name)
    {
        const bool wasFull = std::exchange(store.isFull, false);
        QVERIFY(!test::saved(store, key, tokensCalled(name)));
        store.isFull = wasFull;
    }
    void elsewhereRemove()
    {
        const bool wasFull = std::exchange(store.isFull, false);
        QVERIFY(!test::removed(store, key));
        store.isFull = wasFull;
    }
};

using Steps = std::function<void(Stage &)>;

} // namespace

//! The content of the store after writes that were tried again: tokens removed by another process
//! do not come back, and tokens that should be gone do not stay.
class TestTokenKeeper : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void writesThatAreTriedAgain_data()
    {
        QTest::addColumn<Steps>("steps");
        QTest::addColumn<QString>("stored");
        const auto row = [](const char *name, const Steps &steps, const QString &stored) {
            QTest::newRow(name) << steps << stored;
        };
        row(
            "a sign-in is tried again, over nothing",
            [](Stage &stage) {
                stage.store.isFull = true;
                stage.save("one");
                stage.fail();
                stage.makeSpace();
            },
            u"access one"_s);
        row(
            "a refresh after it is its heir",
            [](Stage &stage) {
                stage.store.isFull = true;
                stage.save("one");
                stage.fail();
                stage.update("two");
                stage.makeSpace();
            },
            u"access two"_s);
        row(
            "a failed refresh brings no removed entry back",
            [](Stage &stage) {
                stage.elsewhereSave("one");
                stage.store.isFull = true;
                stage.update("two");
                stage.fail();
                stage.elsewhereRemove();
                stage.makeSpace();
            },
            u"nothing"_s);
        row(
            "nor does the refresh after it",
            [](Stage &stage) {
                stage.elsewhereSave("one");
                stage.store.isFull = true;
                stage.update("two");
                stage.fail();
                stage.elsewhereRemove();
                stage.update("three");
                stage.makeSpace();
            },
            u"nothing"_s);
        row(
            "nor one after cookies that could not be stored",
            [](Stage &stage) {
                stage.elsewhereSave("one");
                stage.store.isFull = true;
                stage.updateOnly("one", "one");
                stage.fail();
                stage.elsewhereRemove();
                stage.update("two");
                stage.makeSpace();
            },
            u"nothing"_s);
        row(
            "cookies after a failed refresh are stored with its tokens",
            [](Stage &stage) {
                stage.elsewhereSave("one");
                stage.store.isFull = true;
                stage.update("two");
                stage.fail();
                stage.updateOnly("two", "two with cookies");
                stage.makeSpace();
            },
            u"access two with cookies"_s);
        row(
            "cookies twice, over what another process has stored since",
            [](Stage &stage) {
                stage.elsewhereSave("one");
                stage.store.isFull = true;
                stage.updateOnly("one", "one with cookies");
                stage.fail();
                stage.elsewhereSave("three");
                stage.updateOnly("one with cookies", "one with more");
                stage.makeSpace();
            },
            u"access three"_s);
    }
    void writesThatAreTriedAgain()
    {
        QFETCH(const Steps, steps);
        QFETCH(const QString, stored);
        Stage stage;
        steps(stage);
        QCOMPARE(test::described(test::loaded(stage.store, key)), stored);
    }

    void whatIsOursIsRemoved_data()
    {
        QTest::addColumn<Steps>("steps");
        QTest::addColumn<QString>("stored");
        const auto row = [](const char *name, const Steps &steps, const QString &stored) {
            QTest::newRow(name) << steps << stored;
        };
        row(
            "while new tokens are being stored",
            [](Stage &stage) {
                stage.elsewhereSave("one");
                stage.update("two");
                stage.removeOnly("one");
            },
            u"nothing"_s);
        row(
            "after new tokens could not be stored: the ones before",
            [](Stage &stage) {
                stage.elsewhereSave("one");
                stage.load();
                stage.store.isFull = true;
                stage.update("two");
                stage.fail();
                stage.removeOnly("two");
                stage.makeSpace();
            },
            u"nothing"_s);
        row(
            "when removing is tried again",
            [](Stage &stage) {
                stage.elsewhereSave("one");
                stage.store.isFull = true;
                stage.update("two");
                stage.removeOnly("one");
                stage.fail();
                stage.makeSpace();
            },
            u"nothing"_s);
        row(
            "not what another process has stored since",
            [](Stage &stage) {
                stage.elsewhereSave("one");
                stage.load();
                stage.store.isFull = true;
                stage.update("two");
                stage.fail();
                stage.elsewhereSave("three");
                stage.removeOnly("two");
                stage.makeSpace();
            },
            u"access three"_s);
    }
    void whatIsOursIsRemoved()
    {
        QFETCH(const Steps, steps);
        QFETCH(const QString, stored);
        Stage stage;
        steps(stage);
        QTRY_VERIFY(!stage.keeper.isBehind());
        QCOMPARE(test::described(test::loaded(stage.store, key)), stored);
    }

    void aFailedWriteIsTold()
    {
        Stage stage;
        const QSignalSpy failed(&stage.keeper, &TokenKeeper::failed);
        const QSignalSpy recovered(&stage.keeper, &TokenKeeper::recovered);
        stage.store.isFull = true;
        stage.save("one");
        stage.fail();
        QVERIFY(stage.keeper.isBehind(key));
        QCOMPARE(failed.size(), 1);
        stage.makeSpace();
        QCOMPARE(recovered.size(), 1);
    }
};

QTEST_GUILESS_MAIN(TestTokenKeeper)
#include "tst_tokenkeeper.moc"
