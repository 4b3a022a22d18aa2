// Stored tokens belong to the endpoints that saw them when they were obtained: a profile of the
// same name with other endpoints does not get them.
#include "tests/support/rawserver.h"
#include "tests/support/world.h"

using namespace Qt::StringLiterals;
using authcore::AuthSession;
using authcore::BackendProfile;
using authcore::TokenSet;
using test::World;

namespace {

using Change = std::function<void(BackendProfile &, const test::RawServer &stranger)>;

//! An account has signed in, and stays signed in.
struct SignedIn : World
{
    SignedIn()
        : World([](BackendProfile &ours) {
            ours.revocation = {QUrl(u"revoke"_s), authcore::BodyFormat::Json,
                {{u"token"_s, u"${refreshToken}"_s}}};
        })
    {
        (void)backend.on(u"/revoke"_s).always({200, {}, {}});
        if (!signIn())
            qFatal("cannot sign in");
        tokens = session->tokens();
    }

    //! The next start of the program, with another profile file of the same id.
    [[nodiscard]] std::unique_ptr<AuthSession> sessionWith(const BackendProfile &other)
    {
        manager.reset();
        session.reset();
        return std::make_unique<AuthSession>(other, store, clock, [] { return 0.5; });
    }
    [[nodiscard]] bool restores(AuthSession &other) const
    {
        QSignalSpy restored(&other, &AuthSession::restored);
        other.restore(u"anna"_s);
        return restored.wait(test::patience) && restored.front().front().toBool();
    }
    //! No request to an endpoint is under way.
    [[nodiscard]] bool isQuiet() const { return clock.pendingTimers() == 0; }
    [[nodiscard]] bool wasShownTo(const test::RawServer &server) const
    {
        return std::any_of(
            server.arrived().begin(), server.arrived().end(), [this](const auto &request) {
                const QByteArray all = request.head + request.body;
                return all.contains(tokens.accessToken) || all.contains(tokens.refreshToken);
            });
    }

    TokenSet tokens;
};

} // namespace

class Strangers : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theyGetNothing_data()
    {
        QTest::addColumn<Change>("change");
        QTest::addColumn<QString>("changed");
        const auto row = [](const char *name, const Change &change, const QString &changed) {
            QTest::newRow(name) << change << changed;
        };
        using P = BackendProfile;
        using S = test::RawServer;
        row(
            "revocation", [](P &p, const S &s) { p.revocation.url = s.url("/revoke"); },
            u"revocation"_s);
        row(
            "refresh", [](P &p, const S &s) { p.refresh.url = s.url("/authorization/refresh"); },
            u"refresh"_s);
        row(
            "a protected origin",
            [](P &p, const S &s) { p.protectedOrigins << authcore::originOf(s.url()); },
            u"protectedOrigins"_s);
        row(
            "sign-in", [](P &p, const S &s) { p.signIn.url = s.url("/authorization/token"); },
            u"signIn"_s);
        row(
            "a browser's sign-in",
            [](P &p, const S &s) { p.authorization.url = s.url("/authorize"); },
            u"authorization"_s);
        row(
            "the base URL", [](P &p, const S &s) { p.baseUrl = s.url(); },
            u"refresh, revocation, signIn"_s);
        row(
            "another header", [](P &p, const S &) { p.tokenHeader = "X-Log-This"; },
            u"tokenHeader"_s);
    }
    void theyGetNothing()
    {
        QFETCH(const Change, change);
        QFETCH(const QString, changed);
        SignedIn world;
        test::RawServer stranger;
        auto profile = world.profile;
        change(profile, stranger);
        const auto other = world.sessionWith(profile);
        authcore::AuthNetworkAccessManager manager(*other);
        QSignalSpy signInRequired(other.get(), &AuthSession::signInRequired);
        QVERIFY(!world.restores(*other));
        QCOMPARE(signInRequired.size(), 1);
        QVERIFY2(signInRequired.front().front().toString().endsWith(u"Changed: %1."_s.arg(changed)),
            qPrintable(signInRequired.front().front().toString()));
        other->refreshNow();
        other->signOut();
        QVERIFY(world.isQuiet());
        test::Caller caller(manager.get(QNetworkRequest(stranger.url("/x"))));
        QVERIFY(caller.waitUntilFinished());
        QCOMPARE(stranger.arrived().size(), std::size_t(1)); // the request of this test
        QVERIFY(!world.wasShownTo(stranger));
        QCOMPARE(world.backend.transcript(), QStringList());
    }

    void theyGetNothingFromASessionEither_data() { theyGetNothing_data(); }
    void theyGetNothingFromASessionEither()
    {
        QFETCH(const Change, change);
        QFETCH(const QString, changed);
        SignedIn world;
        test::RawServer stranger;
        auto profile = world.profile;
        change(profile, stranger);
        QSignalSpy ended(world.session.get(), &AuthSession::sessionEnded);
        world.session->setProfile(profile);
        QCOMPARE(ended.size(), 1);
        QVERIFY(ended.front().at(1).toString().endsWith(u"Changed: %1."_s.arg(changed)));
        world.session->signOut();
        QVERIFY(world.isQuiet());
        QCOMPARE(stranger.arrived().size(), std::size_t(0));
        QCOMPARE(world.backend.transcript(), QStringList());
    }

    void thoseWhoWereThereBeforeGoOn_data()
    {
        QTest::addColumn<bool>("isOfOlderVersion");
        QTest::newRow("stored by this version") << false;
        QTest::newRow("stored before places were") << true;
    }
    void thoseWhoWereThereBeforeGoOn()
    {
        QFETCH(const bool, isOfOlderVersion);
        SignedIn world;
        if (isOfOlderVersion) {
            auto older = *world.stored();
            older.places.clear();
            world.store.save(
                {world.profile.id, u"anna"_s, {}, {}}, older, &world.store, [](auto) {});
        }
        auto profile = world.profile;
        profile.name = u"Renamed"_s;
        profile.publicPaths = {u"/open"_s};
        profile.resources.clear();
        profile.policy.holdTimeout = std::chrono::seconds(5);
        const auto other = world.sessionWith(profile);
        QVERIFY(world.restores(*other));
        QCOMPARE(other->tokens().places, world.tokens.places);
        QSignalSpy revoked(other.get(), &AuthSession::revoked);
        other->signOut();
        QVERIFY(revoked.wait(test::patience));
        QCOMPARE(world.backend.transcript(), QStringList {u"POST /revoke -> 200"_s});
    }

    // Tokens passed to setTokens() belong to the present profile.
    void tokensByHandAreOfThePresentProfile()
    {
        SignedIn world;
        test::RawServer stranger;
        auto profile = world.profile;
        profile.revocation.url = stranger.url("/revoke");
        const auto other = world.sessionWith(profile);
        TokenSet tokens;
        tokens.accessToken = "by hand";
        other->setTokens(tokens);
        QVERIFY(other->isSignedIn());
        QCOMPARE(other->tokens().places.at(u"revocation"_s),
            authcore::originOf(stranger.url()) + u"/revoke\n/token=${refreshToken}"_s);
    }
};

QTEST_GUILESS_MAIN(Strangers)
#include "tst_strangers.moc"
