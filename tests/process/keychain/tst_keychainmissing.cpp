// A desktop session without a keychain service: each operation fails soon and says why.
#include "authcore/keychain/keychaintokenstore.h"
#include "authcore/testing/manualclock.h"
#include "tests/support/storeanswers.h"

#include <QtTest/QTest>

using namespace Qt::StringLiterals;
using authcore::KeychainTokenStore;
using authcore::StoreError;
using test::described;
using test::loaded;
using test::removed;
using test::saved;

class TestKeychainMissing : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void eachOperationSaysWhatToDo()
    {
        const bool hasBus = qEnvironmentVariable("KEYCHAIN_WORLD") == "no-service"_L1;
        const QString expected = hasBus
            ? u"There is no Secret Service on this session's D-Bus: start gnome-keyring or "
              "KeePassXC, or keep the tokens in a settings file"_s
            : u"There is no D-Bus in this session, and so no Secret Service: start the program in "
              "a desktop session, or keep the tokens in a settings file"_s;
        authcore::testing::ManualClock clock; // whose time-out never comes
        KeychainTokenStore store(u"Tokenflight test"_s, clock);
        const authcore::TokenKey key {u"custom-jwt"_s, u"anna"_s, {}, {}};
        const auto load = loaded(store, key);
        QCOMPARE(described(load), expected);
        QCOMPARE(std::get<StoreError>(load).code, StoreError::Code::Unavailable);
        QCOMPARE(described(saved(store, key, test::tokensCalled("one"))), expected);
        QCOMPARE(described(removed(store, key)), expected);
        QCOMPARE(clock.pendingTimers(), 0);
    }
};

QTEST_GUILESS_MAIN(TestKeychainMissing)
#include "tst_keychainmissing.moc"
