// People choose where the tokens are kept, and the choice signs nobody out.
#include "authcore/tokens/memorytokenstore.h"
#include "tests/support/storeanswers.h"
#include "tests/ui/window/windowfixture.h"

#include <QtCore/QDir>
#include <QtCore/QFileInfo>
#include <QtCore/QScopeGuard>
#include <QtTest/QTest>
#include <QtWidgets/QAbstractButton>
#include <QtWidgets/QApplication>

#include <sys/stat.h>

using namespace Qt::StringLiterals;
using authcore::MemoryTokenStore;
using authcore::MovableTokenStore;
using authcore::StoreError;
using authcore::TokenKey;
using authcore::TokenSet;
using test::WindowFixture;

namespace {

const TokenKey key {u"demo"_s, u"anna"_s, {}, {}};

//! A keychain that can be locked, and then asks a person.
class FakeKeychain : public MemoryTokenStore
{
public:
    void load(
        const TokenKey &of, QObject *context, std::function<void(const Loaded &)> then) override
    {
        ++timesRead;
        if (!asksPerson) {
            MemoryTokenStore::load(of, context, std::move(then));
            return;
        }
        Q_EMIT waitingForPerson();
        afterPerson = [=, this] {
            Q_EMIT personAnswered();
            if (asksPerson)
                then(locked);
            else
                MemoryTokenStore::load(of, context, then);
        };
    }
    void write(const TokenKey &of, const authcore::WriteCondition &condition,
        const std::optional<TokenSet> &tokens, QObject *context,
        std::function<void(const Done &)> then) override
    {
        if (!isLocked || !tokens) {
            MemoryTokenStore::write(of, condition, tokens, context, std::move(then));
            return;
        }
        QMetaObject::invokeMethod(
            context, [=, this] { then(locked); }, Qt::QueuedConnection);
    }

    const StoreError locked {StoreError::Code::Unavailable, u"The keychain is locked"_s};
    bool isLocked = false; //!< writes of tokens fail
    bool asksPerson = false; //!< loads wait for a person
    int timesRead = 0;
    std::function<void()> afterPerson;
};

//! A window whose keychain outlives restarts, with anna signed in.
struct Signed
{
    Signed()
    {
        [&] { QTRY_VERIFY(window.isLoginOpen()); }();
        window.click("signInButton");
        waitForResource();
    }
    void waitForResource()
    {
        [&] {
            QTRY_COMPARE(
                window.text("resourceLabel"), u"✓ 200  protected resources, username: anna"_s);
        }();
    }
    std::unique_ptr<authcore::TokenStore> door()
    {
        return std::make_unique<MovableTokenStore>(keychain);
    }
    void choose(const char *action)
    {
        window.trigger(action);
        [&] { QTRY_VERIFY(!window.desktop().store.isMoving()); }();
    }
    [[nodiscard]] bool isChecked(const char *action)
    {
        return window.find<QAction>(action)->isChecked();
    }
    [[nodiscard]] bool isInKeychain()
    {
        return test::described(test::loaded(keychain, key)) != u"nothing"_s;
    }
    [[nodiscard]] bool isInFile()
    {
        return test::described(test::loaded(window.desktop().fileStore, key)) != u"nothing"_s;
    }

    FakeKeychain keychain;
    WindowFixture window {door()};
};

} // namespace

class TestTokenPlace : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theFileIsTheFirstPlace()
    {
        Signed fixture;
        QVERIFY(fixture.isChecked("keepInFileAction"));
        QVERIFY(fixture.isInFile() && !fixture.isInKeychain());
        QVERIFY(fixture.window.text("stayNoteLabel").contains(u"not encrypted"_s));
    }

    // The umask of this test leaves all permissions to everybody.
    void whatItStoresIsForItsOwnerOnly()
    {
        const auto before = ::umask(0);
        const auto restore = qScopeGuard([before] { ::umask(before); });
        Signed fixture;
        constexpr auto others = QFile::ReadGroup | QFile::WriteGroup | QFile::ExeGroup
            | QFile::ReadOther | QFile::WriteOther | QFile::ExeOther;
        QVERIFY(fixture.isInFile());
        for (const auto &name : {u"config"_s, u"config/tokens.ini"_s, u"config/tokenflight.ini"_s,
                 u"data"_s, u"data/demobackend.json"_s}) {
            const QFileInfo file(QDir(fixture.window.folder()).filePath(name));
            QVERIFY2(file.exists(), qPrintable(name));
            QVERIFY2(!file.permissions().testAnyFlags(others), qPrintable(name));
        }
    }

    void aLockedKeychainAtStartSaysWhatIsWaitedFor_data()
    {
        QTest::addColumn<bool>("unlocks");
        QTest::newRow("the person unlocks it") << true;
        QTest::newRow("the person refuses, and is asked once only") << false;
    }
    void aLockedKeychainAtStartSaysWhatIsWaitedFor()
    {
        QFETCH(const bool, unlocks);
        Signed fixture;
        fixture.choose("keepInKeychainAction");
        fixture.window.close();
        fixture.keychain.asksPerson = true;
        fixture.keychain.timesRead = 0;
        fixture.window.restart(fixture.door());
        QTRY_COMPARE(fixture.window.message("sessionBar"),
            u"The keychain waits for you: unlock it, or allow the access, in its own dialog."_s);
        QVERIFY(!fixture.window.isLoginOpen());
        fixture.keychain.asksPerson = !unlocks;
        std::exchange(fixture.keychain.afterPerson, nullptr)();
        if (unlocks) {
            fixture.waitForResource();
            return;
        }
        QTRY_VERIFY(fixture.window.isLoginOpen());
        QCOMPARE(fixture.keychain.timesRead, 1);
        QCOMPARE(fixture.window.message("sessionBar"), u"Nobody is signed in."_s);
        QCOMPARE(fixture.window.text("reasonLabel"),
            u"The stored tokens cannot be read: The keychain is locked"_s);
    }

    void tokensMoveAndTheChoiceIsRemembered()
    {
        Signed fixture;
        fixture.choose("keepInKeychainAction");
        QVERIFY(fixture.isInKeychain() && !fixture.isInFile());
        QVERIFY(fixture.isChecked("keepInKeychainAction"));
        QVERIFY(fixture.window.text("stayNoteLabel").contains(u"keychain"_s));

        fixture.window.restart(fixture.door());
        fixture.waitForResource(); // without another sign-in
        QVERIFY(!fixture.window.isLoginOpen());
        QVERIFY(fixture.isChecked("keepInKeychainAction"));

        fixture.choose("keepInFileAction");
        QVERIFY(fixture.isInFile() && !fixture.isInKeychain());
    }

    void aKeychainThatRefusesChangesNothing()
    {
        Signed fixture;
        fixture.keychain.isLocked = true;
        fixture.choose("keepInKeychainAction");
        QCOMPARE(fixture.window.message("storeBar"),
            u"The tokens stay where they are: The keychain is locked"_s);
        QVERIFY(fixture.isChecked("keepInFileAction"));
        QVERIFY(fixture.isInFile() && !fixture.isInKeychain());

        fixture.keychain.isLocked = false;
        fixture.choose("keepInKeychainAction");
        QVERIFY(fixture.isInKeychain());
        QVERIFY(!fixture.window.find<QWidget>("storeBar")->isVisible());
    }

    void whoSignsOutIsForgottenThere()
    {
        Signed fixture;
        fixture.choose("keepInKeychainAction");
        fixture.window.trigger("signOutAction");
        QTRY_VERIFY(!fixture.isInKeychain());
    }

    void withoutAKeychainThereIsNoChoice()
    {
        WindowFixture window;
        QTRY_VERIFY(window.isLoginOpen());
        QVERIFY(!window.find<QAction>("keepInFileAction")->isVisible());
        QVERIFY(!window.find<QAction>("keepInKeychainAction")->isVisible());
    }
};

QTEST_MAIN(TestTokenPlace)
#include "tst_tokenplace.moc"
