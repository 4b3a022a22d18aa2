// The dialects of the demo backend that no preset speaks, by profiles as people would write them.
#include "tests/support/world.h"

using namespace authcore;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;
using test::World;

namespace {

BackendProfile read(const QUrl &baseUrl, const QByteArray &members)
{
    const auto profile = BackendProfile::fromJson('{' + members + '}', baseUrl);
    if (const auto *errors = std::get_if<QList<ProfileError>>(&profile))
        qFatal("%s", qPrintable(errors->constFirst().toString()));
    const auto problems = std::get<BackendProfile>(profile).problems();
    if (!problems.isEmpty())
        qFatal("%s", qPrintable(problems.constFirst().toString()));
    return std::get<BackendProfile>(profile);
}

const QByteArray unusual =
    "\"id\": \"unusual\","
    "\"signIn\": {\"url\": \"unusual/session\", \"method\": \"GET\","
    "  \"headers\": {\"Authorization\": \"Basic ${basic}\"}},"
    "\"refresh\": {\"url\": \"unusual/session\", \"method\": \"PUT\","
    "  \"headers\": {\"X-Refresh-Token\": \"${refreshToken}\"},"
    "  \"answer\": {\"accessToken\": \"/tokens/access\", \"refreshToken\": \"/tokens/refresh\"}},"
    "\"answer\": {\"accessTokenHeader\": \"X-Access-Token\", "
    "  \"refreshTokenHeader\": \"X-Refresh-Token\"},"
    "\"challengeValues\": [{\"pointer\": \"/code\", \"value\": \"TOKEN_EXPIRED\"}]";

const QByteArray sliding =
    "\"id\": \"sliding\","
    "\"signIn\": {\"url\": \"sliding/token\","
    "  \"body\": {\"username\": \"${userName}\", \"password\": \"${password}\"}},"
    "\"refresh\": {\"url\": \"sliding/refresh\","
    "  \"headers\": {\"Authorization\": \"Bearer ${accessToken}\"}},"
    "\"answer\": {\"accessToken\": \"/token\"}";

} // namespace

class OtherServers : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void unusualRequestsAndAnswers()
    {
        World world([](auto &profile) { profile = read(profile.baseUrl, unusual); });
        QVERIFY(world.signIn());
        world.breakAccess();
        for (int i = 0; i < 3; ++i)
            world.get(u"/unusual/resource"_s);
        QTRY_COMPARE(world.endedWith(200), 3);
        for (const auto &caller : world.callers)
            QCOMPARE(caller->body, QByteArray("protected resources, username: anna"));
        QCOMPARE(world.backend.transcript(u"PUT"_s),
            QStringList {u"PUT /unusual/session [R1] -> 200"_s});
        QCOMPARE(world.backend.transcript(u"[A2]"_s).size(), 3);
        QCOMPARE(world.backend.transcript().size(), 7);
        QCOMPARE(world.backend.counters().challenges, 3);
        QCOMPARE(world.session->tokens().refreshToken.isEmpty(), false);
    }

    void aWrongPasswordIsSaid()
    {
        World world([](auto &profile) { profile = read(profile.baseUrl, unusual); });
        PasswordSignIn signIn(*world.session);
        QSignalSpy failed(&signIn, &PasswordSignIn::failed);
        signIn.signIn(u"anna"_s, u"wrong"_s);
        QVERIFY(failed.wait(test::patience));
        QCOMPARE(failed[0][0].value<TokenError>().code, TokenError::Code::Rejected);
    }

    void slidingTokensAreRefreshedBeforeTheirEnd()
    {
        World world([](auto &profile) { profile = read(profile.baseUrl, sliding); });
        QVERIFY(world.signIn());
        world.get(u"/sliding/resource"_s);
        QTRY_COMPARE(world.endedWith(200), 1);
        world.clock.advance(862'500ms); // 1.25 leeways before the end
        QTRY_COMPARE(world.session->generation(), Generation {2});
        world.get(u"/sliding/resource"_s);
        QTRY_COMPARE(world.endedWith(200), 2);
        QCOMPARE(world.backend.transcript(),
            (QStringList {u"GET /sliding/resource [A1] -> 200"_s,
                u"POST /sliding/refresh [A1] -> 200"_s, u"GET /sliding/resource [A2] -> 200"_s}));
    }

    void anExpiredSlidingTokenNeedsASignIn()
    {
        World world([](auto &profile) { profile = read(profile.baseUrl, sliding); });
        QVERIFY(world.signIn());
        QSignalSpy ended(world.session.get(), &AuthSession::sessionEnded);
        world.backend.expireAccessTokens();
        world.get(u"/sliding/resource"_s);
        QTRY_COMPARE(world.endedWith(401), 1);
        QCOMPARE(world.backend.transcript(),
            (QStringList {
                u"GET /sliding/resource [A1] -> 401"_s, u"POST /sliding/refresh [A1] -> 401"_s}));
        QCOMPARE(ended.size(), 1);
    }
};

QTEST_GUILESS_MAIN(OtherServers)
#include "tst_otherservers.moc"
