// Races 4, 5, 15, 16, 17, 20, 21, 28, 31, 33, 40: the effects of a refresh that fails.
#include "authcore/session/traceevent.h"

#include "tests/support/speaking.h"
#include "tests/support/world.h"

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using authcore::AuthSession;
using demobackend::RefreshAnswer;
using test::World;

Q_DECLARE_METATYPE(demobackend::RefreshAnswer)

namespace {

// Counts the tries of refreshes by the session's trace events.
struct Tries : authcore::TraceSink
{
    void record(const authcore::TraceEvent &event) override
    {
        sent += std::holds_alternative<authcore::trace::RefreshTrySent>(event.what) ? 1 : 0;
        finished += std::holds_alternative<authcore::trace::RefreshTryFinished>(event.what) ? 1 : 0;
    }
    int sent = 0;
    int finished = 0;
};

const QString refreshPath = u"/authorization/refresh"_s;

// Lets time pass from timer to timer, while nothing is on the wire, until all callers have ended.
[[nodiscard]] bool waitOut(World &world, const Tries &tries, bool answersCome)
{
    while (world.finishedCount() < int(world.callers.size())) {
        const bool settled = test::waitFor([&] {
            return world.finishedCount() == int(world.callers.size())
                || (answersCome ? tries.sent > 0 && tries.finished == tries.sent
                                : world.refreshesOnTheWire() == tries.sent && tries.sent > 0);
        });
        if (!settled || world.finishedCount() == int(world.callers.size()))
            return settled;
        const auto next = world.clock.nextTimer();
        if (!next) // no timer is left, only what is under way
            return test::waitFor(
                [&] { return world.finishedCount() == int(world.callers.size()); });
        world.clock.advance(*next);
    }
    return true;
}

} // namespace

class RefreshFailure : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // Races 5, 16, 40.
    void aRejectionEndsTheSession_data()
    {
        QTest::addColumn<RefreshAnswer>("answer");
        QTest::addColumn<int>("status");
        QTest::newRow("400 invalid_grant") << RefreshAnswer::InvalidGrant << 400;
        QTest::newRow("401 is a rejection, not a challenge") << RefreshAnswer::Unauthorized << 401;
        QTest::newRow("403") << RefreshAnswer::Forbidden << 403;
    }
    void aRejectionEndsTheSession()
    {
        QFETCH(RefreshAnswer, answer);
        QFETCH(int, status);
        World world;
        QVERIFY(world.signIn());
        QSignalSpy ended(world.session.get(), &AuthSession::sessionEnded);
        QSignalSpy required(world.session.get(), &AuthSession::signInRequired);
        world.breakAccess();
        world.backend.answerRefreshes(answer, 100);
        for (int i = 0; i < 3; ++i)
            world.get();
        QTRY_COMPARE(world.endedWith(401), 3);
        for (const auto &caller : world.callers) {
            QCOMPARE(caller->error, QNetworkReply::AuthenticationRequiredError);
            QCOMPARE(caller->errors, 1);
        }
        QCOMPARE(ended.size(), 1);
        QCOMPARE(ended[0][0].value<authcore::EndReason>(), authcore::EndReason::RefreshRejected);
        QCOMPARE(required.size(), 1);
        QVERIFY(!world.session->isSignedIn());
        QVERIFY(world.session->tokens().isEmpty());
        QVERIFY(!world.stored());
        // No replay is sent: the server saw three challenges and one refresh.
        QCOMPARE(world.backend.transcript(u"GET"_s).size(), 3);
        QCOMPARE(world.backend.transcript(refreshPath),
            QStringList {u"POST /authorization/refresh [R1] -> %1"_s.arg(status)});
    }

    // Requests that were never sent end, too, without a status.
    void aRejectionEndsWhatWasNeverSent()
    {
        World world;
        QVERIFY(world.signIn());
        world.breakAccess();
        world.backend.answerRefreshes(RefreshAnswer::InvalidGrant);
        for (int i = 0; i < 20; ++i)
            world.get();
        QTRY_COMPARE(world.finishedCount(), 20);
        QCOMPARE(world.endedWith(401), 8);
        QCOMPARE(world.endedWith(0), 12);
        QCOMPARE(world.callers.back()->error, QNetworkReply::AuthenticationRequiredError);
        QCOMPARE(world.backend.transcript(u"GET"_s).size(), 8);
    }

    // Races 4, 16, 17, 31, 33.
    void temporaryFailuresKeepTheSession_data()
    {
        QTest::addColumn<RefreshAnswer>("answer");
        QTest::addColumn<QNetworkReply::NetworkError>("error");
        QTest::newRow("hangs") << RefreshAnswer::Hang << QNetworkReply::TimeoutError;
        QTest::newRow("drops before the status line")
            << RefreshAnswer::Drop << QNetworkReply::TemporaryNetworkFailureError;
        QTest::newRow("drops in the body")
            << RefreshAnswer::DropInBody << QNetworkReply::TemporaryNetworkFailureError;
        QTest::newRow("500") << RefreshAnswer::ServerError
                             << QNetworkReply::ServiceUnavailableError;
        QTest::newRow("429") << RefreshAnswer::TooManyRequests
                             << QNetworkReply::ServiceUnavailableError;
        QTest::newRow("garbage") << RefreshAnswer::Garbage << QNetworkReply::ProtocolFailure;
    }
    void temporaryFailuresKeepTheSession()
    {
        QFETCH(RefreshAnswer, answer);
        QFETCH(QNetworkReply::NetworkError, error);
        World world;
        Tries tries;
        QVERIFY(world.signIn());
        QSignalSpy ended(world.session.get(), &AuthSession::sessionEnded);
        QSignalSpy failed(world.session.get(), &AuthSession::refreshFailed);
        world.breakAccess();
        const auto before = world.session->tokens();
        world.session->setTraceSink(&tries);
        world.backend.answerRefreshes(answer, 1000);
        const auto start = world.clock.monotonic();
        world.backend.on(refreshPath).hold();
        for (int i = 0; i < 3; ++i)
            world.get();
        // No request is added after the end of the refresh.
        QTRY_COMPARE(world.manager->pendingReplies().size(), 3);
        world.backend.on(refreshPath).release();
        QVERIFY(waitOut(world, tries, answer != RefreshAnswer::Hang));

        QVERIFY(world.clock.monotonic() - start <= world.profile.policy.totalTimeout);
        for (const auto &caller : world.callers) {
            QCOMPARE(caller->finished, 1);
            QCOMPARE(caller->errors, 1);
            QCOMPARE(caller->error, error);
            QVERIFY2(caller->errorText.contains(u"could not be refreshed"),
                qPrintable(caller->errorText));
        }
        QCOMPARE(ended.size(), 0);
        QCOMPARE(failed.size(), 1);
        QVERIFY(world.session->tokens() == before);
        QVERIFY(world.stored() == before);
        QVERIFY(tries.sent > 1);
        QCOMPARE(world.refreshesOnTheWire(), tries.sent); // one POST each, none by Qt itself
        QCOMPARE(world.backend.transcript(u"GET"_s).size(), 3); // nothing was replayed

        // The next burst recovers, once the time that the server asked for has passed.
        world.clock.advance(2s);
        world.backend.answerRefreshes(RefreshAnswer::Ok);
        for (int i = 0; i < 3; ++i)
            world.get();
        QTRY_COMPARE(world.endedWith(200), 3);
        world.session->setTraceSink(nullptr);
    }

    // The pause doubles each time, minus a random part: many clients retry at different times.
    void theBackOffIsSpread_data()
    {
        using Pauses = QList<std::chrono::milliseconds>;
        QTest::addColumn<double>("dice");
        QTest::addColumn<Pauses>("pauses");
        QTest::newRow("none of it") << 0.0 << Pauses {0ms, 0ms, 0ms};
        QTest::newRow("half of it") << 0.5 << Pauses {250ms, 500ms, 1000ms};
        QTest::newRow("all of it, up to the longest pause")
            << 0.999 << Pauses {499ms, 999ms, 1998ms, 3996ms, 7992ms, 7992ms};
    }
    void theBackOffIsSpread()
    {
        QFETCH(const double, dice);
        QFETCH(const QList<std::chrono::milliseconds>, pauses);
        World world;
        Tries tries;
        QVERIFY(world.signIn());
        world.breakAccess();
        world.session->setTraceSink(&tries);
        world.dice = dice;
        world.backend.answerRefreshes(RefreshAnswer::ServerError, int(pauses.size()));
        world.get();
        for (qsizetype i = 0; i < pauses.size(); ++i) {
            QTRY_COMPARE(tries.finished, int(i) + 1);
            QCOMPARE(world.clock.nextTimer(), pauses[i]);
            world.clock.advance(pauses[i]);
        }
        QTRY_COMPARE(world.endedWith(200), 1);
        QCOMPARE(world.refreshesOnTheWire(), int(pauses.size()) + 1);
        world.session->setTraceSink(nullptr);
    }

    // After the third failure in a row nobody tries for a while; half of the pause is random.
    void theCoolDownIsSpread_data()
    {
        using Pauses = QList<std::chrono::milliseconds>;
        QTest::addColumn<double>("dice");
        QTest::addColumn<Pauses>("pauses");
        QTest::newRow("half of it, up to half of the longest")
            << 0.000001 << Pauses {500ms, 1s, 2s, 4s, 8s, 15s, 15s};
        QTest::newRow("three quarters") << 0.5 << Pauses {750ms, 1500ms, 3s};
        QTest::newRow("all of it") << 0.999 << Pauses {999ms, 1999ms, 3998ms};
    }
    void theCoolDownIsSpread()
    {
        QFETCH(const double, dice);
        QFETCH(const QList<std::chrono::milliseconds>, pauses);
        World world([](auto &profile) { // one try for each refresh
            profile.policy.totalTimeout = 1ms;
            profile.policy.backoffMin = profile.policy.backoffMax = 1h;
        });
        world.dice = dice;
        QVERIFY(world.signIn());
        // The token is known to be expired, so no challenge is needed.
        world.clock.setNow(world.clock.now() + 24h);
        world.backend.answerRefreshes(RefreshAnswer::ServerError, 100);
        for (int failures = 1; failures <= 3; ++failures) {
            world.get();
            QTRY_COMPARE(world.finishedCount(), failures);
        }
        int posts = 3;
        QCOMPARE(world.refreshesOnTheWire(), posts);
        for (const auto pause : pauses) {
            world.clock.advance(pause - 1ms);
            QVERIFY(world.get().waitUntilFinished());
            QCOMPARE(world.refreshesOnTheWire(), posts);
            world.clock.advance(1ms);
            QVERIFY(world.get().waitUntilFinished());
            QCOMPARE(world.refreshesOnTheWire(), ++posts);
        }
    }

    // Design 2.5: the back-off ends, unless the server has named a time.
    void aBackOffEndsWhenTheNetworkIsBack_data()
    {
        QTest::addColumn<RefreshAnswer>("answer");
        QTest::addColumn<bool>("triesAtOnce");
        QTest::newRow("after trouble") << RefreshAnswer::ServerError << true;
        QTest::newRow("not when the server has said when")
            << RefreshAnswer::TooManyRequests << false;
    }
    void aBackOffEndsWhenTheNetworkIsBack()
    {
        QFETCH(const RefreshAnswer, answer);
        QFETCH(const bool, triesAtOnce);
        World world;
        Tries tries;
        QVERIFY(world.signIn());
        world.breakAccess();
        world.session->setTraceSink(&tries);
        world.backend.answerRefreshes(answer);
        world.get();
        QTRY_COMPARE(tries.finished, 1);
        QVERIFY(world.clock.nextTimer().has_value());
        world.session->noteNetworkIsBack();
        QCOMPARE(tries.sent, triesAtOnce ? 2 : 1);
        if (!triesAtOnce)
            world.clock.advance(1000ms);
        QTRY_COMPARE(world.endedWith(200), 1);
        world.session->noteNetworkIsBack(); // nothing waits for it
        QCOMPARE(tries.sent, 2);
        world.session->setTraceSink(nullptr);
    }

    void retryAfterIsHonoured()
    {
        World world;
        Tries tries;
        QVERIFY(world.signIn());
        world.breakAccess();
        world.session->setTraceSink(&tries);
        world.backend.answerRefreshes(RefreshAnswer::TooManyRequests);
        world.get();
        QTRY_COMPARE(tries.finished, 1);
        QCOMPARE(world.clock.nextTimer(), 1000ms);
        world.clock.advance(1000ms);
        QTRY_COMPARE(world.endedWith(200), 1);
        world.session->setTraceSink(nullptr);
    }

    // Retry-After is later than the deadline: nobody waits in vain, and the server is left alone as
    // it asked.
    void aLongRetryAfterOutlivesTheRefresh_data()
    {
        using Header = std::pair<QByteArray, QByteArray>;
        QTest::addColumn<int>("status");
        QTest::addColumn<std::vector<Header>>("headers");
        QTest::addColumn<std::chrono::milliseconds>("pause");
        const auto row = [](const char *name, int status, const std::vector<Header> &headers,
                             std::chrono::milliseconds pause) {
            QTest::newRow(name) << status << headers << pause;
        };
        row("429", 429, {{"Retry-After", "120"}}, 120s);
        row("503", 503, {{"Retry-After", "120"}}, 120s);
        row("a date, by the server's own clock", 503,
            {{"Date", "Sat, 21 Nov 2026 23:59:00 GMT"},
                {"Retry-After", "Sun, 22 Nov 2026 00:01:00 GMT"}},
            120s);
        row("just beyond the deadline", 429, {{"Retry-After", "30"}}, 30s);
        row("a day is too much to ask", 429, {{"Retry-After", "86400"}}, 10min);
    }
    void aLongRetryAfterOutlivesTheRefresh()
    {
        using Headers = std::vector<std::pair<QByteArray, QByteArray>>;
        QFETCH(const int, status);
        QFETCH(const Headers, headers);
        QFETCH(const std::chrono::milliseconds, pause);
        World world;
        QVERIFY(world.signIn());
        // The token is known to be expired, so no challenge is needed.
        world.clock.setNow(world.clock.now() + 24h);
        world.backend.on(refreshPath).replies({status, headers, {}});
        for (int i = 0; i < 3; ++i)
            world.get();
        QTRY_COMPARE(world.finishedCount(), 3); // now, and not at the deadline
        world.clock.advance(pause - 1ms);
        QVERIFY(world.get().waitUntilFinished());
        for (const auto &caller : world.callers) {
            QCOMPARE(caller->error, QNetworkReply::ServiceUnavailableError);
            QVERIFY2(caller->errorText.contains(u"could not be refreshed"),
                qPrintable(caller->errorText));
        }
        QCOMPARE(world.refreshesOnTheWire(), 1);
        world.clock.advance(1ms);
        QVERIFY(world.get().waitUntilFinished());
        QCOMPARE(world.endedWith(200), 1);
        QCOMPARE(world.refreshesOnTheWire(), 2);
        QVERIFY(world.session->isSignedIn());
    }

    // A request that is challenged meanwhile gets that challenge: the server has said when to come
    // again.
    void aChallengeKeepsToRetryAfter()
    {
        World world;
        QVERIFY(world.signIn());
        world.breakAccess();
        world.backend.on(refreshPath).replies({429, {{"Retry-After", "120"}}, {}});
        world.get();
        QTRY_COMPARE(world.finishedCount(), 1);
        world.clock.advance(120s - 1ms);
        QVERIFY(world.get().waitUntilFinished());
        QCOMPARE(world.callers.back()->status, 401);
        QCOMPARE(world.refreshesOnTheWire(), 1);
        world.clock.advance(1ms);
        QVERIFY(world.get().waitUntilFinished());
        QCOMPARE(world.endedWith(200), 1);
    }

    // A wrong profile ends no session, and is not tried again.
    void aMisconfigurationEndsNothing()
    {
        World world;
        QVERIFY(world.signIn());
        QSignalSpy failed(world.session.get(), &AuthSession::refreshFailed);
        world.breakAccess();
        world.backend.on(refreshPath).replies(401, R"({"error":"invalid_client"})");
        world.get();
        QTRY_COMPARE(world.finishedCount(), 1);
        QCOMPARE(world.refreshesOnTheWire(), 1);
        QCOMPARE(failed[0][0].value<authcore::TokenError>().code,
            authcore::TokenError::Code::Misconfigured);
        QVERIFY(world.session->isSignedIn());
    }

    // Race 15: an early refresh fails while the token is still good.
    void anEarlyRefreshMayFail()
    {
        World world;
        QVERIFY(world.signIn());
        world.clock.advance(880s); // of 900 s: within the leeway
        world.backend.answerRefreshes(RefreshAnswer::ServerError, 1000);
        QSignalSpy failed(world.session.get(), &AuthSession::refreshFailed);
        world.get();
        QTRY_COMPARE(world.endedWith(200), 1);
        QCOMPARE(failed.size(), 1);
        world.get(); // the cool-down: no second early try
        QTRY_COMPARE(world.endedWith(200), 2);
        QCOMPARE(world.refreshesOnTheWire(), 1);
        QCOMPARE(world.backend.transcript(u"[A1] -> 200"_s).size(), 2);
        QVERIFY(world.session->isSignedIn());
    }

    void anEarlyRefreshSparesTheChallenge()
    {
        World world;
        QVERIFY(world.signIn());
        world.clock.advance(880s);
        world.get();
        QTRY_COMPARE(world.endedWith(200), 1);
        QCOMPARE(world.backend.transcript(),
            (QStringList {u"POST /authorization/refresh [R1] -> 200"_s,
                u"GET /api/resources [A2] -> 200"_s}));
    }

    // Races 20 and 21: whatever lifetime the server claims, a token costs at most one early
    // refresh.
    void lifetimesNeverLoop_data()
    {
        QTest::addColumn<QByteArray>("expiresIn");
        QTest::newRow("0") << QByteArray("0");
        QTest::newRow("-1") << QByteArray("-1");
        QTest::newRow("missing") << QByteArray();
        QTest::newRow("a word") << QByteArray("\"soon\"");
        QTest::newRow("a string of digits") << QByteArray("\"3600\"");
        QTest::newRow("2^31") << QByteArray("2147483648");
        QTest::newRow("1, leeway and lifetime alike") << QByteArray("1");
        QTest::newRow("absurd") << QByteArray("1e300");
    }
    void lifetimesNeverLoop()
    {
        QFETCH(QByteArray, expiresIn);
        World world;
        QVERIFY(world.signIn());
        world.backend.on(u"/x"_s).replies(401).always({200, {}, "x"});
        world.backend.on(refreshPath)
            .always({200, {},
                R"({"authorizationToken":"opaque","refreshToken":"next")"
                    + (expiresIn.isEmpty() ? QByteArray() : ",\"expires_in\":" + expiresIn) + "}"});
        for (int i = 1; i <= 5; ++i) {
            world.get(u"/x"_s);
            QTRY_COMPARE(world.endedWith(200), i);
        }
        QCOMPARE(world.refreshesOnTheWire(), 1);
    }

    // Race 20: by the local clock the new token is expired already; the server decides.
    void aFreshTokenThatSeemsExpiredIsUsed()
    {
        World world;
        QVERIFY(world.signIn());
        const auto part = [](const QByteArray &json) {
            return json.toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals);
        };
        const QByteArray expired = part(R"({"alg":"none"})") + '.' + part(R"({"exp":1000})") + ".x";
        world.backend.on(u"/x"_s).replies(401).always({200, {}, "x"});
        world.backend.on(refreshPath)
            .always(
                {200, {}, R"({"authorizationToken":")" + expired + R"(","refreshToken":"next"})"});
        for (int i = 1; i <= 5; ++i) {
            world.get(u"/x"_s);
            QTRY_COMPARE(world.endedWith(200), i);
        }
        QCOMPARE(world.refreshesOnTheWire(), 1);
        QVERIFY(world.session->tokens().expiresAt);
    }

    void aTokenExpiredAtBirthIsUsed_data()
    {
        QTest::addColumn<int>("hours");
        QTest::newRow("the server's clock is a day behind") << -24;
        QTest::newRow("the server's clock is a day ahead") << 24;
    }
    void aTokenExpiredAtBirthIsUsed()
    {
        QFETCH(int, hours);
        World world;
        auto knobs = world.backend.knobs();
        knobs.clockOffset = std::chrono::hours(hours);
        world.backend.setKnobs(knobs);
        QVERIFY(world.signIn());
        for (int i = 0; i < 5; ++i)
            world.get();
        QTRY_COMPARE(world.endedWith(200), 5);
        QCOMPARE(world.refreshesOnTheWire(), 0);
    }

    void anExpiredTokenIsRefreshedOnce()
    {
        World world;
        QVERIFY(world.signIn());
        auto tokens = world.session->tokens();
        tokens.expiresAt = std::chrono::floor<std::chrono::seconds>(world.clock.now()) - 1s;
        world.session->setTokens(tokens);
        for (int i = 0; i < 5; ++i)
            world.get();
        QTRY_COMPARE(world.endedWith(200), 5);
        QCOMPARE(world.refreshesOnTheWire(), 1);
        QCOMPARE(world.backend.transcript(u"-> 401"_s).size(), 0);
    }

    // Race 28.
    void anOmittedRefreshTokenIsKept()
    {
        World world;
        QVERIFY(world.signIn());
        auto knobs = world.backend.knobs();
        knobs.rotation = false;
        world.backend.setKnobs(knobs);
        for (int round = 0; round < 2; ++round) {
            world.breakAccess();
            world.get();
            QTRY_COMPARE(world.endedWith(200), round + 1);
        }
        QCOMPARE(world.backend.transcript(refreshPath),
            (QStringList {u"POST /authorization/refresh [R1] -> 200"_s,
                u"POST /authorization/refresh [R1] -> 200"_s}));
    }

    // Race 13: each refresh sends the token that is current when it starts.
    void theRefreshTokenIsReadInsideTheRefresh()
    {
        World world;
        Tries tries;
        QVERIFY(world.signIn());
        world.session->setTraceSink(&tries);
        world.breakAccess();
        world.get();
        QTRY_COMPARE(world.endedWith(200), 1);
        world.breakAccess();
        world.backend.answerRefreshes(RefreshAnswer::ServerError);
        world.get();
        QTRY_COMPARE(tries.finished, 2);
        world.clock.advance(1s);
        QTRY_COMPARE(world.endedWith(200), 2);
        QCOMPARE(world.backend.transcript(refreshPath),
            (QStringList {u"POST /authorization/refresh [R1] -> 200"_s,
                u"POST /authorization/refresh [R2] -> 500"_s,
                u"POST /authorization/refresh [R2] -> 200"_s}));
        QCOMPARE(world.backend.counters().reuses, 0);
        world.session->setTraceSink(nullptr);
    }

    // Race 26.
    void refreshTokensArriveUnchanged_data()
    {
        QTest::addColumn<QByteArray>("token");
        for (const char *token :
            {"a+b", "a/b", "a=b==", "a%20b", "a b", "\xc3\xa4\xe2\x82\xac", "\"\\"})
            QTest::newRow(token) << QByteArray(token);
    }
    void refreshTokensArriveUnchanged()
    {
        QFETCH(QByteArray, token);
        World world;
        QVERIFY(world.signIn());
        auto tokens = world.session->tokens();
        tokens.accessToken = "broken";
        tokens.refreshToken = token;
        world.session->setTokens(tokens);
        world.get();
        QTRY_COMPARE(world.finishedCount(), 1);
        const auto body = QJsonDocument::fromJson(world.backend.on(refreshPath).arrivedBody(0));
        QCOMPARE(body["refreshToken"_L1].toString().toUtf8(), token);
    }

    // Without a refresh token, a sign-in is required at once.
    void withoutARefreshTokenTheSessionEnds()
    {
        World world;
        QVERIFY(world.signIn());
        auto tokens = world.session->tokens();
        tokens.accessToken = "broken";
        tokens.refreshToken.clear();
        world.session->setTokens(tokens);
        QSignalSpy ended(world.session.get(), &AuthSession::sessionEnded);
        world.get();
        QTRY_COMPARE(world.endedWith(401), 1);
        QCOMPARE(ended[0][0].value<authcore::EndReason>(), authcore::EndReason::NoRefreshToken);
        QCOMPARE(world.refreshesOnTheWire(), 0);
    }

    // Rule 6: the loser of a race between two programs takes the winner's tokens from the store.
    void aRejectionLooksIntoTheStoreFirst()
    {
        World world;
        QVERIFY(world.signIn());
        QVERIFY(world.loseRaceTo(world.session->tokens()));
        world.get();
        QTRY_COMPARE(world.endedWith(200), 1);
        QVERIFY(world.session->isSignedIn());
        QCOMPARE(world.backend.transcript(),
            (QStringList {u"GET /api/resources [A?] -> 401"_s,
                u"POST /authorization/refresh [R?] -> 401"_s,
                u"GET /api/resources [A1] -> 200"_s}));
    }
};

QTEST_GUILESS_MAIN(RefreshFailure)
#include "tst_refreshfailure.moc"
