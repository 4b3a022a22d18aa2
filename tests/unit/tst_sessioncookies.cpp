#include "authcore/exchange/sessioncookies.h"

#include <QtCore/QDateTime>
#include <QtCore/QTimeZone>
#include <QtTest/QTest>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using authcore::BackendProfile;
using authcore::TokenSet;
using std::chrono::sys_seconds;

namespace {

constexpr auto now = sys_seconds(2'000'000'000s); // "Wed, 18 May 2033 03:33:20 GMT"
const QUrl site(u"https://api.example.org/app/login"_s);

BackendProfile cookieForm()
{
    return *BackendProfile::preset(u"cookie-form"_s, QUrl(u"https://api.example.org"_s));
}

QList<QNetworkCookie> read(
    const QByteArrayList &headers, std::optional<sys_seconds> serverDate = std::nullopt)
{
    return authcore::readCookies(headers, serverDate, now);
}

//! The cookies of a session after answers from `url` with these headers, one after the other.
QList<QNetworkCookie> after(const QByteArrayList &headers, const QUrl &url = site)
{
    QList<QNetworkCookie> cookies;
    for (const QByteArray &header : headers)
        cookies = authcore::mergedCookies(cookies, read({header}), url, now);
    return cookies;
}

QByteArray sentTo(const QList<QNetworkCookie> &cookies, const QUrl &url, sys_seconds when = now)
{
    return authcore::cookieHeader(authcore::cookiesFor(cookies, url, when));
}

} // namespace

class TestSessionCookies : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void ends_data()
    {
        using Lifetime = std::optional<std::chrono::seconds>;
        constexpr std::chrono::seconds aYear = std::chrono::days(365);
        QTest::addColumn<QByteArray>("header");
        QTest::addColumn<std::optional<sys_seconds>>("serverDate");
        QTest::addColumn<Lifetime>("lifetime");
        const auto row = [](const char *name, const char *attributes, Lifetime lifetime,
                             std::optional<sys_seconds> serverDate = std::nullopt) {
            QTest::newRow(name) << QByteArray("a=1") + attributes << serverDate << lifetime;
        };
        row("neither says when", "; Path=/", {});
        row("Max-Age", "; Max-Age=900", 900s);
        row("Max-Age, whatever the server's clock", "; Max-Age=900", 900s, now - 24h);
        row("Max-Age counts before Expires",
            "; max-age = 900; Expires=Wed, 18 May 2033 03:33:21 GMT", 900s);
        row("Max-Age of 0 is over", "; Max-Age=0", 0s);
        row("a negative Max-Age is over", "; Max-Age=-1", 0s);
        row("for ever is a year", "; Max-Age=99999999999999999999", aYear);
        row("so is a century", "; Max-Age=3153600000", aYear);
        row("so is an Expires of the year 9999", "; Expires=Fri, 31 Dec 9999 23:59:59 GMT", aYear);
        row("what is no Max-Age does not count",
            "; Max-Age=soon; Expires=Wed, 18 May 2033 03:33:21 GMT", 1s);
        row("Expires", "; Expires=Wed, 18 May 2033 03:48:20 GMT", 900s);
        row("Expires against the server's clock, a day behind",
            "; Expires=Tue, 17 May 2033 03:48:20 GMT", 900s, now - 24h);
        row("Expires that is past", "; Expires=Thu, 01 Jan 1970 00:00:00 GMT",
            std::chrono::seconds(-2'000'000'000));
        row("a value called so", "max-age=7", {});
    }
    void ends()
    {
        QFETCH(const QByteArray, header);
        QFETCH(const std::optional<sys_seconds>, serverDate);
        QFETCH(const std::optional<std::chrono::seconds>, lifetime);
        const auto cookies = read({header}, serverDate);
        QCOMPARE(cookies.size(), 1);
        QCOMPARE(cookies[0].isSessionCookie(), !lifetime);
        if (lifetime)
            QCOMPARE(cookies[0].expirationDate().toSecsSinceEpoch(),
                (now + *lifetime).time_since_epoch().count());
    }

    void whatASessionKeeps_data()
    {
        QTest::addColumn<QByteArrayList>("set");
        QTest::addColumn<QString>("sentTo");
        QTest::addColumn<QByteArray>("cookies");
        const auto row = [](const char *name, const QByteArrayList &set, const char *to,
                             const char *cookies) {
            QTest::newRow(name) << set << QString::fromLatin1(to) << QByteArray(cookies);
        };
        const auto *const same = "https://api.example.org/app/x";
        row("one", {"a=1"}, same, "a=1");
        row("two, in their order", {"a=1", "b=2"}, same, "a=1; b=2");
        row("the newer value", {"a=1", "a=2"}, same, "a=2");
        row("an expired one deletes", {"a=1; Max-Age=900", "a=; Max-Age=0"}, same, "");
        row("a date long past deletes", {"a=1", "a=; Expires=Thu, 01 Jan 1970 00:00:00 GMT"}, same,
            "");
        row("of another path deletes nothing", {"a=1", "a=; Path=/; Max-Age=0"}, same, "a=1");
        row("its path, and below", {"a=1; Path=/app"}, "https://api.example.org/app/b/c", "a=1");
        row("not beside its path", {"a=1; Path=/app"}, "https://api.example.org/apple", "");
        row("without a path: that of the answer", {"a=1"}, "https://api.example.org/", "");
        row("the longer path first", {"a=1; Path=/", "a=2; Path=/app"}, same, "a=2; a=1");
        row("any port", {"a=1"}, "https://api.example.org:8443/app/x", "a=1");
        row("not to another host", {"a=1; Path=/"}, "https://example.org/", "");
        row("not to a host below", {"a=1; Path=/"}, "https://x.api.example.org/", "");
        row("to a host below, where it says so", {"a=1; Path=/; Domain=api.example.org"},
            "https://x.api.example.org/", "a=1");
        row("for the host above", {"a=1; Path=/; Domain=example.org"}, "https://example.org/",
            "a=1");
        row("not for everybody", {"a=1; Path=/; Domain=org"}, "https://example.org/", "");
        row("not for somebody else", {"a=1; Path=/; Domain=example.net"}, "https://example.net/",
            "");
        row("secure", {"a=1; Secure"}, same, "a=1");
        row("secure is not for http", {"a=1; Secure"}, "http://api.example.org/app/x", "");
        row("no name", {"=1", "", ";"}, same, "");
        row("what would split a header", {"a=1\x01", "b=2"}, same, "b=2");
    }
    void whatASessionKeeps()
    {
        QFETCH(const QByteArrayList, set);
        QFETCH(const QString, sentTo);
        QTEST(::sentTo(after(set), QUrl(sentTo)), "cookies");
    }

    // Race 51: browsers treat plain http to this machine like https.
    void secureCookies_data()
    {
        QTest::addColumn<QString>("place");
        QTest::addColumn<QByteArray>("set");
        QTest::addColumn<QByteArray>("sent");
        const auto row = [](const char *name, const char *place, const char *set,
                             const char *sent) {
            QTest::newRow(name) << QString::fromLatin1(place) << QByteArray(set)
                                << QByteArray(sent);
        };
        const auto *const here = "http://127.0.0.1:8080/app/x";
        const auto *const there = "https://api.example.org/app/x";
        const auto *const plain = "http://api.example.org/app/x";
        row("https", there, "a=1; Secure", "a=1");
        row("127.0.0.1", here, "a=1; Secure", "a=1");
        row("localhost", "http://localhost:8080/x", "a=1; Secure", "a=1");
        row("::1", "http://[::1]:8080/x", "a=1; Secure", "a=1");
        row("plain http sets none", plain, "a=1; Secure", "");
        row("below localhost", "http://app.localhost/x", "a=1; Secure", "");
        row("__Host-", here, "__Host-a=1; Secure; Path=/", "__Host-a=1");
        row("__Host- over https", there, "__Host-a=1; Secure; Path=/", "__Host-a=1");
        row("__Host- over plain http", plain, "__Host-a=1; Secure; Path=/", "");
        row("__Host- that is not secure", here, "__Host-a=1; Path=/", "");
        row("__Host- of a path", here, "__Host-a=1; Secure; Path=/app", "");
        row("__Host- without a path", here, "__Host-a=1; Secure", "");
        row("__Host- of a domain", there, "__Host-a=1; Secure; Path=/; Domain=api.example.org", "");
        row("in other letters", there, "__host-a=1; Secure; Path=/app", "");
        row("__Secure-", here, "__Secure-a=1; Secure", "__Secure-a=1");
        row("__Secure- that is not", here, "__Secure-a=1", "");
    }
    void secureCookies()
    {
        QFETCH(const QString, place);
        QFETCH(const QByteArray, set);
        const QUrl url(place);
        QTEST(sentTo(after({set}, url), url), "sent");
    }

    // Cookies end by the session's clock; the machine's clock is years away from it in this test.
    void theyEndByOurClock()
    {
        const auto cookies = after({"a=1; Max-Age=900", "b=2"});
        QCOMPARE(sentTo(cookies, site, now + 899s), "a=1; b=2");
        QCOMPARE(sentTo(cookies, site, now + 900s), "b=2");
    }

    void tokenCookies()
    {
        const auto profile = cookieForm();
        TokenSet tokens;
        putCookies(tokens,
            after({"access_token=A1; Path=/; Max-Age=900", "refresh_token=R1; Path=/api/v1/token",
                "theme=dark; Path=/"}),
            profile);
        QCOMPARE(tokens.accessToken, "A1");
        QCOMPARE(tokens.refreshToken, "R1");
        QCOMPARE(
            authcore::cookieHeader(tokens.cookies), "access_token=; refresh_token=; theme=dark");
        QCOMPARE(ownExpiry(tokens, profile, {}, now), now + 900s);
        const QUrl resource(u"https://api.example.org/api/v1/resources"_s);
        const QUrl refresh(u"https://api.example.org/api/v1/token"_s);
        QCOMPARE(sentTo(wireCookies(tokens, profile), resource), "access_token=A1; theme=dark");
        QCOMPARE(sentTo(wireCookies(tokens, profile), refresh),
            "refresh_token=R1; access_token=A1; theme=dark");

        tokens.accessToken = "broken";
        QCOMPARE(sentTo(wireCookies(tokens, profile), resource), "access_token=broken; theme=dark");
        tokens.accessToken.clear();
        QCOMPARE(sentTo(wireCookies(tokens, profile), resource), "theme=dark");
        tokens.accessToken = "A1; admin=1";
        QCOMPARE(sentTo(wireCookies(tokens, profile), resource), "theme=dark");
    }

    void aTokenFromAPersonsHand()
    {
        TokenSet tokens;
        tokens.accessToken = "A1";
        const auto cookies = wireCookies(tokens, cookieForm());
        QCOMPARE(sentTo(cookies, site), "access_token=A1");
        QCOMPARE(sentTo(cookies, QUrl(u"https://other.example.org/"_s)), "");
    }

    // Of two cookies with the token's name the last one is the token; the other is an ordinary
    // cookie.
    void twoOfTheTokensName()
    {
        TokenSet tokens;
        putCookies(
            tokens, after({"access_token=A1; Path=/", "access_token=A2; Path=/app"}), cookieForm());
        QCOMPARE(tokens.accessToken, "A2");
        QCOMPARE(authcore::cookieHeader(tokens.cookies), "access_token=A1; access_token=");
        QCOMPARE(
            sentTo(wireCookies(tokens, cookieForm()), site), "access_token=A2; access_token=A1");
    }

    void whoKeepsCookies_data()
    {
        QTest::addColumn<QString>("preset");
        QTest::addColumn<bool>("keeps");
        const QStringList keeping {u"cookie-form"_s, u"cookie-csrf"_s};
        for (const QString &name : BackendProfile::presetNames())
            QTest::addRow("%s", qPrintable(name)) << name << keeping.contains(name);
    }
    void whoKeepsCookies()
    {
        QFETCH(const QString, preset);
        auto profile = *BackendProfile::preset(preset, QUrl(u"https://api.example.org"_s));
        QTEST(keepsCookies(profile), "keeps");
        profile.refresh.headers[u"X-CSRF"_s] = u"${cookie:csrf}"_s;
        QVERIFY(keepsCookies(profile));
    }

    void othersHaveNone()
    {
        const auto profile =
            *BackendProfile::preset(u"json-bearer"_s, QUrl(u"https://api.example.org"_s));
        TokenSet tokens;
        tokens.accessToken = "A1";
        tokens.cookies = after({"a=1"});
        QVERIFY(wireCookies(tokens, profile).isEmpty());
    }
};

QTEST_GUILESS_MAIN(TestSessionCookies)
#include "tst_sessioncookies.moc"
