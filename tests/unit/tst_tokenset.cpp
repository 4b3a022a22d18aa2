#include "authcore/tokens/tokenset.h"

#include <QtCore/QDateTime>
#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtCore/QTimeZone>
#include <QtTest/QTest>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using authcore::TokenKey;
using authcore::TokenSet;
using std::chrono::sys_seconds;

namespace {

QNetworkCookie cookie(const QByteArray &raw, const QString &domain)
{
    auto parsed = QNetworkCookie::parseCookies(raw).constFirst();
    parsed.setDomain(domain);
    return parsed;
}

TokenSet fullSet()
{
    TokenSet tokens;
    tokens.accessToken = "eyJhbGciOiJIUzI1NiJ9.payload.signature";
    tokens.refreshToken = QByteArray("\0\xff+/=%20 \xc3\xa4", 11);
    tokens.idToken = "the id token";
    tokens.expiresAt = sys_seconds(2'000'000'900s);
    tokens.receivedAt = sys_seconds(2'000'000'000s);
    tokens.accountId = u"42"_s;
    tokens.userName = u"Zoë \"the\" user/slash"_s;
    tokens.scope = u"read write"_s;
    tokens.userData = {{u"roles"_s, QJsonArray {u"ROLE_USER"_s}}, {u"age"_s, 7}};
    tokens.tokenEndpoint = QUrl(u"https://example.org:8443/a%2Fb/refresh?x=1%202"_s);
    tokens.protectedOrigins = {u"https://example.org:8443"_s, u"https://api.example.org"_s};
    tokens.places = {{u"revocation"_s, u"https://example.org:8443/gone\ntoken=${refreshToken}"_s}};
    return tokens;
}

} // namespace

class TestTokenSet : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void usable_data()
    {
        QTest::addColumn<std::optional<sys_seconds>>("expiresAt");
        QTest::addColumn<bool>("usable");
        const auto row = [](const char *name, std::optional<sys_seconds> expiresAt, bool usable) {
            QTest::newRow(name) << expiresAt << usable;
        };
        row("one second before the expiry", sys_seconds(1001s), true);
        row("at the expiry", sys_seconds(1000s), false);
        row("one second after it", sys_seconds(999s), false);
        row("an unknown expiry is not an expired one", std::nullopt, true);
    }
    void usable()
    {
        QFETCH(const std::optional<sys_seconds>, expiresAt);
        TokenSet tokens;
        tokens.expiresAt = expiresAt;
        QTEST(tokens.isUsableAt(sys_seconds(1000s)), "usable");
    }

    void emptiness_data()
    {
        QTest::addColumn<TokenSet>("tokens");
        QTest::addColumn<bool>("isEmpty");
        const auto row = [](const char *name, auto change, bool isEmpty) {
            TokenSet tokens;
            change(tokens);
            QTest::newRow(name) << tokens << isEmpty;
        };
        row(
            "nothing at all", [](TokenSet &) {}, true);
        row(
            "an access token", [](TokenSet &t) { t.accessToken = "a"; }, false);
        row(
            "a refresh token", [](TokenSet &t) { t.refreshToken = "r"; }, false);
        row(
            "a cookie", [](TokenSet &t) { t.cookies = {QNetworkCookie("c", "v")}; }, false);
        row(
            "an id token cannot be sent", [](TokenSet &t) { t.idToken = "i"; }, true);
        row(
            "a name cannot be sent", [](TokenSet &t) { t.userName = u"me"_s; }, true);
    }
    void emptiness()
    {
        QFETCH(const TokenSet, tokens);
        QTEST(tokens.isEmpty(), "isEmpty");
    }

    void roundTrip_data()
    {
        QTest::addColumn<TokenSet>("tokens");
        const auto row = [](const char *name, auto change) {
            auto tokens = fullSet();
            change(tokens);
            QTest::newRow(name) << tokens;
        };
        const auto withCookie = [](const QNetworkCookie &value) {
            return [value](TokenSet &tokens) { tokens.cookies = {value}; };
        };
        QTest::newRow("an empty set") << TokenSet();
        row("every field", [](TokenSet &) {});
        row("every byte there is", [](TokenSet &tokens) {
            for (int byte = 0; byte < 256; ++byte)
                tokens.accessToken.append(static_cast<char>(byte));
        });
        row("an unknown expiry stays unknown", [](TokenSet &t) { t.expiresAt.reset(); });
        row("an expiry beyond 2038",
            [](TokenSet &t) { t.expiresAt = sys_seconds(9'000'000'000s); });
        row("a cookie for one host only", withCookie(cookie("a=b; Path=/", u"127.0.0.1"_s)));
        row("a cookie for a whole domain", withCookie(cookie("a=b", u".example.org"_s)));
        row("a cookie with all its attributes",
            withCookie(cookie("a=b; Path=/x; Secure; HttpOnly; SameSite=Strict", u"h"_s)));
        row("a cookie's Max-Age, to the millisecond",
            withCookie(cookie("a=b; Max-Age=3600", u"h"_s)));
        row("a cookie whose value is quoted", withCookie(QNetworkCookie("a", "\"b;=,\"")));
    }
    void roundTrip()
    {
        QFETCH(const TokenSet, tokens);
        const auto text = QJsonDocument(tokens.toJson()).toJson();
        const auto again = TokenSet::fromJson(QJsonDocument::fromJson(text).object());
        QVERIFY(again.has_value());
        QVERIFY(*again == tokens);
    }

    void refused_data()
    {
        QTest::addColumn<QByteArray>("json");
        const auto row = [](const char *name, const char *json) {
            QTest::newRow(name) << QByteArray(json);
        };
        row("no version", R"({"accessToken":"YQ=="})");
        row("an empty object", "{}");
        row("another version", R"({"version":2,"accessToken":"YQ=="})");
        row("a token that is no string", R"({"version":1,"accessToken":7})");
        row("a token that is no base64", R"({"version":1,"accessToken":"*"})");
        row("an expiry that is text", R"({"version":1,"expiresAt":"soon"})");
        row("an expiry with a fraction", R"({"version":1,"expiresAt":1.5})");
        row("cookies that are no array", R"({"version":1,"cookies":{}})");
        row("a cookie that is no object", R"({"version":1,"cookies":["a=b"]})");
        row("a cookie without a name", R"({"version":1,"cookies":[{"value":"YQ=="}]})");
        row("an origin that is no string", R"({"version":1,"protectedOrigins":[1]})");
        row("places that are no object", R"({"version":1,"places":[]})");
        row("a place that is no string", R"({"version":1,"places":{"refresh":1}})");
    }
    void refused()
    {
        QFETCH(const QByteArray, json);
        QVERIFY(QJsonDocument::fromJson(json).isObject());
        QVERIFY(!TokenSet::fromJson(QJsonDocument::fromJson(json).object()));
    }

    void timesAreBounded_data()
    {
        QTest::addColumn<QByteArray>("stored");
        QTest::addColumn<sys_seconds>("time");
        constexpr sys_seconds last(253'402'300'799s);
        QTest::newRow("the last second of 9999") << "253402300799"_ba << last;
        QTest::newRow("beyond it") << "253402300800"_ba << last;
        QTest::newRow("as far as numbers go") << "9223372036854774784"_ba << last;
        QTest::newRow("before 1970") << "-1"_ba << sys_seconds();
        QTest::newRow("as far before it") << "-9223372036854774784"_ba << sys_seconds();
    }
    void timesAreBounded()
    {
        QFETCH(const QByteArray, stored);
        const auto json = QJsonDocument::fromJson(
            R"({"version":1,"expiresAt":)" + stored + R"(,"receivedAt":)" + stored + '}');
        const auto tokens = TokenSet::fromJson(json.object());
        QVERIFY(tokens.has_value());
        QTEST(*tokens->expiresAt, "time");
        QTEST(*tokens->receivedAt, "time");
    }

    void debugOutputHoldsNoSecret()
    {
        auto tokens = fullSet();
        tokens.refreshToken = "a-refresh-token";
        tokens.cookies = {QNetworkCookie("session", "cookie-secret")};
        const auto text = QDebug::toString(tokens);
        QVERIFY2(text.contains(u"15 bytes"_s) && text.contains(u"1 cookies"_s), qPrintable(text));
        for (const auto &secret : {"eyJh", "signature", "a-refresh", "the id", "cookie-secret"})
            QVERIFY2(!text.contains(QLatin1StringView(secret)), secret);
    }

    void keys_data()
    {
        QTest::addColumn<TokenKey>("key");
        QTest::addColumn<QString>("text");
        const auto row = [](const char *name, const TokenKey &key, const QString &text) {
            QTest::newRow(name) << key << text;
        };
        row("all parts", {u"p"_s, u"a"_s, u"c"_s, u"s"_s}, u"p/a/c/s"_s);
        row("empty parts keep their place", {u"p"_s, {}, u"c"_s, {}}, u"p//c/"_s);
        row("a separator in a part is encoded", {u"p/a"_s, {}, {}, {}}, u"p%2Fa///"_s);
        row("UTF-8, percent and space are encoded", {u"ä% "_s, {}, {}, {}}, u"%C3%A4%25%20///"_s);
    }
    void keys()
    {
        QFETCH(const TokenKey, key);
        QFETCH(const QString, text);
        QCOMPARE(key.toString(), text);
        QCOMPARE(TokenKey::fromString(text), key);
    }

    void otherTextsAreNoKeys_data()
    {
        QTest::addColumn<QString>("text");
        QTest::newRow("nothing") << QString();
        QTest::newRow("a part is missing") << u"p/a/c"_s;
        QTest::newRow("a part too many") << u"p/a/c/s/"_s;
        QTest::newRow("a part that is not encoded") << u"p/a b/c/s"_s;
        QTest::newRow("half of an encoded character") << u"p/%C3/c/s"_s;
    }
    void otherTextsAreNoKeys()
    {
        QFETCH(const QString, text);
        QVERIFY(!TokenKey::fromString(text));
    }
};

QTEST_GUILESS_MAIN(TestTokenSet)
#include "tst_tokenset.moc"
