// Tokens in a real keyring, which the wrapper script starts for this test only.
#include "authcore/keychain/keychaintokenstore.h"
#include "authcore/tokens/movabletokenstore.h"
#include "authcore/tokens/settingstokenstore.h"
#include "tests/support/storeanswers.h"

#include <QtCore/QDirIterator>
#include <QtCore/QFile>
#include <QtCore/QProcess>
#include <QtCore/QTemporaryDir>
#include <QtCore/QThread>
#include <QtDBus/QDBusArgument>
#include <QtDBus/QDBusConnection>
#include <QtDBus/QDBusMessage>
#include <QtDBus/QDBusMetaType>
#include <QtDBus/QDBusObjectPath>
#include <QtDBus/QDBusReply>
#include <QtDBus/QDBusServiceWatcher>
#include <QtDBus/QDBusVariant>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>
#include <qt6keychain/keychain.h>

#include <memory>
#include <utility>

using namespace Qt::StringLiterals;
using authcore::KeychainTokenStore;
using authcore::OverAnEntry;
using authcore::OverTokens;
using authcore::StoreError;
using authcore::TokenKey;
using authcore::TokenSet;
using test::described;
using test::loaded;
using test::removed;
using test::saved;
using test::tokensCalled;

namespace {

const QString service = u"Tokenflight test"_s;
const TokenKey key {u"custom-jwt"_s, u"zoë/x"_s, {}, {}};
const OverTokens overOne {{tokensCalled("one")}};

TokenSet fullSet()
{
    TokenSet tokens = tokensCalled("full");
    tokens.idToken = QByteArray("\0\xff+/%", 5);
    tokens.expiresAt = std::chrono::sys_seconds(std::chrono::seconds(2'000'000'000));
    tokens.cookies = {QNetworkCookie("session", "c00kie")};
    tokens.userName = u"zoë"_s;
    tokens.userData = {{u"roles"_s, u"admin"_s}};
    tokens.tokenEndpoint = QUrl(u"https://example.org/token"_s);
    tokens.protectedOrigins = QStringList {u"https://example.org"_s};
    return tokens;
}

//! Calls without QDBusInterface, whose introspection leaks memory in Qt 6.4.
QDBusMessage asked(const QString &interface, const QString &method, const QVariantList &arguments)
{
    auto question = QDBusMessage::createMethodCall(
        u"org.freedesktop.secrets"_s, u"/org/freedesktop/secrets"_s, interface, method);
    question.setArguments(arguments);
    return QDBusConnection::sessionBus().call(question);
}

QDBusMessage asked(const QString &method, const QVariantList &arguments)
{
    return asked(u"org.freedesktop.Secret.Service"_s, method, arguments);
}

QDBusObjectPath collection()
{
    return QDBusReply<QDBusObjectPath>(asked(u"ReadAlias"_s, {u"default"_s}));
}

//! Locks the keyring, as a locked screen does. This session has no dialog to unlock it.
bool lockKeyring()
{
    const QList<QDBusObjectPath> collections {collection()};
    const auto reply = asked(u"Lock"_s, {QVariant::fromValue(collections)});
    return reply.type() == QDBusMessage::ReplyMessage;
}

//! A secret in the format of the Secret Service.
struct Secret
{
    QDBusObjectPath session;
    QByteArray parameters;
    QByteArray value;
    QString contentType;
};

QDBusArgument &operator<<(QDBusArgument &argument, const Secret &secret)
{
    argument.beginStructure();
    argument << secret.session << secret.parameters << secret.value << secret.contentType;
    argument.endStructure();
    return argument;
}

const QDBusArgument &operator>>(const QDBusArgument &argument, Secret &secret)
{
    argument.beginStructure();
    argument >> secret.session >> secret.parameters >> secret.value >> secret.contentType;
    argument.endStructure();
    return argument;
}

//! Unlocks the keyring with the wrapper script's password, by gnome-keyring's interface for tests.
bool unlockKeyring()
{
    qDBusRegisterMetaType<Secret>();
    const auto opened =
        asked(u"OpenSession"_s, {u"plain"_s, QVariant::fromValue(QDBusVariant(QString()))});
    const Secret password {
        opened.arguments().value(1).value<QDBusObjectPath>(), {}, "a-password", u"text/plain"_s};
    const auto reply = asked(u"org.gnome.keyring.InternalUnsupportedGuiltRiddenInterface"_s,
        u"UnlockWithMasterPassword"_s,
        {QVariant::fromValue(collection()), QVariant::fromValue(password)});
    return reply.type() == QDBusMessage::ReplyMessage;
}

//! What a plain QtKeychain job finds under this name.
bool writeEntry(const QString &name, const QString &value)
{
    auto *job = new QKeychain::WritePasswordJob(service);
    QSignalSpy finished(job, &QKeychain::Job::finished);
    job->setKey(name);
    job->setTextData(value);
    job->start();
    return finished.wait() && job->error() == QKeychain::NoError;
}

} // namespace

class TestKeychain : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QTRY_VERIFY(collection().path().startsWith("/org"_L1)); }
    void init() { QVERIFY(!removed(m_store, key)); }
    void cleanupTestCase()
    {
        m_secondService.kill();
        m_secondService.waitForFinished();
    }

    void savesLoadsAndRemoves()
    {
        QCOMPARE(described(loaded(m_store, key)), u"nothing"_s);
        QVERIFY(!removed(m_store, key));
        QVERIFY(!saved(m_store, key, tokensCalled("one")));
        QVERIFY(!saved(m_store, key, fullSet()));
        QVERIFY(std::get<0>(loaded(m_store, key)) == fullSet());
        QVERIFY(!test::removedOnly(m_store, key, tokensCalled("one")));
        QVERIFY(std::get<0>(loaded(m_store, key)) == fullSet());
        QVERIFY(!test::removedOnly(m_store, key, fullSet()));
        QCOMPARE(described(loaded(m_store, key)), u"nothing"_s);
    }

    // A refresh is stored over an entry that is there.
    void updatesWhatIsThere_data()
    {
        QTest::addColumn<QByteArray>("there");
        QTest::addColumn<QByteArray>("before");
        QTest::addColumn<bool>("isGone");
        QTest::addColumn<QString>("then");
        const auto row = [](const char *name, const char *there, const char *before, bool isGone,
                             const QString &then) {
            QTest::newRow(name) << QByteArray(there) << QByteArray(before) << isGone << then;
        };
        row("an entry", "one", "", false, u"access two"_s);
        row("no entry", "", "", true, u"nothing"_s);
        row("only this entry", "one", "one", false, u"access two"_s);
        row("only this entry, but there is another", "other", "one", true, u"access other"_s);
        row("only this entry, but there is none", "", "one", true, u"nothing"_s);
    }
    void updatesWhatIsThere()
    {
        QFETCH(const QByteArray, there);
        QFETCH(const QByteArray, before);
        QFETCH(const bool, isGone);
        QFETCH(const QString, then);
        if (!there.isEmpty())
            QVERIFY(!saved(m_store, key, tokensCalled(there)));
        const auto done = before.isEmpty()
            ? test::updated(m_store, key, tokensCalled("two"))
            : test::updatedOnly(m_store, key, tokensCalled(before), tokensCalled("two"));
        QCOMPARE(done && done->code == StoreError::Code::Gone, isGone);
        QCOMPARE(done.has_value(), isGone);
        QCOMPARE(described(loaded(m_store, key)), then);
    }

    // A sign-in or sign-out during a refresh wins over the answer of this refresh.
    void anUpdateMayBeOvertaken_data()
    {
        QTest::addColumn<bool>("onlyOne");
        QTest::addColumn<bool>("signsIn");
        QTest::addColumn<QString>("then");
        QTest::newRow("by a sign-in") << false << true << u"access three"_s;
        QTest::newRow("by a sign-out") << false << false << u"nothing"_s;
        QTest::newRow("of one entry, by a sign-in") << true << true << u"access three"_s;
        QTest::newRow("of one entry, by a sign-out") << true << false << u"nothing"_s;
    }
    void anUpdateMayBeOvertaken()
    {
        QFETCH(const bool, onlyOne);
        QFETCH(const bool, signsIn);
        QFETCH(const QString, then);
        QVERIFY(!saved(m_store, key, tokensCalled("one")));
        int answers = 0;
        const auto record = [&answers](const auto &) { ++answers; };
        if (onlyOne)
            m_store.write(key, overOne, tokensCalled("two"), this, record);
        else
            m_store.write(key, OverAnEntry {}, tokensCalled("two"), this, record);
        if (signsIn)
            m_store.save(key, tokensCalled("three"), this, record);
        else
            m_store.remove(key, this, record);
        QTRY_COMPARE(answers, 2);
        QCOMPARE(described(loaded(m_store, key)), then);
    }

    // The end of a session does not remove the tokens of a sign-in right after it.
    void whatIsSavedMeanwhileStays()
    {
        QVERIFY(!saved(m_store, key, tokensCalled("one")));
        m_store.write(key, overOne, std::nullopt, this, [](const auto &) {});
        QVERIFY(!saved(m_store, key, tokensCalled("two")));
        QTRY_COMPARE(described(loaded(m_store, key)), u"access two"_s);
        QCOMPARE(described(loaded(m_store, key)), u"access two"_s);
    }

    void anotherStoreOfTheSameServiceFindsThem()
    {
        QVERIFY(!saved(m_store, key, tokensCalled("one")));
        KeychainTokenStore same(service);
        KeychainTokenStore other(u"Another application"_s);
        QCOMPARE(described(loaded(same, key)), u"access one"_s);
        QCOMPARE(described(loaded(other, key)), u"nothing"_s);
    }

    void processesThatShareAnEntryTakeTurns()
    {
        const KeychainTokenStore same(service);
        const KeychainTokenStore other(u"Another application"_s);
        QCOMPARE(m_store.lockPath(key), same.lockPath(key));
        QVERIFY(m_store.lockPath(key) != other.lockPath(key));
        QVERIFY(m_store.lockPath(key) != m_store.lockPath({}));
    }

    void keepsKeysApart()
    {
        const QList<TokenKey> keys {{u"p"_s, u"a"_s, {}, {}}, {u"p"_s, {}, u"a"_s, {}},
            {u"p"_s, {}, {}, u"a"_s}, {u"p/a"_s, {}, {}, {}}, {u"p"_s, u"A"_s, {}, {}}};
        for (const auto &each : keys)
            QVERIFY(!saved(m_store, each, tokensCalled(each.toString().toLatin1())));
        for (const auto &each : keys)
            QCOMPARE(described(loaded(m_store, each)), QString(u"access "_s % each.toString()));
    }

    void largeSetsFit()
    {
        const TokenSet large = tokensCalled(QByteArray(qsizetype {256} * 1024, 'x'));
        QVERIFY(!saved(m_store, key, large));
        QVERIFY(std::get<0>(loaded(m_store, key)) == large);
    }

    void answersInOrderAndNeverAtOnce()
    {
        QStringList answers;
        const auto record = [&answers](const auto &result) { answers += described(result); };
        const TokenKey other {u"custom-jwt"_s, u"ben"_s, {}, {}};
        m_store.save(key, tokensCalled("one"), this, record);
        m_store.load(key, this, record);
        m_store.save(other, tokensCalled("another"), this, record);
        m_store.write(key, OverAnEntry {}, tokensCalled("two"), this, record); // needs two steps
        m_store.load(other, this, record);
        m_store.remove(key, this, record); // asks the service a second time
        m_store.write(other, OverTokens {{tokensCalled("another")}}, std::nullopt, this, record);
        m_store.load(key, this, record);
        m_store.load(other, this, record);
        QVERIFY(answers.isEmpty());
        QTRY_COMPARE(answers.size(), 9);
        const QStringList expected {u"done"_s, u"access one"_s, u"done"_s, u"done"_s,
            u"access another"_s, u"done"_s, u"done"_s, u"nothing"_s, u"nothing"_s};
        QCOMPARE(answers, expected);
    }

    void aDeletedContextHearsNothing()
    {
        auto context = std::make_unique<QObject>();
        bool called = false;
        const auto record = [&called](const auto &) { called = true; };
        m_store.save(key, tokensCalled("one"), context.get(), record);
        m_store.load(key, context.get(), record);
        context.reset();
        QCOMPARE(described(loaded(m_store, key)), u"access one"_s);
        QVERIFY(!called);
    }

    void foreignEntriesAreGarbage_data()
    {
        QTest::addColumn<QString>("value");
        QTest::newRow("no base64") << u"!hunter2!"_s;
        QTest::newRow("no token set") << u"aHVudGVyMg=="_s;
        QTest::newRow("half of one") << QString::fromLatin1(fullSet().serialized().chopped(8));
    }
    void foreignEntriesAreGarbage()
    {
        QFETCH(const QString, value);
        QVERIFY(writeEntry(key.toString(), value));
        const auto result = loaded(m_store, key);
        QVERIFY2(std::holds_alternative<StoreError>(result), qPrintable(described(result)));
        QCOMPARE(std::get<StoreError>(result).code, StoreError::Code::Garbage);
        QVERIFY(described(result).contains(key.toString()));
        QVERIFY(!described(result).contains(u"hunter2"_s));
        QVERIFY(!saved(m_store, key, tokensCalled("one"))); // a sign-in overwrites it
        QCOMPARE(described(loaded(m_store, key)), u"access one"_s);
    }

    void tokensMoveInFromASettingsFileAndOut()
    {
        const QTemporaryDir folder;
        authcore::SettingsTokenStore file(folder.filePath(u"tokens.ini"_s));
        authcore::MovableTokenStore store(file);
        QVERIFY(!saved(store, key, fullSet()));
        QStringList results;
        const auto record = [&results](const authcore::MoveResult &result) {
            results +=
                result == authcore::MoveResult(authcore::Moved::Tokens) ? u"moved"_s : u"not"_s;
        };
        store.moveTo(m_store, key, this, record);
        QVERIFY(std::get<0>(loaded(store, key)) == fullSet());
        QVERIFY(std::get<0>(loaded(m_store, key)) == fullSet());
        QCOMPARE(described(loaded(file, key)), u"nothing"_s);

        QVERIFY(lockKeyring());
        store.moveTo(file, key, this, record); // the keyring stays locked
        QTRY_COMPARE(results.size(), 2);
        QVERIFY(unlockKeyring());
        store.moveTo(file, key, this, record);
        QVERIFY(std::get<0>(loaded(store, key)) == fullSet());
        QCOMPARE(described(loaded(m_store, key)), u"nothing"_s);
        QCOMPARE(results, (QStringList {u"moved"_s, u"not"_s, u"moved"_s}));
    }

    // QtKeychain finds no entry in a locked keyring and reports its removal as done.
    void aLockedKeyringIsNoEmptyOne()
    {
        QVERIFY(!saved(m_store, key, tokensCalled("one")));
        const TokenKey absent {u"nobody"_s, {}, {}, {}};
        QVERIFY(lockKeyring());
        const auto load = loaded(m_store, key);
        const auto save = saved(m_store, key, tokensCalled("two"));
        const auto update = test::updated(m_store, key, tokensCalled("two"));
        const auto updateOnly =
            test::updatedOnly(m_store, key, tokensCalled("one"), tokensCalled("two"));
        const auto remove = removed(m_store, key);
        const auto removeOnly = test::removedOnly(m_store, key, tokensCalled("one"));
        const auto loadAbsent = loaded(m_store, absent);
        QVERIFY(unlockKeyring());

        for (const QString &text : {described(load), described(save), described(update),
                 described(updateOnly), described(remove), described(removeOnly)})
            QVERIFY2(text.contains(u"The keychain is locked"_s), qPrintable(text));
        QCOMPARE(std::get<StoreError>(load).code, StoreError::Code::Unavailable);
        QCOMPARE(described(loadAbsent), u"nothing"_s);
        QCOMPARE(described(loaded(m_store, key)), u"access one"_s);
    }

    void noOtherThreadIsServed()
    {
        QStringList answers;
        const std::unique_ptr<QThread> thread(QThread::create([&answers] {
            KeychainTokenStore store(service);
            const auto one = tokensCalled("one");
            answers += described(loaded(store, key));
            answers += described(saved(store, key, one));
            answers += described(test::updated(store, key, one));
            answers += described(test::updatedOnly(store, key, one, one));
            answers += described(removed(store, key));
            answers += described(test::removedOnly(store, key, one));
        }));
        thread->start();
        QTRY_VERIFY(thread->isFinished());
        QCOMPARE(answers.size(), 6);
        for (const auto &answer : std::as_const(answers))
            QCOMPARE(answer, u"The keychain can be asked on the application's main thread only"_s);
    }

    // A restarted service has only what is on disk.
    void aServiceThatWasStartedAgainIsAskedAgain()
    {
        QVERIFY(!saved(m_store, key, tokensCalled("one")));
        QDBusServiceWatcher watcher(u"org.freedesktop.secrets"_s, QDBusConnection::sessionBus());
        QSignalSpy changed(&watcher, &QDBusServiceWatcher::serviceOwnerChanged);
        m_secondService.start(u"gnome-keyring-daemon"_s,
            {u"--replace"_s, u"--foreground"_s, u"--unlock"_s, u"--components=secrets"_s});
        m_secondService.write("a-password");
        m_secondService.closeWriteChannel();
        QTRY_VERIFY(!changed.isEmpty() && !changed.last().at(2).toString().isEmpty());
        QCOMPARE(described(loaded(m_store, key)), u"access one"_s);
        QVERIFY(!saved(m_store, key, tokensCalled("two")));
        QCOMPARE(described(loaded(m_store, key)), u"access two"_s);
        QVERIFY(!removed(m_store, key));
    }

    void nothingIsReadableOnDisk()
    {
        QVERIFY(!saved(m_store, key, tokensCalled("hunter2")));
        const QByteArray secret = tokensCalled("hunter2").serialized();
        int files = 0;
        QDirIterator each(
            qEnvironmentVariable("HOME"), QDir::Files | QDir::Hidden, QDirIterator::Subdirectories);
        while (each.hasNext()) {
            QFile file(each.next());
            if (!file.open(QFile::ReadOnly)) // a socket, for example
                continue;
            ++files;
            QVERIFY2(!file.readAll().contains(secret), qPrintable(file.fileName()));
        }
        QVERIFY(files > 0); // those of the keyring
    }

private:
    KeychainTokenStore m_store {service};
    QProcess m_secondService;
};

QTEST_GUILESS_MAIN(TestKeychain)
#include "tst_keychain.moc"
