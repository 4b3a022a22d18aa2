#include "authcore/tokens/memorytokenstore.h"
#include "authcore/tokens/movabletokenstore.h"
#include "authcore/tokens/settingstokenstore.h"
#include "authcore/tokens/tokenmove.h"
#include "tests/support/storeanswers.h"

#include <QtCore/QTemporaryDir>
#include <QtTest/QTest>

#include <memory>

using namespace Qt::StringLiterals;
using authcore::MemoryTokenStore;
using authcore::Moved;
using authcore::MoveError;
using authcore::MoveResult;
using authcore::StoreError;
using authcore::TokenKey;
using authcore::TokenSet;
using authcore::TokenStore;
using authcore::WriteCondition;
using test::described;
using test::loaded;
using test::saved;
using test::tokensCalled;

namespace {

const TokenKey key {u"custom-jwt"_s, u"anna"_s, {}, {}};

//! The kind of failure in a store, and its moment.
enum class Fault {
    None,
    CannotRead,
    CannotReadWhatItSaved,
    CannotSave,
    SavesNothing,
    SavesHalf,
    CannotRemove,
    GetsNewTokensOnce, //!< another process stores tokens after each of our reads
    GetsNewTokensEachTime,
};

class FaultyStore : public MemoryTokenStore
{
public:
    void load(
        const TokenKey &of, QObject *context, std::function<void(const Loaded &)> then) override
    {
        ++m_loads;
        if (fault == Fault::CannotRead || (fault == Fault::CannotReadWhatItSaved && m_saves > 0)) {
            fail(context, then, Loaded(broken()));
            return;
        }
        MemoryTokenStore::load(of, context, std::move(then));
        storeNewTokens(of);
    }
    void write(const TokenKey &of, const WriteCondition &condition,
        const std::optional<TokenSet> &tokens, QObject *context,
        std::function<void(const Done &)> then) override
    {
        if (!tokens) {
            remove(of, condition, context, std::move(then));
            return;
        }
        ++m_saves;
        TokenSet half = *tokens;
        half.refreshToken.clear();
        if (fault == Fault::CannotSave)
            fail(context, then, Done(broken()));
        else if (fault == Fault::SavesNothing)
            fail(context, then, Done());
        else
            MemoryTokenStore::write(of, condition, fault == Fault::SavesHalf ? half : *tokens,
                context, std::move(then));
    }

    Fault fault = Fault::None;

private:
    //! Reads first, as the condition needs it.
    void remove(const TokenKey &of, const WriteCondition &condition, QObject *context,
        std::function<void(const Done &)> then)
    {
        ++m_loads;
        if (fault == Fault::CannotRemove)
            fail(context, then, Done(broken()));
        else
            MemoryTokenStore::write(of, condition, std::nullopt, context, std::move(then));
        storeNewTokens(of);
    }
    void storeNewTokens(const TokenKey &of)
    {
        if (fault == Fault::GetsNewTokensEachTime
            || (fault == Fault::GetsNewTokensOnce && m_loads == 1))
            MemoryTokenStore::write(of, authcore::OverAnything {},
                tokensCalled("new" + QByteArray::number(m_loads)), this, {});
    }
    static StoreError broken() { return {StoreError::Code::Unavailable, u"broken"_s}; }
    template <typename Result>
    static void fail(
        QObject *context, const std::function<void(const Result &)> &then, const Result &result)
    {
        QMetaObject::invokeMethod(
            context, [then, result] { then(result); }, Qt::QueuedConnection);
    }

    int m_loads = 0;
    int m_saves = 0;
};

QString described(const MoveResult &result)
{
    static const QStringList steps {u"Load: "_s, u"Save: "_s, u"Verify: "_s, u"Remove: "_s};
    if (const auto *error = std::get_if<MoveError>(&result))
        return steps.at(int(error->step)) + error->error.detail;
    return std::get<Moved>(result) == Moved::Tokens ? u"moved"_s : u"nothing to move"_s;
}

QString moved(TokenStore &from, TokenStore &to)
{
    return described(test::answerOf<MoveResult>(
        [&](QObject *context, auto then) { authcore::moveTokens(key, from, to, context, then); }));
}

} // namespace

Q_DECLARE_METATYPE(Fault)

class TestTokenMove : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void losesNothing_data()
    {
        QTest::addColumn<Fault>("from");
        QTest::addColumn<Fault>("to");
        QTest::addColumn<QString>("result");
        QTest::addColumn<QString>("left"); // tokens left in the first store
        QTest::addColumn<QString>("there"); // tokens in the second store
        using F = Fault;
        const auto row = [](const char *name, Fault from, Fault to, const QString &result,
                             const QString &left, const QString &there) {
            QTest::newRow(name) << from << to << result << left << there;
        };
        // clang-format off
        row("all goes well",           F::None,         F::None, u"moved"_s, u"nothing"_s, u"access A"_s);
        row("they cannot be read",     F::CannotRead,   F::None, u"Load: broken"_s, u"access A"_s, u"nothing"_s);
        row("they cannot be saved",    F::None, F::CannotSave,   u"Save: broken"_s, u"access A"_s, u"nothing"_s);
        row("saved, not to be read",   F::None, F::CannotReadWhatItSaved, u"Verify: broken"_s, u"access A"_s, u"access A"_s);
        row("saved, says the store",   F::None, F::SavesNothing, u"Verify: The tokens that were stored cannot be read back"_s, u"access A"_s, u"nothing"_s);
        row("saved by half",           F::None, F::SavesHalf,    u"Verify: The tokens that were stored cannot be read back"_s, u"access A"_s, u"access A"_s);
        row("they cannot be removed",  F::CannotRemove, F::None, u"Remove: broken"_s, u"access A"_s, u"access A"_s);
        row("new ones come meanwhile", F::GetsNewTokensOnce, F::None, u"moved"_s, u"nothing"_s, u"access new1"_s);
        row("new ones keep coming",    F::GetsNewTokensEachTime, F::None, u"Remove: Others keep storing new tokens there"_s, u"access new11"_s, u"access new8"_s);
        // clang-format on
    }
    void losesNothing()
    {
        QFETCH(const Fault, from);
        QFETCH(const Fault, to);
        QFETCH(const QString, result);
        FaultyStore first;
        FaultyStore second;
        QVERIFY(!saved(first, key, tokensCalled("A")));
        first.fault = from;
        second.fault = to;
        QCOMPARE(moved(first, second), result);
        first.fault = second.fault = Fault::None;
        QTEST(described(loaded(first, key)), "left");
        QTEST(described(loaded(second, key)), "there");
    }

    void nothingIsMovedOverWhatIsThere()
    {
        MemoryTokenStore first;
        MemoryTokenStore second;
        QVERIFY(!saved(second, key, tokensCalled("B")));
        QCOMPARE(moved(first, second), u"nothing to move"_s);
        QCOMPARE(described(loaded(second, key)), u"access B"_s);
    }

    void oneStoreIsNoTwo()
    {
        MemoryTokenStore store;
        QVERIFY(!saved(store, key, tokensCalled("A")));
        QCOMPARE(moved(store, store), u"Verify: Both stores keep them in one place"_s);
        QCOMPARE(described(loaded(store, key)), u"access A"_s);
    }

    void oneFileIsNoTwoStores()
    {
        const QTemporaryDir folder;
        authcore::SettingsTokenStore first(folder.filePath(u"tokens.ini"_s));
        authcore::SettingsTokenStore second(folder.filePath(u"tokens.ini"_s));
        QVERIFY(!saved(first, key, tokensCalled("A")));
        QCOMPARE(moved(first, second), u"Verify: Both stores keep them in one place"_s);
        QCOMPARE(described(loaded(first, key)), u"access A"_s);
    }

    void fromAFileToMemoryAndBack()
    {
        const QTemporaryDir folder;
        authcore::SettingsTokenStore file(folder.filePath(u"tokens.ini"_s));
        MemoryTokenStore memory;
        QVERIFY(!saved(file, key, tokensCalled("A")));
        QCOMPARE(moved(file, memory), u"moved"_s);
        QCOMPARE(described(loaded(file, key)), u"nothing"_s);
        QCOMPARE(moved(memory, file), u"moved"_s);
        QCOMPARE(described(loaded(file, key)), u"access A"_s);
    }

    void aStoreThatMovesIsUsedAllTheWhile_data()
    {
        QTest::addColumn<Fault>("to");
        QTest::addColumn<QString>("result");
        QTest::addColumn<QString>("left");
        QTest::addColumn<QString>("there");
        QTest::newRow("it moves") << Fault::None << u"moved"_s << u"nothing"_s << u"access B"_s;
        QTest::newRow("it cannot")
            << Fault::CannotSave << u"Save: broken"_s << u"access B"_s << u"nothing"_s;
    }
    void aStoreThatMovesIsUsedAllTheWhile()
    {
        QFETCH(const Fault, to);
        QFETCH(const QString, result);
        MemoryTokenStore first;
        FaultyStore second;
        second.fault = to;
        authcore::MovableTokenStore store(first);
        QStringList answers;
        const auto record = [&answers](const auto &answer) { answers += described(answer); };
        store.save(key, tokensCalled("A"), this, record);
        store.moveTo(second, key, this, record);
        QVERIFY(store.isMoving());
        store.save(key, tokensCalled("B"), this, record);
        QTRY_COMPARE(answers.size(), 3);
        QCOMPARE(answers, (QStringList {u"done"_s, result, u"done"_s}));
        QVERIFY(!store.isMoving());
        QCOMPARE(described(loaded(store, key)), u"access B"_s);
        QTEST(described(loaded(first, key)), "left");
        QTEST(described(loaded(second, key)), "there");
    }

    void aStoreThatGoesAwayWhileItMovesLosesNothing()
    {
        MemoryTokenStore first;
        MemoryTokenStore second;
        auto store = std::make_unique<authcore::MovableTokenStore>(first);
        QVERIFY(!saved(first, key, tokensCalled("A")));
        store->moveTo(second, key, this, {});
        store->save(key, tokensCalled("B"), this, [](const auto &) {});
        store.reset();
        QCOMPARE(described(loaded(first, key)), u"access B"_s);
    }
};

QTEST_GUILESS_MAIN(TestTokenMove)
#include "tst_tokenmove.moc"
