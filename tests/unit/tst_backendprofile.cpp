#include "authcore/profile/backendprofile.h"

#include <QtCore/QJsonArray>
#include <QtTest/QTest>

using namespace Qt::StringLiterals;
using authcore::BackendProfile;

namespace {

BackendProfile customJwt(const QString &baseUrl = u"https://api.example.org"_s)
{
    return *BackendProfile::preset(u"custom-jwt"_s, QUrl(baseUrl));
}

} // namespace

class TestBackendProfile : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void origins_data()
    {
        QTest::addColumn<QString>("url");
        QTest::addColumn<QString>("origin");
        const auto row = [](const char *name, const QString &url, const QString &origin) {
            QTest::newRow(name) << url << origin;
        };
        row("the port of https", u"https://a.org/x"_s, u"https://a.org:443"_s);
        row("the port of http", u"http://a.org"_s, u"http://a.org:80"_s);
        row("a port of its own", u"https://a.org:8443/x?y#z"_s, u"https://a.org:8443"_s);
        row("the default port, spelled out", u"https://a.org:443"_s, u"https://a.org:443"_s);
        row("upper case", u"HTTPS://A.Org"_s, u"https://a.org:443"_s);
        row("an international name", u"https://bücher.example"_s,
            u"https://xn--bcher-kva.example:443"_s);
        row("IPv6", u"http://[::1]:8080/"_s, u"http://[::1]:8080"_s);
        row("a user before the host", u"https://a.org@b.org/"_s, u"https://b.org:443"_s);
        row("a relative URL", u"/path"_s, QString());
        row("a file", u"file:///etc/passwd"_s, QString());
        row("nothing", QString(), QString());
    }
    void origins()
    {
        QFETCH(const QString, url);
        QTEST(authcore::originOf(QUrl(url)), "origin");
    }

    void sameOrigin_data()
    {
        QTest::addColumn<QString>("other");
        QTest::addColumn<bool>("isSame");
        const auto row = [](const char *name, const QString &other, bool isSame) {
            QTest::newRow(name) << other << isSame;
        };
        row("another path", u"https://a.org/y?q#f"_s, true);
        row("the default port, spelled out", u"https://a.org:443/"_s, true);
        row("with a user", u"https://me@a.org/"_s, true);
        row("another port", u"https://a.org:444/"_s, false);
        row("another scheme", u"http://a.org:443/"_s, false);
        row("a host below it", u"https://x.a.org/"_s, false);
        row("none", u"/x"_s, false);
    }
    void sameOrigin()
    {
        QFETCH(const QString, other);
        QFETCH(const bool, isSame);
        const QUrl url(u"https://A.org/x"_s);
        QCOMPARE(authcore::isSameOrigin(url, QUrl(other)), isSame);
        QCOMPARE(authcore::isSameOrigin(QUrl(other), url), isSame);
        QVERIFY(!authcore::isSameOrigin(QUrl(u"/x"_s), QUrl(u"/x"_s)));
    }

    void loopback_data()
    {
        QTest::addColumn<QString>("url");
        QTest::addColumn<bool>("isLoopback");
        const auto row = [](const char *name, const QString &url, bool isLoopback) {
            QTest::newRow(name) << url << isLoopback;
        };
        row("127.0.0.1", u"http://127.0.0.1:80/"_s, true);
        row("all of 127/8", u"http://127.8.9.10/"_s, true);
        row("::1", u"http://[::1]/"_s, true);
        row("localhost", u"http://LOCALHOST:8080/"_s, true);
        row("below localhost, which DNS may be asked for", u"http://app.localhost/"_s, false);
        row("localhost, absolute", u"http://localhost./"_s, false);
        row("in another notation", u"http://0x7f.1/"_s, true);
        row("written as IPv6", u"http://[::ffff:127.0.0.1]/"_s, false);
        row("localhost as a label", u"http://localhost.example.org/"_s, false);
        row("127 as a label", u"http://127.0.0.1.example.org/"_s, false);
        row("localhost as a user", u"http://localhost@example.org/"_s, false);
        row("every address", u"http://0.0.0.0/"_s, false);
        row("another address", u"http://128.0.0.1/"_s, false);
        row("nothing", QString(), false);
    }
    void loopback()
    {
        QFETCH(const QString, url);
        QTEST(authcore::isLoopback(QUrl(url)), "isLoopback");
    }

    void transport_data()
    {
        QTest::addColumn<QString>("url");
        QTest::addColumn<bool>("normally");
        QTest::addColumn<bool>("whenAllowed");
        const auto row = [](const char *name, const QString &url, bool normally, bool allowed) {
            QTest::newRow(name) << url << normally << allowed;
        };
        row("https", u"https://example.org"_s, true, true);
        row("plain http", u"http://example.org"_s, false, true);
        row("plain http to this machine", u"http://127.0.0.1:8080"_s, true, true);
        row("plain http below localhost", u"http://app.localhost:8080"_s, false, true);
        row("another scheme", u"ftp://127.0.0.1"_s, false, false);
        row("no host", u"https:///x"_s, false, false);
        row("nothing", QString(), false, false);
    }
    void transport()
    {
        QFETCH(const QString, url);
        BackendProfile profile;
        QTEST(profile.isTransportAllowed(QUrl(url)), "normally");
        profile.allowInsecureHttp = true;
        QTEST(profile.isTransportAllowed(QUrl(url)), "whenAllowed");
    }

    void protection_data()
    {
        QTest::addColumn<QString>("url");
        QTest::addColumn<bool>("isProtected");
        const auto row = [](const char *name, const QString &url, bool isProtected) {
            QTest::newRow(name) << url << isProtected;
        };
        row("the origin itself", u"https://api.example.org"_s, true);
        row("a path of it", u"https://api.example.org/x?y"_s, true);
        row("its default port, spelled out", u"https://API.example.org:443/x"_s, true);
        row("with a user in the URL", u"https://evil.org@api.example.org/"_s, true);
        row("as the user in another URL", u"https://api.example.org@evil.org/"_s, false);
        row("another port", u"https://api.example.org:8443/"_s, false);
        row("another scheme", u"http://api.example.org/"_s, false);
        row("a host below it", u"https://www.api.example.org/"_s, false);
        row("a host that begins so", u"https://api.example.org.evil.org/"_s, false);
        row("with a dot at its end", u"https://api.example.org./"_s, false);
        row("no http at all", u"ftp://api.example.org:443/"_s, false);
        row("a public path", u"https://api.example.org/health"_s, false);
        row("a public path, with a query", u"https://api.example.org/health?full"_s, false);
        row("a public path, encoded", u"https://api.example.org/he%61lth"_s, false);
        row("a longer path", u"https://api.example.org/healthy"_s, true);
        row("a path below", u"https://api.example.org/health/x"_s, true);
        row("below a public folder", u"https://api.example.org/public/a/b"_s, false);
        row("a public folder's name", u"https://api.example.org/public"_s, true);
        row("out of it by dots", u"https://api.example.org/public/../secret"_s, true);
        row("by encoded dots", u"https://api.example.org/public/%2e%2e/secret"_s, true);
        row("by half encoded dots", u"https://api.example.org/public/.%2E/secret"_s, true);
        row("by an encoded slash", u"https://api.example.org/public/..%2fsecret"_s, true);
        row("by a backslash", u"https://api.example.org/public/..%5csecret"_s, true);
        row("by double encoding", u"https://api.example.org/public/%252e%252e/secret"_s, true);
        row("by dots with parameters", u"https://api.example.org/public/..;x=1/secret"_s, true);
        row("by two slashes", u"https://api.example.org//public/x"_s, true);
        row("in other letters", u"https://api.example.org/PUBLIC/x"_s, true);
    }
    void protection()
    {
        QFETCH(const QString, url);
        auto profile = customJwt();
        profile.publicPaths = {u"/health"_s, u"/public/*"_s};
        QTEST(profile.isProtected(QUrl(url)), "isProtected");
    }

    void noProtectedOriginsProtectNothing()
    {
        auto profile = customJwt();
        profile.protectedOrigins.clear();
        QVERIFY(!profile.isProtected(QUrl(u"https://api.example.org/x"_s)));
        profile.protectedOrigins = {u"*"_s, u"https://*"_s, QString(), u"api.example.org"_s,
            u"https://api.example.org/folder"_s};
        QVERIFY(!profile.isProtected(QUrl(u"https://api.example.org/x"_s)));
    }

    void endpoints_data()
    {
        QTest::addColumn<QString>("baseUrl");
        QTest::addColumn<QString>("endpoint");
        QTest::addColumn<QString>("resolved");
        const auto row = [](const char *name, const QString &baseUrl, const QString &endpoint,
                             const QString &resolved) {
            QTest::newRow(name) << baseUrl << endpoint << resolved;
        };
        row("below a host", u"https://a.org"_s, u"x/y"_s, u"https://a.org/x/y"_s);
        row("below a path", u"https://a.org/app"_s, u"x/y"_s, u"https://a.org/app/x/y"_s);
        row("below a folder", u"https://a.org/app/"_s, u"x/y"_s, u"https://a.org/app/x/y"_s);
        row("from the root", u"https://a.org/app"_s, u"/x"_s, u"https://a.org/x"_s);
        row("elsewhere", u"https://a.org"_s, u"https://b.org/x"_s, u"https://b.org/x"_s);
        row("none", u"https://a.org"_s, QString(), QString());
    }
    void endpoints()
    {
        QFETCH(const QString, baseUrl);
        QFETCH(const QString, endpoint);
        BackendProfile profile;
        profile.baseUrl = QUrl(baseUrl);
        QTEST(profile.resolved(QUrl(endpoint)).toString(), "resolved");
    }

    void slidingTokens_data()
    {
        QTest::addColumn<BackendProfile>("profile");
        QTest::addColumn<bool>("isSliding");
        const auto row = [](const char *name, bool isSliding, auto change) {
            auto profile = customJwt();
            change(profile);
            QTest::newRow(name) << profile << isSliding;
        };
        using P = BackendProfile;
        const auto cookieOnly = [](P &p) {
            p.refresh.body = {};
            p.answer = {};
            p.answer.accessTokenCookie = u"session"_s;
        };
        row("a refresh token", false, [](P &) {});
        row("the access token in the body", true, [](P &p) {
            p.refresh.body = {{u"token"_s, u"${accessToken}"_s}};
        });
        row("deep in the body", true, [](P &p) {
            p.refresh.body = {{u"a"_s, QJsonArray {QJsonObject {{u"b"_s, u"${accessToken}"_s}}}}};
        });
        row("in a header", true, [](P &p) {
            p.refresh.body = {};
            p.refresh.headers = {{u"Authorization"_s, u"Bearer ${accessToken}"_s}};
        });
        row("beside a refresh token", false, [](P &p) {
            p.refresh.headers = {{u"Authorization"_s, u"Bearer ${accessToken}"_s}};
        });
        row("beside a refresh token in a cookie", false, [](P &p) {
            p.refresh.body = {{u"token"_s, u"${accessToken}"_s}};
            p.answer.refreshTokenCookie = u"refresh"_s;
        });
        row("its cookie alone", true, cookieOnly);
        row("its cookie, and a refresh token elsewhere", false, [&](P &p) {
            cookieOnly(p);
            p.answer.refreshTokenHeader = "X-Refresh";
        });
    }
    void slidingTokens()
    {
        QFETCH(const BackendProfile, profile);
        QTEST(profile.refreshesWithAccessToken(), "isSliding");
    }

    void presets_data()
    {
        QTest::addColumn<QString>("name");
        for (const auto &name : BackendProfile::presetNames())
            QTest::newRow(qPrintable(name)) << name;
    }
    void presets()
    {
        QFETCH(const QString, name);
        const auto profile = BackendProfile::preset(name, QUrl(u"http://127.0.0.1:8080"_s));
        QVERIFY(profile);
        QCOMPARE(profile->id, name);
        QCOMPARE(profile->problems().size(), 0);
        QVERIFY(!profile->resources.isEmpty());
        QVERIFY(profile->isProtected(profile->resolved(QUrl(profile->resources.front().path))));
    }

    void customJwtPreset()
    {
        const auto profile = customJwt(u"http://127.0.0.1:8080"_s);
        QVERIFY(profile.problems().isEmpty());
        QCOMPARE(profile.protectedOrigins, QStringList {u"http://127.0.0.1:8080"_s});
        QCOMPARE(profile.resolved(profile.signIn.url).path(), u"/authorization/token"_s);
        QCOMPARE(profile.resolved(profile.refresh.url).path(), u"/authorization/refresh"_s);
        QVERIFY(profile.replayChallengeEndsSession);
        QVERIFY(!BackendProfile::preset(u"no-such"_s, QUrl()));
    }
};

QTEST_GUILESS_MAIN(TestBackendProfile)
#include "tst_backendprofile.moc"
