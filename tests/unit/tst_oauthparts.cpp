#include "authcore/demobackend/oauth/authorizationcodes.h"
#include "authcore/demobackend/oauth/devicegrants.h"
#include "authcore/demobackend/oauth/form.h"
#include "authcore/demobackend/oauth/oauthclients.h"
#include "authcore/demobackend/oauth/oauthscopes.h"
#include "authcore/demobackend/oauth/pages.h"
#include "authcore/demobackend/oauth/pkce.h"

#include <QtCore/QRegularExpression>
#include <QtTest/QTest>

using namespace Qt::Literals::StringLiterals;
using namespace demobackend;
using namespace std::chrono_literals;

namespace {

// RFC 7636 appendix B
const QByteArray verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const QByteArray challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const QString callback = u"http://127.0.0.1:5000/callback"_s;
const Instant start {std::chrono::seconds(1'700'000'000)};

AuthorizationCodes::Authorization authorization()
{
    return {{u"g1"_s, u"tokenflight"_s, u"u-anna"_s, {u"openid"_s}, u"n"_s, start}, callback,
        challenge};
}

Request requestWith(const QByteArray &authorization)
{
    Request request;
    if (!authorization.isEmpty())
        request.headers.emplace_back("authorization", authorization);
    return request;
}

QByteArray basic(const QByteArray &credentials)
{
    return "Basic " + credentials.toBase64();
}

} // namespace

//! The parts of the backend's OAuth side, without a connection.
class TestOAuthParts : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void formsAreDecoded();
    void challengesAndVerifiers_data();
    void challengesAndVerifiers();
    void redirectUris_data();
    void redirectUris();
    void scopes_data();
    void scopes();
    void clients_data();
    void clients();
    void codes_data();
    void codes();
    void refusedCodeStaysGood();
    void deviceIsApprovedByItself_data();
    void deviceIsApprovedByItself();
    void deviceIsApprovedByAPerson_data();
    void deviceIsApprovedByAPerson();
    void devicePollsTooFast();
    void deviceIsToldToSlowDown();
    void deviceCodeIsBoundAndUsedOnce();
    void pagesEscapeWhatTheyShow();
};

void TestOAuthParts::formsAreDecoded()
{
    const Form form("a=1+2%2B3%20&b=&c&%C3%A4=%C3%B6&d=x&d=y&e==");
    QCOMPARE(form.bytes("a"), "1 2+3 ");
    QVERIFY(!form.has("b"));
    QVERIFY(!form.has("c"));
    QCOMPARE(form.text("ä"), u"ö"_s);
    QCOMPARE(form.bytes("e"), "=");
    QCOMPARE(form.repeated(), QList<QByteArray> {"d"});
}

void TestOAuthParts::challengesAndVerifiers_data()
{
    QTest::addColumn<QByteArray>("shown");
    QTest::addColumn<QByteArray>("asked");
    QTest::addColumn<bool>("isChallenge");
    QTest::addColumn<bool>("isProof");
    // clang-format off
    QTest::newRow("as in the RFC")          << verifier << challenge << true << true;
    QTest::newRow("another verifier")       << verifier.toUpper() << challenge << true << false;
    QTest::newRow("plain")                  << verifier << verifier << true << false;
    QTest::newRow("the challenge itself")   << challenge << challenge << true << false;
    QTest::newRow("verifier too short")     << QByteArray(42, 'a') << challenge << true << false;
    QTest::newRow("verifier too long")      << QByteArray(129, 'a') << challenge << true << false;
    QTest::newRow("no verifier")            << QByteArray() << challenge << true << false;
    QTest::newRow("challenge with padding") << verifier << QByteArray(challenge + '=') << false << false;
    QTest::newRow("challenge too short")    << verifier << challenge.chopped(1) << false << false;
    QTest::newRow("not base64url")          << verifier << QByteArray(43, '+') << false << false;
    QTest::newRow("no challenge")           << verifier << QByteArray() << false << false;
    // clang-format on
}

void TestOAuthParts::challengesAndVerifiers()
{
    QFETCH(QByteArray, shown);
    QFETCH(QByteArray, asked);
    QTEST(isS256Challenge(asked), "isChallenge");
    QTEST(provesS256(shown, asked), "isProof");
}

void TestOAuthParts::redirectUris_data()
{
    QTest::addColumn<QString>("uri");
    QTest::addColumn<bool>("good");
    // clang-format off
    QTest::newRow("any port")              << callback << true;
    QTest::newRow("no port")               << u"http://127.0.0.1/callback"_s << true;
    QTest::newRow("IPv6")                  << u"http://[::1]:8080/callback"_s << true;
    QTest::newRow("a name")                << u"http://localhost:5000/callback"_s << false;
    QTest::newRow("another host")          << u"http://example.org/callback"_s << false;
    QTest::newRow("looks like loopback")   << u"http://127.0.0.1.example.org/callback"_s << false;
    QTest::newRow("user part")             << u"http://127.0.0.1:5000@example.org/callback"_s << false;
    QTest::newRow("empty user part")       << u"http://@127.0.0.1:5000/callback"_s << false;
    QTest::newRow("https")                 << u"https://127.0.0.1:5000/callback"_s << false;
    QTest::newRow("another path")          << u"http://127.0.0.1:5000/callback/x"_s << false;
    QTest::newRow("with a query")          << u"http://127.0.0.1:5000/callback?a=b"_s << false;
    QTest::newRow("with a fragment")       << u"http://127.0.0.1:5000/callback#a"_s << false;
    QTest::newRow("a line break")          << u"http://127.0.0.1:5000/callback\r\nX: y"_s << false;
    QTest::newRow("none")                  << QString() << false;
    // clang-format on
}

void TestOAuthParts::redirectUris()
{
    QFETCH(QString, uri);
    QTEST(isRedirectUri(uri), "good");
}

void TestOAuthParts::scopes_data()
{
    QTest::addColumn<QString>("asked");
    QTest::addColumn<std::optional<QStringList>>("granted");
    using Scopes = std::optional<QStringList>;
    QTest::newRow("none is resources") << QString() << Scopes(QStringList {u"resources"_s});
    QTest::newRow("each once") << u"openid  email openid"_s
                               << Scopes(QStringList {u"openid"_s, u"email"_s});
    QTest::newRow("unknown") << u"openid admin"_s << Scopes();
}

void TestOAuthParts::scopes()
{
    QFETCH(QString, asked);
    QTEST(scopesIn(asked), "granted");
}

void TestOAuthParts::clients_data()
{
    QTest::addColumn<QByteArray>("authorization");
    QTest::addColumn<QByteArray>("form");
    QTest::addColumn<QString>("outcome");
    const auto good = u"tokenflight-confidential"_s;
    const auto invalid = u"invalid_client"_s;
    const QByteArray none;
    // clang-format off
    QTest::newRow("public")                 << none << "client_id=tokenflight"_ba << u"tokenflight"_s;
    QTest::newRow("post")                   << none << "client_id=tokenflight-confidential&client_secret=demo-secret"_ba << good;
    QTest::newRow("basic")                  << basic("tokenflight-confidential:demo-secret") << none << good;
    QTest::newRow("basic, form-encoded")    << basic("tokenflight%2Dconfidential:demo%2dsecret") << none << good;
    QTest::newRow("basic, in any case")     << "bASIC "_ba + "tokenflight-confidential:demo-secret"_ba.toBase64() << none << good;
    QTest::newRow("basic, id repeated")     << basic("tokenflight-confidential:demo-secret") << "client_id=tokenflight-confidential"_ba << good;
    QTest::newRow("two ways")               << basic("tokenflight-confidential:demo-secret") << "client_secret=demo-secret"_ba << u"invalid_request"_s;
    QTest::newRow("two ids")                << basic("tokenflight-confidential:demo-secret") << "client_id=tokenflight"_ba << u"invalid_request"_s;
    QTest::newRow("nobody")                 << none << none << invalid;
    QTest::newRow("unknown")                << none << "client_id=stranger"_ba << invalid;
    QTest::newRow("no secret")              << none << "client_id=tokenflight-confidential"_ba << invalid;
    QTest::newRow("wrong secret, post")     << none << "client_id=tokenflight-confidential&client_secret=x"_ba << invalid;
    QTest::newRow("wrong secret, basic")    << basic("tokenflight-confidential:x") << none << invalid;
    QTest::newRow("a public one's secret")  << none << "client_id=tokenflight&client_secret=demo-secret"_ba << invalid;
    QTest::newRow("no colon")               << basic("tokenflight-confidential") << none << invalid;
    QTest::newRow("no base64")              << "Basic !!"_ba << none << invalid;
    QTest::newRow("another scheme")         << "Bearer x"_ba << none << invalid;
    QTest::newRow("cut short")              << "Bas"_ba << none << invalid;
    // clang-format on
}

void TestOAuthParts::clients()
{
    QFETCH(QByteArray, authorization);
    QFETCH(QByteArray, form);
    const auto result = authenticateClient(requestWith(authorization), Form(form));
    const auto *error = std::get_if<OAuthError>(&result);
    QTEST(error != nullptr ? error->code : std::get<OAuthClient>(result).id, "outcome");
}

void TestOAuthParts::codes_data()
{
    using Verdict = AuthorizationCodes::Verdict;
    QTest::addColumn<QString>("client");
    QTest::addColumn<QString>("redirectUri");
    QTest::addColumn<QByteArray>("shown");
    QTest::addColumn<std::chrono::milliseconds>("later");
    QTest::addColumn<Verdict>("verdict");
    const auto client = u"tokenflight"_s;
    // clang-format off
    QTest::newRow("good")                 << client << callback << verifier << 0ms << Verdict::Granted;
    QTest::newRow("just in time")         << client << callback << verifier << 59'999ms << Verdict::Granted;
    QTest::newRow("too late")             << client << callback << verifier << 60'000ms << Verdict::Expired;
    QTest::newRow("by another client")    << u"tokenflight-confidential"_s << callback << verifier << 0ms << Verdict::OfAnotherClient;
    QTest::newRow("another redirect URI") << client << u"http://127.0.0.1:5001/callback"_s << verifier << 0ms << Verdict::ForAnotherRedirectUri;
    QTest::newRow("another verifier")     << client << callback << QByteArray(43, 'a') << 0ms << Verdict::NotProven;
    QTest::newRow("forgotten")            << client << callback << verifier << std::chrono::milliseconds(2h) << Verdict::Unknown;
    // clang-format on
}

void TestOAuthParts::codes()
{
    QFETCH(QString, client);
    QFETCH(QString, redirectUri);
    QFETCH(QByteArray, shown);
    QFETCH(std::chrono::milliseconds, later);
    QFETCH(AuthorizationCodes::Verdict, verdict);
    AuthorizationCodes codes;
    const auto code = codes.issue(authorization(), start);
    const auto another = codes.issue(authorization(), start + later); // forgets the old codes
    QVERIFY(code != another);
    const AuthorizationCodes::Shown what {code, client, redirectUri, shown};
    const auto redemption = codes.redeem(what, start + later);
    QCOMPARE(redemption.verdict, verdict);
    const bool isGranted = verdict == AuthorizationCodes::Verdict::Granted;
    QCOMPARE(redemption.grant, isGranted ? authorization().grant : OAuthGrant());
    if (!isGranted)
        return;
    const auto again = codes.redeem(what, start + later);
    QCOMPARE(again.verdict, AuthorizationCodes::Verdict::Used);
    QCOMPARE(again.grant, authorization().grant);
}

void TestOAuthParts::refusedCodeStaysGood()
{
    using Verdict = AuthorizationCodes::Verdict;
    AuthorizationCodes codes;
    const auto code = codes.issue(authorization(), start);
    QCOMPARE(codes.redeem({code, u"tokenflight"_s, callback, QByteArray(43, 'a')}, start).verdict,
        Verdict::NotProven);
    QCOMPARE(codes.redeem({code, u"tokenflight"_s, callback, verifier}, start).verdict,
        Verdict::Granted);
    QCOMPARE(
        codes.redeem({"", u"tokenflight"_s, callback, verifier}, start).verdict, Verdict::Unknown);
}

void TestOAuthParts::deviceIsApprovedByItself_data()
{
    using Verdict = DeviceGrants::Verdict;
    QTest::addColumn<DeviceApproval>("approval");
    QTest::addColumn<QList<Verdict>>("verdicts");
    const auto [pending, granted] = std::pair(Verdict::Pending, Verdict::Granted);
    // clang-format off
    QTest::newRow("at once")        << DeviceApproval::AtOnce << QList {granted, Verdict::Unknown};
    QTest::newRow("after polls")    << DeviceApproval::AfterPolls << QList {pending, pending, granted, Verdict::Unknown};
    QTest::newRow("by nobody")      << DeviceApproval::ByPerson << QList {pending, pending, pending, pending};
    QTest::newRow("denied")         << DeviceApproval::Denied << QList {Verdict::Denied, Verdict::Unknown};
    QTest::newRow("expired")        << DeviceApproval::Expired << QList {Verdict::Expired, Verdict::Unknown};
    // clang-format on
}

void TestOAuthParts::deviceIsApprovedByItself()
{
    QFETCH(DeviceApproval, approval);
    QFETCH(QList<DeviceGrants::Verdict>, verdicts);
    Knobs knobs;
    knobs.deviceApproval = approval;
    knobs.deviceUser = u"boris"_s;
    knobs.deviceInterval = 0s;
    DeviceGrants devices;
    const auto begun = devices.begin({u"g"_s, u"tokenflight"_s, {}, {}, {}, {}}, knobs, start);
    for (const auto verdict : verdicts) {
        const auto poll = devices.poll(begun.deviceCode, u"tokenflight"_s, knobs, start);
        QCOMPARE(poll.verdict, verdict);
        QCOMPARE(poll.grant.userId,
            verdict == DeviceGrants::Verdict::Granted ? u"u-boris"_s : QString());
    }
}

void TestOAuthParts::deviceIsApprovedByAPerson_data()
{
    QTest::addColumn<bool>("allows");
    QTest::addColumn<DeviceGrants::Verdict>("verdict");
    QTest::newRow("allowed") << true << DeviceGrants::Verdict::Granted;
    QTest::newRow("denied") << false << DeviceGrants::Verdict::Denied;
}

void TestOAuthParts::deviceIsApprovedByAPerson()
{
    QFETCH(bool, allows);
    Knobs knobs;
    knobs.deviceApproval = DeviceApproval::ByPerson;
    DeviceGrants devices;
    const auto begun = devices.begin({u"g"_s, u"tokenflight"_s, {}, {}, {}, {}}, knobs, start);
    static const QRegularExpression form(u"^[B-DF-HJ-NP-TV-XZ]{4}-[B-DF-HJ-NP-TV-XZ]{4}$"_s);
    QVERIFY2(form.match(begun.userCode).hasMatch(), qPrintable(begun.userCode));
    const QString typed = u' ' + begun.userCode.toLower().remove(u'-') + u' ';
    QCOMPARE(devices.waiting(typed, start)->clientId, u"tokenflight"_s);
    QVERIFY(!devices.waiting(typed, start + DeviceGrants::lifetime));
    QVERIFY(!devices.waiting(u"BBBB-BBBB"_s, start) || begun.userCode == "BBBB-BBBB"_L1);
    allows ? devices.allow(typed, u"u-boris"_s, start + 1s) : devices.deny(typed);
    QVERIFY(!devices.waiting(typed, start)); // nothing is left to decide
    const auto poll = devices.poll(begun.deviceCode, u"tokenflight"_s, knobs, start + 2s);
    QTEST(poll.verdict, "verdict");
    QCOMPARE(poll.grant.authenticatedAt, allows ? start + 1s : Instant());
}

void TestOAuthParts::devicePollsTooFast()
{
    using Verdict = DeviceGrants::Verdict;
    Knobs knobs;
    knobs.deviceApproval = DeviceApproval::ByPerson;
    DeviceGrants devices;
    const auto begun = devices.begin({u"g"_s, u"tokenflight"_s, {}, {}, {}, {}}, knobs, start);
    const auto pollAt = [&](std::chrono::seconds after) {
        return devices.poll(begun.deviceCode, u"tokenflight"_s, knobs, start + after).verdict;
    };
    QCOMPARE(pollAt(0s), Verdict::Pending);
    QCOMPARE(pollAt(5s), Verdict::Pending);
    QCOMPARE(pollAt(7s), Verdict::TooFast); // the interval is ten seconds from now on
    QCOMPARE(pollAt(12s), Verdict::TooFast); // the interval is fifteen seconds from now on
    QCOMPARE(pollAt(27s), Verdict::Pending);
    QCOMPARE(pollAt(DeviceGrants::lifetime), Verdict::Expired);
}

void TestOAuthParts::deviceIsToldToSlowDown()
{
    using Verdict = DeviceGrants::Verdict;
    Knobs knobs;
    knobs.deviceSlowDowns = 2;
    knobs.deviceInterval = 0s;
    DeviceGrants devices;
    const auto begun = devices.begin({u"g"_s, u"tokenflight"_s, {}, {}, {}, {}}, knobs, start);
    for (const auto &[after, verdict] : {std::pair(0s, Verdict::TooFast),
             std::pair(0s, Verdict::TooFast), std::pair(0s, Verdict::Granted)})
        QCOMPARE(devices.poll(begun.deviceCode, u"tokenflight"_s, knobs, start + after).verdict,
            verdict);
}

void TestOAuthParts::deviceCodeIsBoundAndUsedOnce()
{
    using Verdict = DeviceGrants::Verdict;
    const Knobs knobs;
    DeviceGrants devices;
    const auto begun = devices.begin({u"g"_s, u"tokenflight"_s, {}, {}, {}, {}}, knobs, start);
    const auto pollBy = [&](const QString &client) {
        return devices.poll(begun.deviceCode, client, knobs, start).verdict;
    };
    QCOMPARE(pollBy(u"tokenflight-confidential"_s), Verdict::Unknown);
    QCOMPARE(pollBy(u"tokenflight"_s), Verdict::Granted);
    QCOMPARE(pollBy(u"tokenflight"_s), Verdict::Unknown);
}

void TestOAuthParts::pagesEscapeWhatTheyShow()
{
    const auto evil = u"\"><script>alert(1)</script>"_s;
    for (const auto &html : {toHtml({u"/a"_s, u"t"_s, {}, evil, {}, evil, evil}),
             toHtml({u"/a"_s, {}, evil, evil, {}, evil, evil}), messageHtml(evil, evil)}) {
        QVERIFY(!html.contains(u"<script"_s));
        QVERIFY(!html.contains(u"\">"_s + u"<script"_s));
    }
}

QTEST_GUILESS_MAIN(TestOAuthParts)
#include "tst_oauthparts.moc"
