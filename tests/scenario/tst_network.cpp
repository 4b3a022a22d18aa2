// Private authorities, client certificates and proxies: what a session is told counts for all that
// it sends.
#include "authcore/exchange/networksettings.h"
#include "authcore/signin/discovery.h"
#include "tests/support/privateca.h"
#include "tests/support/recordingproxy.h"
#include "tests/support/world.h"

#include <QtTest/QSignalSpy>
#include <QtTest/QTest>

using namespace Qt::StringLiterals;
using authcore::AuthNetworkAccessManager;
using authcore::AuthSession;
using authcore::BackendProfile;
using authcore::BodyFormat;
using authcore::Discovered;
using authcore::Discovery;
using authcore::NetworkSettings;
using authcore::PasswordSignIn;
using authcore::SignInMethod;
using authcore::TokenError;
using demobackend::DemoBackend;
using test::PrivateCa;
using test::RecordingProxy;

namespace {

//! "GET /api/me", from a line of the backend's transcript or of the proxy's.
QString requestIn(const QString &line)
{
    return QString(line.section(u' ', 0, 0) % u' ' % QUrl(line.section(u' ', 1, 1)).path());
}

QStringList requestsIn(const QStringList &transcript)
{
    QStringList requests;
    for (const QString &line : transcript)
        requests.append(requestIn(line));
    return requests;
}

//! What a client at its OAuth server does from the first start to the sign-out.
const QStringList wholeLife {u"GET /.well-known/openid-configuration"_s, u"POST /oauth2/token"_s,
    u"GET /api/me"_s, u"GET /api/me"_s, u"POST /oauth2/token"_s, u"GET /api/me"_s,
    u"POST /oauth2/revoke"_s};

//! An OAuth backend, a session that knows only its issuer, and a manager.
struct Stage
{
    explicit Stage(const DemoBackend::Options &options = {})
        : backend(options)
    {
        if (const QString problem = backend.start(); !problem.isEmpty())
            qFatal("%s", qPrintable(problem));
        auto knobs = backend.knobs();
        knobs.allowPasswordGrant = true;
        backend.setKnobs(knobs);
        auto profile =
            Discovery::withoutEndpoints(*BackendProfile::preset(u"oauth2"_s, backend.url()));
        profile.signInMethods = {SignInMethod::Password};
        profile.signIn = {QUrl(u"oauth2/token"_s), BodyFormat::Form,
            {{u"grant_type"_s, u"password"_s}, {u"username"_s, u"${userName}"_s},
                {u"password"_s, u"${password}"_s}, {u"client_id"_s, u"${clientId}"_s},
                {u"scope"_s, u"${scope}"_s}}};
        profile.policy.totalTimeout = profile.policy.tryTimeout; // a failed try is not repeated
        session = std::make_unique<AuthSession>(profile, store,
            AuthSession::MakeHttp([] { return std::make_unique<QNetworkAccessManager>(); }));
        manager = std::make_unique<AuthNetworkAccessManager>(*session);
    }

    //! The problem; empty: the endpoints are in the session's profile.
    [[nodiscard]] QString discover()
    {
        Discovery discovery(*session);
        QSignalSpy succeeded(&discovery, &Discovery::succeeded);
        QSignalSpy failed(&discovery, &Discovery::failed);
        discovery.start(session->profile());
        if (!QTest::qWaitFor([&] { return succeeded.size() + failed.size() > 0; }, test::patience))
            return u"no end"_s;
        if (!failed.isEmpty())
            return failed.constFirst().constFirst().value<TokenError>().detail;
        session->setProfile(succeeded.constFirst().constFirst().value<Discovered>().profile);
        return {};
    }
    //! The problem; empty: somebody is signed in.
    [[nodiscard]] QString signIn()
    {
        PasswordSignIn signIn(*session);
        QSignalSpy failed(&signIn, &PasswordSignIn::failed);
        signIn.signIn(u"anna"_s, u"anna-demo-1"_s);
        if (!QTest::qWaitFor([&] { return !signIn.isBusy(); }, test::patience))
            return u"no end"_s;
        return failed.isEmpty() ? QString()
                                : failed.constFirst().constFirst().value<TokenError>().detail;
    }
    [[nodiscard]] std::unique_ptr<test::Caller> ask(const QUrl &url)
    {
        auto caller = std::make_unique<test::Caller>(manager->get(QNetworkRequest(url)));
        if (!caller->waitUntilFinished())
            qWarning("no answer");
        return caller;
    }
    [[nodiscard]] std::unique_ptr<test::Caller> ask()
    {
        return ask(backend.url().resolved(QUrl(u"/api/me"_s)));
    }
    //! Discovery, sign-in, a request, a refresh, and a sign-out.
    void liveAndLeave()
    {
        QCOMPARE(discover(), QString());
        QCOMPARE(signIn(), QString());
        QCOMPARE(ask()->status, 200);
        backend.expireAccessTokens();
        QCOMPARE(ask()->status, 200);
        QSignalSpy revoked(session.get(), &AuthSession::revoked);
        session->signOut();
        QTRY_COMPARE(revoked.size(), 1);
    }

    DemoBackend backend;
    authcore::MemoryTokenStore store;
    std::unique_ptr<AuthSession> session;
    std::unique_ptr<AuthNetworkAccessManager> manager;
};

//! A backend with a certificate of `ca`.
DemoBackend::Options secured(const PrivateCa &ca)
{
    return {.tls = true, .tlsIdentity = ca.issue("backend").both()};
}

//! The same; it wants a certificate of `clients` from everybody.
DemoBackend::Options guarded(const PrivateCa &ca, const PrivateCa &clients)
{
    auto options = secured(ca);
    options.clientAuthority = clients.pem();
    return options;
}

NetworkSettings trusting(const PrivateCa &ca)
{
    return {.caCertificates = {QSslCertificate(ca.pem())}};
}

NetworkSettings trustingAs(const PrivateCa &ca, const PrivateCa &clients)
{
    const auto client = clients.issue("anna");
    NetworkSettings settings = trusting(ca);
    settings.clientCertificates = {QSslCertificate(client.certificate)};
    settings.clientKey = QSslKey(client.key, QSsl::Ec);
    return settings;
}

QNetworkProxy proxyAt(const RecordingProxy &proxy, const QString &user = {})
{
    return {QNetworkProxy::HttpProxy, u"127.0.0.1"_s, proxy.serverPort(), user,
        user.isEmpty() ? QString() : u"secret"_s};
}

} // namespace

class TestNetwork : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everythingGoesThroughTheProxy_data()
    {
        QTest::addColumn<QByteArray>("credentials");
        QTest::newRow("one that lets everybody pass") << QByteArray();
        QTest::newRow("one that asks who it is") << QByteArray("anna:secret");
    }
    void everythingGoesThroughTheProxy()
    {
        QFETCH(const QByteArray, credentials);
        const RecordingProxy proxy(credentials);
        Stage stage;
        const QString user = QString::fromLatin1(credentials).section(u':', 0, 0);
        stage.session->setNetworkSettings({.proxy = proxyAt(proxy, user)});
        stage.liveAndLeave();
        QCOMPARE(requestsIn(stage.backend.transcript()), wholeLife);
        QCOMPARE(requestsIn(proxy.transcript()), wholeLife);
    }

    void everythingTrustsTheAuthority_data()
    {
        QTest::addColumn<bool>("isGuarded");
        QTest::addColumn<bool>("hasProxy");
        QTest::newRow("directly") << false << false;
        QTest::newRow("through a proxy") << false << true;
        QTest::newRow("with a client certificate") << true << false;
        QTest::newRow("with a client certificate, through a proxy") << true << true;
    }
    void everythingTrustsTheAuthority()
    {
        QFETCH(const bool, isGuarded);
        QFETCH(const bool, hasProxy);
        const RecordingProxy proxy;
        Stage stage(isGuarded ? guarded(m_ca, m_clients) : secured(m_ca));
        auto settings = isGuarded ? trustingAs(m_ca, m_clients) : trusting(m_ca);
        if (hasProxy)
            settings.proxy = proxyAt(proxy);
        stage.session->setNetworkSettings(settings);
        stage.liveAndLeave();
        QCOMPARE(requestsIn(stage.backend.transcript()), wholeLife);
        // One tunnel each for the session, for its refreshes and for the manager.
        QCOMPARE(proxy.transcript().size(), hasProxy ? 3 : 0);
    }

    void nothingIsSentWithoutThem_data()
    {
        QTest::addColumn<DemoBackend::Options>("options");
        QTest::addColumn<NetworkSettings>("settings");
        QTest::addColumn<QString>("text");
        const QString unknown =
            u"The certificate \"backend\", issued by \"Private CA\", is not trusted: "_s;
        const QString remedy =
            u". If it is your own authority, name its certificate (PEM) as caFile in the profile or by --ca-file ("_s;
        QTest::newRow("an unknown authority") << secured(m_ca) << NetworkSettings() << unknown;
        QTest::newRow("its remedy") << secured(m_ca) << NetworkSettings() << remedy;
        QTest::newRow("another authority") << secured(m_ca) << trusting(m_clients) << unknown;
        QTest::newRow("no client certificate")
            << guarded(m_ca, m_clients) << trusting(m_ca) << u"--client-certificate"_s;
        QTest::newRow("a client certificate of nobody")
            << guarded(m_ca, m_clients) << trustingAs(m_ca, m_ca) << u"--client-certificate"_s;
        QTest::newRow("a proxy that is not there")
            << DemoBackend::Options()
            << NetworkSettings {.proxy = QNetworkProxy(QNetworkProxy::HttpProxy, u"127.0.0.1"_s, 1)}
            << u", through the proxy 127.0.0.1:1 ("_s;
    }
    void nothingIsSentWithoutThem()
    {
        QFETCH(const DemoBackend::Options, options);
        QFETCH(const NetworkSettings, settings);
        QFETCH(const QString, text);
        Stage stage(options);
        stage.session->setNetworkSettings(settings);
        const QString discovered = stage.discover();
        QVERIFY2(discovered.contains(text, Qt::CaseInsensitive), qPrintable(discovered));
        const QString signedIn = stage.signIn();
        QVERIFY2(signedIn.contains(text, Qt::CaseInsensitive), qPrintable(signedIn));
        QVERIFY(stage.ask()->error != QNetworkReply::NoError);
        QCOMPARE(stage.backend.transcript(), QStringList());
    }

    // Qt would go on with connections that were made with other certificates.
    void theyMayChange()
    {
        Stage stage(guarded(m_ca, m_clients));
        stage.session->setNetworkSettings(trusting(m_ca));
        QVERIFY(!stage.signIn().isEmpty());
        stage.session->setNetworkSettings(trustingAs(m_ca, m_clients));
        QCOMPARE(stage.signIn(), QString());
        QCOMPARE(stage.ask()->status, 200);
        stage.session->setNetworkSettings({});
        QCOMPARE(stage.ask()->error, QNetworkReply::SslHandshakeFailedError);
        QVERIFY(!stage.signIn().isEmpty());
    }

    void requestsUnderWayEndWhenCertificatesChange()
    {
        Stage stage(secured(m_ca));
        stage.session->setNetworkSettings(trusting(m_ca));
        QCOMPARE(stage.discover(), QString());
        QCOMPARE(stage.signIn(), QString());
        stage.backend.on(u"/api/me"_s).hold();
        test::Caller caller(
            stage.manager->get(QNetworkRequest(stage.backend.url().resolved(QUrl(u"/api/me"_s)))));
        QTRY_COMPARE(stage.backend.on(u"/api/me"_s).heldCount(), 1);
        stage.session->setNetworkSettings(trustingAs(m_ca, m_clients));
        QCOMPARE(caller.finished, 1);
        QCOMPARE(caller.error, QNetworkReply::OperationCanceledError);
        QCOMPARE(stage.manager->activeCount(), 0);
        stage.backend.on(u"/api/me"_s).release();
        QCOMPARE(stage.ask()->status, 200);
    }

    void theProgramsOwnProxyIsKept()
    {
        const RecordingProxy theirs;
        const RecordingProxy ours;
        Stage stage;
        stage.manager->setProxy(proxyAt(theirs));
        stage.session->setNetworkSettings({.proxy = proxyAt(ours)});
        QCOMPARE(stage.signIn(), QString());
        QCOMPARE(stage.ask()->status, 200);
        stage.session->setNetworkSettings({.proxy = QNetworkProxy(QNetworkProxy::NoProxy)});
        QCOMPARE(stage.ask()->status, 200);
        QCOMPARE(requestsIn(ours.transcript()), QStringList {u"POST /oauth2/token"_s});
        QCOMPARE(
            requestsIn(theirs.transcript()), QStringList({u"GET /api/me"_s, u"GET /api/me"_s}));
    }

    void theRequestsOwnTlsIsKept()
    {
        Stage stage(secured(m_ca));
        stage.session->setNetworkSettings(trusting(m_clients));
        QNetworkRequest request(stage.backend.url().resolved(QUrl(u"/api/me"_s)));
        request.setSslConfiguration(*trusting(m_ca).tlsConfiguration());
        test::Caller caller(stage.manager->get(request));
        QTRY_COMPARE(caller.finished, 1);
        QCOMPARE(caller.status, 401); // nobody is signed in
    }

    void othersDoNotSeeTheClientCertificate()
    {
        Stage stage(guarded(m_ca, m_clients));
        stage.session->setNetworkSettings(trustingAs(m_ca, m_clients));
        QCOMPARE(stage.ask()->status, 401);
        DemoBackend open(secured(m_ca));
        QCOMPARE(open.start(), QString());
        QCOMPARE(stage.ask(open.url().resolved(QUrl(u"/api/me"_s)))->status, 401);
        DemoBackend curious(guarded(m_ca, m_clients));
        QCOMPARE(curious.start(), QString());
        QVERIFY(stage.ask(curious.url())->error != QNetworkReply::NoError);
        QCOMPARE(curious.transcript(), QStringList());
    }

    void discoveryNeedsNoSession()
    {
        Stage stage(secured(m_ca));
        authcore::SystemClock clock;
        Discovery discovery(clock, trusting(m_ca));
        QSignalSpy succeeded(&discovery, &Discovery::succeeded);
        discovery.start(stage.session->profile());
        QTRY_COMPARE(succeeded.size(), 1);
    }

private:
    const PrivateCa m_ca {"Private CA"};
    const PrivateCa m_clients {"CA of the clients"};
};

QTEST_GUILESS_MAIN(TestNetwork)
#include "tst_network.moc"
