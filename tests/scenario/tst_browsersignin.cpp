#include "authcore/signin/browsersignin.h"
#include "tests/support/speaking.h"

#include "authcore/demobackend/demobackend.h"
#include "authcore/session/authsession.h"
#include "authcore/testing/manualclock.h"
#include "authcore/tokens/memorytokenstore.h"
#include "tests/support/idtokens.h"
#include "tests/support/visitor.h"

#include <QtCore/QCryptographicHash>
#include <QtCore/QDateTime>
#include <QtCore/QRegularExpression>
#include <QtCore/QUrlQuery>
#include <QtNetwork/QNetworkProxy>
#include <QtNetwork/QTcpSocket>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>

#include <memory>
#include <vector>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using authcore::AuthSession;
using authcore::BackendProfile;
using authcore::BrowserSignIn;
using authcore::ClientAuthentication;
using authcore::MemoryTokenStore;
using authcore::TokenError;
using demobackend::CodeFault;
using demobackend::IdTokenFault;
using test::Visitor;
using Code = TokenError::Code;

namespace {

const QByteArray tokenAnswer =
    R"({"access_token":"a1","refresh_token":"r1","token_type":"Bearer","expires_in":60})";

QByteArray tokensWith(const QJsonObject &claims)
{
    const QJsonObject answer {
        {u"access_token"_s, u"a2"_s}, {u"id_token"_s, QString::fromLatin1(test::jwt(claims))}};
    return QJsonDocument(answer).toJson(QJsonDocument::Compact);
}

QMap<QByteArray, QByteArray> formIn(const QByteArray &body)
{
    QMap<QByteArray, QByteArray> fields;
    for (const QByteArray &field : body.split('&')) {
        const auto mark = field.indexOf('=');
        fields.insert(QByteArray::fromPercentEncoding(field.left(mark)),
            QByteArray::fromPercentEncoding(field.mid(mark + 1)));
    }
    return fields;
}

} // namespace

class TestBrowserSignIn : public QObject
{
    Q_OBJECT

private:
    demobackend::Script onToken() { return m_backend->on(u"/oauth2/token"_s); }
    [[nodiscard]] QString ends() const
    {
        return test::endsOf(*m_succeeded, *m_failed, *m_cancelled);
    }
    [[nodiscard]] TokenError lastError() const
    {
        return m_failed->constLast().constFirst().value<TokenError>();
    }
    [[nodiscard]] QUrl asked() const { return m_browserNeeded->constLast().constFirst().toUrl(); }
    [[nodiscard]] QString asked(const QString &name) const
    {
        return QUrlQuery(asked()).queryItemValue(name, QUrl::FullyDecoded);
    }
    [[nodiscard]] int port() const { return QUrl(asked(u"redirect_uri"_s)).port(); }
    //! The browser returns to the redirect URI; STATE and ISSUER stand for the right values.
    Visitor &comeBack(QByteArray query)
    {
        query.replace("STATE", asked(u"state"_s).toLatin1());
        query.replace("ISSUER", m_backend->url().toEncoded());
        QUrl url(asked(u"redirect_uri"_s));
        url.setQuery(QString::fromLatin1(query), QUrl::StrictMode);
        return visit(std::make_unique<Visitor>(url));
    }
    Visitor &say(const QByteArray &bytes)
    {
        return visit(std::make_unique<Visitor>(port(), bytes));
    }
    Visitor &visit(std::unique_ptr<Visitor> visitor)
    {
        m_visitors.push_back(std::move(visitor));
        return *m_visitors.back();
    }
    void setProfile(const std::function<void(BackendProfile &)> &tweak)
    {
        auto profile = m_session->profile();
        tweak(profile);
        m_session->setProfile(profile);
    }
    //! For scripted answers, which have no ID token.
    void withoutOpenId()
    {
        setProfile([](BackendProfile &profile) { profile.scope = u"offline_access"_s; });
    }
    void begin()
    {
        m_signIn->signIn();
        QCOMPARE(m_browserNeeded->size(), 1);
    }
    //! Fills in the demo backend's pages from `url` on; returns the URL to which the browser is
    //! redirected.
    QUrl signedInAtTheBackend(const QUrl &url)
    {
        const auto talk = [&](const QByteArray &bytes) {
            Visitor visitor(m_backend->url().port(), bytes);
            return test::waitFor([&] { return visitor.isWelcome && visitor.isOver(); })
                ? visitor.received
                : QByteArray();
        };
        const QByteArray host = m_backend->url().authority().toLatin1();
        const QByteArray page =
            talk("GET " + url.toEncoded(QUrl::RemoveScheme | QUrl::RemoveAuthority)
                + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n");
        static const QRegularExpression hidden(u"name=\"transaction\" value=\"([^\"]*)\""_s);
        const QByteArray form = "decision=allow&username=anna&password=anna-demo-1&transaction="
            + hidden.match(QString::fromUtf8(page)).captured(1).toUtf8().toPercentEncoding();
        const QByteArray answer = talk("POST /oauth2/authorize HTTP/1.1\r\nHost: " + host
            + "\r\nConnection: close\r\nContent-Type: "
              "application/x-www-form-urlencoded\r\nContent-Length: "
            + QByteArray::number(form.size()) + "\r\n\r\n" + form);
        static const QRegularExpression location(u"\r\nLocation: ([^\r]*)\r"_s);
        return QUrl::fromEncoded(location.match(QString::fromUtf8(answer)).captured(1).toLatin1());
    }
    //! Signs in with the demo backend's own pages.
    Visitor &signInAtTheBackend()
    {
        m_signIn->signIn();
        return visit(std::make_unique<Visitor>(signedInAtTheBackend(asked())));
    }

private Q_SLOTS:
    void init()
    {
        m_backend = std::make_unique<demobackend::DemoBackend>();
        QCOMPARE(m_backend->start(), QString());
        auto profile = *BackendProfile::preset(u"oauth2"_s, m_backend->url());
        profile.issuer.clear(); // scripted answers name the issuer where it matters
        profile.authorization.issuerInAnswers = false;
        profile.issuer = QString::fromLatin1(m_backend->url().toEncoded());
        m_session = std::make_unique<AuthSession>(profile, m_store, m_clock, [] { return 0.5; });
        m_signIn = std::make_unique<BrowserSignIn>(*m_session);
        m_browserNeeded =
            std::make_unique<QSignalSpy>(m_signIn.get(), &BrowserSignIn::browserNeeded);
        m_tokenMissing =
            std::make_unique<QSignalSpy>(m_signIn.get(), &BrowserSignIn::refreshTokenMissing);
        m_succeeded = std::make_unique<QSignalSpy>(m_signIn.get(), &BrowserSignIn::succeeded);
        m_failed = std::make_unique<QSignalSpy>(m_signIn.get(), &BrowserSignIn::failed);
        m_cancelled = std::make_unique<QSignalSpy>(m_signIn.get(), &BrowserSignIn::cancelled);
    }
    void cleanup()
    {
        m_visitors.clear();
        m_signIn.reset();
        m_session.reset();
        m_backend.reset();
    }

    void signsInAtTheDemoBackend()
    {
        Visitor &browser = signInAtTheBackend();
        QTRY_COMPARE(ends(), u"succeeded"_s);
        QVERIFY(!m_signIn->isBusy());
        const auto tokens = m_session->tokens();
        QVERIFY(!tokens.accessToken.isEmpty() && !tokens.refreshToken.isEmpty());
        QVERIFY(!tokens.idToken.isEmpty());
        QCOMPARE(tokens.userName, u"anna"_s);
        QVERIFY(!tokens.accountId.isEmpty() && tokens.accountId != tokens.userName);
        QCOMPARE(m_tokenMissing->size(), 0);
        QTRY_VERIFY(browser.isOver());
        QCOMPARE(browser.status(), 200);
        QVERIFY2(browser.received.contains("You are signed in"), browser.received.constData());
        // The tokens can be refreshed.
        QSignalSpy refreshed(m_session.get(), &AuthSession::tokensRefreshed);
        m_session->refreshNow();
        QTRY_COMPARE(refreshed.size(), 1);
        QCOMPARE(m_session->tokens().accountId, tokens.accountId);
    }

    void aRefreshIsForTheSamePerson()
    {
        signInAtTheBackend();
        QTRY_COMPARE(ends(), u"succeeded"_s);
        const auto before = m_session->tokens();
        const auto now = QDateTime::currentSecsSinceEpoch(); // as the demo backend's Date
        const QJsonObject claims {{u"iss"_s, m_session->profile().issuer}, {u"sub"_s, u"bert"_s},
            {u"aud"_s, u"tokenflight"_s}, {u"exp"_s, now + 60}, {u"iat"_s, now}};
        const QByteArray answer = tokensWith(claims);
        onToken().always({200, {}, answer});
        setProfile([](BackendProfile &profile) { profile.policy.totalTimeout = 1ms; }); // one try
        QSignalSpy failed(m_session.get(), &AuthSession::refreshFailed);
        m_session->refreshNow();
        QTRY_COMPARE(failed.size(), 1);
        const auto error = failed.constFirst().constFirst().value<TokenError>();
        QCOMPARE(error.code, Code::Misconfigured);
        QVERIFY2(error.detail.contains("somebody else"_L1), qPrintable(error.detail));
        QCOMPARE(m_session->tokens(), before);
    }

    void faultsOfTheDemoBackend_data()
    {
        QTest::addColumn<CodeFault>("codeFault");
        QTest::addColumn<IdTokenFault>("idTokenFault");
        QTest::addColumn<Code>("code");
        QTest::newRow("denied") << CodeFault::AccessDenied << IdTokenFault::None << Code::Rejected;
        QTest::newRow("failed") << CodeFault::ServerError << IdTokenFault::None
                                << Code::ServerFailed;
        QTest::newRow("an answer of another issuer")
            << CodeFault::WrongIssuer << IdTokenFault::None << Code::BadAnswer;
        QTest::newRow("an answer of no issuer")
            << CodeFault::MissingIssuer << IdTokenFault::None << Code::BadAnswer;
        QTest::newRow("an ID token for others")
            << CodeFault::None << IdTokenFault::WrongAudience << Code::Misconfigured;
        QTest::newRow("an ID token of another issuer")
            << CodeFault::None << IdTokenFault::WrongIssuer << Code::Misconfigured;
        QTest::newRow("an ID token of another sign-in")
            << CodeFault::None << IdTokenFault::WrongNonce << Code::Misconfigured;
        QTest::newRow("an ID token that has expired")
            << CodeFault::None << IdTokenFault::Expired << Code::Misconfigured;
    }
    void faultsOfTheDemoBackend()
    {
        QFETCH(const CodeFault, codeFault);
        QFETCH(const IdTokenFault, idTokenFault);
        auto knobs = m_backend->knobs();
        knobs.codeFault = codeFault;
        knobs.idTokenFault = idTokenFault;
        m_backend->setKnobs(knobs);
        setProfile([](BackendProfile &profile) { profile.authorization.issuerInAnswers = true; });
        Visitor &browser = signInAtTheBackend();
        QTRY_COMPARE(ends(), u"failed"_s);
        QTEST(lastError().code, "code");
        QVERIFY(!m_session->isSignedIn());
        QTRY_VERIFY(browser.isOver());
        QVERIFY2(browser.received.contains("not signed in"), browser.received.constData());
    }

    void asksWithEverythingInIt()
    {
        setProfile([](BackendProfile &profile) {
            profile.scope = u"openid a+b&c"_s;
            profile.clientId = u"client/ä %41"_s;
            profile.authorization.url = QUrl(u"oauth2/authorize?tenant=a%26b"_s);
            profile.authorization.parameters = {
                {u"audience"_s, u"https://api?x=1&y=+"_s}, {u"state"_s, u"mine"_s}};
        });
        begin();
        QVERIFY(asked().toEncoded().startsWith(
            QByteArray(m_backend->url().toEncoded() + "/oauth2/authorize?tenant=a%26b&")));
        QCOMPARE(asked(u"response_type"_s), u"code"_s);
        QCOMPARE(asked(u"scope"_s), u"openid a+b&c"_s);
        QVERIFY(asked().toEncoded().contains("scope=openid%20a%2Bb%26c"));
        QCOMPARE(asked(u"client_id"_s), u"client/ä %41"_s);
        QCOMPARE(asked(u"audience"_s), u"https://api?x=1&y=+"_s);
        QVERIFY(asked(u"state"_s) != u"mine"_s);
        QCOMPARE(asked(u"code_challenge_method"_s), u"S256"_s);
        const QUrl redirectUri(asked(u"redirect_uri"_s));
        QCOMPARE(redirectUri.host(), u"127.0.0.1"_s);
        QCOMPARE(redirectUri.path(), u"/callback"_s);
        for (const auto &name : {u"state"_s, u"nonce"_s, u"code_challenge"_s})
            QCOMPARE(asked(name).size(), 43); // 256 bits
        const QUrl first = asked();
        m_signIn->signIn();
        QVERIFY(QUrlQuery(first).queryItemValue(u"state"_s) != asked(u"state"_s));
    }

    void withoutOpenIdThereIsNoNonce()
    {
        withoutOpenId();
        begin();
        QVERIFY(!QUrlQuery(asked()).hasQueryItem(u"nonce"_s));
    }

    void theCodeArrivesAsItIs()
    {
        withoutOpenId();
        onToken().replies(200, tokenAnswer);
        begin();
        comeBack("state=STATE&code=%24%7Bscope%7D%2B%2F+%25%C3%A4%26");
        QTRY_COMPARE(ends(), u"succeeded"_s);
        const auto sent = formIn(onToken().arrivedBody(0));
        QCOMPARE(sent.value("code"), "${scope}+/ %\u00e4&"_ba);
        QCOMPARE(sent.value("grant_type"), "authorization_code"_ba);
        QCOMPARE(sent.value("client_id"), "tokenflight"_ba);
        QCOMPARE(sent.value("redirect_uri"), asked(u"redirect_uri"_s).toLatin1());
        const auto hash =
            QCryptographicHash::hash(sent.value("code_verifier"), QCryptographicHash::Sha256);
        QCOMPARE(QString::fromLatin1(
                     hash.toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals)),
            asked(u"code_challenge"_s));
        QVERIFY(sent.value("code_verifier").size() >= 43); // RFC 7636 section 4.1
        QCOMPARE(m_session->tokens().accessToken, "a1"_ba);
    }

    // A person who sees the browser's URLs must not be able to redeem the code (RFC 7636 section
    // 1).
    void theVerifierIsInNoUrl()
    {
        begin();
        comeBack("state=STATE&code=c1&iss=ISSUER");
        QTRY_COMPARE(onToken().arrivedCount(), 1);
        const auto verifier = formIn(onToken().arrivedBody(0)).value("code_verifier");
        QVERIFY(!verifier.isEmpty());
        QVERIFY(!asked().toEncoded().contains(verifier));
        QVERIFY(asked(u"state"_s) != asked(u"nonce"_s));
    }

    // RFC 8252 section 8.3: 127.0.0.2 is an address of this machine, but nothing listens on it.
    void onlyTheLoopbackAddressIsListenedOn()
    {
        begin();
        QTcpSocket socket;
        socket.setProxy(QNetworkProxy::NoProxy);
        socket.connectToHost(u"127.0.0.2"_s, quint16(port()));
        QTRY_VERIFY(socket.state() != QAbstractSocket::ConnectingState
            && socket.state() != QAbstractSocket::HostLookupState);
        QCOMPARE(socket.error(), QAbstractSocket::ConnectionRefusedError);
    }

    void aConfidentialClientShowsItsSecret()
    {
        withoutOpenId();
        setProfile([](BackendProfile &profile) {
            profile.clientAuthentication = ClientAuthentication::Basic;
        });
        m_signIn->setClientSecret("se:cret");
        onToken().replies(200, tokenAnswer);
        begin();
        comeBack("state=STATE&code=c1");
        QTRY_COMPARE(ends(), u"succeeded"_s);
        QCOMPARE(onToken().arrivedHeader(0, "authorization"),
            "Basic " + QByteArray("tokenflight:se%3Acret").toBase64());
        QCOMPARE(m_session->tokens().clientSecret, "se:cret"_ba);
    }

    void answersThatEndIt_data()
    {
        QTest::addColumn<QByteArray>("query");
        QTest::addColumn<QByteArray>("tokens");
        QTest::addColumn<Code>("code");
        QTest::addColumn<QString>("serverCode");
        const auto row = [](const char *name, const char *query, const QByteArray &tokens,
                             Code code, const char *serverCode) {
            QTest::newRow(name) << QByteArray(query) << tokens << code
                                << QString::fromLatin1(serverCode);
        };
        // clang-format off
        row("refused", "state=STATE&error=access_denied", {}, Code::Rejected, "access_denied");
        row("refused, with a reason", "state=STATE&error=access_denied&error_description=Too+late", {}, Code::Rejected, "access_denied");
        row("refused, with a code", "state=STATE&error=access_denied&code=c1", {}, Code::Rejected, "access_denied");
        row("a wrong request", "state=STATE&error=invalid_request", {}, Code::Misconfigured, "invalid_request");
        row("a wrong client", "state=STATE&error=unauthorized_client", {}, Code::Misconfigured, "unauthorized_client");
        row("a wrong scope", "state=STATE&error=invalid_scope", {}, Code::Misconfigured, "invalid_scope");
        row("a server out of order", "state=STATE&error=server_error", {}, Code::ServerFailed, "server_error");
        row("a busy server", "state=STATE&error=temporarily_unavailable", {}, Code::ServerFailed, "temporarily_unavailable");
        row("prompt=none without a session", "state=STATE&error=login_required", {}, Code::Rejected, "login_required");
        row("an unknown error", "state=STATE&error=%3Cscript%3E", {}, Code::Rejected, "");
        row("another issuer", "state=STATE&code=c1&iss=https%3A%2F%2Fevil", {}, Code::BadAnswer, "");
        row("another issuer's refusal", "state=STATE&error=access_denied&iss=https%3A%2F%2Fevil", {}, Code::BadAnswer, "");
        row("two issuers", "state=STATE&code=c1&iss=ISSUER&iss=ISSUER", {}, Code::BadAnswer, "");
        row("no code", "state=STATE", {}, Code::BadAnswer, "");
        row("two codes", "state=STATE&code=c1&code=c2", {}, Code::BadAnswer, "");
        row("a code that is not good", "state=STATE&code=c1", R"(400{"error":"invalid_grant"})", Code::Rejected, "invalid_grant");
        row("a client that is not known", "state=STATE&code=c1", R"(401{"error":"invalid_client"})", Code::Misconfigured, "invalid_client");
        row("a token endpoint out of order", "state=STATE&code=c1", "500", Code::ServerFailed, "");
        row("a token endpoint that babbles", "state=STATE&code=c1", "200hello", Code::BadAnswer, "");
        row("no ID token", "state=STATE&code=c1", "200" + tokenAnswer, Code::BadAnswer, "");
        // clang-format on
    }
    void answersThatEndIt()
    {
        QFETCH(const QByteArray, query);
        QFETCH(const QByteArray, tokens);
        if (!tokens.isEmpty())
            onToken().replies(tokens.left(3).toInt(), tokens.mid(3));
        begin();
        Visitor &browser = comeBack(query);
        QTRY_COMPARE(ends(), u"failed"_s);
        QTEST(lastError().code, "code");
        QTEST(lastError().serverCode, "serverCode");
        QCOMPARE(onToken().arrivedCount(), tokens.isEmpty() ? 0 : 1);
        QVERIFY(!m_session->isSignedIn());
        QVERIFY(!lastError().detail.isEmpty());
        for (const auto &secret : {u"c1"_s, asked(u"state"_s), asked(u"nonce"_s), u"<script"_s})
            QVERIFY2(!lastError().detail.contains(secret), qPrintable(lastError().detail));
        QTRY_VERIFY(browser.isOver());
        QCOMPARE(browser.status(), 200);
        QVERIFY2(browser.received.contains("not signed in"), browser.received.constData());
    }

    void theNonceHasToBeOurs_data()
    {
        QTest::addColumn<QJsonValue>("nonce"); // undefined: the nonce of the request
        QTest::addColumn<QString>("ending");
        QTest::newRow("ours") << QJsonValue(QJsonValue::Undefined) << u"succeeded"_s;
        QTest::newRow("none") << QJsonValue(QJsonValue::Null) << u"failed"_s;
        QTest::newRow("another") << QJsonValue(u"another"_s) << u"failed"_s;
        QTest::newRow("no text") << QJsonValue(1) << u"failed"_s;
    }
    void theNonceHasToBeOurs()
    {
        QFETCH(const QJsonValue, nonce);
        QFETCH(const QString, ending);
        begin();
        const auto now = QDateTime::currentSecsSinceEpoch(); // as the demo backend's Date
        QJsonObject claims {{u"iss"_s, m_session->profile().issuer}, {u"sub"_s, u"anna-1"_s},
            {u"aud"_s, u"tokenflight"_s}, {u"exp"_s, now + 60}, {u"iat"_s, now},
            {u"email"_s, u"anna@example"_s}};
        if (!nonce.isNull())
            claims.insert(u"nonce"_s, nonce.isUndefined() ? QJsonValue(asked(u"nonce"_s)) : nonce);
        onToken().replies(200, tokensWith(claims));
        comeBack("state=STATE&code=c1");
        QTRY_COMPARE(ends(), ending);
        QCOMPARE(m_session->isSignedIn(), nonce.isUndefined());
        if (!nonce.isUndefined())
            return;
        QCOMPARE(m_session->tokens().accountId, u"anna-1"_s);
        QCOMPARE(m_session->tokens().userName, u"anna@example"_s);
        QCOMPARE(m_session->tokens().userData.value("email"_L1), u"anna@example"_s);
    }

    void theServersReasonIsShown()
    {
        begin();
        Visitor &browser =
            comeBack("state=STATE&error=access_denied&error_description=Too+late+%3Cb%3E%0A%22");
        QTRY_COMPARE(ends(), u"failed"_s);
        QVERIFY2(lastError().detail.endsWith("Too late <b>??"_L1), qPrintable(lastError().detail));
        QTRY_VERIFY(browser.isOver());
        QVERIFY(browser.received.contains("Too late &lt;b&gt;??"));
    }

    void answersOfAnotherSignIn_data()
    {
        QTest::addColumn<QByteArray>("query");
        QTest::newRow("nothing") << QByteArray();
        QTest::newRow("no state") << QByteArray("code=c1");
        QTest::newRow("a state without a value") << QByteArray("code=c1&state");
        QTest::newRow("another state") << QByteArray("code=c1&state=another");
        QTest::newRow("an empty state") << QByteArray("code=c1&state=");
        QTest::newRow("a longer state") << QByteArray("code=c1&state=STATEx");
        QTest::newRow("the state twice") << QByteArray("code=c1&state=STATE&state=STATE");
        QTest::newRow("an error without a state") << QByteArray("error=access_denied");
    }
    void answersOfAnotherSignIn()
    {
        QFETCH(const QByteArray, query);
        withoutOpenId();
        onToken().replies(200, tokenAnswer);
        begin();
        Visitor &stranger = comeBack(query);
        QTRY_VERIFY(stranger.isWelcome && stranger.isOver());
        QCOMPARE(stranger.status(), 400);
        QCOMPARE(ends(), u"not ended"_s);
        QCOMPARE(onToken().arrivedCount(), 0);
        comeBack("state=STATE&code=c2"); // the right answer still gets through
        QTRY_COMPARE(ends(), u"succeeded"_s);
        QCOMPARE(formIn(onToken().arrivedBody(0)).value("code"), "c2"_ba);
    }

    void garbage_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<int>("status");
        const auto row = [](const char *name, const QByteArray &bytes, int status) {
            QTest::newRow(name) << bytes << status;
        };
        row("a favicon", "GET /favicon.ico HTTP/1.1\r\n\r\n", 404);
        row("the root", "GET / HTTP/1.1\r\n\r\n", 404);
        row("below the callback", "GET /callback/x HTTP/1.1\r\n\r\n", 404);
        row("a longer callback", "GET /callbackx?state=1 HTTP/1.1\r\n\r\n", 404);
        row("an absolute form", "GET http://127.0.0.1/callback HTTP/1.1\r\n\r\n", 404);
        row("POST", "POST /callback HTTP/1.1\r\nContent-Length: 0\r\n\r\n", 405);
        row("HEAD", "HEAD /callback HTTP/1.1\r\n\r\n", 405);
        row("HTTP/0.9", "GET /callback\r\n\r\n", 400);
        row("HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400);
        row("TLS", QByteArray("\x16\x03\x01\x02\x00\x01", 6), 400);
        row("lower case", "get /callback HTTP/1.1\r\n\r\n", 405);
        row("an endless line", "GET /" + QByteArray(100'000, 'a'), 431);
        row("endless headers", "GET / HTTP/1.1\r\n" + QByteArray("a: b\r\n").repeated(10'000), 431);
    }
    void garbage()
    {
        QFETCH(const QByteArray, bytes);
        withoutOpenId();
        onToken().replies(200, tokenAnswer);
        begin();
        Visitor &visitor = say(bytes);
        QTRY_VERIFY(visitor.isWelcome && visitor.isOver());
        // Otherwise the answer could be lost: closing a socket with unread bytes resets the
        // connection.
        if (bytes.size() < 16'000)
            QTEST(visitor.status(), "status");
        QCOMPARE(ends(), u"not ended"_s);
        comeBack("state=STATE&code=c1");
        QTRY_COMPARE(ends(), u"succeeded"_s);
    }

    void spareAndSlowConnectionsBlockNobody()
    {
        withoutOpenId();
        onToken().replies(200, tokenAnswer);
        begin();
        for (int i = 0; i < 5; ++i)
            say({});
        Visitor &slow = say("GET /callb");
        QTRY_VERIFY(std::all_of(m_visitors.begin(), m_visitors.end(),
            [](const auto &visitor) { return visitor->isWelcome; }));
        comeBack("state=STATE&code=c1");
        QTRY_COMPARE(ends(), u"succeeded"_s);
        QVERIFY(!slow.isOver());
        slow.write("ack?code=c2 HTTP/1.1\r\n\r\n"); // the browser learns the result
        QTRY_VERIFY(slow.isOver());
        QVERIFY(slow.received.contains("You are signed in"));
    }

    void whoSaysNothingIsSentAway()
    {
        begin();
        Visitor &spare = say("GET /");
        QTRY_VERIFY(spare.isWelcome);
        Visitor &proof = say("GET / HTTP/1.1\r\n\r\n"); // by now the other connection is known
        QTRY_VERIFY(proof.isWelcome && proof.isOver());
        m_clock.advance(31s);
        QTRY_VERIFY(spare.isOver());
        QCOMPARE(ends(), u"not ended"_s);
    }

    void aCrowdDoesNotKeepTheAnswerOut()
    {
        withoutOpenId();
        onToken().replies(200, tokenAnswer);
        begin();
        for (int i = 0; i < 100; ++i)
            say("GET /");
        QTRY_VERIFY(std::all_of(m_visitors.begin(), m_visitors.end(),
            [](const auto &visitor) { return visitor->isWelcome; }));
        comeBack("state=STATE&code=c1");
        QTRY_COMPARE(ends(), u"succeeded"_s);
    }

    void aSecondAnswerIsNotUsed()
    {
        withoutOpenId();
        onToken().always({200, {}, tokenAnswer}).hold();
        begin();
        Visitor &first = comeBack("state=STATE&code=c1");
        QTRY_COMPARE(onToken().heldCount(), 1);
        Visitor &second = comeBack("state=STATE&code=c2");
        QTRY_VERIFY(second.isWelcome);
        onToken().release();
        QTRY_VERIFY(first.isOver() && second.isOver());
        QVERIFY(first.received.contains("You are signed in"));
        QVERIFY(second.received.contains("You are signed in"));
        Visitor &late = comeBack("state=STATE&code=c1"); // the person reloads the page
        QTRY_VERIFY(late.isWelcome && late.isOver());
        QVERIFY(late.received.contains("You are signed in"));
        QCOMPARE(onToken().arrivedCount(), 1);
        QCOMPARE(ends(), u"succeeded"_s);
        m_clock.advance(2min);
        Visitor &tooLate = comeBack("state=STATE&code=c1");
        QTRY_VERIFY(tooLate.error() == QAbstractSocket::ConnectionRefusedError);
    }

    void thePageIsHarmless()
    {
        begin();
        Visitor &browser = comeBack("state=STATE&code=c1&error=invalid_scope");
        QTRY_VERIFY(browser.isWelcome && browser.isOver());
        const QByteArray &page = browser.received;
        QVERIFY(page.contains("Content-Security-Policy: default-src 'none'"));
        QVERIFY(page.contains("Cache-Control: no-store"));
        QVERIFY(page.contains("Referrer-Policy: no-referrer"));
        QVERIFY(page.contains("X-Content-Type-Options: nosniff"));
        QVERIFY(!page.contains("<script") && !page.contains("http://"));
        QVERIFY(page.contains("You can close this tab"));
        QVERIFY(!page.contains(asked(u"state"_s).toLatin1()) && !page.contains("c1"));
    }

    void canBeCancelled()
    {
        begin();
        m_signIn->cancel();
        QCOMPARE(ends(), u"cancelled"_s);
        QVERIFY(!m_signIn->isBusy());
        m_signIn->cancel();
        QCOMPARE(ends(), u"cancelled"_s);
        Visitor &browser = comeBack("state=STATE&code=c1");
        QTRY_VERIFY(browser.isWelcome && browser.isOver());
        QVERIFY(browser.received.contains("cancelled"));
        QCOMPARE(onToken().arrivedCount(), 0);
        m_clock.advance(1h);
        QCOMPARE(ends(), u"cancelled"_s);
    }

    void canBeCancelledWhileTheCodeIsExchanged()
    {
        withoutOpenId();
        onToken().always({200, {}, tokenAnswer}).hold();
        begin();
        Visitor &browser = comeBack("state=STATE&code=c1");
        QTRY_COMPARE(onToken().heldCount(), 1);
        m_signIn->cancel();
        onToken().release();
        QTRY_VERIFY(browser.isOver());
        QVERIFY(browser.received.contains("cancelled"));
        QCOMPARE(ends(), u"cancelled"_s);
        QVERIFY(!m_session->isSignedIn());
    }

    void nobodyIsWaitedForForEver()
    {
        begin();
        m_clock.advance(5min - 1ms);
        QCOMPARE(ends(), u"not ended"_s);
        m_clock.advance(1ms);
        QCOMPARE(ends(), u"failed"_s);
        QCOMPARE(lastError().code, Code::TimedOut);
        Visitor &browser = comeBack("state=STATE&code=c1");
        QTRY_VERIFY(browser.isWelcome && browser.isOver());
        QVERIFY(browser.received.contains("not signed in"));
    }

    void thePatienceCanBeSet()
    {
        m_signIn->setPatience(1h);
        begin();
        m_clock.advance(1h - 1ms);
        QCOMPARE(ends(), u"not ended"_s);
        m_clock.advance(1ms);
        QCOMPARE(ends(), u"failed"_s);
    }

    void aForeignAnswerIsMentionedAtTheEnd()
    {
        begin();
        Visitor &stranger = comeBack("code=c1&state=x");
        QTRY_VERIFY(stranger.isWelcome && stranger.isOver());
        m_clock.advance(5min);
        QCOMPARE(ends(), u"failed"_s);
        QVERIFY(lastError().detail.contains("does not belong to this sign-in"_L1));
    }

    void theTokenRequestIsBounded()
    {
        withoutOpenId();
        onToken().hold();
        begin();
        comeBack("state=STATE&code=c1");
        QTRY_COMPARE(onToken().heldCount(), 1);
        m_clock.advance(m_session->profile().policy.tryTimeout);
        QCOMPARE(ends(), u"failed"_s);
        QCOMPARE(lastError().code, Code::TimedOut);
    }

    void aSecondOneCancelsTheFirst()
    {
        withoutOpenId();
        onToken().replies(200, tokenAnswer);
        begin();
        const QUrl first = asked();
        m_signIn->signIn();
        QCOMPARE(ends(), u"cancelled"_s);
        QVERIFY(first != asked());
        comeBack("state=STATE&code=c1");
        QTRY_COMPARE(ends(), u"succeeded, cancelled"_s);
    }

    void cannotBegin_data()
    {
        QTest::addColumn<QUrl>("authorizationUrl");
        QTest::addColumn<QUrl>("tokenUrl");
        const QUrl good(u"oauth2/authorize"_s);
        const QUrl insecure(u"http://elsewhere.example/authorize"_s);
        QTest::newRow("no authorization endpoint") << QUrl() << good;
        QTest::newRow("no token endpoint") << good << QUrl();
        QTest::newRow("plain http to elsewhere") << insecure << good;
        QTest::newRow("no web page") << QUrl(u"file:///etc/passwd"_s) << good;
    }
    void cannotBegin()
    {
        QFETCH(const QUrl, authorizationUrl);
        QFETCH(const QUrl, tokenUrl);
        setProfile([&](BackendProfile &profile) {
            profile.authorization.url = authorizationUrl;
            profile.refresh.url = tokenUrl;
        });
        m_signIn->signIn();
        QCOMPARE(ends(), u"not ended"_s); // never inside signIn()
        QTRY_COMPARE(ends(), u"failed"_s);
        QCOMPARE(lastError().code, Code::Refused);
        QCOMPARE(m_browserNeeded->size(), 0);
    }

    void anotherProfileEndsIt()
    {
        withoutOpenId();
        onToken().replies(200, tokenAnswer);
        begin();
        setProfile([](BackendProfile &profile) { profile.refresh.url = QUrl(u"elsewhere"_s); });
        comeBack("state=STATE&code=c1");
        QTRY_COMPARE(ends(), u"failed"_s);
        QCOMPARE(lastError().code, Code::Misconfigured);
        QVERIFY(!m_session->isSignedIn());
    }

    void saysWhyThereIsNoRefreshToken_data()
    {
        QTest::addColumn<QString>("scope");
        QTest::addColumn<QString>("prompt");
        QTest::addColumn<QByteArray>("granted");
        QTest::addColumn<QString>("why");
        const auto row = [](const char *name, const char *scope, const char *prompt,
                             const char *granted, const char *why) {
            QTest::newRow(name) << QString::fromLatin1(scope) << QString::fromLatin1(prompt)
                                << QByteArray(granted) << QString::fromLatin1(why);
        };
        row("not asked for", "profile", "consent", "", "does not ask for it");
        row("not granted", "profile offline_access", "consent", "profile", "did not grant");
        row("no consent asked for", "offline_access", "login", "", "prompt");
        row("just so", "offline_access", "login consent", "", "may not allow");
    }
    void saysWhyThereIsNoRefreshToken()
    {
        QFETCH(const QString, scope);
        QFETCH(const QString, prompt);
        QFETCH(const QByteArray, granted);
        QFETCH(const QString, why);
        setProfile([&](BackendProfile &profile) {
            profile.scope = scope;
            profile.authorization.parameters = {{u"prompt"_s, prompt}};
        });
        onToken().replies(200, R"({"access_token":"a1","scope":")" + granted + R"("})");
        begin();
        comeBack("state=STATE&code=c1");
        QTRY_COMPARE(ends(), u"succeeded"_s);
        QCOMPARE(m_tokenMissing->size(), 1);
        const auto said = m_tokenMissing->constFirst().constFirst().toString();
        QVERIFY2(said.contains(why), qPrintable(said));
        QVERIFY(m_signIn->report().whyNoRefreshToken.endsWith(said));
    }

    void mayBeDeletedFromASlot_data()
    {
        QTest::addColumn<QByteArray>("signal");
        QTest::addColumn<bool>("isAtOnce");
        for (const char *name : {"browserNeeded", "refreshTokenMissing", "succeeded", "failed",
                 "cancelled", "the session's tokensReplaced"}) {
            QTest::addRow("%s, at once", name) << QByteArray(name) << true;
            QTest::addRow("%s, later", name) << QByteArray(name) << false;
        }
    }
    void mayBeDeletedFromASlot()
    {
        QFETCH(const QByteArray, signal);
        QFETCH(const bool, isAtOnce);
        withoutOpenId();
        onToken().replies(200, R"({"access_token":"a1"})");
        const auto destroy = [this, isAtOnce] {
            if (isAtOnce)
                m_signIn.reset();
            else
                m_signIn.release()->deleteLater();
        };
        auto *signIn = m_signIn.get();
        if (signal == "browserNeeded")
            connect(signIn, &BrowserSignIn::browserNeeded, this, destroy);
        else if (signal == "refreshTokenMissing")
            connect(signIn, &BrowserSignIn::refreshTokenMissing, this, destroy);
        else if (signal == "succeeded")
            connect(signIn, &BrowserSignIn::succeeded, this, destroy);
        else if (signal == "failed")
            connect(signIn, &BrowserSignIn::failed, this, destroy);
        else if (signal == "cancelled")
            connect(signIn, &BrowserSignIn::cancelled, this, destroy);
        else
            connect(m_session.get(), &AuthSession::tokensReplaced, this, destroy);
        m_signIn->signIn();
        if (m_signIn && signal == "cancelled")
            m_signIn->signIn();
        else if (m_signIn)
            comeBack(
                signal == "failed" ? "state=STATE&error=access_denied" : "state=STATE&code=c1");
        QTRY_VERIFY(!m_signIn);
    }

    void saysNothingWhenDestroyed()
    {
        withoutOpenId();
        onToken().hold();
        begin();
        Visitor &browser = comeBack("state=STATE&code=c1");
        QTRY_COMPARE(onToken().heldCount(), 1);
        m_signIn.reset();
        QTRY_VERIFY(browser.isOver());
        QVERIFY2(browser.received.contains("cancelled"), browser.received.constData());
        QCOMPARE(ends(), u"not ended"_s);
    }

private:
    std::unique_ptr<demobackend::DemoBackend> m_backend;
    MemoryTokenStore m_store;
    authcore::testing::ManualClock m_clock;
    std::unique_ptr<AuthSession> m_session;
    std::unique_ptr<BrowserSignIn> m_signIn;
    std::unique_ptr<QSignalSpy> m_browserNeeded;
    std::unique_ptr<QSignalSpy> m_tokenMissing;
    std::unique_ptr<QSignalSpy> m_succeeded;
    std::unique_ptr<QSignalSpy> m_failed;
    std::unique_ptr<QSignalSpy> m_cancelled;
    std::vector<std::unique_ptr<Visitor>> m_visitors;
};

QTEST_GUILESS_MAIN(TestBrowserSignIn)
#include "tst_browsersignin.moc"
