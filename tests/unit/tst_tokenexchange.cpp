#include "authcore/exchange/tokenexchange.h"
#include "tests/support/speaking.h"

#include "authcore/demobackend/demobackend.h"
#include "authcore/exchange/httpmanagers.h"
#include "authcore/testing/manualclock.h"
#include "tests/support/closedport.h"
#include "tests/support/memory.h"

#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtNetwork/QNetworkAccessManager>
#include <QtNetwork/QNetworkCookieJar>
#include <QtNetwork/QNetworkReply>
#include <QtNetwork/QTcpServer>
#include <QtNetwork/QTcpSocket>
#include <QtTest/QTest>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using authcore::BackendProfile;
using authcore::BodyFormat;
using authcore::ClientAuthentication;
using authcore::HttpMethod;
using authcore::TokenError;
using authcore::TokenExchange;
using authcore::TokenGrant;
using authcore::TokenRequest;
using authcore::TokenResult;
using authcore::TokenSet;
using demobackend::ScriptedReply;
using std::chrono::sys_seconds;
using Code = TokenError::Code;

namespace {

const QByteArray goodAnswer = R"({"authorizationToken":"a2","refreshToken":"r2"})";

//! A manager that counts its requests, their connections and the bytes received.
class CountingManager : public QNetworkAccessManager
{
public:
    int requests = 0;
    int connections = 0;
    qint64 received = 0;

protected:
    QNetworkReply *createRequest(
        Operation operation, const QNetworkRequest &request, QIODevice *data) override
    {
        ++requests;
        auto *reply = QNetworkAccessManager::createRequest(operation, request, data);
        connect(reply, &QNetworkReply::socketStartedConnecting, this, [this] { ++connections; });
        connect(reply, &QNetworkReply::readyRead, this,
            [this, reply] { received += reply->bytesAvailable(); });
        return reply;
    }
};

//! Answers each connection with the same bytes, once a whole request has arrived.
class RawServer : public QTcpServer
{
public:
    enum class Ending { Close, StayOpen };

    RawServer(QByteArray answer, Ending ending)
    {
        connect(this, &QTcpServer::newConnection, this, [this, answer = std::move(answer), ending] {
            auto *socket = nextPendingConnection();
            connect(socket, &QTcpSocket::readyRead, this, [this, socket, answer, ending] {
                m_received += socket->readAll();
                if (!m_received.endsWith('}'))
                    return;
                ++requests;
                m_received.clear();
                socket->write(answer);
                if (ending == Ending::Close)
                    socket->disconnectFromHost();
            });
        });
        if (!listen(QHostAddress::LocalHost))
            qFatal("no port");
    }

    int requests = 0;

    [[nodiscard]] QUrl url() const { return QUrl(u"http://127.0.0.1:%1"_s.arg(serverPort())); }

private:
    QByteArray m_received;
};

//! Answers one request with an endless body, as fast as the client reads, in constant memory.
class EndlessServer
{
public:
    explicit EndlessServer(const QByteArray &head)
    {
        sockaddr_in address {};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        auto *generic = reinterpret_cast<sockaddr *>(&address);
        if (::bind(m_socket, generic, size) != 0 || ::listen(m_socket, 1) != 0
            || ::getsockname(m_socket, generic, &size) != 0)
            qFatal("no port");
        m_port = ntohs(address.sin_port);
        m_thread = std::thread([this, head] { serve("HTTP/1.1 " + head + "\r\n\r\n"); });
    }
    ~EndlessServer()
    {
        m_thread.join();
        ::close(m_socket);
    }
    EndlessServer(const EndlessServer &) = delete;
    EndlessServer &operator=(const EndlessServer &) = delete;

    [[nodiscard]] QUrl url() const { return QUrl(u"http://127.0.0.1:%1"_s.arg(m_port)); }

private:
    void serve(const QByteArray &head) const
    {
        const QByteArray part(qsizetype {64} * 1024, ' ');
        const QByteArray body =
            head.contains("chunked") ? QByteArray("10000\r\n" + part + "\r\n") : part;
        const int client = ::accept(m_socket, nullptr, nullptr);
        std::array<char, 4096> request {};
        bool isOpen = ::recv(client, request.data(), request.size(), 0) > 0 && send(client, head);
        while (isOpen)
            isOpen = send(client, body);
        ::close(client);
    }
    [[nodiscard]] static bool send(int client, QByteArrayView bytes)
    {
        while (!bytes.isEmpty()) {
            const auto sent = ::send(client, bytes.data(), std::size_t(bytes.size()), MSG_NOSIGNAL);
            if (sent <= 0)
                return false;
            bytes = bytes.sliced(sent);
        }
        return true;
    }

    int m_socket = ::socket(AF_INET, SOCK_STREAM, 0);
    quint16 m_port = 0;
    std::thread m_thread;
};

TokenRequest jsonRefresh(const QString &path = u"/token"_s)
{
    return {QUrl(path), BodyFormat::Json, {{u"refreshToken"_s, u"${refreshToken}"_s}}};
}

QString detailOf(const std::optional<TokenResult> &result)
{
    const auto *error = result ? std::get_if<TokenError>(&*result) : nullptr;
    return error ? error->detail : QString();
}

std::optional<Code> codeOf(const std::optional<TokenResult> &result)
{
    const auto *error = result ? std::get_if<TokenError>(&*result) : nullptr;
    return error ? std::optional(error->code) : std::nullopt;
}

} // namespace

class TestTokenExchange : public QObject
{
    Q_OBJECT

private:
    //! Begins an exchange; its result goes to m_result.
    std::unique_ptr<TokenExchange> begin(const TokenRequest &request, const TokenGrant &grant = {})
    {
        m_result.reset();
        auto exchange = std::make_unique<TokenExchange>(*m_managers, m_clock);
        exchange->start(m_profile, request, grant, 10s, [this](TokenResult result) {
            ++m_results;
            m_result = std::move(result);
        });
        return exchange;
    }
    //! Carries out one exchange.
    std::optional<TokenResult> run(const TokenRequest &request, const TokenGrant &grant = {})
    {
        const auto exchange = begin(request, grant);
        if (!test::waitFor([this] { return m_result.has_value(); }))
            qWarning("no result in time");
        return m_result;
    }
    demobackend::Script onToken() { return m_backend->on(u"/token"_s); }

private Q_SLOTS:
    void init()
    {
        m_backend = std::make_unique<demobackend::DemoBackend>();
        QCOMPARE(m_backend->start(), QString());
        auto http = std::make_unique<CountingManager>();
        m_http = http.get();
        m_managers = std::make_unique<authcore::HttpManagers>(std::move(http));
        m_profile = *BackendProfile::preset(u"custom-jwt"_s, m_backend->url());
        m_results = 0;
    }

    void bodies_data()
    {
        QTest::addColumn<BodyFormat>("format");
        QTest::addColumn<QJsonObject>("fields");
        QTest::addColumn<QByteArray>("body");
        const auto row = [](const char *name, BodyFormat format, const QJsonObject &fields,
                             const char *body) {
            QTest::newRow(name) << format << fields << QByteArray(body);
        };
        const QJsonObject refresh {{u"refreshToken"_s, u"${refreshToken}"_s}};
        const QJsonObject password {
            {u"u"_s, u"${userName}"_s}, {u"p"_s, u"${password}"_s}, {u"g"_s, u"password"_s}};
        const QJsonObject scoped {{u"c"_s, u"${clientId}"_s}, {u"s"_s, u"${scope}"_s}};
        row("a refresh token in JSON", BodyFormat::Json, refresh,
            "{\"refreshToken\":\"+/=%20 &\\\"ä€\"}");
        row("a refresh token in a form", BodyFormat::Form, refresh,
            "refreshToken=%2B%2F%3D%2520%20%26%22%C3%A4%E2%82%AC");
        row("a password in JSON", BodyFormat::Json, password,
            R"({"g":"password","p":"p+ä&=","u":"me@x"})");
        row("a password in a form", BodyFormat::Form, password,
            "g=password&p=p%2B%C3%A4%26%3D&u=me%40x");
        row("an empty scope is left out", BodyFormat::Form, scoped, "c=my%20client");
        row("a name is encoded, too", BodyFormat::Form, {{u"a+b"_s, u"c"_s}}, "a%2Bb=c");
        row("a placeholder inside a text", BodyFormat::Form, {{u"a"_s, u"<${clientId}>"_s}},
            "a=%3Cmy%20client%3E");
        row("one without a value", BodyFormat::Form, {{u"a"_s, u"-${scope}"_s}}, "a=-");
        row("what is no placeholder stays", BodyFormat::Form, {{u"a"_s, u"$ {x} ${"_s}},
            "a=%24%20%7Bx%7D%20%24%7B");
        row("deep inside, and other values as they are", BodyFormat::Json,
            {{u"a"_s, QJsonObject {{u"b"_s, QJsonArray {u"${userName}"_s, 7, u"${scope}"_s}}}}},
            R"({"a":{"b":["me@x",7]}})");
        row("nothing at all", BodyFormat::Json, {}, "{}");
    }
    void bodies()
    {
        QFETCH(const BodyFormat, format);
        QFETCH(const QJsonObject, fields);
        m_profile.clientId = u"my client"_s;
        onToken().always({200, {}, goodAnswer});
        const TokenGrant grant {"+/=%20 &\"\xc3\xa4\xe2\x82\xac", u"me@x"_s, u"p+ä&="_s};
        QVERIFY(run({QUrl(u"/token"_s), format, fields}, grant));
        QTEST(onToken().arrivedBody(0), "body");
    }

    void multipart()
    {
        onToken().always({200, {}, goodAnswer});
        QVERIFY(run({QUrl(u"/token"_s), BodyFormat::Multipart,
                        {{u"grant_type"_s, u"refresh_token"_s}, {u"a\"b"_s, u"${userName}"_s}}},
            {{}, u"me"_s, {}}));
        const QByteArray type = onToken().arrivedHeader(0, "content-type");
        const QByteArray start = "multipart/form-data; boundary=";
        QVERIFY(type.startsWith(start));
        const QByteArray line = "--" + type.mid(start.size());
        QCOMPARE(onToken().arrivedBody(0),
            line + "\r\nContent-Disposition: form-data; name=\"a%22b\"\r\n\r\nme\r\n" + line
                + "\r\nContent-Disposition: form-data; name=\"grant_type\"\r\n\r\n"
                  "refresh_token\r\n"
                + line + "--\r\n");
    }

    void methods_data()
    {
        QTest::addColumn<HttpMethod>("method");
        QTest::addColumn<QByteArray>("verb");
        QTest::addColumn<QByteArray>("body");
        QTest::newRow("PUT") << HttpMethod::Put << QByteArray("PUT")
                             << QByteArray("{\"a\":\"r1\"}");
        QTest::newRow("PATCH") << HttpMethod::Patch << QByteArray("PATCH")
                               << QByteArray("{\"a\":\"r1\"}");
        QTest::newRow("GET has no body") << HttpMethod::Get << QByteArray("GET") << QByteArray();
        QTest::newRow("DELETE has no body")
            << HttpMethod::Delete << QByteArray("DELETE") << QByteArray();
    }
    void methods()
    {
        QFETCH(const HttpMethod, method);
        QFETCH(const QByteArray, verb);
        onToken().replies(200, goodAnswer);
        const TokenRequest request {QUrl(u"/token"_s), BodyFormat::Json,
            {{u"a"_s, u"${refreshToken}"_s}}, {{u"X-Refresh"_s, u"${refreshToken}"_s}}, method};
        QVERIFY(!codeOf(run(request, {"r1", {}, {}})));
        QCOMPARE(
            m_backend->transcript(), QStringList {QString::fromLatin1(verb) + u" /token -> 200"_s});
        QTEST(onToken().arrivedBody(0), "body");
        QCOMPARE(onToken().arrivedHeader(0, "x-refresh"), QByteArray("r1"));
        const bool hasType = !onToken().arrivedHeader(0, "content-type").isEmpty();
        QCOMPARE(hasType, authcore::hasBody(method));
    }

    // A request's own answer takes the place of the profile's.
    void aRequestHasAnAnswerOfItsOwn()
    {
        onToken().always({200, {}, R"({"access":{"token":"a3"},"refresh":{"token":"r3"}})"});
        auto request = jsonRefresh();
        QCOMPARE(codeOf(run(request)), Code::Misconfigured);
        request.answer = authcore::TokenAnswer {};
        request.answer->accessToken = u"/access/token"_s;
        request.answer->refreshToken = u"/refresh/token"_s;
        const auto result = run(request);
        QVERIFY(!codeOf(result));
        QCOMPARE(std::get<TokenSet>(*result).accessToken, QByteArray("a3"));
        QCOMPARE(std::get<TokenSet>(*result).refreshToken, QByteArray("r3"));
    }

    void itsErrorsAreInItsOwnPlace()
    {
        onToken().replies(200, R"({"problem":"invalid_grant"})");
        auto request = jsonRefresh();
        request.answer = m_profile.answer;
        request.answer->error = u"/problem"_s;
        QCOMPARE(codeOf(run(request)), Code::Rejected);
    }

    void basicCredentials_data()
    {
        QTest::addColumn<QString>("userName");
        QTest::addColumn<QByteArray>("header");
        QTest::newRow("as the person types them")
            << u"me@x"_s << QByteArray("Basic " + QByteArray("me@x:p+\xc3\xa4%: ").toBase64());
        QTest::newRow("a colon would end the name") << u"me:x"_s << QByteArray();
    }
    void basicCredentials()
    {
        QFETCH(const QString, userName);
        QFETCH(const QByteArray, header);
        onToken().replies(200, goodAnswer);
        TokenRequest request {QUrl(u"/token"_s), BodyFormat::Json, {}};
        request.headers = {{u"Authorization"_s, u"Basic ${basic}"_s}};
        const auto result = run(request, {{}, userName, u"p+ä%: "_s});
        QTEST(onToken().arrivedHeader(0, "authorization"), "header");
        QCOMPARE(codeOf(result), header.isEmpty() ? std::optional(Code::Refused) : std::nullopt);
        QCOMPARE(onToken().arrivedCount(), header.isEmpty() ? 0 : 1);
    }

    void clientAuthentication_data()
    {
        QTest::addColumn<ClientAuthentication>("how");
        QTest::addColumn<QByteArray>("header");
        QTest::addColumn<QByteArray>("body");
        QTest::newRow("none") << ClientAuthentication::None << QByteArray() << QByteArray("a=b");
        // RFC 6749 section 2.3.1 asks for form encoding.
        QTest::newRow("basic") << ClientAuthentication::Basic
                               << QByteArray(
                                      "Basic " + QByteArray("my%20client:s%3A%2B").toBase64())
                               << QByteArray("a=b");
        QTest::newRow("post") << ClientAuthentication::Post << QByteArray()
                              << QByteArray("a=b&client_id=my%20client&client_secret=s%3A%2B");
    }
    void clientAuthentication()
    {
        QFETCH(const ClientAuthentication, how);
        m_profile.clientId = u"my client"_s;
        m_profile.clientAuthentication = how;
        onToken().always({200, {}, goodAnswer});
        TokenGrant grant;
        grant.clientSecret = "s:+";
        QVERIFY(run({QUrl(u"/token"_s), BodyFormat::Form, {{u"a"_s, u"b"_s}}}, grant));
        QTEST(onToken().arrivedHeader(0, "authorization"), "header");
        QTEST(onToken().arrivedBody(0), "body");
    }

    void headerTemplates()
    {
        onToken().always({200, {}, goodAnswer});
        TokenGrant grant;
        grant.accessToken = "a.b.c";
        grant.cookies = {QNetworkCookie("csrf", "xyz")};
        TokenRequest request {QUrl(u"/token"_s), BodyFormat::Json, {}};
        request.headers = {{u"X-CSRF"_s, u"${cookie:csrf}"_s},
            {u"Authorization"_s, u"Bearer ${accessToken}"_s}, {u"X-None"_s, u"${cookie:none}"_s}};
        QVERIFY(run(request, grant));
        QCOMPARE(onToken().arrivedHeader(0, "x-csrf"), QByteArray("xyz"));
        QCOMPARE(onToken().arrivedHeader(0, "authorization"), QByteArray("Bearer a.b.c"));
        QCOMPARE(onToken().arrivedHeader(0, "x-none"), QByteArray());
    }

    void headers_data()
    {
        QTest::addColumn<BodyFormat>("format");
        QTest::addColumn<QByteArray>("contentType");
        QTest::newRow("JSON") << BodyFormat::Json << QByteArray("application/json");
        QTest::newRow("a form") << BodyFormat::Form
                                << QByteArray("application/x-www-form-urlencoded");
    }
    void headers()
    {
        QFETCH(const BodyFormat, format);
        const QUrl url(m_backend->url().toString() % u"/token"_s);
        m_http->cookieJar()->setCookiesFromUrl({QNetworkCookie("old", "1")}, url);
        onToken().always({200, {{"Set-Cookie", "new=1"}}, goodAnswer});
        QVERIFY(run({QUrl(u"/token"_s), format, {{u"a"_s, u"b"_s}}}));
        QTEST(onToken().arrivedHeader(0, "content-type"), "contentType");
        QCOMPARE(onToken().arrivedHeader(0, "accept"), QByteArray("application/json"));
        QCOMPARE(
            onToken().arrivedHeader(0, "content-length").toInt(), onToken().arrivedBody(0).size());
        QCOMPARE(onToken().arrivedHeader(0, "cookie"), QByteArray());
        QCOMPARE(onToken().arrivedHeader(0, "authorization"), QByteArray());
        QCOMPARE(m_http->cookieJar()->cookiesForUrl(url).size(), 1);
    }

    // The grant's cookies go where they belong; the answer sets and deletes some, and leaves others
    // alone.
    void cookies()
    {
        const auto cookie = [](const char *name, const char *value, const QString &path) {
            QNetworkCookie made(name, value);
            made.setDomain(u"127.0.0.1"_s);
            made.setPath(path);
            return made;
        };
        m_profile = *BackendProfile::preset(u"cookie-form"_s, m_backend->url());
        m_http->cookieJar()->setCookiesFromUrl({QNetworkCookie("jar", "1")}, m_backend->url());
        onToken().always({200,
            {{"Set-Cookie", "access_token=A2; Path=/; HttpOnly; Max-Age=900"},
                {"Set-Cookie", "old=; Path=/; Max-Age=0"}, {"Set-Cookie", "evil=1; Domain=a.org"}},
            {}});
        TokenGrant grant;
        grant.cookies = {cookie("access_token", "A1", u"/"_s),
            cookie("refresh_token", "R1", u"/token"_s), cookie("old", "1", u"/"_s),
            cookie("elsewhere", "1", u"/other"_s)};
        const auto result = run({QUrl(u"/token"_s), BodyFormat::Json, {}}, grant);
        QCOMPARE(onToken().arrivedHeader(0, "cookie"),
            QByteArray("refresh_token=R1; access_token=A1; old=1"));
        QVERIFY(result && std::holds_alternative<TokenSet>(*result));
        const auto &tokens = std::get<TokenSet>(*result);
        QCOMPARE(tokens.accessToken, QByteArray("A2"));
        QCOMPARE(tokens.refreshToken, QByteArray("R1"));
        QVERIFY(tokens.expiresAt == sys_seconds(2'000'000'900s));
        QByteArrayList names;
        for (const QNetworkCookie &left : tokens.cookies)
            names.append(left.name() + '=' + left.value());
        QCOMPARE(names.join(' '), QByteArray("refresh_token= elsewhere=1 access_token="));
        QCOMPARE(m_http->cookieJar()->cookiesForUrl(m_backend->url()).size(), 1);
    }

    void aPasswordInTheUrlIsNotSent()
    {
        m_profile.baseUrl.setUserInfo(u"me:hunter2"_s);
        onToken().always({401, {{"WWW-Authenticate", "Basic realm=\"x\""}}, {}});
        const auto result = run(jsonRefresh());
        QCOMPARE(codeOf(result), Code::Rejected);
        QVERIFY(!detailOf(result).contains(u"hunter2"_s));
        QCOMPARE(onToken().arrivedCount(), 1);
        QCOMPARE(onToken().arrivedHeader(0, "authorization"), QByteArray());
    }

    void dates_data()
    {
        QTest::addColumn<QByteArray>("date");
        QTest::addColumn<std::chrono::seconds>("untilExpiry");
        const auto row = [](const char *name, const char *date, std::chrono::seconds untilExpiry) {
            QTest::newRow(name) << QByteArray(date) << untilExpiry;
        };
        row("the same clock", "Wed, 18 May 2033 03:33:20 GMT", 900s);
        row("an hour behind", "Wed, 18 May 2033 02:33:20 GMT", 900s + 1h);
        row("a day ahead", "Thu, 19 May 2033 03:33:20 GMT", 900s - 24h);
        row("a local time that does not exist in Europe", "Sun, 27 Mar 2033 02:30:00 GMT",
            900s + 4'496'600s);
        row("the wrong day of the week", "Mon, 18 May 2033 02:33:20 GMT", 900s);
        row("no date", "soon", 900s);
        row("an old form", "Wednesday, 18-May-33 02:33:20 GMT", 900s);
    }
    void dates()
    {
        QFETCH(const QByteArray, date);
        QFETCH(const std::chrono::seconds, untilExpiry);
        const QByteArray jwt = "e30." + QByteArray(R"({"exp":2000000900})").toBase64() + ".c2ln";
        onToken().replies({200, {{"Date", date}}, R"({"authorizationToken":")" + jwt + R"("})"});
        const auto result = run(jsonRefresh());
        QVERIFY(result && std::holds_alternative<TokenSet>(*result));
        const auto expiry = std::get<TokenSet>(*result).expiresAt;
        QVERIFY(expiry.has_value());
        QCOMPARE((*expiry - m_clock.now()).count(), std::chrono::milliseconds(untilExpiry).count());
    }

    void retryAfter_data()
    {
        QTest::addColumn<QByteArray>("header");
        QTest::addColumn<std::optional<std::chrono::milliseconds>>("delay");
        const auto row = [](const char *name, const char *header,
                             std::optional<std::chrono::milliseconds> delay) {
            QTest::newRow(name) << QByteArray(header) << delay;
        };
        row("seconds", "7", 7s);
        row("none at all", "0", 0s);
        row("more than a day is a day", "100000", 24h);
        row("more than an int is a day", "99999999999999999999", 24h);
        row("a date, by the server's clock", "Wed, 18 May 2033 02:33:27 GMT", 7s);
        row("a date that is past", "Wed, 18 May 2033 02:33:19 GMT", 0s);
        row("a date far off is a day", "Wed, 18 May 2039 02:33:20 GMT", 24h);
        row("negative", "-7", std::nullopt);
        row("words", "soon", std::nullopt);
        row("missing", "", std::nullopt);
    }
    void retryAfter()
    {
        QFETCH(const QByteArray, header);
        QFETCH(const std::optional<std::chrono::milliseconds>, delay);
        ScriptedReply reply {503, {{"Date", "Wed, 18 May 2033 02:33:20 GMT"}}, {}};
        if (!header.isEmpty())
            reply.headers.emplace_back("Retry-After", header);
        onToken().replies(reply);
        const auto result = run(jsonRefresh());
        QCOMPARE(codeOf(result), Code::ServerFailed);
        QVERIFY(std::get<TokenError>(*result).retryAfter == delay);
    }

    void redirects_data()
    {
        QTest::addColumn<int>("status");
        QTest::newRow("302") << 302;
        QTest::newRow("303") << 303;
        QTest::newRow("307") << 307;
        QTest::newRow("308") << 308;
    }
    void redirects()
    {
        QFETCH(const int, status);
        onToken().replies({status, {{"Location", "/elsewhere?code=hunter2"}}, {}});
        m_backend->on(u"/elsewhere"_s).always({200, {}, goodAnswer});
        const auto result = run(jsonRefresh());
        QCOMPARE(codeOf(result), Code::Misconfigured);
        QVERIFY2(detailOf(result).contains(u"/elsewhere"_s), qPrintable(detailOf(result)));
        QVERIFY2(!detailOf(result).contains(u"hunter2"_s), qPrintable(detailOf(result)));
        QCOMPARE(m_backend->on(u"/elsewhere"_s).arrivedCount(), 0);
    }

    void aLostAnswerIsNotAskedForAgain_data()
    {
        QTest::addColumn<int>("answersBefore");
        QTest::addColumn<HttpMethod>("method");
        QTest::newRow("on a fresh connection") << 0 << HttpMethod::Post;
        QTest::newRow("on a connection that was used once") << 1 << HttpMethod::Post;
        QTest::newRow("on a connection that was used twice") << 2 << HttpMethod::Post;
        QTest::newRow("of a PUT") << 2 << HttpMethod::Put;
        QTest::newRow("of a GET") << 2 << HttpMethod::Get;
        QTest::newRow("of a DELETE") << 2 << HttpMethod::Delete;
    }
    void aLostAnswerIsNotAskedForAgain()
    {
        QFETCH(const int, answersBefore);
        QFETCH(const HttpMethod, method);
        auto request = jsonRefresh();
        request.method = method;
        for (int i = 0; i < answersBefore; ++i)
            onToken().replies(200, goodAnswer);
        onToken().drops().replies(200, goodAnswer);
        for (int i = 0; i < answersBefore; ++i)
            QVERIFY(!codeOf(run(request)));
        QCOMPARE(codeOf(run(request, {"r1", {}, {}})), Code::NoNetwork);
        QCOMPARE(m_http->connections, 1);
        QCOMPARE(onToken().arrivedCount(), answersBefore + 1);
        QCOMPARE(m_backend->transcript().size(), answersBefore + 1);
    }

    void answersOfBrokenServers_data()
    {
        QTest::addColumn<QByteArray>("answer");
        QTest::addColumn<Code>("code");
        const auto row = [](const char *name, const QByteArray &answer, Code code) {
            QTest::newRow(name) << answer << code;
        };
        const auto ok = [](const QByteArray &headers) {
            return QByteArray("HTTP/1.1 200 OK\r\n" + headers + "\r\n\r\n");
        };
        row("nothing", "", Code::NoNetwork);
        row("half of a status line", "HTTP/1.", Code::NoNetwork);
        row("another protocol", "220 mail.example.org ESMTP\r\n", Code::NoNetwork);
        row("headers only", ok("Content-Length: 49"), Code::NoNetwork);
        row("half of the body", ok("Content-Length: 49") + goodAnswer.first(20), Code::NoNetwork);
        row("half of the chunks",
            ok("Transfer-Encoding: chunked") + "31\r\n" + goodAnswer.first(20), Code::NoNetwork);
        row("a form of a longer body", ok("Content-Length: 99") + "authorizationToken=a2",
            Code::NoNetwork);
        row("half of a refusal", "HTTP/1.1 400 X\r\nContent-Length: 99\r\n\r\n{", Code::NoNetwork);
        row("no length, cut off", ok("Server: old") + goodAnswer.first(20), Code::BadAnswer);
        row("a coding that it is not in",
            ok("Content-Encoding: gzip\r\nContent-Length: 49") + goodAnswer, Code::BadAnswer);
    }
    void answersOfBrokenServers()
    {
        QFETCH(const QByteArray, answer);
        RawServer server(answer, RawServer::Ending::Close);
        m_profile.baseUrl = server.url();
        const auto result = run(jsonRefresh(u"/token?secret=hunter2"_s), {"hunter2", {}, {}});
        QVERIFY(result.has_value());
        QTEST(*codeOf(result), "code");
        QVERIFY2(!detailOf(result).contains(u"hunter2"_s), qPrintable(detailOf(result)));
        QCOMPARE(server.requests, 1);
    }

    // The refresh token that was sent is spent, so a whole answer must count.
    void aWholeAnswerCountsWhateverItsFraming_data()
    {
        QTest::addColumn<QByteArray>("head");
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<RawServer::Ending>("ending");
        QTest::addColumn<std::optional<Code>>("code");
        using Ending = RawServer::Ending;
        const auto row = [](const char *name, const char *head, const QByteArray &body,
                             Ending ending, std::optional<Code> code) {
            QTest::newRow(name) << QByteArray(head) << body << ending << code;
        };
        const QByteArray refusal = R"({"error":"invalid_grant"})";
        const QByteArray chunk =
            QByteArray::number(goodAnswer.size(), 16) + "\r\n" + goodAnswer + "\r\n";
        row("a length that is too large", "200 OK\r\nContent-Length: 99", goodAnswer, Ending::Close,
            {});
        row("a length of many gigabytes", "200 OK\r\nContent-Length: 99999999999", goodAnswer,
            Ending::Close, {});
        row("the same, and the connection stays", "200 OK\r\nContent-Length: 99", goodAnswer,
            Ending::StayOpen, {});
        row("no end of the chunks", "200 OK\r\nTransfer-Encoding: chunked", chunk, Ending::Close,
            {});
        row("the same, and the connection stays open", "200 OK\r\nTransfer-Encoding: chunked",
            chunk, Ending::StayOpen, {});
        row("a refusal", "400 Bad Request\r\nContent-Length: 99", refusal, Ending::Close,
            Code::Rejected);
        row("a refusal with 200", "200 OK\r\nContent-Length: 99", refusal, Ending::Close,
            Code::Rejected);
    }
    void aWholeAnswerCountsWhateverItsFraming()
    {
        QFETCH(const QByteArray, head);
        QFETCH(const QByteArray, body);
        QFETCH(const RawServer::Ending, ending);
        RawServer server("HTTP/1.1 " + head + "\r\n\r\n" + body, ending);
        m_profile.baseUrl = server.url();
        const auto exchange = begin(jsonRefresh());
        QTRY_COMPARE(server.requests, 1);
        if (ending == RawServer::Ending::StayOpen) {
            QTRY_COMPARE(m_http->received, goodAnswer.size());
            m_clock.advance(10s);
        }
        QTRY_VERIFY(m_result);
        QTEST(codeOf(m_result), "code");
        QCOMPARE(server.requests, 1);
    }

    void cookiesNeedTheRightFraming()
    {
        RawServer server("HTTP/1.1 200 OK\r\nSet-Cookie: access_token=A2; Path=/\r\n"
                         "Content-Length: 99\r\n\r\n{}",
            RawServer::Ending::Close);
        m_profile = *BackendProfile::preset(u"cookie-form"_s, server.url());
        QCOMPARE(codeOf(run(jsonRefresh())), Code::NoNetwork);
    }

    void sizes_data()
    {
        QTest::addColumn<qsizetype>("size");
        QTest::addColumn<bool>("isGood");
        QTest::newRow("1 MiB") << qsizetype(1024 * 1024) << true;
        QTest::newRow("one byte more") << qsizetype(1024 * 1024 + 1) << false;
        QTest::newRow("20 MiB") << qsizetype(20 * 1024 * 1024) << false;
    }
    void sizes()
    {
        QFETCH(const qsizetype, size);
        onToken().replies(200, goodAnswer.leftJustified(size, ' '));
        const auto result = run(jsonRefresh());
        QTEST(result && std::holds_alternative<TokenSet>(*result), "isGood");
        QVERIFY(!codeOf(result) || codeOf(result) == Code::BadAnswer);
    }

    // No row has a 401: Qt reads the body of a 401 to its end before it reports the answer.
    void anAnswerWithoutEndCostsLittleMemory_data()
    {
        QTest::addColumn<QByteArray>("head");
        QTest::newRow("of a length") << QByteArray("200 OK\r\nContent-Length: 99999999999");
        QTest::newRow("until the end") << QByteArray("200 OK\r\nConnection: close");
        QTest::newRow("in chunks") << QByteArray("200 OK\r\nTransfer-Encoding: chunked");
        QTest::newRow("a refusal") << QByteArray("403 No\r\nContent-Length: 99999999999");
    }
    void anAnswerWithoutEndCostsLittleMemory()
    {
        QFETCH(const QByteArray, head);
        const EndlessServer server(head);
        m_profile.baseUrl = server.url();
        const test::Peak peak;
        QCOMPARE(codeOf(run(jsonRefresh())), Code::BadAnswer);
        const qint64 cost = peak.growth();
        QVERIFY2(cost < qint64 {32} * 1024 * 1024, qPrintable(QString::number(cost)));
    }

    void nobodyListens()
    {
        const test::ClosedPort closed;
        m_profile.baseUrl = closed.url();
        const auto result = run(jsonRefresh(u"/token?secret=hunter2"_s));
        QCOMPARE(codeOf(result), Code::NoNetwork);
        QVERIFY(!std::get<TokenError>(*result).httpStatus);
        QVERIFY2(detailOf(result).contains(u"127.0.0.1"_s), qPrintable(detailOf(result)));
        QVERIFY2(!detailOf(result).contains(u"hunter2"_s), qPrintable(detailOf(result)));
    }

    void theDeadlineIsExact()
    {
        onToken().hold();
        const auto exchange = begin(jsonRefresh(u"/token?secret=hunter2"_s));
        QTRY_COMPARE(onToken().heldCount(), 1);
        m_clock.advance(9'999ms);
        QVERIFY(!m_result);
        m_clock.advance(1ms);
        QCOMPARE(codeOf(m_result), Code::TimedOut);
        QVERIFY(!detailOf(m_result).contains(u"hunter2"_s));
        QCOMPARE(m_clock.pendingTimers(), 0);
    }

    void theDeadlineBoundsASlowBodyToo()
    {
        RawServer server(
            "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{\"author", RawServer::Ending::StayOpen);
        m_profile.baseUrl = server.url();
        const auto exchange = begin(jsonRefresh());
        QTRY_COMPARE(server.requests, 1);
        m_clock.advance(10s);
        QCOMPARE(codeOf(m_result), Code::TimedOut);
    }

    void anAnswerEndsTheDeadline()
    {
        onToken().replies(200, goodAnswer);
        const auto exchange = begin(jsonRefresh());
        QTRY_VERIFY(m_result);
        QCOMPARE(m_clock.pendingTimers(), 0);
        m_clock.advance(1h);
        QCOMPARE(m_results, 1);
    }

    void refused_data()
    {
        QTest::addColumn<QString>("endpoint");
        QTest::newRow("no endpoint") << QString();
        QTest::newRow("plain http elsewhere") << u"http://example.org/token?secret=hunter2"_s;
        QTest::newRow("another scheme") << u"ftp://127.0.0.1/token"_s;
        QTest::newRow("a file") << u"file:///etc/passwd"_s;
        QTest::newRow("no valid URL") << u"http://[/"_s;
    }
    void refused()
    {
        QFETCH(const QString, endpoint);
        const auto exchange = begin(jsonRefresh(endpoint));
        QVERIFY(!m_result);
        QTRY_VERIFY(m_result);
        QCOMPARE(codeOf(m_result), Code::Refused);
        QVERIFY(!detailOf(m_result).contains(u"hunter2"_s));
        QCOMPARE(m_http->requests, 0);
    }

    void aRefusedOneThatIsDestroyedSaysNothing()
    {
        begin(jsonRefresh({})).reset();
        QCoreApplication::processEvents();
        QCOMPARE(m_results, 0);
    }

    void aDestroyedOneSaysNothing()
    {
        onToken().hold();
        auto exchange = begin(jsonRefresh());
        QTRY_COMPARE(onToken().heldCount(), 1);
        exchange.reset();
        onToken().release();
        m_backend->on(u"/other"_s).replies(200, goodAnswer);
        QVERIFY(run(jsonRefresh(u"/other"_s)));
        m_clock.advance(1h);
        QCOMPARE(m_results, 1); // the result of the other exchange
    }

    void oneThatIsDestroyedAtOnceSendsNothing()
    {
        begin(jsonRefresh()).reset();
        m_backend->on(u"/other"_s).replies(200, goodAnswer);
        QVERIFY(run(jsonRefresh(u"/other"_s)));
        QCOMPARE(onToken().arrivedCount(), 0);
        QCOMPARE(m_results, 1);
    }

    void itMayBeDeletedFromItsCallback_data()
    {
        QTest::addColumn<QString>("endpoint");
        QTest::addColumn<qsizetype>("size");
        QTest::addColumn<std::chrono::milliseconds>("step");
        const auto row = [](const char *name, const QString &endpoint, qsizetype size,
                             std::chrono::milliseconds step) {
            QTest::newRow(name) << endpoint << size << step;
        };
        row("of an answer", u"/token"_s, 100, 0s);
        row("of an answer that is too large", u"/token"_s, 4'194'304, 0s);
        row("of a refusal to send", {}, 0, 0s);
        row("of the deadline", u"/token"_s, 100, 10s);
    }
    void itMayBeDeletedFromItsCallback()
    {
        QFETCH(const QString, endpoint);
        QFETCH(const qsizetype, size);
        QFETCH(const std::chrono::milliseconds, step);
        onToken().replies(200, goodAnswer.leftJustified(size, ' '));
        auto exchange = std::make_unique<TokenExchange>(*m_managers, m_clock);
        exchange->start(m_profile, jsonRefresh(endpoint), {}, 10s,
            [&exchange](const TokenResult &) { exchange.reset(); });
        m_clock.advance(step);
        QTRY_VERIFY(!exchange);
        QTRY_COMPARE(m_http->findChildren<QNetworkReply *>().size(), 0);
    }

private:
    std::unique_ptr<demobackend::DemoBackend> m_backend;
    authcore::testing::ManualClock m_clock;
    CountingManager *m_http = nullptr; // of m_managers
    std::unique_ptr<authcore::HttpManagers> m_managers;
    BackendProfile m_profile;
    std::optional<TokenResult> m_result;
    int m_results = 0;

    // The connection of the previous exchange closes at the same moment.
    void theNextOneAfterATimeOutIsSent()
    {
        onToken().always({200, {}, goodAnswer});
        QVERIFY(run(jsonRefresh())); // leaves a connection that can be used again
        onToken().hold();
        for (int arrived = 2; arrived < 20; ++arrived) {
            const auto exchange = begin(jsonRefresh());
            QTRY_COMPARE(onToken().arrivedCount(), arrived);
            m_clock.advance(10s);
            QCOMPARE(codeOf(m_result), Code::TimedOut);
        }
    }
};

QTEST_GUILESS_MAIN(TestTokenExchange)
#include "tst_tokenexchange.moc"
