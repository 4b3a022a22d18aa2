// Race 48: the signals about a failed refresh, and about the end of a session, carry what led to
// it.
#include "authcore/session/traceevent.h"
#include "tests/support/speaking.h"
#include "tests/support/world.h"

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using authcore::AuthSession;
using authcore::EndReason;
using authcore::RefreshStory;
using authcore::TokenError;
using test::World;

namespace {

const QString refreshPath = u"/authorization/refresh"_s;

//! The codes of the causes, the last status and the tries: "ServerFailed, Rejected, 400, 2 tries".
QString summary(const RefreshStory &story)
{
    const auto code = [](const std::optional<TokenError> &cause) -> QString {
        if (!cause)
            return u"none"_s;
        switch (cause->code) {
        case TokenError::Code::Rejected:
            return u"Rejected"_s;
        case TokenError::Code::Misconfigured:
            return u"Misconfigured"_s;
        case TokenError::Code::NoNetwork:
            return u"NoNetwork"_s;
        case TokenError::Code::TimedOut:
            return u"TimedOut"_s;
        case TokenError::Code::ServerFailed:
            return u"ServerFailed"_s;
        case TokenError::Code::RateLimited:
            return u"RateLimited"_s;
        case TokenError::Code::BadAnswer:
            return u"BadAnswer"_s;
        case TokenError::Code::Refused:
            return u"Refused"_s;
        case TokenError::Code::StoreUnwritable:
            return u"StoreUnwritable"_s;
        }
        return {};
    };
    return u"%1, %2, %3, %4 tries"_s.arg(code(story.firstCause), code(story.lastCause),
        story.lastStatus ? QString::number(*story.lastStatus) : u"none"_s,
        QString::number(story.tries));
}

//! Collects the stories of the trace.
struct Stories : authcore::TraceSink
{
    void record(const authcore::TraceEvent &event) override
    {
        using namespace authcore::trace;
        if (const auto *tried = std::get_if<RefreshTryFinished>(&event.what))
            stories.append(*tried->story);
        else if (const auto *finished = std::get_if<RefreshFinished>(&event.what))
            stories.append(*finished->story);
    }
    QList<RefreshStory> stories;
};

//! Every further try comes at once, until the callers have the result.
[[nodiscard]] bool letTriesRun(World &world)
{
    return test::waitFor([&world] {
        world.clock.advance(0ms);
        return world.finishedCount() == int(world.callers.size());
    });
}

} // namespace

class RefreshStories : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theEndOfASessionNamesItsCauses()
    {
        World world;
        world.dice = 0;
        QVERIFY(world.signIn());
        world.breakAccess();
        QSignalSpy ended(world.session.get(), &AuthSession::sessionEnded);
        QSignalSpy required(world.session.get(), &AuthSession::signInRequired);
        world.backend.on(refreshPath).replies(503).replies(400, R"({"error":"invalid_grant"})");
        world.get();
        QVERIFY(letTriesRun(world));
        QCOMPARE(ended.size(), 1);
        const auto story = ended[0][2].value<RefreshStory>();
        QCOMPARE(summary(story), u"ServerFailed, Rejected, 400, 2 tries"_s);
        QCOMPARE(story.refresh, authcore::RefreshId {1});
        QCOMPARE(story.when, world.clock.now());
        const QString detail = ended[0][1].toString();
        QCOMPARE(detail,
            textFor(EndReason::RefreshRejected) + u" 2 tries. First: " + story.firstCause->detail
                + u". Last: "_s + story.lastCause->detail
                + u". The session ended: the profile's refreshRejectedErrors names "
                  "\"invalid_grant\"."_s);
        QVERIFY2(detail.contains(u"503") && detail.contains(u"400"), qPrintable(detail));
        QCOMPARE(required.value(0).value(0).toString(), detail);
    }

    void aFailedRefreshNamesItsCauses()
    {
        World world;
        world.dice = 0;
        QVERIFY(world.signIn());
        world.breakAccess();
        QSignalSpy failed(world.session.get(), &AuthSession::refreshFailed);
        world.backend.on(refreshPath).drops().replies(400, R"({"error":"invalid_client"})");
        world.get();
        QVERIFY(letTriesRun(world));
        QCOMPARE(failed.size(), 1);
        const auto story = failed[0][2].value<RefreshStory>();
        QCOMPARE(summary(story), u"NoNetwork, Misconfigured, 400, 2 tries"_s);
        QCOMPARE(story.lastCause, failed[0][0].value<TokenError>());
        QCOMPARE(story.refresh, failed[0][1].value<authcore::RefreshId>());
    }

    // Each try names when, where and how it ended, and shows the answer without its secrets.
    void eachTryIsTold()
    {
        World world([](authcore::BackendProfile &profile) {
            profile.refresh.url = QUrl(u"authorization/refresh?key=hunter2"_s);
        });
        world.dice = 0;
        QVERIFY(world.signIn());
        world.breakAccess();
        const QString refreshToken = QString::fromUtf8(world.session->tokens().refreshToken);
        const auto began = world.clock.now();
        QSignalSpy ended(world.session.get(), &AuthSession::sessionEnded);
        const QByteArray echo = "{\"error\":\"invalid_grant\",\"error_description\":\"no token "
            + refreshToken.toUtf8() + "\",\"hint\":\"short\",\"session_token\":\"hunter2\"}";
        world.backend.on(refreshPath).drops().replies(503).replies(400, echo);
        world.get();
        QVERIFY(letTriesRun(world));
        QCOMPARE(ended.size(), 1);
        const auto story = ended[0][2].value<RefreshStory>();
        QCOMPARE(story.log.size(), 3);
        const QString url = world.url(refreshPath).toString() + u"?key=***"_s;
        for (int i = 0; i < 3; ++i) {
            QCOMPARE(story.log[i].number, i + 1);
            QCOMPARE(story.log[i].request.url, url);
            QCOMPARE(story.log[i].request.sentAt, began);
        }
        QCOMPARE(story.log[0].error, TokenError::Code::NoNetwork);
        QCOMPARE(story.log[0].request.httpStatus, std::nullopt);
        QCOMPARE(story.log[1].request.httpStatus, 503);
        const authcore::EndpointTry &last = story.log[2].request;
        QCOMPARE(last.httpStatus, 400);
        QCOMPARE(last.errorCode, u"invalid_grant"_s);
        QCOMPARE(last.errorDescription, u"no token ***"_s);
        QCOMPARE(last.answerStart,
            u"{\"error\":\"invalid_grant\",\"error_description\":\"no token ***\","
            "\"hint\":\"short\",\"session_token\":\"***\"}"_s);
        const QString text = story.lines().join(u'\n');
        QVERIFY2(!text.contains(u"hunter2"_s) && !text.contains(refreshToken), qPrintable(text));
    }

    void theTimeOfATryIsMeasured()
    {
        World world;
        QVERIFY(world.signIn());
        world.breakAccess();
        QSignalSpy failed(world.session.get(), &AuthSession::refreshFailed);
        world.backend.on(refreshPath).hold();
        world.backend.on(refreshPath).replies(404);
        world.get();
        QTRY_COMPARE(world.backend.on(refreshPath).heldCount(), 1);
        world.clock.advance(1234ms);
        world.backend.on(refreshPath).release();
        QTRY_COMPARE(failed.size(), 1);
        const auto story = failed[0][2].value<RefreshStory>();
        QCOMPARE(story.log.value(0).request.took, 1234ms);
        QCOMPARE(story.log.value(0).request.sentAt, world.clock.now() - 1234ms);
    }

    // 43 tries: the first three and the last five are kept.
    void manyTriesStayBounded()
    {
        World world;
        world.dice = 0;
        QVERIFY(world.signIn());
        world.breakAccess();
        QSignalSpy ended(world.session.get(), &AuthSession::sessionEnded);
        for (int i = 0; i < 42; ++i)
            world.backend.on(refreshPath).replies(503);
        world.backend.on(refreshPath).replies(400, R"({"error":"invalid_grant"})");
        world.get();
        QVERIFY(letTriesRun(world));
        QCOMPARE(ended.size(), 1);
        const auto story = ended[0][2].value<RefreshStory>();
        QList<int> numbers;
        for (const auto &tried : story.log)
            numbers.append(tried.number);
        QCOMPARE(numbers, (QList<int> {1, 2, 3, 39, 40, 41, 42, 43}));
        QCOMPARE(story.tries, 43);
        QCOMPARE(story.leftOut(), 35);
        QCOMPARE(story.lines().size(), 3 + 1 + 5 + 1);
        QVERIFY2(story.lines()[3].contains(u"35"), qPrintable(story.lines()[3]));
    }

    // The last answer, and the settings that a person has to know of.
    void theDecisionNamesTheSetting_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<QString>("decision");
        const auto row = [](const char *name, int status, const QByteArray &body,
                             const QString &decision) {
            QTest::newRow(name) << status << body << decision;
        };
        row("a code of the profile", 400, R"({"error":"invalid_grant"})",
            u"The session ended: the profile's refreshRejectedErrors names \"invalid_grant\"."_s);
        row("a code that always rejects", 200, R"({"error":"bad_refresh_token"})",
            u"The session ended: \"bad_refresh_token\" always rejects a refresh token."_s);
        row("an unknown code with 200", 200, R"({"error":"gone"})",
            u"The session ended: an answer with 200 has an error code at /error (answer.error)."_s);
        row("a status of the profile", 401, {},
            u"The session ended: the profile's refreshRejectedStatuses names 401."_s);
        row("a redirect", 308, {},
            u"Given up: redirects are not followed. Write the new address as refresh.url."_s);
        row("a status that stays", 404, {},
            u"Given up: a 404 does not change by itself. See refresh.url and refresh.body; if this "
            "server says so of a refresh token that has ended, add 404 to "
            "refreshRejectedStatuses."_s);
        row("a wrong client", 401, R"({"error":"invalid_client"})",
            u"Given up: \"invalid_client\" is about the client and its request. See clientId, "
            "clientAuthentication and the client's secret; if this server says so of a refresh "
            "token that has ended, add it to refreshRejectedErrors."_s);
        row("a wrong request", 400, R"({"error":"invalid_request"})",
            u"Given up: \"invalid_request\" is about the client and its request. See refresh.body, "
            "refresh.format and scope; if this server says so of a refresh token that has ended, "
            "add it to refreshRejectedErrors."_s);
        row("no token", 200, R"({"access_token":"hunter2"})",
            u"Given up: the next answer would lack the same. See answer.accessToken and "
            "refresh.url; if the answer has an error code, see answer.error."_s);
    }
    void theDecisionNamesTheSetting()
    {
        QFETCH(const int, status);
        QFETCH(const QByteArray, body);
        World world;
        QVERIFY(world.signIn());
        world.breakAccess();
        QSignalSpy ended(world.session.get(), &AuthSession::sessionEnded);
        QSignalSpy failed(world.session.get(), &AuthSession::refreshFailed);
        world.backend.on(refreshPath).always({status, {}, body});
        world.get();
        QTRY_COMPARE(world.finishedCount(), 1);
        QCOMPARE(ended.size() + failed.size(), 1);
        const auto story = (ended + failed)[0][2].value<RefreshStory>();
        QTEST(story.decision, "decision");
        QCOMPARE(story.lines().constLast(), story.decision);
        QVERIFY(!story.lines().join(u'\n').contains(u"hunter2"_s));
    }

    // A transient failure is tried again until no time is left.
    void aDecisionAfterATransientFailure()
    {
        World world([](authcore::BackendProfile &profile) { profile.policy.totalTimeout = 20s; });
        QVERIFY(world.signIn());
        QSignalSpy failed(world.session.get(), &AuthSession::refreshFailed);
        world.clock.setNow(world.clock.now() + 24h); // the token is known to be expired
        world.backend.on(refreshPath).replies({429, {{"Retry-After", "60"}}, {}});
        QVERIFY(world.get().waitUntilFinished());
        QCOMPARE(failed.size(), 1);
        QCOMPARE(failed[0][2].value<RefreshStory>().decision,
            u"Given up: the server asks for a pause of 60000 ms, and policy.totalTimeoutMs is "
            "20000."_s);
    }

    // The trace tells each try, also of a refresh that succeeds in the end.
    void theTraceTellsIt()
    {
        World world;
        world.dice = 0;
        QVERIFY(world.signIn());
        world.breakAccess();
        Stories told;
        world.session->setTraceSink(&told);
        world.backend.on(refreshPath).replies(503);
        world.get();
        QVERIFY(letTriesRun(world));
        world.session->setTraceSink(nullptr);
        QCOMPARE(told.stories.size(), 3); // two tries and the end
        QCOMPARE(told.stories[0].log.size(), 1);
        const RefreshStory &last = told.stories[2];
        QCOMPARE(last.log.size(), 2);
        QCOMPARE(last.log[0].request.httpStatus, 503);
        QCOMPARE(last.log[1].error, std::nullopt);
        QCOMPARE(last.log[1].request.httpStatus, 200);
        QCOMPARE(last.log[1].request.answerStart, QString());
        QCOMPARE(last.decision, u"New tokens came."_s);
    }

    // No try has ended: the deadline itself is the cause.
    void aDeadlineIsACause()
    {
        World world([](authcore::BackendProfile &profile) {
            profile.policy.tryTimeout = profile.policy.totalTimeout;
        });
        QVERIFY(world.signIn());
        world.breakAccess();
        QSignalSpy failed(world.session.get(), &AuthSession::refreshFailed);
        world.backend.on(refreshPath).hold();
        world.get();
        QTRY_COMPARE(world.backend.on(refreshPath).heldCount(), 1);
        world.clock.advance(world.profile.policy.totalTimeout);
        QTRY_COMPARE(failed.size(), 1);
        const auto story = failed[0][2].value<RefreshStory>();
        QCOMPARE(summary(story), u"TimedOut, TimedOut, none, 1 tries"_s);
        QCOMPARE(story.log.size(), 1);
        QCOMPARE(story.log[0].request.took, world.profile.policy.totalTimeout);
    }

    // A story covers one refresh: the next refresh starts a new one, and a sign-out has none.
    void aStoryIsOfOneRefresh()
    {
        World world;
        world.dice = 0;
        QVERIFY(world.signIn());
        QSignalSpy refreshed(world.session.get(), &AuthSession::tokensRefreshed);
        world.breakAccess();
        world.backend.on(refreshPath).replies(503);
        world.get();
        QVERIFY(letTriesRun(world));
        QCOMPARE(refreshed.size(), 1);
        QSignalSpy ended(world.session.get(), &AuthSession::sessionEnded);
        world.session->signOut();
        QCOMPARE(ended.size(), 1);
        QCOMPARE(summary(ended[0][2].value<RefreshStory>()), u"none, none, none, 0 tries"_s);
        QCOMPARE(ended[0][1].toString(), textFor(EndReason::SignedOut));
    }
};

QTEST_GUILESS_MAIN(RefreshStories)

#include "tst_refreshstory.moc"
