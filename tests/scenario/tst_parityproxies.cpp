// Replies behave like Qt's own: proxies that tunnel, with and without credentials.
#include "tests/support/parity.h"
#include "tests/support/proxyserver.h"
#include "tests/support/pskserver.h"

#include <array>

using namespace Qt::StringLiterals;
using test::ProxyServer;
using test::PskServer;
using test::Scenario;
using test::Stage;

namespace {

//! The kind of proxy, and what it tunnels.
struct Way
{
    const char *name;
    ProxyServer::Kind kind;
    QNetworkProxy::ProxyType type;
    bool tls;
};

// Qt sends plain http to an HTTP proxy without a tunnel: see tst_paritymanager.
constexpr std::array ways {
    Way {"https, CONNECT", ProxyServer::Kind::Connect, QNetworkProxy::HttpProxy, true},
    Way {"https, SOCKS5", ProxyServer::Kind::Socks5, QNetworkProxy::Socks5Proxy, true},
    Way {"http, SOCKS5", ProxyServer::Kind::Socks5, QNetworkProxy::Socks5Proxy, false},
};

//! The credentials that the proxy wants, and those that the client knows beforehand.
struct Meeting
{
    ProxyServer::Options options;
    QString user;
    QString password;
};

// Requests go to a host that does not exist: only the proxy can answer.
void throughProxy(Stage &stage, const Way &way, const Meeting &meeting)
{
    quint16 upstream = stage.server.serverPort();
    if (way.tls) {
        auto *door = new PskServer(upstream, &stage.server);
        QObject::connect(stage.manager.get(),
            &QNetworkAccessManager::preSharedKeyAuthenticationRequired, door,
            [](QNetworkReply *, QSslPreSharedKeyAuthenticator *asked) {
                asked->setIdentity(PskServer::identity());
                asked->setPreSharedKey(PskServer::key());
            });
        upstream = door->serverPort();
        stage.standBehind(QUrl(u"https://resource.invalid"_s), PskServer::clientConfiguration());
    } else {
        stage.standBehind(QUrl(u"http://127.0.0.1:9"_s));
    }
    const auto *proxy = new ProxyServer(way.kind, upstream, meeting.options, &stage.server);
    stage.manager->setProxy(QNetworkProxy(
        way.type, u"127.0.0.1"_s, proxy->serverPort(), meeting.user, meeting.password));
    stage.server.on("/x", [](const auto &) { return test::http("200 OK", {}, "tunnelled"); });
    stage.server.on("/echo",
        [](const auto &request) { return test::http("200 OK", {}, "got " + request.body); });
}

using Act = std::function<void(Stage &)>;

void rows(const char *name, const Meeting &meeting, const Act &act)
{
    for (const Way &way : ways)
        QTest::addRow("%s: %s", way.name, name) << Scenario([=](Stage &stage) {
            throughProxy(stage, way, meeting);
            act(stage);
        });
}

void get(Stage &stage)
{
    stage.get("/x");
}

void getAndAnswer(Stage &stage)
{
    answersWhenAsked(stage);
    stage.get("/x");
}

void post(Stage &stage)
{
    QNetworkRequest request = stage.request("/echo");
    request.setHeader(QNetworkRequest::ContentTypeHeader, u"text/plain"_s);
    stage.record(stage.manager->post(request, QByteArray("tea")));
}

} // namespace

class ParityProxies : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void tunnels_data()
    {
        QTest::addColumn<Scenario>("scenario");
        const Meeting open {};
        const ProxyServer::Options strict {"user:password"};
        rows("GET", open, get);
        rows("POST", open, post);
        rows("the server hangs up", open, [](Stage &stage) {
            stage.server.on(
                "/x",
                [](const auto &) { return "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"; },
                test::RawServer::Then::HangUp);
            stage.get("/x");
        });
        rows("aborted while it is tunnelled", open, [](Stage &stage) {
            stage.get("/x", [](const QString &signal, QNetworkReply &reply) {
                if (signal == u"metaDataChanged"_s)
                    reply.abort();
            });
        });
        rows("two, one after the other", open, [](Stage &stage) {
            stage.get("/x");
            if (stage.settled())
                stage.get("/x");
        });
        rows("credentials known beforehand", {strict, u"user"_s, u"password"_s}, get);
        rows("credentials known beforehand, POST", {strict, u"user"_s, u"password"_s}, post);
        rows("credentials when it asks", {strict, {}, {}}, getAndAnswer);
    }
    void tunnels() { test::compareWithPlain(); }

    void noWay_data()
    {
        QTest::addColumn<Scenario>("scenario");
        const ProxyServer::Options strict {"user:password"};
        const ProxyServer::Options other {"user:another"};
        const auto neverThere = [](const Act &act) {
            return [act](Stage &stage) {
                stage.neverAnswered();
                act(stage);
            };
        };
        rows("it asks, nobody answers", {strict, {}, {}}, neverThere(get));
        rows("it does not like the password", {other, u"user"_s, u"password"_s}, neverThere(get));
        rows("it reaches nothing", {{{}, ProxyServer::Reaches::Nothing}, {}, {}}, neverThere(get));
        rows("nobody there", {}, neverThere([](Stage &stage) {
            QNetworkProxy proxy = stage.manager->proxy();
            proxy.setPort(1);
            stage.manager->setProxy(proxy);
            stage.get("/x");
        }));
    }
    void noWay() { test::compareWithPlain(); }
};

QTEST_GUILESS_MAIN(ParityProxies)
#include "tst_parityproxies.moc"
