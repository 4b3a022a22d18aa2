// Replies behave like Qt's own: the cache, which serves no account another's answers, and cookies.
#include "tests/support/parity.h"

#include <QtCore/QTemporaryDir>
#include <QtNetwork/QNetworkCookie>
#include <QtNetwork/QNetworkCookieJar>
#include <QtNetwork/QNetworkDiskCache>

using namespace Qt::StringLiterals;
using test::Scenario;
using test::Stage;
using test::Through;
using Load = QNetworkRequest::CacheLoadControl;

// A leak of Qt's own: Qt sometimes does not delete what it reads from a disk cache after a 304 to a
// HEAD or GET, in the plain manager's runs as well.
// NOLINTNEXTLINE(bugprone-reserved-identifier,readability-identifier-naming)
extern "C" const char *__lsan_default_suppressions();
// NOLINTNEXTLINE(bugprone-reserved-identifier,readability-identifier-naming)
extern "C" const char *__lsan_default_suppressions()
{
    return "leak:QNetworkDiskCache::data\nleak:QBuffer::QBuffer\n";
}

namespace {

// The answer names the token of its request and its own number.
void tells(Stage &stage, const test::RawHeaders &headers)
{
    auto count = std::make_shared<int>(0);
    stage.server.on("/x", [headers, count](const test::RawServer::Request &request) {
        if (!request.header("If-None-Match").isEmpty())
            return QByteArray("HTTP/1.1 304 Not Modified\r\nETag: \"1\"\r\n\r\n");
        const QByteArray token = request.header("Authorization");
        return test::http("200 OK", headers,
            "answer " + QByteArray::number(++*count)
                + (token.startsWith("Bearer B") ? " for boris" : ""));
    });
}

const test::RawHeaders fresh {{"Cache-Control", "max-age=3600"}, {"ETag", "\"1\""}};
const test::RawHeaders stale {{"Cache-Control", "max-age=0, must-revalidate"}, {"ETag", "\"1\""}};
const test::RawHeaders unstored {{"Cache-Control", "no-store"}};

[[nodiscard]] QNetworkDiskCache *cacheIn(const QTemporaryDir &folder)
{
    auto *cache = new QNetworkDiskCache;
    cache->setCacheDirectory(folder.path());
    return cache; // the manager owns the cache
}

// The application itself puts an entry into a cache.
void stores(QAbstractNetworkCache &cache, const QUrl &url, const QByteArray &content)
{
    QNetworkCacheMetaData entry;
    entry.setUrl(url);
    entry.setRawHeaders({{"Content-Length", QByteArray::number(content.size())}});
    entry.setExpirationDate(QDateTime::currentDateTimeUtc().addDays(1));
    entry.setSaveToDisk(true);
    QIODevice *device = cache.prepare(entry);
    if (device->write(content) != content.size())
        qFatal("no cache");
    cache.insert(device);
}

// A cache that keeps answers without their attributes.
class ForgetfulCache : public QNetworkDiskCache
{
public:
    QNetworkCacheMetaData metaData(const QUrl &url) override
    {
        QNetworkCacheMetaData entry = QNetworkDiskCache::metaData(url);
        entry.setAttributes({});
        return entry;
    }
};

[[nodiscard]] QNetworkRequest loading(const Stage &stage, Load load)
{
    QNetworkRequest request = stage.request("/x");
    request.setAttribute(QNetworkRequest::CacheLoadControlAttribute, load);
    return request;
}

[[nodiscard]] QByteArray bodyOf(Stage &stage, const QNetworkRequest &request)
{
    const std::unique_ptr<QNetworkReply> reply(stage.manager->get(request));
    return test::waitFor([&] { return reply->isFinished(); }) ? reply->readAll() : "never";
}

void signIn(Stage &stage, const QString &user, const QByteArray &token)
{
    authcore::TokenSet tokens;
    tokens.accessToken = token;
    tokens.userName = user;
    stage.session->setTokens(tokens);
}

} // namespace

class ParityCache : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void loadControls_data()
    {
        QTest::addColumn<Scenario>("scenario");
        const std::vector<std::pair<const char *, test::RawHeaders>> kinds {
            {"fresh", fresh}, {"to be validated", stale}, {"not stored", unstored}};
        for (const auto &[kind, headers] : kinds) {
            for (const Load load : {QNetworkRequest::AlwaysNetwork, QNetworkRequest::PreferNetwork,
                     QNetworkRequest::PreferCache, QNetworkRequest::AlwaysCache}) {
                QTest::addRow("%s, load control %d", kind, load)
                    << Scenario([headers = headers, load](Stage &stage) {
                           const QTemporaryDir folder;
                           stage.manager->setCache(cacheIn(folder));
                           tells(stage, headers);
                           stage.get("/x");
                           if (!stage.settled())
                               return;
                           stage.record(stage.manager->get(loading(stage, load)));
                           if (!stage.settled())
                               return;
                           stage.record(stage.manager->head(loading(stage, load)));
                           if (stage.settled())
                               stage.manager->setCache(nullptr);
                       });
            }
        }
        QTest::newRow("nothing is saved when not asked to") << Scenario([](Stage &stage) {
            const QTemporaryDir folder;
            stage.manager->setCache(cacheIn(folder));
            tells(stage, fresh);
            QNetworkRequest request = stage.request("/x");
            request.setAttribute(QNetworkRequest::CacheSaveControlAttribute, false);
            stage.record(stage.manager->get(request));
            if (!stage.settled())
                return;
            stage.record(stage.manager->get(loading(stage, QNetworkRequest::AlwaysCache)));
            if (stage.settled())
                stage.manager->setCache(nullptr);
        });
        for (const Load load : {QNetworkRequest::AlwaysNetwork, QNetworkRequest::PreferNetwork,
                 QNetworkRequest::PreferCache, QNetworkRequest::AlwaysCache}) {
            QTest::addRow("put there by the application, load control %d", load)
                << Scenario([load](Stage &stage) {
                       const QTemporaryDir folder;
                       stage.manager->setCache(cacheIn(folder));
                       tells(stage, fresh);
                       stores(*stage.manager->cache(), stage.request("/x").url(), "its own");
                       if (load != QNetworkRequest::AlwaysNetwork)
                           stage.neverAnswered(); // since no request reaches the server
                       for (int i = 0; i < 3 && stage.settled(); ++i)
                           stage.record(stage.manager->get(loading(stage, load)));
                       if (stage.settled())
                           stage.manager->setCache(nullptr);
                   });
        }
        QTest::newRow("a POST makes the answer forgotten") << Scenario([](Stage &stage) {
            const QTemporaryDir folder;
            stage.manager->setCache(cacheIn(folder));
            tells(stage, fresh);
            stage.get("/x");
            if (!stage.settled())
                return;
            stage.record(stage.manager->post(stage.request("/x"), QByteArray("body")));
            if (!stage.settled())
                return;
            stage.record(stage.manager->get(loading(stage, QNetworkRequest::PreferCache)));
            if (stage.settled())
                stage.manager->setCache(nullptr);
        });
        QTest::newRow("a challenge while it is validated") << Scenario([](Stage &stage) {
            const QTemporaryDir folder;
            stage.manager->setCache(cacheIn(folder));
            tells(stage, stale);
            for (int i = 0; i < 3; ++i) {
                stage.signIn();
                stage.get("/x");
                if (!stage.settled())
                    return;
            }
            // Qt 6.8 does not ask for each entry.
            constexpr bool asks = QT_VERSION < QT_VERSION_CHECK(6, 8, 0);
            if (asks && stage.through == Through::Challenged && stage.server.challengeCount() != 3)
                stage.get("/not/challenged");
            stage.manager->setCache(nullptr);
        });
        QTest::newRow("a server that fails is covered up") << Scenario([](Stage &stage) {
            const QTemporaryDir folder;
            stage.manager->setCache(cacheIn(folder));
            tells(stage, {{"Cache-Control", "max-age=0"}, {"ETag", "\"1\""}});
            stage.get("/x");
            if (!stage.settled())
                return;
            stage.server.on("/x", [](const auto &) { return test::http("503 No", {}, "no"); });
            stage.get("/x");
            if (stage.settled())
                stage.manager->setCache(nullptr);
        });
    }
    void loadControls()
    {
        QFETCH(Scenario, scenario);
        const QByteArray differs = test::differenceFromPlain(scenario);
        QVERIFY2(differs.isEmpty(), differs.constData());
    }

    // Differs on purpose: the answers of one account are not served to another.
    void noAnswerOfAnotherAccount_data()
    {
        QTest::addColumn<Load>("load");
        QTest::newRow("prefer network") << QNetworkRequest::PreferNetwork;
        QTest::newRow("prefer cache") << QNetworkRequest::PreferCache;
        QTest::newRow("always cache") << QNetworkRequest::AlwaysCache;
    }
    void noAnswerOfAnotherAccount()
    {
        QFETCH(Load, load);
        Stage stage(Through::GoodToken);
        const QTemporaryDir folder;
        stage.manager->setCache(cacheIn(folder));
        tells(stage, fresh);
        const bool offline = load == QNetworkRequest::AlwaysCache;
        QCOMPARE(bodyOf(stage, stage.request()), "answer 1");
        QCOMPARE(bodyOf(stage, loading(stage, load)), "answer 1");
        signIn(stage, u"boris"_s, "B");
        QCOMPARE(bodyOf(stage, loading(stage, load)), offline ? "" : "answer 2 for boris");
        QCOMPARE(bodyOf(stage, stage.request()), "answer 2 for boris");
        signIn(stage, u"boris"_s, "B again");
        QCOMPARE(bodyOf(stage, loading(stage, load)), "answer 2 for boris");
        stage.session->signOut();
        QCOMPARE(bodyOf(stage, loading(stage, load)), offline ? "" : "answer 3");
    }

    // Requests without a token do not get cached answers to requests with one, nor the other way
    // round.
    void requestsWithoutATokenSeeTheirOwnOnly()
    {
        Stage stage(Through::GoodToken);
        const QTemporaryDir folder;
        stage.manager->setCache(cacheIn(folder));
        tells(stage, fresh);
        auto skipping = stage.request();
        skipping.setAttribute(
            QNetworkRequest::Attribute(authcore::AuthNetworkAccessManager::SkipAuthAttribute),
            true);
        QCOMPARE(bodyOf(stage, stage.request()), "answer 1");
        QCOMPARE(bodyOf(stage, skipping), "answer 2");
        QCOMPARE(bodyOf(stage, skipping), "answer 2");
        QCOMPARE(bodyOf(stage, stage.request()), "answer 3");
    }

    // Neither do requests with the caller's own credentials.
    void requestsWithCredentialsOfTheirOwnAreOthers()
    {
        Stage stage(Through::GoodToken);
        const QTemporaryDir folder;
        stage.manager->setCache(cacheIn(folder));
        tells(stage, fresh);
        auto other = stage.request();
        other.setRawHeader("Authorization", "Bearer B");
        QCOMPARE(bodyOf(stage, other), "answer 1 for boris");
        QCOMPARE(bodyOf(stage, stage.request()), "answer 2");
    }

    // Entries that the application has made serve everybody, until an answer replaces them.
    void entriesOfTheApplicationStay()
    {
        Stage stage(Through::GoodToken);
        const QTemporaryDir folder;
        stage.manager->setCache(cacheIn(folder));
        tells(stage, fresh);
        stores(*stage.manager->cache(), stage.request("/x").url(), "its own");
        QCOMPARE(bodyOf(stage, loading(stage, Load::PreferCache)), "its own");
        signIn(stage, u"boris"_s, "B");
        QCOMPARE(bodyOf(stage, loading(stage, Load::PreferCache)), "its own");
        stage.session->signOut();
        QCOMPARE(bodyOf(stage, loading(stage, Load::PreferCache)), "its own");
        signIn(stage, u"boris"_s, "B");
        QCOMPARE(bodyOf(stage, loading(stage, Load::AlwaysNetwork)), "answer 1 for boris");
        signIn(stage, u"anna"_s, "A");
        QCOMPARE(bodyOf(stage, loading(stage, Load::PreferCache)), "answer 2");
    }

    // An entry that the server has revalidated for an account belongs to that account: the answer's
    // attributes are noted on the entry.
    void entriesThatAnAccountHasRenewedAreItsOwn()
    {
        Stage stage(Through::GoodToken);
        const QTemporaryDir folder;
        stage.manager->setCache(cacheIn(folder));
        const auto renews = [](const test::RawServer::Request &request) {
            return request.header("If-Modified-Since").isEmpty()
                ? test::http("200 OK", fresh, "answer")
                : "HTTP/1.1 304 Not Modified\r\nX-For: anna\r\n\r\n";
        };
        stage.server.on("/x", renews);
        auto &cache = *stage.manager->cache();
        stores(cache, stage.request("/x").url(), "its own");
        QNetworkCacheMetaData entry = cache.metaData(stage.request("/x").url());
        entry.setExpirationDate(QDateTime::currentDateTimeUtc().addDays(-1));
        entry.setLastModified(QDateTime::currentDateTimeUtc().addDays(-2));
        cache.updateMetaData(entry);
        QCOMPARE(bodyOf(stage, stage.request("/x")), "its own");
        signIn(stage, u"boris"_s, "B");
        QCOMPARE(bodyOf(stage, stage.request("/x")), "answer");
    }

    // A cache that cannot keep the mark gets no entry.
    void aCacheThatForgetsTellsNobodyAnything()
    {
        Stage stage(Through::GoodToken);
        const QTemporaryDir folder;
        auto *cache = new ForgetfulCache;
        cache->setCacheDirectory(folder.path());
        stage.manager->setCache(cache);
        tells(stage, fresh);
        QCOMPARE(bodyOf(stage, stage.request()), "answer 1");
        signIn(stage, u"boris"_s, "B");
        QCOMPARE(bodyOf(stage, loading(stage, Load::PreferCache)), "answer 2 for boris");
    }

    // Accounts without a name count as different; a refresh changes nothing.
    void namelessAccountsAreStrangers()
    {
        Stage stage(Through::Challenged);
        const QTemporaryDir folder;
        stage.manager->setCache(cacheIn(folder));
        tells(stage, fresh);
        signIn(stage, {}, "A");
        QCOMPARE(bodyOf(stage, stage.request()), "answer 1");
        QCOMPARE(bodyOf(stage, stage.request()), "answer 1");
        signIn(stage, {}, "B");
        QCOMPARE(bodyOf(stage, stage.request()), "answer 2 for boris");
    }

    // The entries of an account are there after a restart, for that account alone.
    void theCacheOutlivesTheManager()
    {
        const QTemporaryDir folder;
        Stage stage(Through::GoodToken);
        tells(stage, fresh);
        const auto restart = [&](const QString &user, const QByteArray &token) {
            stage.manager = std::make_unique<authcore::AuthNetworkAccessManager>(*stage.session);
            stage.manager->setCache(cacheIn(folder));
            signIn(stage, user, token);
            return bodyOf(stage, stage.request());
        };
        QCOMPARE(restart(u"anna"_s, "A"), "answer 1");
        QCOMPARE(restart(u"anna"_s, "A2"), "answer 1");
        QCOMPARE(restart(u"boris"_s, "B"), "answer 2 for boris");
        QCOMPARE(restart(u"anna"_s, "A3"), "answer 3");
    }

    // An answer that arrives after its account has left is not cached: Qt serves cached entries
    // when the server fails.
    void aLateAnswerIsNotKept()
    {
        Stage stage(Through::GoodToken);
        const QTemporaryDir folder;
        stage.manager->setCache(cacheIn(folder));
        stage.server.holds("/x");
        auto &late = stage.get("/x");
        QTRY_COMPARE(stage.server.heldCount("/x"), 1);
        signIn(stage, u"boris"_s, "B");
        auto &next = stage.get("/x");
        QTRY_COMPARE(stage.server.heldCount("/x"), 2);
        stage.server.sayTo("/x", 0, test::http("200 OK", fresh, "for anna"));
        QVERIFY(test::waitFor([&] { return late.isOver(); }));
        stage.server.sayTo("/x", 1, test::http("503 No", {}, "no"));
        QVERIFY(test::waitFor([&] { return next.isOver(); }));
        QCOMPARE(late.reply()->readAll(), "for anna");
        QCOMPARE(next.reply()->readAll(), "no");
    }

    // An answer that must not be kept leaves existing entries with their accounts.
    void aLateAnswerTakesNobodyElses()
    {
        Stage stage(Through::GoodToken);
        const QTemporaryDir folder;
        stage.manager->setCache(cacheIn(folder));
        stage.server.holds("/x");
        stage.server.on("/y", [](const auto &) { return test::http("200 OK", {}, "another"); });
        signIn(stage, u"anna"_s, "A");
        auto &late = stage.get("/x");
        QTRY_COMPARE(stage.server.heldCount("/x"), 1);
        signIn(stage, u"boris"_s, "B");
        auto &next = stage.get("/x");
        QTRY_COMPARE(stage.server.heldCount("/x"), 2);
        stage.server.sayTo("/x", 1, test::http("200 OK", fresh, "for boris"));
        QVERIFY(test::waitFor([&] { return next.isOver(); }));
        signIn(stage, u"anna"_s, "A again");
        QCOMPARE(bodyOf(stage, stage.request("/y")), "another");
        stage.server.sayTo("/x", 0, test::http("503 No", unstored, "for anna"));
        QVERIFY(test::waitFor([&] { return late.isOver(); }));
        QCOMPARE(late.reply()->readAll(), "for anna");
        QCOMPARE(bodyOf(stage, loading(stage, Load::AlwaysCache)), "");
    }

    void cookies_data()
    {
        QTest::addColumn<Scenario>("scenario");
        const auto row = [](const char *name, const std::function<void(Stage &)> &prepare,
                             const std::function<void(QNetworkRequest &)> &change) {
            QTest::newRow(name) << Scenario([prepare, change](Stage &stage) {
                stage.server.on("/x", [](const test::RawServer::Request &request) {
                    return test::http("200 OK", {{"Set-Cookie", "given=1; Path=/"}},
                        "cookies: " + request.header("Cookie"));
                });
                QNetworkCookie cookie("own", "2");
                cookie.setDomain(u"127.0.0.1"_s);
                cookie.setPath(u"/"_s);
                stage.manager->cookieJar()->insertCookie(cookie);
                QNetworkRequest request = stage.request("/x");
                change(request);
                stage.record(stage.manager->get(request));
                if (!stage.settled())
                    return;
                prepare(stage);
                stage.record(stage.manager->get(request));
            });
        };
        const auto nothing = [](auto &) {};
        row("from the jar and into it", nothing, nothing);
        row(
            "another jar", [](Stage &stage) { stage.manager->setCookieJar(new QNetworkCookieJar); },
            nothing);
        row("not loaded", nothing, [](QNetworkRequest &request) {
            request.setAttribute(
                QNetworkRequest::CookieLoadControlAttribute, QNetworkRequest::Manual);
        });
        row("not saved", nothing, [](QNetworkRequest &request) {
            request.setAttribute(
                QNetworkRequest::CookieSaveControlAttribute, QNetworkRequest::Manual);
        });
        row("by hand, and from the jar", nothing,
            [](QNetworkRequest &request) { request.setRawHeader("Cookie", "hand=made"); });
    }
    void cookies() { loadControls(); }
};

QTEST_GUILESS_MAIN(ParityCache)
#include "tst_paritycache.moc"
