// A keychain that does not answer, because it asks a person or because it hangs.
#include "authcore/keychain/keychaintokenstore.h"
#include "authcore/system/kernellock.h"
#include "authcore/testing/manualclock.h"
#include "tests/support/storeanswers.h"

#include <QtCore/QDir>
#include <QtCore/QFileInfo>
#include <QtDBus/QDBusConnection>
#include <QtDBus/QDBusError>
#include <QtDBus/QDBusMessage>
#include <QtDBus/QDBusObjectPath>
#include <QtDBus/QDBusVariant>
#include <QtDBus/QDBusVirtualObject>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>

#include <memory>
#include <utility>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using authcore::KeychainTokenStore;
using authcore::TokenKey;
using test::described;
using test::tokensCalled;

namespace {

const TokenKey key {u"custom-jwt"_s, u"anna"_s, {}, {}};
constexpr auto patience = 30s;
constexpr auto firstLook = 1s; // then the store asks for the keychain's state
constexpr auto timeToAnswer = 2s; // of an unlocked keychain

//! A service that answers whether it is locked and holds all other calls.
class HeldService : public QDBusVirtualObject
{
public:
    explicit HeldService(QDBusConnection bus)
        : m_bus(std::move(bus))
    {
        if (!m_bus.registerVirtualObject(
                u"/org/freedesktop/secrets"_s, this, QDBusConnection::SubPath)
            || !m_bus.registerService(u"org.freedesktop.secrets"_s))
            qFatal("cannot become the Secret Service of this session");
    }

    [[nodiscard]] QString introspect(const QString &) const override { return {}; }
    bool handleMessage(const QDBusMessage &message, const QDBusConnection &) override
    {
        if (message.member() == "ReadAlias"_L1) {
            ++timesInspected;
            if (slow) {
                message.setDelayedReply(true);
                inspections.append(message);
                return true;
            }
            const QDBusObjectPath path(u"/org/freedesktop/secrets/collection/login"_s);
            return m_bus.send(message.createReply(QVariant::fromValue(path)));
        }
        if (message.arguments().value(1) == "Locked"_L1) {
            const QDBusVariant isLocked(locked);
            return m_bus.send(message.createReply(QVariant::fromValue(isLocked)));
        }
        if (empty && message.member() == "GetAll"_L1)
            return m_bus.send(message.createReply(QVariantMap()));
        if (empty && message.member() == "OpenSession"_L1)
            return openSession(message);
        const bool isForLocked = message.service() == QDBusConnection::sessionBus().baseService();
        if (isForLocked && message.member() == "SearchItems"_L1)
            return answerSearchForLocked(message);
        if (empty && message.member() == "SearchItems"_L1)
            return answerWith(message, 0);
        message.setDelayedReply(true);
        held.append(message);
        return true;
    }
    void answer(const QDBusMessage &message) { m_bus.send(message); }
    //! Answers the held calls, as after the end of the dialog or of the hang.
    void release(QDBusError::ErrorType error = QDBusError::Failed)
    {
        slow = false;
        for (const auto &message : std::exchange(held, {}))
            m_bus.send(message.createErrorReply(error, u"dismissed"_s));
    }

    bool locked = false;
    bool entryLocked = false; //!< the requested entry in an unlocked keychain
    bool slow = false; //!< it also answers late whether it is locked
    bool empty = false; //!< QtKeychain finds no entry
    QDBusError::ErrorType lockedTrouble =
        QDBusError::NoError; //!< of the question for locked entries
    int timesInspected = 0;
    QList<QDBusMessage> held;
    QList<QDBusMessage> inspections;

private:
    bool openSession(const QDBusMessage &message)
    {
        if (message.arguments().value(0).toString() != "plain"_L1)
            return m_bus.send(message.createErrorReply(QDBusError::NotSupported, u"plain only"_s));
        const QDBusObjectPath path(u"/org/freedesktop/secrets/session/one"_s);
        return m_bus.send(message.createReply(
            {QVariant::fromValue(QDBusVariant(QString())), QVariant::fromValue(path)}));
    }
    bool answerSearchForLocked(const QDBusMessage &message)
    {
        if (!empty || lockedTrouble == QDBusError::NoError)
            return answerWith(message, entryLocked ? 1 : 0);
        if (lockedTrouble == QDBusError::Timeout) {
            message.setDelayedReply(true);
            return true;
        }
        return m_bus.send(message.createErrorReply(lockedTrouble, u"trouble"_s));
    }

    bool answerWith(const QDBusMessage &message, int lockedEntries)
    {
        const QList<QDBusObjectPath> found(
            lockedEntries, QDBusObjectPath(u"/org/freedesktop/secrets/collection/login/1"_s));
        return m_bus.send(message.createReply(
            {QVariant::fromValue(QList<QDBusObjectPath>()), QVariant::fromValue(found)}));
    }

    QDBusConnection m_bus;
};

} // namespace

class TestKeychainSilent : public QObject
{
    Q_OBJECT

private:
    void load()
    {
        m_store->load(key, this, [this](const auto &result) { m_answers += described(result); });
    }
    void save()
    {
        m_store->save(key, tokensCalled("one"), this,
            [this](const auto &result) { m_answers += described(result); });
    }

    //! Waits until the store has asked the service for its state.
    void pass(std::chrono::milliseconds time)
    {
        m_clock.advance(time);
        QTRY_COMPARE(m_clock.pendingTimers(), 1);
    }
    //! The keychain is unlocked and still does not answer.
    void losePatience()
    {
        pass(firstLook);
        pass(patience - firstLook);
        m_clock.advance(timeToAnswer);
    }

private Q_SLOTS:
    void init()
    {
        m_answers.clear();
        m_store = std::make_unique<KeychainTokenStore>(u"Tokenflight test"_s, m_clock);
        m_store->setPatience(patience);
        m_service.timesInspected = 0;
        m_service.inspections.clear();
    }
    void cleanup()
    {
        m_service.locked = false;
        m_service.entryLocked = false;
        m_service.empty = false;
        m_service.release();
        // QtKeychain's queue has no job of the last test.
        KeychainTokenStore last(u"Tokenflight test"_s);
        bool answered = false;
        last.load(key, this, [&answered](const auto &) { answered = true; });
        QVERIFY(QTest::qWaitFor([&] {
            m_service.release();
            return answered;
        }));
    }

    void silenceIsAnErrorOnceItLastsTooLong()
    {
        load();
        QTRY_VERIFY(!m_service.held.isEmpty());
        pass(firstLook);
        m_clock.advance(patience - firstLook - 1ms);
        QVERIFY(m_answers.isEmpty());
        pass(1ms);
        m_clock.advance(timeToAnswer - 1ms);
        QVERIFY(m_answers.isEmpty());
        m_clock.advance(1ms);
        QTRY_COMPARE(m_answers.size(), 1);
        QCOMPARE(m_answers[0],
            u"The keychain has not answered for 30 s: is it running, or has it a dialog open that "
            "waits for you?"_s);
    }

    void everythingBehindItFailsTooAndNothingPilesUp()
    {
        load();
        save();
        QTRY_VERIFY(!m_service.held.isEmpty());
        losePatience();
        QTRY_COMPARE(m_answers.size(), 2);
        const QFileInfo refresh(m_store->lockPath(key));
        QVERIFY(QDir().mkpath(refresh.path()));
        authcore::KernelLock lock(refresh.dir().filePath(refresh.baseName() % u".turn"_s));
        QCOMPARE(lock.tryLock(), authcore::KernelLock::Got::Held); // no operation waits for a turn
        save();
        QTRY_COMPARE(m_answers.size(), 3); // at once
        QCOMPARE(m_clock.pendingTimers(), 0);
        lock.remove();
        for (const auto &answer : std::as_const(m_answers))
            QVERIFY2(answer.contains(u"has not answered"_s), qPrintable(answer));
    }

    void whoAnswersAgainIsAskedAgain()
    {
        load();
        QTRY_VERIFY(!m_service.held.isEmpty());
        losePatience();
        QTRY_COMPARE(m_answers.size(), 1);
        m_service.release();
        QTRY_VERIFY([this] {
            m_answers.clear();
            load();
            return QTest::qWaitFor([this] {
                m_service.release();
                return !m_answers.isEmpty();
            }) && m_answers[0].contains(u"dismissed"_s);
        }());
    }

    // The keychain's answer comes after its answer whether it is locked.
    void unlockingItAtTheLastMomentIsNoSilence_data()
    {
        QTest::addColumn<int>("timesLocked");
        QTest::newRow("before a person was waited for") << 0;
        QTest::newRow("after that") << 3;
    }
    void unlockingItAtTheLastMomentIsNoSilence()
    {
        QFETCH(const int, timesLocked);
        m_service.locked = true;
        load();
        QTRY_VERIFY(!m_service.held.isEmpty());
        pass(firstLook);
        for (int i = 0; i < timesLocked; ++i)
            pass(patience);
        m_service.locked = false;
        pass(patience);
        QCOMPARE(m_service.timesInspected, timesLocked + 2);
        QTRY_VERIFY([this] {
            m_service.release();
            return !m_answers.isEmpty();
        }());
        QVERIFY2(m_answers[0].contains(u"dismissed"_s), qPrintable(m_answers[0]));
    }

    // The question for the keychain's state takes time, too.
    void whatHasAnsweredMeanwhileIsNotGivenUp()
    {
        load();
        save();
        QTRY_VERIFY(!m_service.held.isEmpty());
        pass(firstLook);
        m_service.slow = true;
        m_clock.advance(patience - firstLook);
        QTRY_COMPARE(m_service.inspections.size(), 1);
        QTRY_VERIFY(!m_answers.isEmpty() || (m_service.release(), false));
        QTRY_VERIFY(!m_service.held.isEmpty());
        const auto late = m_service.inspections.takeFirst();
        m_service.answer(late.createErrorReply(QDBusError::Failed, u"who knows"_s));
        m_service.locked = true;
        QSignalSpy waiting(m_store.get(), &KeychainTokenStore::waitingForPerson);
        m_clock.advance(firstLook);
        QTRY_COMPARE(waiting.size(), 1);
        QCOMPARE(m_answers.size(), 1);
    }

    void aPersonIsWaitedForAsLongAsItTakes()
    {
        m_service.locked = true;
        QSignalSpy waiting(m_store.get(), &KeychainTokenStore::waitingForPerson);
        QSignalSpy answered(m_store.get(), &KeychainTokenStore::personAnswered);
        load();
        save();
        QTRY_VERIFY(!m_service.held.isEmpty());
        pass(firstLook);
        QCOMPARE(waiting.size(), 1);
        for (int asked = 2; asked <= 21; ++asked) { // ten minutes
            pass(patience);
            QCOMPARE(m_service.timesInspected, asked);
        }
        QCOMPARE(waiting.size(), 1);
        QCOMPARE(answered.size(), 0);
        QVERIFY(m_answers.isEmpty());
        QTRY_VERIFY([this] {
            m_service.release();
            return m_answers.size() == 2;
        }());
        QCOMPARE(answered.size(), 1);
        QVERIFY2(m_answers[0].startsWith(u"The keychain is locked"_s), qPrintable(m_answers[0]));
    }

    // KeePassXC asks a person about each entry, although the keychain is unlocked.
    void aPersonWhoIsAskedAboutOneEntryIsWaitedForToo()
    {
        m_service.entryLocked = true;
        QSignalSpy waiting(m_store.get(), &KeychainTokenStore::waitingForPerson);
        load();
        QTRY_VERIFY(!m_service.held.isEmpty());
        pass(firstLook);
        QCOMPARE(waiting.size(), 1);
        for (int i = 0; i < 20; ++i)
            pass(patience);
        QVERIFY(m_answers.isEmpty());
        QTRY_VERIFY([this] {
            m_service.release(QDBusError::NoReply); // as after 25 s, with the dialog still open
            return !m_answers.isEmpty();
        }());
        QVERIFY2(m_answers[0].startsWith(u"The keychain is locked"_s), qPrintable(m_answers[0]));
    }

    void theFirstAnswerComesFirstWhateverHasToBeFoundOut()
    {
        load();
        save();
        QTRY_VERIFY([this] {
            m_service.release();
            m_service.slow = true;
            return !m_service.inspections.isEmpty();
        }());
        QVERIFY(m_answers.isEmpty());
        const auto inspection = m_service.inspections.takeFirst();
        m_service.answer(inspection.createErrorReply(QDBusError::Failed, u"who knows"_s));
        QTRY_VERIFY([this] {
            m_service.release();
            return m_answers.size() == 2;
        }());
        QVERIFY2(m_answers[0].startsWith(u"Cannot read"_s), qPrintable(m_answers[0]));
        QVERIFY2(m_answers[1].startsWith(u"Cannot write"_s), qPrintable(m_answers[1]));
    }

    // A missing entry means that nobody is signed in; a missing answer must not look like that.
    void nothingIsMissingBeforeAllWasLookedAt_data()
    {
        QTest::addColumn<QDBusError::ErrorType>("lockedTrouble");
        QTest::addColumn<bool>("isMissing");
        QTest::newRow("it answers") << QDBusError::NoError << true;
        QTest::newRow("it went away") << QDBusError::ServiceUnknown << true;
        QTest::newRow("it is silent") << QDBusError::Timeout << false;
        QTest::newRow("the bus says that it is silent") << QDBusError::NoReply << false;
        QTest::newRow("it fails") << QDBusError::Failed << false;
    }
    void nothingIsMissingBeforeAllWasLookedAt()
    {
        QFETCH(const QDBusError::ErrorType, lockedTrouble);
        QFETCH(const bool, isMissing);
        m_service.empty = true;
        m_service.lockedTrouble = lockedTrouble;
        load();
        QTRY_COMPARE(m_answers.size(), 1);
        QCOMPARE(m_answers[0],
            isMissing ? u"nothing"_s
                      : u"The keychain does not say whether it is locked: try again later, or keep "
                        "the tokens in a settings file"_s);
    }

    void aStoreMayGoAwayMeanwhile()
    {
        load();
        QTRY_VERIFY(!m_service.held.isEmpty());
        m_store.reset();
        m_clock.advance(patience);
        m_service.release();
        QVERIFY(m_answers.isEmpty());
    }

    void whatIsBegunOutlivesTheClockToo()
    {
        auto clock = std::make_unique<authcore::testing::ManualClock>();
        m_store = std::make_unique<KeychainTokenStore>(u"Tokenflight test"_s, *clock);
        m_store->setPatience(20ms);
        m_service.locked = true;
        load();
        QTRY_VERIFY(!m_service.held.isEmpty());
        m_store.reset();
        clock.reset();
        QTRY_VERIFY(m_service.timesInspected >= 2); // by the system's clock
        QVERIFY(m_answers.isEmpty());
    }

private:
    authcore::testing::ManualClock m_clock;
    HeldService m_service {
        QDBusConnection::connectToBus(QDBusConnection::SessionBus, u"the fake service"_s)};
    std::unique_ptr<KeychainTokenStore> m_store;
    QStringList m_answers;
};

QTEST_GUILESS_MAIN(TestKeychainSilent)
#include "tst_keychainsilent.moc"
