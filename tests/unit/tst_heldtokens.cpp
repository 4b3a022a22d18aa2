// What a session believes of the expiry of its tokens.
#include "authcore/session/heldtokens.h"

#include <QtTest/QTest>

using namespace authcore;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;
using Leeway = HeldTokens::Leeway;
using machine::Urgency;

namespace {

constexpr std::chrono::sys_seconds received {2'000'000'000s};

const BackendProfile profile = *BackendProfile::preset(u"custom-jwt"_s, QUrl(u"https://a/"_s));

TokenSet tokens(std::optional<std::chrono::seconds> lifetime)
{
    TokenSet set;
    set.accessToken = "A";
    set.refreshToken = "R";
    set.receivedAt = received;
    if (lifetime)
        set.expiresAt = received + *lifetime;
    return set;
}

HeldTokens held(const TokenSet &set)
{
    HeldTokens tokens;
    tokens.adopt(set, profile);
    return tokens;
}

} // namespace

class HeldTokensTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void need_data()
    {
        QTest::addColumn<std::optional<std::chrono::seconds>>("lifetime");
        QTest::addColumn<Leeway>("leeway");
        QTest::addColumn<std::chrono::seconds>("age");
        QTest::addColumn<std::optional<Urgency>>("need");
        const auto row = [](const char *name, std::optional<std::chrono::seconds> lifetime,
                             Leeway leeway, std::chrono::seconds age, std::optional<Urgency> need) {
            QTest::newRow(name) << lifetime << leeway << age << need;
        };
        const auto none = std::nullopt;
        // clang-format off
        row("a fresh token",                       900s, Leeway::Usual,    0s, none);
        row("before the leeway",                   900s, Leeway::Usual,  869s, none);
        row("inside the leeway",                   900s, Leeway::Usual,  870s, Urgency::Early);
        row("at the expiry",                       900s, Leeway::Usual,  900s, Urgency::Needed);
        row("short: a tenth of the lifetime",      100s, Leeway::Usual,   89s, none);
        row("short: inside that tenth",            100s, Leeway::Usual,   90s, Urgency::Early);
        row("an upload wants more",                900s, Leeway::Upload, 780s, Urgency::Early);
        row("short: an upload takes half of it",   100s, Leeway::Upload,  49s, none);
        row("short: inside that half",             100s, Leeway::Upload,  50s, Urgency::Early);
        row("an unknown expiry is not never",      none, Leeway::Usual, 9000s, none);
        // clang-format on
    }
    void need()
    {
        QFETCH(std::optional<std::chrono::seconds>, lifetime);
        QFETCH(Leeway, leeway);
        QFETCH(std::chrono::seconds, age);
        QFETCH(std::optional<Urgency>, need);
        const HeldTokens tokens = held(::tokens(lifetime));
        QVERIFY(tokens.need(leeway, profile.policy, received + age) == need);
        QCOMPARE(tokens.isUsable(received + age), need != Urgency::Needed);
    }

    void withoutTokensARefreshIsNeeded()
    {
        QVERIFY(HeldTokens {}.need(Leeway::Usual, profile.policy, received) == Urgency::Needed);
        QVERIFY(!HeldTokens {}.isUsable(received));
    }

    void tokensThatExpiredOnArrivalAreUsed()
    {
        HeldTokens tokens;
        tokens.renew(::tokens(-10s), profile);
        QVERIFY(tokens.isUsable(received));
        QVERIFY(!tokens.hasExpired(received));
        QVERIFY(!tokens.need(Leeway::Usual, profile.policy, received));
        QVERIFY(!tokens.earlyRefreshDue(0, profile.policy));
        tokens.adopt(::tokens(-10s), profile);
        QVERIFY(!tokens.isUsable(received));
    }

    void theTimerIsEarlierThanTheLeeway()
    {
        const HeldTokens tokens = held(::tokens(900s));
        QVERIFY(tokens.earlyRefreshDue(0, profile.policy) == received + 870s);
        QVERIFY(tokens.earlyRefreshDue(1, profile.policy) == received + 855s);
        TokenSet bare = ::tokens(900s);
        bare.refreshToken.clear();
        QVERIFY(!held(bare).earlyRefreshDue(0, profile.policy));
    }

    // The access token itself refreshes, so no refresh token is missing.
    void slidingTokensAreRefreshedAhead()
    {
        BackendProfile sliding = profile;
        sliding.refresh.body = {{u"token"_s, u"${accessToken}"_s}};
        TokenSet bare = ::tokens(900s);
        bare.refreshToken.clear();
        HeldTokens tokens;
        tokens.adopt(bare, sliding);
        QCOMPARE(tokens.refreshToken(), machine::RefreshToken::Present);
        QVERIFY(tokens.earlyRefreshDue(0, sliding.policy) == received + 870s);
        (void)tokens.clear();
        QCOMPARE(tokens.refreshToken(), machine::RefreshToken::Absent);
    }

    void onlyNewTokensAreUnused()
    {
        HeldTokens tokens = held(::tokens(900s));
        tokens.use();
        tokens.profileChanged(profile);
        QVERIFY(tokens.wasUsed());
        tokens.renew(::tokens(900s), profile);
        QVERIFY(!tokens.wasUsed());
    }

    void whatIsClearedIsReturned()
    {
        HeldTokens tokens = held(::tokens(900s));
        QCOMPARE(tokens.clear().accessToken, QByteArray("A"));
        QVERIFY(!tokens.hasAccessToken());
        QVERIFY(tokens.cookies().isEmpty());
    }
};

QTEST_APPLESS_MAIN(HeldTokensTest)
#include "tst_heldtokens.moc"
