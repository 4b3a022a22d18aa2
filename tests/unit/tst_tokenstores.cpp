#include "authcore/tokens/memorytokenstore.h"
#include "authcore/tokens/settingstokenstore.h"
#include "authcore/tokens/settingsturn.h"
#include "tests/support/filesizelimit.h"
#include "tests/support/leftovers.h"
#include "tests/support/speaking.h"
#include "tests/support/storeanswers.h"

#include <QtCore/QCryptographicHash>
#include <QtCore/QDateTime>
#include <QtCore/QDir>
#include <QtCore/QFileInfo>
#include <QtCore/QLocale>
#include <QtCore/QLockFile>
#include <QtCore/QScopeGuard>
#include <QtCore/QSettings>
#include <QtCore/QSize>
#include <QtCore/QTemporaryDir>
#include <QtTest/QTest>

#include <functional>
#include <memory>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>
#include <utility>

using namespace Qt::StringLiterals;
using authcore::MemoryTokenStore;
using authcore::SettingsTokenStore;
using authcore::StoreError;
using authcore::TokenKey;
using authcore::TokenSet;
using authcore::TokenStore;
using test::described;
using test::tokensCalled;

namespace {

const TokenKey key {u"custom-jwt"_s, u"zoë/x"_s, {}, {}};
constexpr auto ownerOnly =
    QFile::ReadOwner | QFile::WriteOwner | QFile::ReadUser | QFile::WriteUser;

TokenStore::Loaded loaded(TokenStore &store, const TokenKey &from = key)
{
    return test::loaded(store, from);
}

TokenStore::Done saved(TokenStore &store, const TokenSet &tokens, const TokenKey &to = key)
{
    return test::saved(store, to, tokens);
}

TokenStore::Done removedOnly(TokenStore &store, const TokenSet &tokens)
{
    return test::removedOnly(store, key, tokens);
}

TokenStore::Done removed(TokenStore &store)
{
    return test::removed(store, key);
}

void writeFile(const QString &path, const QByteArray &content)
{
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write(content) == content.size());
}

//! Writes a journal as a killed process leaves it, with the tokens "two".
bool writeJournal(const QString &path)
{
    const QByteArray value = tokensCalled("two").serialized();
    const auto hash = QCryptographicHash::hash(value, QCryptographicHash::Sha256).toHex();
    QFile file(path);
    return file.open(QFile::WriteOnly) && file.write(hash + '\n' + value) > 0;
}

//! The names of files that begin like the settings file's name, without that beginning.
QStringList filesBesides(const QString &filePath)
{
    const QString name = QFileInfo(filePath).fileName();
    const auto all = QDir::Files | QDir::Hidden | QDir::System;
    return QFileInfo(filePath).dir().entryList({name + u".*"_s}, all, QDir::Name);
}

//! The key under which the settings file keeps the tokens of `key`.
const QString settingsKey = u"tokens/custom-jwt%2Fzo%25C3%25AB%252Fx%2F%2F"_s;

} // namespace

class TestTokenStores : public QObject
{
    Q_OBJECT

private:
    void eachStore() const
    {
        QTest::addColumn<bool>("inMemory");
        QTest::newRow("in memory") << true;
        QTest::newRow("in a settings file") << false;
    }
    [[nodiscard]] std::unique_ptr<TokenStore> makeStore() const
    {
        const bool inMemory = *static_cast<bool *>(QTest::qData("inMemory", QMetaType::Bool));
        if (inMemory)
            return std::make_unique<MemoryTokenStore>();
        return std::make_unique<SettingsTokenStore>(m_file);
    }

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        QVERIFY(m_folder->isValid());
        m_file = m_folder->filePath(u"new/folder/tokens.ini"_s);
    }

    void savesLoadsAndRemoves_data() { eachStore(); }
    void savesLoadsAndRemoves()
    {
        const auto store = makeStore();
        QCOMPARE(described(loaded(*store)), u"nothing"_s);
        QVERIFY(!removed(*store));
        QVERIFY(!saved(*store, tokensCalled("one")));
        QVERIFY(std::get<0>(loaded(*store)) == tokensCalled("one"));
        QVERIFY(!saved(*store, tokensCalled("two")));
        QCOMPARE(described(loaded(*store)), u"access two"_s);
        QVERIFY(!removed(*store));
        QCOMPARE(described(loaded(*store)), u"nothing"_s);
    }

    void removesOnlyWhatItIsToldTo_data() { eachStore(); }
    void removesOnlyWhatItIsToldTo()
    {
        const auto store = makeStore();
        QVERIFY(!removedOnly(*store, tokensCalled("one")));
        QVERIFY(!saved(*store, tokensCalled("two")));
        QVERIFY(!removedOnly(*store, tokensCalled("one")));
        QCOMPARE(described(loaded(*store)), u"access two"_s);
        QVERIFY(!removedOnly(*store, tokensCalled("two")));
        QCOMPARE(described(loaded(*store)), u"nothing"_s);
    }

    // An update replaces the same tokens with other cookies, but no other tokens, and does not add
    // any.
    void updatesOnlyWhatItIsToldTo_data() { eachStore(); }
    void updatesOnlyWhatItIsToldTo()
    {
        const auto store = makeStore();
        const auto before = tokensCalled("one");
        auto cookies = before;
        cookies.cookies = {QNetworkCookie("csrf", "2")};
        const auto updated = [&](const TokenSet &over, const TokenSet &tokens) {
            return test::updatedOnly(*store, key, over, tokens);
        };
        const auto gone = [](const TokenStore::Done &done) {
            return done && done->code == authcore::StoreError::Code::Gone;
        };
        QVERIFY(gone(updated(before, cookies)));
        QCOMPARE(described(loaded(*store)), u"nothing"_s);
        QVERIFY(!saved(*store, before));
        QVERIFY(!updated(before, cookies));
        QVERIFY(std::get<0>(loaded(*store)) == cookies);
        QVERIFY(!updated(before, tokensCalled("two")));
        QCOMPARE(described(loaded(*store)), u"access two"_s);
        QVERIFY(gone(updated(before, cookies)));
        QCOMPARE(described(loaded(*store)), u"access two"_s);
    }

    void keepsKeysApart_data() { eachStore(); }
    void keepsKeysApart()
    {
        const auto store = makeStore();
        const QList<TokenKey> keys {{u"p"_s, u"a"_s, {}, {}}, {u"p"_s, {}, u"a"_s, {}},
            {u"p"_s, {}, {}, u"a"_s}, {u"p/a"_s, {}, {}, {}}, {u"p%2Fa"_s, {}, {}, {}},
            {u"p"_s, u"A"_s, {}, {}}, {u"p"_s, u"General"_s, {}, {}}, {{}, {}, {}, {}}};
        for (const auto &each : keys)
            QVERIFY(!saved(*store, tokensCalled(each.toString().toLatin1()), each));
        for (const auto &each : keys)
            QCOMPARE(described(loaded(*store, each)), QString(u"access "_s % each.toString()));
    }

    void answersInOrderAndNeverAtOnce_data() { eachStore(); }
    void answersInOrderAndNeverAtOnce()
    {
        const auto store = makeStore();
        QStringList answers;
        const auto whenLoaded = [&answers](const TokenStore::Loaded &result) {
            answers += described(result);
        };
        const auto whenDone = [&answers](const TokenStore::Done &error) {
            answers += error ? error->detail : u"done"_s;
        };
        store->save(key, tokensCalled("one"), this, whenDone);
        store->load(key, this, whenLoaded);
        store->save(key, tokensCalled("two"), this, whenDone);
        store->load(key, this, whenLoaded);
        store->remove(key, this, whenDone);
        store->load(key, this, whenLoaded);
        QVERIFY(answers.isEmpty());
        QTRY_COMPARE(answers.size(), 6);
        const QStringList expected {
            u"done"_s, u"access one"_s, u"done"_s, u"access two"_s, u"done"_s, u"nothing"_s};
        QCOMPARE(answers, expected);
    }

    void answersOnItsOwnThread_data() { eachStore(); }
    void answersOnItsOwnThread()
    {
        const auto store = makeStore();
        QThread *thread = nullptr;
        store->load(key, this, [&thread](const auto &) { thread = QThread::currentThread(); });
        QTRY_COMPARE(thread, QThread::currentThread());
    }

    void aDeletedContextHearsNothing_data() { eachStore(); }
    void aDeletedContextHearsNothing()
    {
        const auto store = makeStore();
        auto context = std::make_unique<QObject>();
        bool called = false;
        store->save(key, tokensCalled("one"), context.get(), [&](const auto &) { called = true; });
        store->load(key, context.get(), [&](const auto &) { called = true; });
        context.reset();
        QCOMPARE(described(loaded(*store)), u"access one"_s); // comes after the other two callbacks
        QVERIFY(!called);
    }

    void aCallbackMayDeleteTheStore_data() { eachStore(); }
    void aCallbackMayDeleteTheStore()
    {
        auto store = makeStore();
        int calls = 0;
        for (int i = 0; i < 3; ++i) {
            store->load(key, this, [&](const auto &) {
                ++calls;
                store.reset();
            });
        }
        QTRY_VERIFY(!store);
        QCoreApplication::processEvents();
        QCOMPARE(calls, 1);
    }

    void whatWasBegunIsDone()
    {
        bool called = false;
        auto store = std::make_unique<SettingsTokenStore>(m_file);
        for (int i = 0; i < 20; ++i)
            store->save(key, tokensCalled(QByteArray::number(i)), this,
                [&called](const auto &) { called = true; });
        store.reset();
        QCoreApplication::processEvents();
        QVERIFY(!called);
        SettingsTokenStore another(m_file);
        QCOMPARE(described(loaded(another)), u"access 19"_s);
    }

    // For the end of a program, where no event loop runs.
    void writesAreWaitedForWithoutAnEventLoop_data() { eachStore(); }
    void writesAreWaitedForWithoutAnEventLoop()
    {
        const auto store = makeStore();
        for (int i = 0; i < 20; ++i)
            store->save(key, tokensCalled(QByteArray::number(i)), nullptr, {});
        QVERIFY(store->waitForWrites(std::chrono::milliseconds(test::patience)));
        const SettingsTokenStore *file = qobject_cast<SettingsTokenStore *>(store.get());
        const auto another = file ? std::make_unique<SettingsTokenStore>(m_file) : nullptr;
        QCOMPARE(described(loaded(another ? *another : *store)), u"access 19"_s);
    }

    void theWaitIsBounded()
    {
        SettingsTokenStore store(m_file);
        QVERIFY(!saved(store, tokensCalled("one")));
        const authcore::SettingsTurn turn(m_file); // another process that holds its turn for ever
        store.save(key, tokensCalled("two"), nullptr, {});
        QVERIFY(!store.waitForWrites(std::chrono::milliseconds(1)));
    }

    // The callbacks come on the store's thread whatever thread writes.
    void otherThreadsMayWrite_data() { eachStore(); }
    void otherThreadsMayWrite()
    {
        const auto store = makeStore();
        QThread *thread = nullptr;
        std::thread writer([&] {
            for (int i = 0; i < 20; ++i)
                store->save(key, tokensCalled(QByteArray::number(i)), nullptr, {});
            store->save(key, tokensCalled("last"), this,
                [&thread](const auto &) { thread = QThread::currentThread(); });
            QVERIFY(store->waitForWrites(std::chrono::milliseconds(test::patience)));
        });
        writer.join();
        QTRY_COMPARE(thread, QThread::currentThread());
        QCOMPARE(described(loaded(*store)), u"access last"_s);
    }

    // A callback may hold a lock between processes after the session that wrote is gone.
    void whatACallbackHoldsLivesUntilItIsWritten()
    {
        SettingsTokenStore store(m_file);
        QVERIFY(!saved(store, tokensCalled("one")));
        auto turn = std::make_unique<authcore::SettingsTurn>(m_file);
        auto lock = std::make_shared<int>();
        const std::weak_ptr held = lock;
        auto session = std::make_unique<QObject>();
        store.save(
            key, tokensCalled("two"), session.get(), [lock = std::move(lock)](const auto &) {});
        session.reset();
        QCoreApplication::processEvents();
        QVERIFY(!held.expired());
        turn.reset();
        QVERIFY(store.waitForWrites(std::chrono::milliseconds(test::patience)));
        QTRY_VERIFY(held.expired());
        QCOMPARE(described(loaded(store)), u"access two"_s);
    }

    void aStoreSaysWhetherItCanBeWritten_data() { eachStore(); }
    void aStoreSaysWhetherItCanBeWritten()
    {
        const auto store = makeStore();
        QCOMPARE(described(test::writable(*store, key)), u"done"_s);
        QVERIFY(!saved(*store, tokensCalled("one")));
        QCOMPARE(described(test::writable(*store, key)), u"done"_s);
        QCOMPARE(described(loaded(*store)), u"access one"_s);
    }

    void whyItCannotBeWritten_data()
    {
        using Spoil = std::function<bool(const QString &)>; // false: this user cannot do that
        QTest::addColumn<Spoil>("spoil");
        QTest::addColumn<QString>("why");
        const auto row = [](const char *name, const QString &why, const Spoil &spoil) {
            QTest::newRow(name) << spoil << why;
        };
        const QString noFile = u"this is no file"_s;
        row("a folder is in its place", noFile,
            [](const QString &path) { return QFile::remove(path) && QDir().mkdir(path); });
        row("a FIFO is in its place", noFile, [](const QString &path) {
            return QFile::remove(path) && ::mkfifo(path.toLocal8Bit().constData(), 0600) == 0;
        });
        row("a device is in its place", noFile, [](const QString &path) {
            return QFile::remove(path) && QFile::link(u"/dev/zero"_s, path);
        });
        row("it is another user's", u"it belongs to another user"_s, [](const QString &path) {
            return ::chown(path.toLocal8Bit().constData(), 12345, 12345) == 0;
        });
        row("a folder that cannot be written to", u"ermission denied"_s, [](const QString &path) {
            const auto folder = QFileInfo(path).path();
            return QFile::setPermissions(folder, QFile::ReadOwner | QFile::ExeOwner)
                && !QFile(folder + u"/probe"_s).open(QFile::WriteOnly);
        });
    }
    void whyItCannotBeWritten()
    {
        QFETCH(const std::function<bool(const QString &)>, spoil);
        QFETCH(const QString, why);
        SettingsTokenStore store(m_file);
        QVERIFY(!saved(store, tokensCalled("one")));
        if (!spoil(m_file))
            QSKIP("this user cannot make it so");
        const auto problem = test::writable(store, key);
        QFile::setPermissions(QFileInfo(m_file).path(), ownerOnly | QFile::ExeOwner);
        QVERIFY(problem && problem->code == StoreError::Code::Unwritable);
        QVERIFY2(problem->detail.contains(m_file) && problem->detail.contains(why),
            qPrintable(problem->detail));
    }

    void aFullDiskIsFoundOutBefore()
    {
        SettingsTokenStore store(m_file);
        QVERIFY(!saved(store, tokensCalled("one")));
        const test::FileSizeLimit limit(0);
        const auto problem = test::writable(store, key);
        QVERIFY(problem && problem->code == StoreError::Code::Unwritable);
        const auto files = QFileInfo(m_file).dir().entryList({u"*draft*"_s}, QDir::Files);
        QCOMPARE(files, QStringList());
    }

    void everyFileIsForItsOwnerOnly_data()
    {
        QTest::addColumn<int>("mask");
        QTest::newRow("usually") << 022;
        QTest::newRow("where nothing is masked") << 0;
    }
    void everyFileIsForItsOwnerOnly()
    {
        QFETCH(const int, mask);
        const auto before = ::umask(static_cast<mode_t>(mask));
        const auto restore = qScopeGuard([before] { ::umask(before); });
        SettingsTokenStore store(m_file);
        for (const QByteArray name : {"one", "two"}) {
            QVERIFY(!saved(store, tokensCalled(name)));
            QCOMPARE(QFile::permissions(m_file), ownerOnly);
        }
        for (const auto &folder : {u"new/folder"_s, u"new"_s})
            QCOMPARE(QFile::permissions(m_folder->filePath(folder)),
                ownerOnly | QFile::ExeOwner | QFile::ExeUser);
        QLockFile holder(m_file + u".lock"_s); // also while the file is written
        QVERIFY(holder.tryLock(0));
        store.save(key, tokensCalled("three"), nullptr, {});
        QTRY_COMPARE(filesBesides(m_file).filter(u"draft"_s).size(), 1);
        const QStringList names = filesBesides(m_file);
        QCOMPARE(names.size(), 4); // the draft, the journal, the lock of the turn, and this lock
        for (const auto &name : names) {
            if (!name.endsWith(".lock"_L1))
                QCOMPARE(QFile::permissions(QFileInfo(m_file).dir().filePath(name)), ownerOnly);
        }
    }

    // Opening such a file would block or never end.
    void whatIsNoFileHoldsNobodyUp_data()
    {
        QTest::addColumn<QString>("suffix");
        QTest::addColumn<QString>("found");
        QTest::newRow("in place of the settings file") << QString() << u"this is no file"_s;
        QTest::newRow("in place of the journal") << u".new"_s << u"access one"_s;
        QTest::newRow("in place of the lock of the turn") << u".turn"_s << u"access one"_s;
    }
    void whatIsNoFileHoldsNobodyUp()
    {
        QFETCH(const QString, suffix);
        QFETCH(const QString, found);
        using Make = std::function<bool(const QString &)>;
        for (const auto &make : {Make([](const QString &path) {
                                     return ::mkfifo(path.toLocal8Bit().constData(), 0600) == 0;
                                 }),
                 Make([](const QString &path) { return QFile::link(u"/dev/zero"_s, path); }),
                 Make([](const QString &path) { return QDir().mkdir(path); })}) {
            init();
            SettingsTokenStore store(m_file);
            QVERIFY(!saved(store, tokensCalled("one")));
            const QString path = suffix == ".new"_L1 ? journalPath(store) : m_file + suffix;
            QFile::remove(path);
            QVERIFY(make(path));
            const auto there = described(loaded(store));
            QVERIFY2(there.endsWith(found), qPrintable(there));
            const auto done = saved(store, tokensCalled("two"));
            QCOMPARE(!done, suffix == ".new"_L1);
            QVERIFY(!done || done->detail.contains(u"no file"_s)
                || done->detail.contains(u"symbolic link"_s)
                || done->detail.contains(u"Is a directory"_s));
            QCOMPARE(!removed(store), suffix == ".new"_L1);
        }
    }

    void aFileThatOthersMayReadIsNarrowed_data()
    {
        QTest::addColumn<bool>("bySaving");
        QTest::newRow("by saving") << true;
        QTest::newRow("by loading") << false;
    }
    void aFileThatOthersMayReadIsNarrowed()
    {
        QFETCH(const bool, bySaving);
        m_file = m_folder->filePath(u"tokens.ini"_s);
        writeFile(m_file, "[other]\nvalue=7\n");
        QVERIFY(QFile::setPermissions(m_file, ownerOnly | QFile::ReadGroup | QFile::ReadOther));
        SettingsTokenStore store(m_file);
        if (bySaving)
            QVERIFY(!saved(store, tokensCalled("one")));
        else
            QCOMPARE(described(loaded(store)), u"nothing"_s);
        QCOMPARE(QFile::permissions(m_file), ownerOnly);
        QCOMPARE(QSettings(m_file, QSettings::IniFormat).value(u"other/value"_s).toInt(), 7);
    }

    void oneValueForEachSet()
    {
        SettingsTokenStore store(m_file);
        QVERIFY(!saved(store, tokensCalled("one")));
        QCOMPARE(QSettings(m_file, QSettings::IniFormat).allKeys(), QStringList {settingsKey});
    }

    void twoStoresOnOneFileAreMerged()
    {
        SettingsTokenStore first(m_file);
        SettingsTokenStore second(m_file);
        const TokenKey other {u"other"_s, {}, {}, {}};
        QVERIFY(!saved(first, tokensCalled("one")));
        QVERIFY(!saved(second, tokensCalled("two"), other));
        QVERIFY(!saved(first, tokensCalled("three")));
        QCOMPARE(described(loaded(second)), u"access three"_s);
        QCOMPARE(described(loaded(first, other)), u"access two"_s);
    }

    //! QSettings takes a file with the size and time of a known file for that file.
    void eachVersionLooksNewToQSettings()
    {
        SettingsTokenStore store(m_file);
        QVERIFY(!saved(store, tokensCalled("0")));
        for (int i = 1; i < 5; ++i) {
            QFile file(m_file); // as if the clock had been set back, or stood still
            const auto before = QDateTime::currentDateTime().addSecs(60);
            QVERIFY(file.open(QFile::ReadWrite)
                && file.setFileTime(before, QFile::FileModificationTime));
            file.close();
            const auto tokens = tokensCalled(QByteArray::number(i));
            const bool isRemoved = i == 4;
            QVERIFY(!(isRemoved ? removed(store) : saved(store, tokens)));
            QVERIFY(QFileInfo(m_file).lastModified() > before);
        }
    }

    void whatAKilledWriterLeftIsNotInTheWay_data()
    {
        QTest::addColumn<QStringList>("files");
        QTest::addColumn<QByteArray>("content");
        const QStringList nested {u".lock"_s, u".lock.rmlock"_s, u".lock.rmlock.rmlock"_s};
        QTest::newRow("our lock file") << QStringList {u".turn"_s} << QByteArray();
        QTest::newRow("an empty journal") << QStringList {u".new"_s} << QByteArray();
        QTest::newRow("half a draft, and QSettings' own of that") << QStringList {u".draft-1-1"_s,
            u".draft-1-1.lock"_s, u".draft-1-1.aBcDeF"_s} << QByteArray("[tokens]\nsomebody=");
        QTest::newRow("half a draft of an older version")
            << QStringList {u".0123456789abcdef.new~"_s} << QByteArray("half a journal");
        QTest::newRow("QSettings' lock file, without a name in it")
            << nested.mid(0, 1) << QByteArray();
        QTest::newRow("QSettings' lock file") << nested.mid(0, 1) << test::nameOfADeadProcess();
        QTest::newRow("and those of who was killed while it removed that")
            << nested << test::nameOfADeadProcess();
        QTest::newRow("and those, without names in them") << nested << QByteArray();
    }
    void whatAKilledWriterLeftIsNotInTheWay()
    {
        QFETCH(const QStringList, files);
        QFETCH(const QByteArray, content);
        SettingsTokenStore store(m_file);
        QVERIFY(!saved(store, tokensCalled("one")));
        for (const auto &suffix : files) {
            const QString path = suffix == ".new"_L1 ? journalPath(store) : m_file + suffix;
            QVERIFY(test::leaveBehind(path, content));
        }
        QVERIFY(!saved(store, tokensCalled("two")));
        QCOMPARE(described(loaded(store)), u"access two"_s);
        QCOMPARE(filesBesides(m_file), QStringList {u"tokens.ini.turn"_s});
    }

    // The leftovers contain tokens.
    void signingOutRemovesWhatKilledWritersLeft()
    {
        SettingsTokenStore store(m_file);
        QVERIFY(!saved(store, tokensCalled("one")));
        QVERIFY(!removed(store));
        QVERIFY(test::leaveBehind(m_file + u".draft-1-1"_s, tokensCalled("one").serialized()));
        QVERIFY(test::leaveBehind(journalPath(store) + u'~', tokensCalled("one").serialized()));
        QVERIFY(!removed(store)); // nothing is stored, again
        QCOMPARE(filesBesides(m_file), QStringList {u"tokens.ini.turn"_s});
    }

    //! Another program may write the same file with QSettings.
    void aLivingWriterIsWaitedFor_data()
    {
        QTest::addColumn<bool>("isNew");
        QTest::newRow("one that holds QSettings' lock") << false;
        QTest::newRow("one that has just made the file, and is about to lock it") << true;
    }
    void aLivingWriterIsWaitedFor()
    {
        QFETCH(const bool, isNew);
        const QString path = m_file + u".lock"_s;
        SettingsTokenStore store(m_file);
        QVERIFY(!saved(store, tokensCalled("one")));
        QLockFile holder(path);
        if (isNew) { // the lock looks new for as long as this takes
            QFile file(path);
            QVERIFY(file.open(QFile::WriteOnly));
            QVERIFY(file.setFileTime(
                QDateTime::currentDateTime().addSecs(3600), QFile::FileModificationTime));
        } else {
            QVERIFY(holder.tryLock(0));
        }
        bool isSaved = false;
        store.save(key, tokensCalled("two"), this, [&isSaved](const auto &) { isSaved = true; });
        QTRY_VERIFY(filesBesides(m_file).filter(u"draft"_s).size() == 1); // the writer is at work
        QVERIFY(!QTest::qWaitFor([&isSaved] { return isSaved; }, 50));
        QVERIFY(QFile::exists(path));
        if (isNew)
            QVERIFY(QFile::remove(path));
        holder.unlock();
        QTRY_VERIFY(isSaved);
        QCOMPARE(described(loaded(store)), u"access two"_s);
    }

    //! As if the other program had written at the moment when the file was replaced.
    void whatAnotherProgramHasWrittenMeanwhileStays()
    {
        SettingsTokenStore store(m_file);
        QVERIFY(!saved(store, tokensCalled("one")));
        auto holder = std::make_unique<QLockFile>(m_file + u".lock"_s);
        QVERIFY(holder->tryLock(0));
        bool isSaved = false;
        store.save(key, tokensCalled("two"), this, [&isSaved](const auto &) { isSaved = true; });
        // The store has read the file.
        QTRY_VERIFY(filesBesides(m_file).filter(u"draft"_s).size() == 1);
        QFile file(m_file);
        QVERIFY(file.open(QFile::Append) && file.write("[other]\nvalue=7\n") > 0);
        file.close();
        holder.reset();
        QTRY_VERIFY(isSaved);
        QCOMPARE(described(loaded(store)), u"access two"_s);
        QCOMPARE(QSettings(m_file, QSettings::IniFormat).value(u"other/value"_s).toInt(), 7);
    }

    //! A process may be killed after it wrote its journal and before it wrote the settings file.
    void whatAKilledWriterHadBegunIsTakenOver_data()
    {
        using Operation = std::function<TokenStore::Done(TokenStore &)>;
        QTest::addColumn<Operation>("operation");
        QTest::addColumn<QString>("found");
        const auto row = [](const char *name, const Operation &operation, const QString &found) {
            QTest::newRow(name) << operation << found;
        };
        row(
            "by loading", [](TokenStore &store) { return loaded(store), std::nullopt; },
            u"access two"_s);
        row(
            "by removing what is not there any more",
            [](TokenStore &store) { return removedOnly(store, tokensCalled("one")); },
            u"access two"_s);
        row(
            "by removing", [](TokenStore &store) { return removed(store); }, u"nothing"_s);
        row(
            "by saving", [](TokenStore &store) { return saved(store, tokensCalled("three")); },
            u"access three"_s);
        row(
            "by saving under another key",
            [](TokenStore &store) { return saved(store, tokensCalled("three"), {}); },
            u"access two"_s);
        row(
            "by updating it",
            [](TokenStore &store) {
                return test::updatedOnly(store, key, tokensCalled("two"), tokensCalled("three"));
            },
            u"access three"_s);
    }
    void whatAKilledWriterHadBegunIsTakenOver()
    {
        using Operation = std::function<TokenStore::Done(TokenStore &)>;
        QFETCH(const Operation, operation);
        QFETCH(const QString, found);
        SettingsTokenStore store(m_file);
        QVERIFY(!saved(store, tokensCalled("one")));
        QVERIFY(writeJournal(journalPath(store)));
        QCOMPARE(described(operation(store)), u"done"_s);
        QCOMPARE(described(loaded(store)), found);
        QCOMPARE(filesBesides(m_file), QStringList {u"tokens.ini.turn"_s});
        QVERIFY(!saved(store, tokensCalled("four")));
        QCOMPARE(described(loaded(store)), u"access four"_s); // the journal counts once
    }

    void aJournalThatCannotBeTakenOverIsReadWhereItIs()
    {
        SettingsTokenStore store(m_file);
        QVERIFY(!saved(store, tokensCalled("one")));
        QVERIFY(writeJournal(journalPath(store)));
        auto limit = std::make_unique<test::FileSizeLimit>(0);
        QCOMPARE(described(loaded(store)), u"access two"_s);
        QVERIFY(saved(store, tokensCalled("three")));
        limit.reset();
        QCOMPARE(described(loaded(store)), u"access two"_s);
        QCOMPARE(filesBesides(m_file), QStringList {u"tokens.ini.turn"_s});
    }

    void halfAJournalIsNone()
    {
        SettingsTokenStore store(m_file);
        QVERIFY(!saved(store, tokensCalled("one")));
        QVERIFY(writeJournal(journalPath(store)) && QFile::resize(journalPath(store), 100));
        QCOMPARE(described(loaded(store)), u"access one"_s);
        QCOMPARE(filesBesides(m_file), QStringList {u"tokens.ini.turn"_s});
    }

    //! QSettings keeps values in memory that it could not write.
    void whatCouldNotBeWrittenIsNotThere()
    {
        SettingsTokenStore store(m_file);
        QVERIFY(!saved(store, tokensCalled("one")));
        auto limit = std::make_unique<test::FileSizeLimit>(QFileInfo(m_file).size() + 10);
        const auto longer = tokensCalled(QByteArray(500, 'x'));
        const auto error = saved(store, longer);
        QVERIFY(error && error->code == StoreError::Code::Unwritable);
        QVERIFY(!removed(store)); // this write makes the file shorter
        QCOMPARE(described(loaded(store)), u"nothing"_s);
        limit.reset();
        QVERIFY(!saved(store, longer));
        QCOMPARE(std::get<0>(loaded(store)), longer);
        QCOMPARE(filesBesides(m_file), QStringList {u"tokens.ini.turn"_s});
    }

    //! Other values in the file stay, whatever types QSettings can hold.
    void otherValuesStay()
    {
        const QVariantMap values {{u"text"_s, u"a;b, \"c\" ä\n%@"_s}, {u"at"_s, u"@Size(1 2)"_s},
            {u"list"_s, QStringList {u"a"_s, {}, u"b,c"_s}}, {u"bytes"_s, QByteArray("\0\xff", 2)},
            {u"size"_s, QSize(1, 2)}, {u"none"_s, QVariant()}, {u"double"_s, qQNaN()},
            {u"time"_s, QDateTime::currentDateTime()}, {u"group/% ä/key"_s, true},
            {u"General/key"_s, 7}, {u"color"_s, QVariant::fromValue(QLocale())}};
        m_file = m_folder->filePath(u"tokens.ini"_s);
        {
            QSettings settings(m_file, QSettings::IniFormat);
            for (auto value = values.cbegin(); value != values.cend(); ++value)
                settings.setValue(value.key(), value.value());
        }
        QFile file(m_file);
        QVERIFY(file.open(QFile::ReadOnly));
        const QByteArray before = file.readAll();
        SettingsTokenStore store(m_file);
        QVERIFY(!saved(store, tokensCalled("one")));
        QVERIFY(!removed(store));
        QFile after(m_file);
        QVERIFY(after.open(QFile::ReadOnly));
        QCOMPARE(after.readAll(), before);
    }

    void aFileBehindASymbolicLinkIsReplacedThere()
    {
        const QString real = m_folder->filePath(u"real.ini"_s);
        m_file = m_folder->filePath(u"tokens.ini"_s);
        QVERIFY(QFile::link(real, m_file));
        SettingsTokenStore store(m_file);
        for (const QByteArray name : {"one", "two"}) {
            QVERIFY(!saved(store, tokensCalled(name)));
            QVERIFY(QFileInfo(m_file).isSymLink());
            SettingsTokenStore direct(real);
            QCOMPARE(described(loaded(direct)), QString(u"access "_s % QString::fromLatin1(name)));
        }
        QCOMPARE(filesBesides(real), QStringList {u"real.ini.turn"_s});
    }

    //! A writer may stand in a debugger; writing meanwhile could undo its work.
    void aWriterThatHangsIsNotOvertaken()
    {
        const QString newFile = m_folder->filePath(u"new.ini"_s);
        SettingsTokenStore writer(m_file);
        SettingsTokenStore reader(m_file);
        SettingsTokenStore newReader(newFile);
        QVERIFY(!saved(writer, tokensCalled("one")));
        auto turn = std::make_unique<authcore::SettingsTurn>(m_file);
        // Held by a process that is about to make the file.
        const authcore::SettingsTurn newTurn(newFile);
        std::optional<TokenStore::Done> done;
        std::optional<TokenStore::Loaded> found;
        std::optional<TokenStore::Loaded> newlyFound;
        writer.save(key, tokensCalled("two"), this, [&](const auto &result) { done = result; });
        reader.load(key, this, [&](const auto &result) { found = result; });
        newReader.load(key, this, [&](const auto &result) { newlyFound = result; });
        QTRY_VERIFY(done && found && newlyFound);
        QVERIFY(*done && (*done)->code == StoreError::Code::Unwritable);
        QVERIFY2((*done)->detail.contains(u"process"_s), qPrintable((*done)->detail));
        QCOMPARE(described(*found), u"access one"_s);
        QVERIFY(std::holds_alternative<StoreError>(*newlyFound)); // and not "nobody is signed in"
        turn.reset();
        QVERIFY(!saved(writer, tokensCalled("three")));
    }

    void whatIsStoredInTheTurnBeforeIsErasedToo()
    {
        SettingsTokenStore store(m_file);
        QVERIFY(!saved(store, tokensCalled("one")));
        QVERIFY(QFile::rename(m_file, m_file + u".written"_s));
        auto turn = std::make_unique<authcore::SettingsTurn>(m_file);
        std::optional<TokenStore::Done> done;
        store.remove(key, this, [&](const auto &result) { done = result; });
        QVERIFY(!QTest::qWaitFor([&done] { return done.has_value(); }, 50));
        QVERIFY(QFile::rename(m_file + u".written"_s, m_file));
        turn.reset();
        QTRY_VERIFY(done);
        QVERIFY(!*done);
        QCOMPARE(described(loaded(store)), u"nothing"_s);
    }

    void aReaderNeverSeesHalfASet()
    {
        SettingsTokenStore writer(m_file);
        SettingsTokenStore reader(m_file);
        QVERIFY(!saved(writer, tokensCalled("0")));
        constexpr int rounds = 40;
        int loads = 0;
        int halves = 0;
        for (int i = 0; i < rounds; ++i) {
            writer.save(
                key, tokensCalled(QByteArray(qsizetype {i} * 100, 'x')), this, [](const auto &) {});
            reader.load(key, this, [&](const TokenStore::Loaded &result) {
                ++loads;
                const auto *tokens = std::get_if<0>(&result);
                const bool isWhole = tokens != nullptr && *tokens
                    && (*tokens)->accessToken.size() == (*tokens)->refreshToken.size() - 1;
                halves += isWhole ? 0 : 1;
            });
        }
        QTRY_COMPARE(loads, rounds);
        QCOMPARE(halves, 0);
    }

    void troubles_data()
    {
        QTest::addColumn<QByteArray>("content");
        QTest::addColumn<QString>("place");
        const auto row = [](const char *name, const QByteArray &value) {
            QTest::newRow(name) << "[tokens]\n" + settingsKey.mid(7).toLatin1().replace('%', "%25")
                    + '=' + value
                    + '\n' << settingsKey;
        };
        row("a value that is no base64", "!hunter2!");
        row("a value that is no JSON", QByteArray("hunter2").toBase64());
        row("a value that is another JSON", QByteArray("{\"hunter2\":1}").toBase64());
        row("half of a value",
            QByteArray(R"({"version":1,"accessToken":"hunter2"})").chopped(2).toBase64());
        row("an empty value", "");
        QTest::newRow("a file of something else") << QByteArray("\x7f"
                                                                "ELF\n\0\1\2hunter2\n",
            17) << u"the whole file"_s;
    }
    void troubles()
    {
        QFETCH(const QByteArray, content);
        QFETCH(const QString, place);
        m_file = m_folder->filePath(u"tokens.ini"_s);
        writeFile(m_file, content);
        SettingsTokenStore store(m_file);
        for (int i = 0; i < 2; ++i) { // the second time QSettings has the file in its cache
            const auto result = loaded(store);
            QVERIFY2(std::holds_alternative<StoreError>(result), qPrintable(described(result)));
            const auto error = std::get<StoreError>(result);
            QCOMPARE(error.code, StoreError::Code::Garbage);
            QVERIFY2(error.detail.contains(m_file) && error.detail.contains(place),
                qPrintable(error.detail));
            QVERIFY(!error.detail.contains(u"hunter2"_s));
        }
        QVERIFY(!removedOnly(store, tokensCalled("one"))); // the tokens are unusable
        QVERIFY(!saved(store, tokensCalled("one"))); // a sign-in mends the file
        QCOMPARE(described(loaded(store)), u"access one"_s);
    }

    void noAccess_data()
    {
        QTest::addColumn<QString>("path");
        QTest::addColumn<QFile::Permissions>("ofFolder");
        QTest::addColumn<bool>("isReadable");
        constexpr auto all = ownerOnly | QFile::ExeOwner | QFile::ExeUser;
        constexpr auto readOnly = all & ~(QFile::WriteOwner | QFile::WriteUser);
        QTest::newRow("the path is a folder") << u"folder"_s << QFile::Permissions(all) << false;
        QTest::newRow("a file is in the way")
            << u"file/tokens.ini"_s << QFile::Permissions(all) << true;
        QTest::newRow("a folder that cannot be written to")
            << u"folder/tokens.ini"_s << QFile::Permissions(readOnly) << true;
        QTest::newRow("a folder that cannot be entered")
            << u"folder/tokens.ini"_s << QFile::Permissions() << true;
    }
    void noAccess()
    {
        QFETCH(const QString, path);
        QFETCH(const QFile::Permissions, ofFolder);
        QFETCH(const bool, isReadable);
        const auto folder = m_folder->filePath(u"folder"_s);
        QVERIFY(QDir().mkdir(folder));
        writeFile(m_folder->filePath(u"file"_s), "x");
        QVERIFY(QFile::setPermissions(folder, ofFolder));
        m_file = m_folder->filePath(path);
        if (path.startsWith("folder/"_L1) && QFile(folder + u"/probe"_s).open(QFile::WriteOnly))
            QSKIP("this user may write everywhere");
        SettingsTokenStore store(m_file);
        const auto error = saved(store, tokensCalled("one"));
        QVERIFY(error && error->code == StoreError::Code::Unwritable);
        QVERIFY2(error->detail.contains(m_file), qPrintable(error->detail));
        const auto result = loaded(store);
        QCOMPARE(std::holds_alternative<StoreError>(result), !isReadable);
        QVERIFY(QFile::setPermissions(folder, ownerOnly | QFile::ExeOwner));
    }

    void aFileThatCannotBeWrittenAnyMoreKeepsWhatItHas()
    {
        SettingsTokenStore store(m_file);
        QVERIFY(!saved(store, tokensCalled("one")));
        const auto folder = QFileInfo(m_file).path();
        QVERIFY(QFile::setPermissions(folder, QFile::ReadOwner | QFile::ExeOwner));
        if (QFile(folder + u"/probe"_s).open(QFile::WriteOnly))
            QSKIP("this user may write everywhere");
        const auto error = saved(store, tokensCalled("two"));
        QVERIFY(error && error->code == StoreError::Code::Unwritable);
        QFile::setPermissions(folder, ownerOnly | QFile::ExeOwner);
        QCOMPARE(described(loaded(store)), u"access one"_s);
    }

private:
    [[nodiscard]] static QString journalPath(const SettingsTokenStore &store)
    {
        return store.lockPath(key).replace(u".refresh"_s, u".new"_s);
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    QString m_file;
};

QTEST_GUILESS_MAIN(TestTokenStores)
#include "tst_tokenstores.moc"
