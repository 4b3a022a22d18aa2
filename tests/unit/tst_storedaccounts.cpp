// The accounts of which a store has tokens.
#include "authcore/tokens/memorytokenstore.h"
#include "authcore/tokens/movabletokenstore.h"
#include "authcore/tokens/settingstokenstore.h"
#include "tests/support/storeanswers.h"

#include <QtCore/QFile>
#include <QtCore/QSettings>
#include <QtCore/QTemporaryDir>
#include <QtTest/QTest>

#include <algorithm>
#include <memory>

using namespace Qt::StringLiterals;
using authcore::MemoryTokenStore;
using authcore::SettingsTokenStore;
using authcore::TokenKey;
using authcore::TokenStore;
using test::accounts;
using test::described;
using test::tokensCalled;

namespace {

const TokenKey anna {u"our api/v1"_s, u"anna"_s, u"desk 1"_s, u"read write"_s};
const TokenKey zoe {u"our api/v1"_s, u"zoë%2Fx/y"_s, {}, {}};
const TokenKey nobody {u"our api/v1"_s, {}, {}, {}}; //!< as keyed where nobody types a name

//! A store of one's own that implements only what it must.
class MinimalStore : public TokenStore
{
public:
    void load(const TokenKey &, QObject *, std::function<void(const Loaded &)>) override { }
    void write(const TokenKey &, const authcore::WriteCondition &,
        const std::optional<authcore::TokenSet> &, QObject *,
        std::function<void(const Done &)>) override
    {
    }
};

} // namespace

class TestStoredAccounts : public QObject
{
    Q_OBJECT

private:
    void eachStore() const
    {
        QTest::addColumn<QString>("kind");
        QTest::newRow("in memory") << u"memory"_s;
        QTest::newRow("in a settings file") << u"file"_s;
        QTest::newRow("in a movable store") << u"movable"_s;
    }
    [[nodiscard]] std::unique_ptr<TokenStore> makeStore()
    {
        const QString kind = *static_cast<QString *>(QTest::qData("kind", QMetaType::QString));
        if (kind == "file"_L1)
            return std::make_unique<SettingsTokenStore>(m_file);
        m_place = std::make_unique<MemoryTokenStore>();
        if (kind == "movable"_L1)
            return std::make_unique<authcore::MovableTokenStore>(*m_place);
        return std::move(m_place);
    }

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_file = m_folder->filePath(u"tokens.ini"_s);
    }

    void areListedByProfile_data() { eachStore(); }
    void areListedByProfile()
    {
        const auto store = makeStore();
        QCOMPARE(described(accounts(*store, anna.profile)), QString());
        const QList<TokenKey> keys {anna, nobody, zoe, {u"our api"_s, u"v1"_s, {}, {}},
            {u"our api/v1/more"_s, u"anna"_s, {}, {}}, {{}, u"our api/v1"_s, {}, {}}};
        for (const auto &key : keys)
            QVERIFY(!test::saved(*store, key, tokensCalled("one")));
        auto found = std::get<0>(accounts(*store, anna.profile));
        std::sort(found.begin(), found.end(),
            [](const auto &one, const auto &other) { return one.toString() < other.toString(); });
        QCOMPARE(found, (QList<TokenKey> {nobody, anna, zoe}));
        QVERIFY(!test::removed(*store, anna));
        QVERIFY(!test::removed(*store, nobody));
        QCOMPARE(std::get<0>(accounts(*store, anna.profile)), QList<TokenKey> {zoe});
    }

    void otherValuesOfTheFileAreNoAccounts()
    {
        {
            QSettings settings(m_file, QSettings::IniFormat);
            for (const auto &name : {u"our%20api%2Fv1/anna//"_s, u"tokens/our%2520api/x"_s,
                     u"tokens/half"_s, u"window/our%2520api%252Fv1%2Fanna%2F%2F"_s,
                     u"window/tokens/our%2520api%252Fv1%2Fanna%2F%2F"_s})
                settings.setValue(name, 1);
        }
        SettingsTokenStore store(m_file);
        QCOMPARE(described(accounts(store, anna.profile)), QString());
        QVERIFY(!test::saved(store, zoe, tokensCalled("one")));
        QCOMPARE(std::get<0>(accounts(store, anna.profile)), QList<TokenKey> {zoe});
    }

    // An empty list would say that nobody has signed in.
    void whatCannotBeReadIsAnError()
    {
        QFile file(m_file);
        QVERIFY(file.open(QFile::WriteOnly)
            && file.write("\x7f"
                          "ELF\n\1\2\n")
                > 0);
        file.close();
        SettingsTokenStore store(m_file);
        for (int i = 0; i < 2; ++i) { // QSettings knows the file the second time
            const auto found = accounts(store, anna.profile);
            QVERIFY(std::holds_alternative<authcore::StoreError>(found));
            QCOMPARE(
                std::get<authcore::StoreError>(found).code, authcore::StoreError::Code::Garbage);
        }
    }

    void aStoreNeedNotListThem()
    {
        MinimalStore store;
        QCOMPARE(
            described(accounts(store, anna.profile)), u"This store cannot list its accounts."_s);
    }

    // What is asked while tokens move is answered by the store where they arrive.
    void whileTokensMoveItWaits()
    {
        MemoryTokenStore first;
        MemoryTokenStore second;
        authcore::MovableTokenStore store(first);
        QVERIFY(!test::saved(store, anna, tokensCalled("one")));
        bool isMoved = false;
        store.moveTo(second, anna, this, [&isMoved](const auto &) { isMoved = true; });
        QCOMPARE(std::get<0>(accounts(store, anna.profile)), QList<TokenKey> {anna});
        QVERIFY(isMoved);
        QCOMPARE(described(accounts(first, anna.profile)), QString());
    }

private:
    std::unique_ptr<QTemporaryDir> m_folder;
    QString m_file;
    std::unique_ptr<TokenStore> m_place; //!< outlives the movable store
};

QTEST_GUILESS_MAIN(TestStoredAccounts)
#include "tst_storedaccounts.moc"
