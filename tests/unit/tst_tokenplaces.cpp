#include "authcore/exchange/tokenplaces.h"

#include "tests/support/unusualprofile.h"

#include <QtCore/QJsonArray>
#include <QtTest/QTest>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using authcore::BackendProfile;
using authcore::TokenSet;

namespace {

//! A profile with all endpoints in use, on one host.
BackendProfile profile()
{
    auto profile = *BackendProfile::preset(u"custom-jwt"_s, QUrl(u"https://a.org/app"_s));
    profile.revocation = {QUrl(u"gone"_s), authcore::BodyFormat::Json,
        {{u"token"_s, u"${refreshToken}"_s}}, {{u"X-Token"_s, u"${accessToken}"_s}}};
    profile.authorization.url = QUrl(u"/authorize"_s);
    profile.deviceAuthorizationUrl = QUrl(u"/device"_s);
    profile.protectedOrigins << u"https://b.org"_s;
    profile.csrf = {{u"c"_s, "X-C"}};
    profile.extraHeaders = {{u"X-Tenant"_s, u"acme"_s}};
    return profile;
}

TokenSet noted(const BackendProfile &profile)
{
    TokenSet tokens;
    notePlaces(tokens, profile);
    return tokens;
}

//! Tokens as stored before stores noted the places.
TokenSet notedByOlderVersion(const BackendProfile &profile)
{
    auto tokens = noted(profile);
    tokens.places.clear();
    return tokens;
}

} // namespace

class TokenPlacesTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void changes_data()
    {
        QTest::addColumn<BackendProfile>("changed");
        QTest::addColumn<QStringList>("places");
        QTest::addColumn<QStringList>("placesSinceOlderVersion");
        const auto row = [](const char *name, auto change, const QStringList &places,
                             const QStringList &placesSinceOlderVersion = {}) {
            auto changed = profile();
            change(changed);
            QTest::newRow(name) << changed << places << placesSinceOlderVersion;
        };
        using P = BackendProfile;
        row("none", [](P &) {}, {});
        row("a new name", [](P &p) { p.name = u"New"_s; }, {});
        row("other policies", [](P &p) { p.policy = support::unusualProfile().policy; }, {});
        row("other resources and public paths",
            [](P &p) {
                p.resources = {{u"X"_s, u"/x"_s}};
                p.publicPaths = {u"/open"_s};
            },
            {});
        row("other rules about answers",
            [](P &p) {
                p.challengeStatuses = {401, 419};
                p.answer.expiresIn = u"/in"_s;
                p.replayChallengeEndsSession = false;
            },
            {});
        row("relative, absolute, and the port spelled out",
            [](P &p) {
                p.revocation.url = QUrl(u"https://A.org:443/app/gone"_s);
                p.protectedOrigins = {u"https://b.org:443/"_s, u"https://a.org"_s};
            },
            {});
        row("a field of a body that carries nothing secret",
            [](P &p) { p.refresh.body.insert(u"version"_s, u"2"_s); }, {});
        row("the token endpoint", [](P &p) { p.refresh.url = QUrl(u"https://evil.org/t"_s); },
            {u"refresh"_s}, {u"refresh"_s});
        row("its path", [](P &p) { p.refresh.url = QUrl(u"/other"_s); }, {u"refresh"_s},
            {u"refresh"_s});
        row("its query", [](P &p) { p.refresh.url.setQuery(u"to=evil.org"_s); }, {u"refresh"_s},
            {u"refresh"_s});
        row("the revocation endpoint",
            [](P &p) { p.revocation.url = QUrl(u"https://evil.org/gone"_s); }, {u"revocation"_s},
            {u"revocation"_s});
        row("its path", [](P &p) { p.revocation.url = QUrl(u"/gone"_s); }, {u"revocation"_s});
        row("no revocation any more", [](P &p) { p.revocation = {}; }, {u"revocation"_s});
        row("the sign-in endpoint", [](P &p) { p.signIn.url = QUrl(u"https://evil.org/in"_s); },
            {u"signIn"_s}, {u"signIn"_s});
        row("the authorization endpoint",
            [](P &p) { p.authorization.url = QUrl(u"https://evil.org/in"_s); },
            {u"authorization"_s});
        row("the device authorization endpoint",
            [](P &p) { p.deviceAuthorizationUrl = QUrl(u"https://evil.org/in"_s); },
            {u"deviceAuthorizationUrl"_s});
        row("one more protected origin", [](P &p) { p.protectedOrigins << u"https://evil.org"_s; },
            {u"protectedOrigins"_s}, {u"protectedOrigins"_s});
        row("one less", [](P &p) { p.protectedOrigins.removeLast(); }, {u"protectedOrigins"_s},
            {u"protectedOrigins"_s});
        row("the base, and so all that is relative to it",
            [](P &p) { p.baseUrl = QUrl(u"https://evil.org"_s); },
            {u"authorization"_s, u"deviceAuthorizationUrl"_s, u"refresh"_s, u"revocation"_s,
                u"signIn"_s},
            {u"refresh"_s, u"revocation"_s, u"signIn"_s});
        row("the token's header", [](P &p) { p.tokenHeader = "X-Forwarded-Token"; },
            {u"tokenHeader"_s});
        row("its prefix", [](P &p) { p.tokenPrefix = "Token "; }, {u"tokenPrefix"_s});
        row("an extra header", [](P &p) { p.extraHeaders[u"X-Tenant"_s] = u"evil"_s; },
            {u"extraHeaders"_s});
        row("a CSRF header", [](P &p) { p.csrf.front().header = "X-D"; }, {u"csrf"_s});
        row("the tokens in cookies",
            [](P &p) {
                p.answer.accessTokenCookie = u"a"_s;
                p.answer.refreshTokenCookie = u"r"_s;
            },
            {u"accessTokenCookie"_s, u"refreshTokenCookie"_s});
        row("a header of an endpoint",
            [](P &p) {
                p.revocation.headers = {{u"X-Other"_s, u"${accessToken}"_s}};
            },
            {u"revocation"_s});
        row("a token in one more header",
            [](P &p) {
                p.refresh.headers = {{u"X-All"_s, u"${cookie:c} ${accessToken}"_s}};
            },
            {u"refresh"_s});
        row("the password by HTTP Basic",
            [](P &p) {
                p.signIn.headers = {{u"Authorization"_s, u"Basic ${basic}"_s}};
            },
            {u"signIn"_s});
        row("another method, and other places of values",
            [](P &p) {
                p.refresh.method = authcore::HttpMethod::Put;
                p.refresh.answer = p.answer;
                p.answer.accessTokenHeader = "X-Access";
                p.challengeValues = {{u"/code"_s, u"EXPIRED"_s}};
            },
            {});
        row("a token deep in a body",
            [](P &p) {
                p.signIn.body.insert(u"x"_s, QJsonArray {QJsonObject {{u"y"_s, u"${password}"_s}}});
            },
            {u"signIn"_s});
        row("an authority of one's own", [](P &p) { p.caFile = u"/ca.pem"_s; }, {u"caFile"_s});
        row("a client certificate", [](P &p) { p.clientCertificate.file = u"/client.pem"_s; },
            {u"clientCertificate"_s});
        row("a proxy", [](P &p) { p.proxy = u"http://evil.org:3128"_s; }, {u"proxy"_s});
        row("plain http beyond this machine", [](P &p) { p.allowInsecureHttp = true; },
            {u"allowInsecureHttp"_s});
    }
    void changes()
    {
        QFETCH(const BackendProfile, changed);
        QTEST(changedPlaces(noted(profile()), changed), "places");
        QTEST(changedPlaces(notedByOlderVersion(profile()), changed), "placesSinceOlderVersion");
    }

    void theyAreStored()
    {
        const auto tokens = noted(support::unusualProfile());
        const auto again = TokenSet::fromSerialized(tokens.serialized());
        QVERIFY(again.has_value());
        QCOMPARE(again->places, tokens.places);
        QCOMPARE(changedPlaces(*again, support::unusualProfile()), QStringList());
    }
};

QTEST_GUILESS_MAIN(TokenPlacesTest)
#include "tst_tokenplaces.moc"
