// Race 57: a value with a line break ends a header line and may begin another request. No such
// value reaches the wire, by whatever way it comes in.
#include "authcore/network/authnetworkaccessmanager.h"
#include "authcore/session/authsession.h"
#include "authcore/signin/passwordsignin.h"
#include "authcore/testing/manualclock.h"
#include "authcore/tokens/memorytokenstore.h"
#include "tests/support/patience.h"
#include "tests/support/rawserver.h"
#include "tests/support/speaking.h"

#include <QtNetwork/QNetworkReply>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>

using namespace Qt::StringLiterals;
using authcore::AuthSession;
using authcore::BackendProfile;
using authcore::PasswordSignIn;
using authcore::RefreshStory;
using authcore::TokenError;
using authcore::TokenSet;

namespace {

const QString hostile = u"hunter2\r\nX-Evil: 1"_s;

} // namespace

class HeaderInjection : public QObject
{
    Q_OBJECT

private:
    using Tweak = std::function<void(BackendProfile &)>;

    test::RawServer m_server;
    authcore::testing::ManualClock m_clock;
    std::unique_ptr<authcore::MemoryTokenStore> m_store;
    std::unique_ptr<AuthSession> m_session;
    qsizetype m_arrivedBefore = 0;

    void begin(const Tweak &tweak = {})
    {
        auto profile = *BackendProfile::preset(u"custom-jwt"_s, m_server.url());
        const std::map<QString, QString> everything {{u"X-User"_s, u"${userName}"_s},
            {u"X-Password"_s, u"${password}"_s}, {u"X-Refresh"_s, u"${refreshToken}"_s},
            {u"X-Access"_s, u"${accessToken}"_s}, {u"X-Client"_s, u"${clientId}"_s},
            {u"X-Scope"_s, u"${scope}"_s}, {u"X-Cookie"_s, u"${cookie:c}"_s}};
        profile.signIn.headers = profile.refresh.headers = everything;
        if (tweak)
            tweak(profile);
        m_session.reset();
        m_store = std::make_unique<authcore::MemoryTokenStore>();
        m_session = std::make_unique<AuthSession>(profile, *m_store, m_clock, [] { return 0.5; });
        m_arrivedBefore = qsizetype(m_server.arrived().size());
    }
    [[nodiscard]] qsizetype arrived() const
    {
        return qsizetype(m_server.arrived().size()) - m_arrivedBefore;
    }
    [[nodiscard]] static TokenSet tokens()
    {
        TokenSet tokens;
        tokens.accessToken = "good1";
        tokens.refreshToken = "refresh1";
        tokens.userName = u"anna"_s;
        return tokens;
    }

private Q_SLOTS:
    void typedAtSignIn_data()
    {
        QTest::addColumn<QString>("user");
        QTest::addColumn<QString>("password");
        QTest::addColumn<QByteArray>("secret");
        QTest::addColumn<QString>("told");
        const QString good = u"x"_s;
        QTest::newRow("user name") << hostile << good << QByteArray() << u"the user name"_s;
        QTest::newRow("password") << good << hostile << QByteArray() << u"the password"_s;
        QTest::newRow("a NUL") << good << QString(u"a"_s % QChar(0)) << QByteArray()
                               << u"the password"_s;
        QTest::newRow("a DEL") << QString(u"a\x7f"_s) << good << QByteArray() << u"the user name"_s;
        QTest::newRow("client secret")
            << good << good << hostile.toLatin1() << u"the client secret"_s;
        QTest::newRow("no Latin-1") << u"Ωmega"_s << good << QByteArray() << u"X-User"_s;
    }
    void typedAtSignIn()
    {
        QFETCH(const QString, user);
        QFETCH(const QString, password);
        QFETCH(const QByteArray, secret);
        QFETCH(const QString, told);
        begin();
        PasswordSignIn signIn(*m_session);
        QSignalSpy failed(&signIn, &PasswordSignIn::failed);
        signIn.setClientSecret(secret);
        signIn.signIn(user, password);
        QTRY_COMPARE(failed.size(), 1);
        const auto error = failed[0][0].value<TokenError>();
        QCOMPARE(error.code, TokenError::Code::Refused);
        QVERIFY2(error.detail.contains(told), qPrintable(error.detail));
        QVERIFY(!error.detail.contains(u"hunter2"_s));
        QCOMPARE(arrived(), 0);
    }

    void ofTheProfile_data()
    {
        QTest::addColumn<Tweak>("tweak");
        QTest::addColumn<QString>("told");
        const auto row = [](const char *name, const Tweak &tweak, const char *told) {
            QTest::newRow(name) << tweak << QString::fromLatin1(told);
        };
        row(
            "client id", [](auto &p) { p.clientId = hostile; }, "the client id");
        row(
            "scope", [](auto &p) { p.scope = hostile; }, "the scope");
        row(
            "a header's text",
            [](auto &p) {
                p.refresh.headers = {{u"X-A"_s, hostile}};
            },
            "X-A");
        row(
            "a header's name",
            [](auto &p) {
                p.refresh.headers = {{hostile, u"1"_s}};
            },
            "header");
        row(
            "Content-Length",
            [](auto &p) {
                p.refresh.headers = {{u"Content-Length"_s, u"1"_s}};
            },
            "Content-Length");
    }
    void ofTheProfile()
    {
        QFETCH(const Tweak, tweak);
        QFETCH(const QString, told);
        begin(tweak);
        QSignalSpy failed(m_session.get(), &AuthSession::refreshFailed);
        m_session->setTokens(tokens());
        m_session->refreshNow();
        QTRY_COMPARE(failed.size(), 1);
        const auto error = failed[0][0].value<TokenError>();
        QCOMPARE(error.code, TokenError::Code::Refused);
        QVERIFY2(error.detail.contains(told), qPrintable(error.detail));
        QCOMPARE(arrived(), 0);
        QVERIFY(m_session->isSignedIn());
    }

    void tokenSets_data()
    {
        using Spoil = std::function<void(TokenSet &)>;
        QTest::addColumn<Spoil>("spoil");
        QTest::addColumn<QString>("told");
        const auto row = [](const char *name, const Spoil &spoil) {
            QTest::newRow(name) << spoil << QString::fromLatin1(name);
        };
        row("the access token", [](auto &t) { t.accessToken = hostile.toLatin1(); });
        row("the refresh token", [](auto &t) { t.refreshToken = hostile.toLatin1(); });
        row("the user name", [](auto &t) { t.userName = hostile; });
        row("the client secret", [](auto &t) { t.clientSecret = hostile.toLatin1(); });
        row("a cookie", [](auto &t) { t.cookies = {QNetworkCookie("c", hostile.toLatin1())}; });
    }
    void tokenSets()
    {
        QFETCH(const std::function<void(TokenSet &)>, spoil);
        QFETCH(const QString, told);
        TokenSet bad = tokens();
        spoil(bad);
        begin();
        QSignalSpy required(m_session.get(), &AuthSession::signInRequired);
        m_session->setTokens(bad);
        QCOMPARE(required.size(), 1);
        QVERIFY(required[0][0].toString().contains(told));
        QVERIFY(!required[0][0].toString().contains(u"hunter2"_s));
        QVERIFY(!m_session->isSignedIn());

        // A store loads the same set for a request.
        begin();
        const auto profile = m_session->profile();
        bad.tokenEndpoint = profile.resolved(profile.refresh.url);
        bad.protectedOrigins = profile.protectedOrigins;
        QSignalSpy restored(m_session.get(), &AuthSession::restored);
        m_store->save(m_session->keyFor(u"anna"_s), bad, m_store.get(), [](auto) {});
        m_session->restore(u"anna"_s);
        QTRY_COMPARE(restored.size(), 1);
        QVERIFY(!m_session->isSignedIn());
        authcore::AuthNetworkAccessManager manager(*m_session);
        QNetworkReply *reply = manager.get(QNetworkRequest(m_server.url("/x")));
        QTRY_VERIFY(reply->isFinished());
        const QByteArray head = m_server.last("/x").head.toLower(); // as Qt 6.8 writes names
        QVERIFY(!head.contains("x-evil"));
        QVERIFY(!head.contains("authorization"));
    }

    void answers_data()
    {
        QTest::addColumn<QByteArray>("answer");
        QTest::newRow("the access token")
            << R"({"authorizationToken":"a\r\nX-Evil: 1","refreshToken":"r2"})"_ba;
        QTest::newRow("the refresh token")
            << R"({"authorizationToken":"a2","refreshToken":"r\r\nX-Evil: 1"})"_ba;
    }
    void answers()
    {
        QFETCH(const QByteArray, answer);
        begin();
        m_server.on("/authorization/refresh",
            [answer](const auto &) { return test::http("200 OK", {}, answer); });
        QSignalSpy failed(m_session.get(), &AuthSession::refreshFailed);
        m_session->setTokens(tokens());
        m_session->refreshNow();
        QTRY_COMPARE(failed.size(), 1);
        const auto error = failed[0][0].value<TokenError>();
        QVERIFY2(error.detail.contains(QLatin1StringView(QTest::currentDataTag())),
            qPrintable(error.detail));
        QCOMPARE(m_session->tokens().accessToken, "good1"_ba);
        QCOMPARE(arrived(), 1);
    }

    // The program has not called problems() of this profile.
    void headersOfAProfileThatNobodyChecked_data()
    {
        QTest::addColumn<Tweak>("tweak");
        const auto row = [](const char *name, const Tweak &tweak) { QTest::newRow(name) << tweak; };
        row("a prefix", [](auto &p) { p.tokenPrefix = "a\r\nX-Evil: 1\r\nB: "; });
        row("the token as Host", [](auto &p) { p.tokenHeader = "Host"; });
        row("the token's header", [](auto &p) { p.tokenHeader = "A: b\r\nX-Evil"; });
        row("an extra header's text", [](auto &p) { p.extraHeaders = {{u"X-A"_s, hostile}}; });
        row("an extra header's name", [](auto &p) { p.extraHeaders = {{hostile, u"a"_s}}; });
        row("Host", [](auto &p) { p.extraHeaders = {{u"Host"_s, u"evil.example"_s}}; });
        row("Transfer-Encoding", [](auto &p) {
            p.extraHeaders = {{u"transfer-encoding"_s, u"chunked"_s}};
        });
        row("no Latin-1", [](auto &p) { p.extraHeaders = {{u"X-A"_s, u"Ω"_s}}; });
    }
    void headersOfAProfileThatNobodyChecked()
    {
        QFETCH(const Tweak, tweak);
        begin(tweak);
        m_session->setTokens(tokens());
        authcore::AuthNetworkAccessManager manager(*m_session);
        QNetworkReply *reply = manager.get(QNetworkRequest(m_server.url("/x")));
        QTRY_VERIFY(reply->isFinished());
        const auto head = m_server.last("/x").head.toLower(); // as Qt 6.8 writes names
        QVERIFY2(head.contains("host: 127.0.0.1"), head.constData());
        for (const char *evil : {"x-evil", "evil.example", "ransfer-", "x-a", "?"})
            QVERIFY2(!head.contains(evil), head.constData());
    }
};

QTEST_GUILESS_MAIN(HeaderInjection)
#include "tst_headerinjection.moc"
