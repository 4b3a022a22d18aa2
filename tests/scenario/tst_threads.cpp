// One session, managers in several threads: one refresh for all of them.
#include "tests/support/world.h"

#include <QtCore/QRegularExpression>
#include <QtCore/QScopeGuard>
#include <QtCore/QSemaphore>
#include <QtCore/QThread>

#include <atomic>

using namespace authcore;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;
using demobackend::RefreshAnswer;
using test::World;

namespace {

//! A world with real time: a manual clock belongs to one thread.
struct RealTimeWorld : World
{
    explicit RealTimeWorld(const Tweak &tweak = {})
        : World([&tweak](BackendProfile &ours) {
            test::giveTime(ours);
            if (tweak)
                tweak(ours);
        })
    {
        manager.reset();
        session = std::make_unique<AuthSession>(profile, store, realClock, [] { return 0.5; });
        manager = std::make_unique<AuthNetworkAccessManager>(*session);
    }
    ~RealTimeWorld()
    {
        manager.reset(); // before the clock that its session uses
        session.reset();
    }
    RealTimeWorld(const RealTimeWorld &) = delete;
    RealTimeWorld &operator=(const RealTimeWorld &) = delete;

    SystemClock realClock;
};

//! A thread with an event loop and a manager of its own.
class Site
{
public:
    enum class Made { Here, ThereAndMoved };

    explicit Site(AuthSession &session, Made made = Made::Here)
    {
        m_context.moveToThread(&m_thread);
        m_thread.start();
        if (made == Made::ThereAndMoved) {
            m_manager = std::make_unique<AuthNetworkAccessManager>(session);
            m_manager->moveToThread(&m_thread);
        } else {
            call([this, &session] {
                m_manager = std::make_unique<AuthNetworkAccessManager>(session);
            });
        }
    }
    ~Site()
    {
        call([this] { m_manager.reset(); });
        m_thread.quit();
        m_thread.wait();
    }
    Site(const Site &) = delete;
    Site &operator=(const Site &) = delete;

    void get(const QNetworkRequest &request, int count)
    {
        post([this, request, count] {
            for (int i = 0; i < count; ++i) {
                QNetworkReply *reply = m_manager->get(request);
                m_replies.emplace_back(reply);
                QObject::connect(reply, &QNetworkReply::finished, &m_context, [this, reply] {
                    const int status =
                        reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
                    ++(status == 200 ? m_good : m_bad);
                    reply->deleteLater();
                });
            }
        });
    }
    void abortAll()
    {
        post([this] {
            for (const auto &reply : std::exchange(m_replies, {})) {
                if (reply)
                    reply->abort();
            }
        });
    }

    //! Blocks the event loop after everything that is due now.
    void sleepUntil(QSemaphore &woken)
    {
        post([this, &woken] { post([&woken] { woken.acquire(); }); });
    }

    [[nodiscard]] int good() const { return m_good; }
    [[nodiscard]] int bad() const { return m_bad; } //!< replies without a 200
    [[nodiscard]] int finished() const { return m_good + m_bad; }
    [[nodiscard]] bool isIdle()
    {
        bool idle = false;
        call([this, &idle] {
            idle = m_manager->activeCount() == 0 && m_manager->pendingReplies().isEmpty();
        });
        return idle;
    }

    //! All requests wait for a refresh, and nothing is under way.
    [[nodiscard]] bool waits()
    {
        bool waits = false;
        call([this, &waits] {
            waits = m_manager->activeCount() == 0 && !m_manager->pendingReplies().isEmpty();
        });
        return waits;
    }

private:
    void post(const std::function<void()> &work)
    {
        QMetaObject::invokeMethod(&m_context, work, Qt::QueuedConnection);
    }
    void call(const std::function<void()> &work)
    {
        QMetaObject::invokeMethod(&m_context, work, Qt::BlockingQueuedConnection);
    }

    QThread m_thread;
    QObject m_context;
    std::unique_ptr<AuthNetworkAccessManager> m_manager;
    std::vector<QPointer<QNetworkReply>> m_replies; //!< of the thread, like the manager
    std::atomic<int> m_good = 0;
    std::atomic<int> m_bad = 0;
};

//! Three of them.
struct Sites
{
    explicit Sites(AuthSession &session)
    {
        for (int i = 0; i < 3; ++i)
            all.push_back(std::make_unique<Site>(session));
    }
    void get(const QNetworkRequest &request, int each) const
    {
        for (const auto &site : all)
            site->get(request, each);
    }
    [[nodiscard]] int sum(int (Site::*count)() const) const
    {
        int total = 0;
        for (const auto &site : all)
            total += (site.get()->*count)();
        return total;
    }
    [[nodiscard]] bool allWait() const
    {
        return std::all_of(all.begin(), all.end(), [](const auto &site) { return site->waits(); });
    }
    [[nodiscard]] bool areIdle() const
    {
        return std::all_of(all.begin(), all.end(), [](const auto &site) { return site->isIdle(); });
    }

    std::vector<std::unique_ptr<Site>> all;
};

QNetworkCookie sessionCookie(const QByteArray &name, const QByteArray &value)
{
    QNetworkCookie cookie(name, value);
    cookie.setDomain(u"127.0.0.1"_s);
    cookie.setPath(u"/"_s);
    return cookie;
}

} // namespace

class Threads : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void oneRefreshForAll()
    {
        RealTimeWorld world;
        QVERIFY(world.signIn());
        const Sites sites(*world.session);
        world.breakAccess();
        sites.get(world.request(), 50);
        QTRY_COMPARE(sites.sum(&Site::good), 150);
        QCOMPARE(sites.sum(&Site::bad), 0);
        QCOMPARE(world.refreshesOnTheWire(), 1);
        QVERIFY(world.backend.counters().challenges <= 3 * 8); // a window for each manager
    }

    void aManagerMayBeMoved()
    {
        QTest::failOnWarning(QRegularExpression(u"thread"_s));
        RealTimeWorld world;
        QVERIFY(world.signIn());
        Site site(*world.session, Site::Made::ThereAndMoved);
        world.breakAccess();
        site.get(world.request(), 50);
        QTRY_COMPARE(site.good(), 50);
        QCOMPARE(world.refreshesOnTheWire(), 1);
    }

    // The thread learns of the refresh when it is over; its held requests were for that refresh.
    void aFailureIsToldToWhoHearsLateOfTheStart()
    {
        RealTimeWorld world;
        QVERIFY(world.signIn());
        QSignalSpy failed(world.session.get(), &AuthSession::refreshFailed);
        world.backend.on(u"/authorization/refresh"_s)
            .always({400, {}, R"({"error":"invalid_client"})"});
        QSemaphore woken;
        Site site(*world.session);
        const auto wake = qScopeGuard([&] { woken.release(); });
        TokenSet tokens = world.session->tokens();
        tokens.receivedAt = std::chrono::floor<std::chrono::seconds>(SystemClock().now()) - 60s;
        tokens.expiresAt = *tokens.receivedAt + 30s;
        world.session->setTokens(tokens);
        site.get(world.request(), 3);
        site.sleepUntil(woken);
        QTRY_COMPARE(failed.size(), 1);
        woken.release();
        QTRY_COMPARE(site.bad(), 3);
        QCOMPARE(world.refreshesOnTheWire(), 1);
    }

    // Answers set cookies of the session in every thread, before and after a refresh: no cookie is
    // lost.
    void cookiesComeFromAllThreads()
    {
        RealTimeWorld world([](auto &profile) {
            profile = *BackendProfile::preset(u"cookie-form"_s, profile.baseUrl);
            test::giveTime(profile);
        });
        auto refresh = world.backend.on(u"/api/v1/token"_s);
        refresh.hold().always({200,
            {{"Set-Cookie", "access_token=A2; Path=/"},
                {"Set-Cookie", "refresh_token=R2; Path=/api/v1/token"}},
            {}});
        TokenSet tokens;
        tokens.accessToken = "A1";
        tokens.refreshToken = "R1";
        tokens.userName = u"anna"_s;
        const QByteArrayList names {"of0", "of1", "of2"};
        for (const QByteArray &name : names)
            tokens.cookies += sessionCookie(name, "old");
        world.session->setTokens(tokens);
        const Sites sites(*world.session);
        QList<demobackend::Script> places;
        for (const QByteArray &name : names) {
            const QString path = u"/api/v1/"_s + QString::fromLatin1(name);
            places += world.backend.on(path).hold().replies(401).always(
                {200, {{"Set-Cookie", name + "=new; Path=/"}}, {}});
            sites.all[std::size_t(places.size() - 1)]->get(world.request(path), 50);
        }
        for (const auto &place : places) // all have asked before any is challenged
            QTRY_VERIFY(place.heldCount() > 0);
        for (auto &place : places)
            place.release();
        QTRY_COMPARE(refresh.heldCount(), 1);
        refresh.release();
        QTRY_COMPARE(sites.sum(&Site::good), 150);
        QCOMPARE(sites.sum(&Site::bad), 0);
        QCOMPARE(refresh.arrivedCount(), 1);
        for (const QByteArray &name : names) {
            const auto cookies = world.session->tokens().cookies;
            QVERIFY2(cookies.contains(sessionCookie(name, "new")), name.constData());
            QTRY_VERIFY2(
                world.stored().value_or(TokenSet()).cookies.contains(sessionCookie(name, "new")),
                name.constData());
        }
        sites.get(world.request(u"/api/v1/of0"_s), 1); // the next request carries them all
        QTRY_COMPARE(sites.sum(&Site::good), 153);
        const QByteArray sent = places[0].arrivedHeader(places[0].arrivedCount() - 1, "cookie");
        for (const QByteArray &pair :
            QByteArrayList {"access_token=A2", "of0=new", "of1=new", "of2=new"})
            QVERIFY2(sent.contains(pair), sent.constData());
    }

    // The new profile may not know the origin: no request is judged by parts of both profiles.
    void theProfileMayChangeMeanwhile()
    {
        const int rounds = qEnvironmentVariableIsSet("TOKENFLIGHT_FULL") ? 400 : 30;
        RealTimeWorld world;
        QVERIFY(world.signIn());
        const Sites sites(*world.session);
        const TokenSet tokens = world.session->tokens();
        auto elsewhere = world.profile;
        elsewhere.protectedOrigins = {u"https://elsewhere.example"_s};
        for (int round = 1; round <= rounds; ++round) {
            sites.get(world.request(), 20);
            for (int i = 0; i < 50; ++i) {
                world.session->setProfile(elsewhere);
                world.session->setProfile(world.profile);
            }
            world.session->setTokens(tokens);
            QTRY_COMPARE(sites.sum(&Site::finished), round * 60);
        }
        QVERIFY(sites.areIdle());
    }

    void aRejectionEndsThemAll()
    {
        RealTimeWorld world;
        QVERIFY(world.signIn());
        QSignalSpy ended(world.session.get(), &AuthSession::sessionEnded);
        QSignalSpy asked(world.session.get(), &AuthSession::signInRequired);
        const Sites sites(*world.session);
        world.breakAccess();
        world.backend.answerRefreshes(RefreshAnswer::InvalidGrant);
        sites.get(world.request(), 50);
        QTRY_COMPARE(sites.sum(&Site::bad), 150);
        QCOMPARE(world.refreshesOnTheWire(), 1);
        QCOMPARE(ended.size(), 1);
        QCOMPARE(asked.size(), 1);
        QVERIFY(sites.areIdle());
    }

    void aTemporaryFailureIsToldToThemAll()
    {
        RealTimeWorld world([](auto &profile) { // no time for a second try
            profile.policy.backoffMin = profile.policy.backoffMax = 2 * profile.policy.totalTimeout;
        });
        QVERIFY(world.signIn());
        QSignalSpy failed(world.session.get(), &AuthSession::refreshFailed);
        const Sites sites(*world.session);
        world.breakAccess();
        world.backend.answerRefreshes(RefreshAnswer::ServerError);
        auto refresh = world.backend.on(u"/authorization/refresh"_s).hold();
        auto resource = world.backend.on(u"/api/resources"_s).hold();
        sites.get(world.request(), 20);
        // Six requests of each manager, which are all challenged.
        QTRY_COMPARE(resource.heldCount(), 18);
        resource.release();
        QTRY_COMPARE(refresh.heldCount(), 1);
        QTRY_VERIFY(sites.allWait()); // each manager's requests
        refresh.release();
        QTRY_COMPARE(failed.size(), 1);
        // Challenged and held requests learn of the failure; later ones have caused another try.
        QTRY_COMPARE(sites.sum(&Site::finished), 60);
        for (const auto &site : sites.all)
            QVERIFY(site->bad() > 0);
        QVERIFY(world.session->isSignedIn());
        QTRY_VERIFY(sites.areIdle());
    }

    // Whatever happens in whatever order, each reply finishes once, and nothing stays open.
    void aDayOfStress()
    {
        const int rounds = qEnvironmentVariableIsSet("TOKENFLIGHT_FULL") ? 400 : 30;
        RealTimeWorld world;
        QVERIFY(world.signIn());
        const Sites sites(*world.session);
        constexpr int each = 20;
        for (int round = 1; round <= rounds; ++round) {
            switch (round % 5) {
            case 0:
                world.session->signOut();
                break;
            case 1:
                world.backend.answerRefreshes(RefreshAnswer::InvalidGrant);
                world.breakAccess();
                break;
            default:
                world.breakAccess();
                break;
            }
            sites.get(world.request(), each);
            if (round % 7 == 0)
                sites.all[0]->abortAll();
            if (round % 5 == 3)
                world.session->signOut();
            QTRY_COMPARE(sites.sum(&Site::finished), round * each * 3);
            QTRY_VERIFY(!world.session->isRefreshInProgress());
            world.backend.answerRefreshes(RefreshAnswer::Ok);
            if (!world.session->isSignedIn())
                QVERIFY(world.signIn());
        }
        QVERIFY(sites.areIdle());
        QCOMPARE(sites.sum(&Site::finished), rounds * each * 3);
        QCOMPARE(world.backend.counters().reuses, 0);
    }
};

QTEST_GUILESS_MAIN(Threads)
#include "tst_threads.moc"
