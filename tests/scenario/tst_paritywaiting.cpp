// A reply that waits as Qt's never do, in the queue, for a refresh or for a sign-in, looks like a
// reply of Qt's whose request has not been sent yet.
#include "tests/support/endings.h"

#include <QtCore/QElapsedTimer>
#include <QtCore/QTemporaryDir>
#include <QtNetwork/QNetworkCookie>
#include <QtNetwork/QNetworkCookieJar>
#include <QtNetwork/QNetworkDiskCache>
#include <QtNetwork/QNetworkProxyFactory>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using authcore::AuthNetworkAccessManager;
using test::Act;
using test::acts;
using test::eventually;
using test::lead;
using test::lookAround;
using test::Scenario;
using test::send;
using test::Stage;
using test::State;
using test::Through;

namespace {

const QByteArray refreshPath = "/authorization/refresh";

[[nodiscard]] QByteArray ok()
{
    return test::http("200 OK", {}, "body");
}

enum class Waits { InTheQueue, ForARefresh, WithItsChallenge, ForASignIn };
const std::vector<std::pair<const char *, Waits>> waits {
    {"in the queue", Waits::InTheQueue},
    {"while a refresh runs", Waits::ForARefresh},
    {"with a challenge", Waits::WithItsChallenge},
    {"for a sign-in", Waits::ForASignIn},
};

[[nodiscard]] Through throughFor(Waits how)
{
    return how == Waits::InTheQueue || how == Waits::ForASignIn ? Through::GoodToken
                                                                : Through::Challenged;
}

[[nodiscard]] AuthNetworkAccessManager &ours(Stage &stage)
{
    return static_cast<AuthNetworkAccessManager &>(*stage.manager);
}

// Requests that take all places with Qt.
void occupy(Stage &stage)
{
    stage.server.holds("/others");
    for (int i = 0; i < 8; ++i)
        stage.manager->get(stage.request("/others"))->setParent(&stage.server);
}

// Brings a request into the waiting state; "/x" and refreshes are held.
[[nodiscard]] test::Recorder &waiting(Stage &stage, Waits how, bool post)
{
    const auto refreshIsHeld = [&stage] { return stage.server.heldCount(refreshPath) == 1; };
    stage.server.holds(refreshPath);
    stage.server.holds("/x");
    bool led = true;
    if (how == Waits::InTheQueue)
        occupy(stage);
    if (how == Waits::ForARefresh) {
        stage.manager->get(stage.request("/others"))->setParent(&stage.server);
        led = eventually(refreshIsHeld);
    }
    if (how == Waits::ForASignIn) {
        stage.session->signOut();
        ours(stage).setWithoutSession(AuthNetworkAccessManager::WithoutSession::HoldUntilSignIn);
    }
    auto &seen = stage.record(send(stage, post));
    if (how == Waits::WithItsChallenge)
        led = eventually(refreshIsHeld);
    if (!led)
        seen.note(u"NO REFRESH"_s);
    return seen;
}

// As the caller knows, who may learn of the sending later than the server.
[[nodiscard]] bool hasBeenSent(const test::Recorder &seen)
{
    return !seen.lines().filter(u"requestSent"_s).isEmpty();
}

// The names of the signals from errorOccurred() on; each is free of content of an answer.
[[nodiscard]] QStringList endOf(const test::Recorder &seen)
{
    QStringList names;
    for (const QString &line : seen.lines()) {
        if (names.isEmpty() && !line.startsWith(u"errorOccurred"))
            continue;
        const bool shows = !line.contains(u"headers=[] attributes=[ "_s);
        names << line.left(line.indexOf(u" :: "_s)) + (shows ? u" SHOWS "_s + line : QString());
    }
    return names;
}

class ThatProxy : public QNetworkProxyFactory
{
public:
    explicit ThatProxy(quint16 port)
        : m_proxy(QNetworkProxy::HttpProxy, u"127.0.0.1"_s, port)
    {
    }
    QList<QNetworkProxy> queryProxy(const QNetworkProxyQuery &) override { return {m_proxy}; }

private:
    QNetworkProxy m_proxy;
};

using Change = std::function<void(Stage &)>;
using Shows = std::function<bool(Stage &)>;

} // namespace

class ParityWaiting : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void ending_data()
    {
        QTest::addColumn<Waits>("how");
        QTest::addColumn<bool>("post");
        QTest::addColumn<Act>("act");
        for (const bool post : {false, true}) {
            for (const auto &[waitName, how] : waits) {
                for (const auto &[actName, act] : acts)
                    QTest::addRow("%s: %s %s", post ? "POST" : "GET", actName, waitName)
                        << how << post << act;
            }
        }
    }
    void ending()
    {
        QFETCH(Waits, how);
        QFETCH(bool, post);
        QFETCH(Act, act);
        const auto state = how == Waits::WithItsChallenge ? State::Sent : State::Created;
        const QStringList plain = test::play(
            [&](Stage &stage) {
                stage.server.holds("/x");
                auto &seen = stage.record(send(stage, post));
                if (!lead(stage, seen, state))
                    seen.note(u"NOT LED THERE"_s);
                act(*seen.reply());
                lookAround(stage);
            },
            Through::Plain);
        Stage stage(throughFor(how));
        auto &seen = waiting(stage, how, post);
        act(*seen.reply());
        stage.server.say(refreshPath, test::http("503 No", {}, ""));
        lookAround(stage);
        const QByteArray differs = test::difference(plain, stage.recording());
        QVERIFY2(differs.isEmpty(), differs.constData());
    }

    void theManagerMayDie_data()
    {
        QTest::addColumn<Waits>("how");
        QTest::addColumn<bool>("isFostered");
        for (const auto &[name, how] : waits) {
            QTest::newRow(name) << how << false;
            QTest::addRow("%s, as the child of somebody else", name) << how << true;
        }
    }
    void theManagerMayDie()
    {
        QFETCH(Waits, how);
        QFETCH(bool, isFostered);
        QObject foster;
        Stage stage(throughFor(how));
        auto &seen = waiting(stage, how, true);
        if (isFostered)
            seen.reply()->setParent(&foster);
        seen.note(u"now"_s);
        stage.manager.reset();
        QCOMPARE(seen.lines().last(), isFostered ? u"now"_s : u"destroyed"_s);
        if (isFostered)
            seen.reply()->abort();
        QCOMPARE(seen.finishedCount(), 0); // the reply could tell nobody
        QCOMPARE(seen.lines().filter(u"PROBLEM"_s), QStringList());
        delete seen.reply();
    }

    // A reply that ends without an answer shows nothing of a hidden challenge.
    void waitingInVain_data()
    {
        QTest::addColumn<Waits>("how");
        QTest::addColumn<bool>("post");
        QTest::addColumn<Change>("fail");
        const Change refuse = [](Stage &stage) {
            stage.server.say(refreshPath,
                test::http("400 No", {{"Content-Type", "application/json"}},
                    R"({"error":"invalid_client"})"));
        };
        const Change takesTooLong = [](Stage &stage) { stage.clock.advance(1s); };
        const Change signOut = [](Stage &stage) { stage.session->signOut(); };
        for (const bool post : {false, true}) {
            const char *verb = post ? "POST" : "GET";
            for (const auto &[name, how] : waits) {
                if (how == Waits::WithItsChallenge)
                    QTest::addRow("%s %s that is refused", verb, name) << how << post << refuse;
                if (how == Waits::WithItsChallenge || how == Waits::ForARefresh)
                    QTest::addRow("%s %s for too long", verb, name) << how << post << takesTooLong;
                if (how == Waits::InTheQueue || how == Waits::ForARefresh)
                    QTest::addRow("%s %s when somebody signs out", verb, name)
                        << how << post << signOut;
            }
        }
    }
    void waitingInVain()
    {
        QFETCH(Waits, how);
        QFETCH(bool, post);
        QFETCH(Change, fail);
        Stage stage(throughFor(how));
        stage.profile.policy.holdTimeout = 1s;
        stage.standBehind(stage.origin);
        auto &seen = waiting(stage, how, post);
        fail(stage);
        QVERIFY(stage.settled());
        QStringList expected {u"errorOccurred"_s, u"downloadProgress 0/0"_s};
        if (post)
            expected << u"uploadProgress 0/0"_s;
        expected << u"readChannelFinished"_s << u"manager finished"_s << u"finished"_s;
        QCOMPARE(endOf(seen), expected);
    }

    // A transfer time-out counts the transfer only.
    void aTransferTimeoutDoesNotRunInTheQueue()
    {
        constexpr int timeout = 300;
        Stage stage(Through::GoodToken);
        stage.server.on("/x", [](const auto &) { return ok(); });
        occupy(stage);
        QNetworkRequest request = stage.request("/x");
        request.setTransferTimeout(timeout);
        auto &queued = stage.record(stage.manager->get(request));
        // Not protected, so the request does not wait.
        request.setRawHeader("Authorization", "Bearer good");
        const std::unique_ptr<QNetworkReply> beside(stage.manager->get(request));
        QVERIFY(eventually([&] { return beside->isFinished(); }));
        QCOMPARE(beside->error(),
            QT_VERSION < QT_VERSION_CHECK(6, 11, 0) ? QNetworkReply::OperationCanceledError
                                                    : QNetworkReply::TimeoutError);
        QVERIFY(!queued.isOver());
        stage.server.on("/others", [](const auto &) { return ok(); });
        stage.server.say("/others", ok());
        QElapsedTimer sinceItMayLeave;
        sinceItMayLeave.start();
        QVERIFY(stage.settled());
        // The request has its whole time on the wire; a slow machine may need more than that.
        QVERIFY(queued.reply()->error() == QNetworkReply::NoError
            || sinceItMayLeave.hasExpired(timeout));
    }

    // Settings of the manager count as they were when the request was made.
    void settingsOfTheCall_data()
    {
        QTest::addColumn<Scenario>("scenario");
        const auto row = [](const char *name, int before, int after) {
            QTest::newRow(name) << Scenario([before, after](Stage &stage) {
                stage.comparesConnecting = false;
                for (const char *path : {"/first", "/x", "/hangs"})
                    stage.server.holds(path);
                for (int i = 0; i < 8; ++i)
                    stage.get("/first");
                stage.manager->setTransferTimeout(before);
                auto &queued = stage.get("/x");
                stage.manager->setTransferTimeout(after);
                if (!eventually([&] { return stage.server.heldCount("/first") == 6; }))
                    return;
                stage.server.on("/first", [](const auto &) { return ok(); });
                stage.server.say("/first", ok());
                if (!eventually(
                        [&] { return stage.server.heldCount("/x") == 1 && hasBeenSent(queued); }))
                    return;
                const int present = stage.manager->transferTimeout();
                stage.manager->setTransferTimeout(50);
                const std::unique_ptr<QNetworkReply> beside(
                    stage.manager->get(stage.request("/hangs")));
                if (!eventually([&] { return beside->isFinished(); }))
                    return;
                queued.note(u"%1, %2"_s.arg(present).arg(queued.isOver() ? u"over" : u"goes on"));
                stage.server.say("/x", ok());
            });
        };
        row("no transfer time-out, and one later", 0, 20);
        row("a long transfer time-out, and a short one later", 60'000, 20);
        row("a long transfer time-out, and none later", 60'000, 0);
    }
    void settingsOfTheCall() { test::compareWithPlain(); }

    // Differs on purpose: a waiting request leaves with the manager's present settings. Qt looks
    // for cookies inside get(), and for the rest right after it.
    void settingsOfTheManager_data()
    {
        QTest::addColumn<Change>("change");
        QTest::addColumn<Shows>("shows");
        const Shows wentByProxy = [](Stage &stage) {
            return stage.server.arrivedCount(stage.request("/x").url().toEncoded()) == 1;
        };
        QTest::newRow("a proxy") << Change([](Stage &stage) {
            stage.manager->setProxy(
                QNetworkProxy(QNetworkProxy::HttpProxy, u"127.0.0.1"_s, stage.server.serverPort()));
        }) << wentByProxy;
        QTest::newRow("a proxy factory") << Change([](Stage &stage) {
            stage.manager->setProxyFactory(new ThatProxy(stage.server.serverPort()));
        }) << wentByProxy;
        QTest::newRow("a cookie jar") << Change([](Stage &stage) {
            auto *jar = new QNetworkCookieJar(stage.manager.get());
            jar->setCookiesFromUrl({QNetworkCookie("a", "1")}, stage.request("/x").url());
            stage.manager->setCookieJar(jar);
        }) << Shows([](Stage &stage) { return stage.server.last("/x").header("Cookie") == "a=1"; });
        QTest::newRow("a cache") << Change([](Stage &stage) {
            auto folder = std::make_shared<QTemporaryDir>();
            auto *cache = new QNetworkDiskCache(stage.manager.get());
            cache->setCacheDirectory(folder->path());
            stage.manager->setCache(cache);
            stage.front = folder;
        }) << Shows([](Stage &stage) {
            return stage.manager->cache()->metaData(stage.request("/x").url()).isValid();
        });
    }
    void settingsOfTheManager()
    {
        QFETCH(Change, change);
        QFETCH(Shows, shows);
        Stage stage(Through::Challenged);
        const QByteArray absolute = stage.request("/x").url().toEncoded();
        auto &seen = waiting(stage, Waits::WithItsChallenge, false);
        for (const QByteArray &path : {QByteArray("/x"), absolute}) {
            stage.server.on(path, [](const auto &) {
                return test::http("200 OK", {{"Cache-Control", "max-age=100"}}, "body");
            });
        }
        change(stage);
        stage.server.say(refreshPath, test::RawServer::refreshed());
        QVERIFY(stage.settled());
        QCOMPARE(seen.reply()->error(), QNetworkReply::NoError);
        QVERIFY(shows(stage));
    }

    // As between two requests of Qt's own.
    void cookiesOfAChallengeGoAlong()
    {
        Stage stage(Through::Challenged);
        stage.server.setChallengeHeaders({{"WWW-Authenticate", "Bearer"}, {"Set-Cookie", "a=1"}});
        stage.server.on("/x", [](const auto &) { return ok(); });
        auto &seen = stage.get("/x");
        QVERIFY(stage.settled());
        QCOMPARE(stage.server.last("/x").header("Cookie"), "a=1");
        QVERIFY(!seen.reply()->hasRawHeader("Set-Cookie"));
    }

    void connectionsAndCredentialsMayBeForgotten()
    {
        Stage stage(Through::Challenged);
        stage.server.holds(refreshPath);
        stage.server.on("/x", [](const auto &) { return ok(); });
        for (int i = 0; i < 20; ++i)
            stage.get("/x");
        // With Qt, requests under way when connections are cleared never finish; there are none
        // here.
        QVERIFY(eventually([&] {
            return stage.server.heldCount(refreshPath) == 1 && ours(stage).activeCount() == 0;
        }));
        stage.manager->clearConnectionCache();
        stage.manager->clearAccessCache();
        stage.server.say(refreshPath, test::RawServer::refreshed());
        QVERIFY(stage.settled());
        for (const auto &recorder : stage.recorders)
            QCOMPARE(recorder->reply()->readAll(), "body");
    }
};

QTEST_GUILESS_MAIN(ParityWaiting)
#include "tst_paritywaiting.moc"
