// What a program that embeds authcore may rely on besides its requests: what it is told, what it can
// ask, and what the library writes to its log.
#include "authcore/tokens/settingstokenstore.h"
#include "tests/support/world.h"

#include <QtCore/QLoggingCategory>
#include <QtCore/QMetaEnum>
#include <QtCore/QTemporaryDir>

#include <mutex>

using namespace Qt::StringLiterals;
using authcore::AuthNetworkAccessManager;
using authcore::AuthSession;
using authcore::EndReason;
using authcore::TokenSet;
using test::World;

namespace {

// A program's own manager for token endpoints: it adds a header, and counts by path.
class KeyedManager : public QNetworkAccessManager
{
public:
    struct Seen
    {
        std::mutex mutex;
        QStringList requests;

        [[nodiscard]] QStringList all()
        {
            const std::scoped_lock lock(mutex);
            return requests;
        }
    };

    explicit KeyedManager(std::shared_ptr<Seen> seen)
        : m_seen(std::move(seen))
    {
    }

protected:
    QNetworkReply *createRequest(
        Operation op, const QNetworkRequest &original, QIODevice *body) override
    {
        QNetworkRequest request = original;
        request.setRawHeader("X-Api-Key", "k1");
        {
            const std::scoped_lock lock(m_seen->mutex);
            m_seen->requests << request.url().path();
        }
        return QNetworkAccessManager::createRequest(op, request, body);
    }

private:
    std::shared_ptr<Seen> m_seen;
};

// Gathers what is logged while it lives.
class Log
{
public:
    Log()
    {
        s_lines.clear();
        m_before = qInstallMessageHandler(
            [](QtMsgType, const QMessageLogContext &context, const QString &text) {
                const std::scoped_lock lock(s_mutex);
                s_lines << QLatin1StringView(context.category) + u": " + text;
            });
    }
    ~Log() { qInstallMessageHandler(m_before); }
    Log(const Log &) = delete;
    Log &operator=(const Log &) = delete;

    //! The lines of a category and of those below it: "authcore.session" is below "authcore".
    [[nodiscard]] static QStringList of(const QString &category)
    {
        const std::scoped_lock lock(s_mutex);
        QStringList found;
        for (const QString &line : s_lines) {
            if (line.startsWith(category))
                found << line;
        }
        return found;
    }

private:
    static inline std::mutex s_mutex;
    static inline QStringList s_lines;
    QtMessageHandler m_before;
};

} // namespace

class Embedding : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // README's program: nothing is stored, requests leave without a token, nobody has signed in.
    void aBareChallengeAsksForASignInOnce()
    {
        World world;
        QSignalSpy asked(world.session.get(), &AuthSession::signInRequired);
        const auto &first = world.get();
        const auto &second = world.get();
        QTRY_COMPARE(first.finished + second.finished, 2);
        QCOMPARE(first.status, 401);
        QTRY_COMPARE(asked.size(), 1);
        QVERIFY(world.signIn());
        world.session->signOut();
        const auto &late = world.get();
        QTRY_COMPARE(late.finished, 1);
        QCOMPARE(late.status, 401);
        QTRY_COMPARE(asked.size(), 2);
    }

    void aPublicAnswerAsksForNothing()
    {
        World world;
        QSignalSpy asked(world.session.get(), &AuthSession::signInRequired);
        world.backend.on(u"/api/resources"_s).replies(403, "no").replies(200, "yes");
        const auto &forbidden = world.get();
        QTRY_COMPARE(forbidden.finished, 1);
        QCOMPARE(forbidden.status, 403);
        const auto &allowed = world.get();
        QTRY_COMPARE(allowed.finished, 1);
        QCOMPARE(allowed.status, 200);
        QCOMPARE(asked.size(), 0);
    }

    // A tool that signs in and ends: it waits for stored().
    void storedIsToldWhenAnotherProgramWouldReadTheTokens()
    {
        World world;
        QTemporaryDir folder;
        const QString file = folder.filePath(u"tokens.ini"_s);
        authcore::SettingsTokenStore store(file);
        AuthSession session(world.profile, store);
        QSignalSpy stored(&session, &AuthSession::stored);
        QVERIFY(session.isStored());
        TokenSet tokens;
        tokens.accessToken = "a";
        tokens.refreshToken = "r";
        tokens.userName = u"anna"_s;
        session.setTokens(tokens);
        QVERIFY(!session.isStored());
        QVERIFY(stored.wait(test::patience));
        QCOMPARE(stored.size(), 1); // and not before
        QVERIFY(session.isStored());
        QFile written(file);
        QVERIFY(written.open(QIODevice::ReadOnly));
        QVERIFY(written.size() > 0);
        authcore::SettingsTokenStore again(file);
        std::optional<TokenSet> found;
        again.load(session.keyFor(u"anna"_s), this,
            [&](const auto &loaded) { found = std::get<std::optional<TokenSet>>(loaded); });
        QTRY_VERIFY(found);
        QCOMPARE(found->refreshToken, "r");
    }

    // Tokens of an older program, which knows nothing of places, written with store.save().
    void tokensThatAProgramHasStoredAreRestored()
    {
        World world;
        QVERIFY(world.signIn());
        TokenSet migrated;
        migrated.accessToken = world.session->tokens().accessToken;
        migrated.refreshToken = world.session->tokens().refreshToken;
        AuthSession session(world.profile, world.store);
        AuthNetworkAccessManager manager(session);
        world.store.save(
            session.keyFor(u"migrated"_s), migrated, &world.store, [](const auto &) {});
        QSignalSpy restored(&session, &AuthSession::restored);
        QSignalSpy asked(&session, &AuthSession::signInRequired);
        session.restore(u"migrated"_s);
        QVERIFY(restored.wait(test::patience));
        QCOMPARE(restored[0][0].toBool(), true);
        QCOMPARE(asked.size(), 0);
        QCOMPARE(session.tokens().userName, u"migrated"_s);
        auto &caller = world.watch(manager.get(world.request()));
        QTRY_COMPARE(caller.status, 200);
    }

    void propertiesFollowTheSession()
    {
        World world;
        const auto state = [&world] {
            return QString(world.session->property("account").toString()
                % (world.session->property("signedIn").toBool() ? u", signed in"_s : u""_s)
                % (world.session->property("refreshing").toBool() ? u", refreshing"_s : u""_s));
        };
        QStringList seen;
        connect(world.session.get(), &AuthSession::stateChanged, this, [&] { seen << state(); });
        QVERIFY(world.signIn());
        const QString anna = world.session->accountId() + u", signed in"_s;
        world.breakAccess();
        const auto &answer = world.get();
        QTRY_COMPARE(answer.finished, 1);
        QCOMPARE(answer.status, 200);
        world.session->signOut();
        const QStringList expected {anna, anna, QString(anna % u", refreshing"_s), anna, QString()};
        QCOMPARE(seen, expected);
    }

    // Sign-ins, refreshes and revocations alike.
    void everyTokenRequestIsSentByTheProgramsManager()
    {
        World world;
        const auto seen = std::make_shared<KeyedManager::Seen>();
        test::giveTime(world.profile);
        AuthSession session(world.profile, world.store,
            AuthSession::MakeHttp([seen] { return std::make_unique<KeyedManager>(seen); }));
        AuthNetworkAccessManager manager(session);
        authcore::PasswordSignIn signIn(session);
        signIn.signIn(u"anna"_s, u"anna-demo-1"_s);
        QTRY_VERIFY(session.isSignedIn());
        TokenSet broken = session.tokens();
        broken.accessToken = "broken";
        session.setTokens(broken);
        auto &caller = world.watch(manager.get(world.request()));
        QTRY_COMPARE(caller.status, 200);
        QCOMPARE(
            seen->all(), QStringList({u"/authorization/token"_s, u"/authorization/refresh"_s}));
    }

    // The thread that has sent the refresh ends with the session.
    void theSessionMayGoWhenItsRefreshHasFailed()
    {
        World world;
        test::giveTime(world.profile);
        auto session = std::make_unique<AuthSession>(world.profile, world.store);
        auto manager = std::make_unique<AuthNetworkAccessManager>(*session);
        TokenSet tokens;
        tokens.accessToken = "broken";
        tokens.refreshToken = "r1";
        session->setTokens(tokens);
        world.backend.on(u"/authorization/refresh"_s)
            .replies(400, R"({"error":"invalid_client"})"); // which is not tried again
        connect(session.get(), &AuthSession::refreshFailed, this, [&] {
            manager.reset();
            session.reset();
        });
        manager->get(world.request());
        QTRY_VERIFY(!session);
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    }

    void enumsHaveNames()
    {
        QCOMPARE(QMetaEnum::fromType<EndReason>().valueToKey(int(EndReason::RefreshRejected)),
            "RefreshRejected");
        QCOMPARE(QMetaEnum::fromType<authcore::TokenError::Code>().valueToKey(
                     int(authcore::TokenError::Code::RateLimited)),
            "RateLimited");
        QCOMPARE(QMetaEnum::fromType<AuthNetworkAccessManager::WithoutSession>().valueToKey(
                     int(AuthNetworkAccessManager::WithoutSession::SendBare)),
            "SendBare");
    }

    void logsAreSilentUnlessSwitchedOn()
    {
        World world;
        const Log log;
        QVERIFY(world.signIn());
        world.breakAccess();
        const auto &answer = world.get();
        QTRY_COMPARE(answer.finished, 1);
        QCOMPARE(answer.status, 200);
        QCOMPARE(Log::of(u"authcore"_s), QStringList());
    }

    void logsTellWhatHappensAndHoldNoSecret()
    {
        QLoggingCategory::setFilterRules(u"authcore.*=true"_s);
        World world;
        const Log log;
        QVERIFY(world.signIn());
        const TokenSet first = world.session->tokens();
        world.breakAccess();
        const auto &answer = world.get(u"/api/resources?secret=query"_s);
        QTRY_COMPARE(answer.finished, 1);
        QCOMPARE(answer.status, 200);
        const TokenSet second = world.session->tokens();
        world.breakAccess();
        world.breakRefresh();
        world.backend.on(u"/authorization/refresh"_s).replies(400, R"({"error":"invalid_grant"})");
        const auto &refused = world.get();
        QTRY_COMPARE(refused.finished, 1);
        QCOMPARE(refused.status, 401);
        QLoggingCategory::setFilterRules(QString());

        QVERIFY2(!Log::of(u"authcore.session"_s).filter(u"refresh 1 started"_s).isEmpty(),
            qPrintable(Log::of(u"authcore"_s).join(u'\n')));
        QVERIFY(!Log::of(u"authcore.session"_s).filter(u"brought new tokens"_s).isEmpty());
        QVERIFY(!Log::of(u"authcore.session"_s).filter(u"RefreshRejected"_s).isEmpty());
        QVERIFY(!Log::of(u"authcore.network"_s).filter(u"StartedRefresh"_s).isEmpty());
        const QString all = Log::of(u"authcore"_s).join(u'\n');
        for (const TokenSet &tokens : {first, second}) {
            QVERIFY(!all.contains(QString::fromLatin1(tokens.accessToken)));
            QVERIFY(!all.contains(QString::fromLatin1(tokens.refreshToken)));
        }
        QVERIFY(!all.contains(u"secret=query"_s));
        QVERIFY(!all.contains(u"anna-demo-1"_s));
    }
};

QTEST_GUILESS_MAIN(Embedding)
#include "tst_embedding.moc"
