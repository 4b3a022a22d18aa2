// Race 48: the signals about a failed refresh, and about the end of a session, carry what led to
// it.
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

//! Every further try comes at once, until the callers have the result.
[[nodiscard]] bool letTriesRun(World &world)
{
    return test::eventually([&world] {
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
                + u". Last: "_s + story.lastCause->detail);
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
        QCOMPARE(
            summary(failed[0][2].value<RefreshStory>()), u"TimedOut, TimedOut, none, 1 tries"_s);
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
