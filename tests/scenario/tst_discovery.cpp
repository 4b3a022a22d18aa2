#include "authcore/signin/discovery.h"
#include "tests/support/speaking.h"

#include "authcore/demobackend/demobackend.h"
#include "authcore/testing/manualclock.h"
#include "tests/support/idtokens.h"

#include <QtCore/QJsonArray>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>

#include <memory>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using authcore::BackendProfile;
using authcore::BodyFormat;
using authcore::ClientAuthentication;
using authcore::Discovered;
using authcore::Discovery;
using authcore::readMetadata;
using authcore::SignInMethod;
using authcore::TokenError;
using Code = TokenError::Code;

namespace {

QByteArray toBytes(const QJsonObject &json)
{
    return QJsonDocument(json).toJson(QJsonDocument::Compact);
}

QJsonObject goodMetadata()
{
    return {{u"issuer"_s, u"https://id.example"_s},
        {u"authorization_endpoint"_s, u"https://id.example/authorize?x=1"_s},
        {u"token_endpoint"_s, u"https://id.example/token"_s},
        {u"device_authorization_endpoint"_s, u"https://id.example/device"_s},
        {u"revocation_endpoint"_s, u"https://id.example/revoke"_s},
        {u"response_types_supported"_s, QJsonArray {u"code"_s}},
        {u"code_challenge_methods_supported"_s, QJsonArray {u"plain"_s, u"S256"_s}},
        {u"token_endpoint_auth_methods_supported"_s, QJsonArray {u"none"_s}},
        {u"authorization_response_iss_parameter_supported"_s, true}};
}

BackendProfile bareProfile()
{
    BackendProfile profile;
    profile.id = u"mine"_s;
    profile.baseUrl = QUrl(u"https://api.example"_s);
    profile.issuer = u"https://id.example"_s;
    profile.clientId = u"tokenflight"_s;
    profile.signInMethods = {SignInMethod::Browser, SignInMethod::Device};
    return profile;
}

} // namespace

class TestDiscovery : public QObject
{
    Q_OBJECT

private:
    [[nodiscard]] QString ends() const
    {
        return test::endsOf(*m_succeeded, *m_failed, *m_cancelled);
    }
    [[nodiscard]] TokenError lastError() const
    {
        return m_failed->constLast().constFirst().value<TokenError>();
    }
    [[nodiscard]] Discovered found() const
    {
        return m_succeeded->constLast().constFirst().value<Discovered>();
    }
    //! A profile whose issuer is at the demo backend, below `path`.
    [[nodiscard]] BackendProfile profileAt(const QString &path, const QString &scope = {}) const
    {
        auto profile = bareProfile();
        profile.issuer = QString(m_backend->url().toString() + path);
        profile.scope = scope;
        return profile;
    }
    [[nodiscard]] QByteArray metadataOf(const BackendProfile &profile) const
    {
        return toBytes({{u"issuer"_s, profile.issuer},
            {u"token_endpoint"_s, QString(m_backend->url().toString() + u"/t"_s)}});
    }

private Q_SLOTS:
    void init()
    {
        m_backend = std::make_unique<demobackend::DemoBackend>();
        QCOMPARE(m_backend->start(), QString());
        m_discovery = std::make_unique<Discovery>(m_clock);
        m_succeeded = std::make_unique<QSignalSpy>(m_discovery.get(), &Discovery::succeeded);
        m_failed = std::make_unique<QSignalSpy>(m_discovery.get(), &Discovery::failed);
        m_cancelled = std::make_unique<QSignalSpy>(m_discovery.get(), &Discovery::cancelled);
    }
    void cleanup()
    {
        m_discovery.reset();
        m_backend.reset();
    }

    void fillsABareProfile()
    {
        const auto read = readMetadata(bareProfile(), toBytes(goodMetadata()));
        const auto *found = std::get_if<Discovered>(&read);
        QVERIFY(found != nullptr);
        QCOMPARE(found->missing, QStringList());
        const auto &profile = found->profile;
        QCOMPARE(profile.refresh.url, QUrl(u"https://id.example/token"_s));
        QVERIFY(profile.refresh.format == BodyFormat::Form);
        QCOMPARE(profile.refresh.body.value("refresh_token"_L1), u"${refreshToken}"_s);
        QCOMPARE(profile.authorization.url, QUrl(u"https://id.example/authorize?x=1"_s));
        QVERIFY(profile.authorization.issuerInAnswers);
        QCOMPARE(profile.deviceAuthorizationUrl, QUrl(u"https://id.example/device"_s));
        QCOMPARE(profile.revocation.url, QUrl(u"https://id.example/revoke"_s));
        QCOMPARE(profile.revocation.body.value("token"_L1), u"${refreshToken}"_s);
        QCOMPARE(profile.answer.accessToken, u"/access_token"_s);
        QCOMPARE(profile.problems(), QList<authcore::ProfileError>());
        QVERIFY(!Discovery::isNeeded(profile) && Discovery::isNeeded(bareProfile()));
    }

    void keepsWhatTheProfileSays()
    {
        auto profile = bareProfile();
        profile.refresh = {QUrl(u"https://other.example/t"_s), BodyFormat::Json,
            {{u"r"_s, u"${refreshToken}"_s}}, {}};
        profile.answer.accessToken = u"/a"_s;
        profile.revocation.body = {{u"x"_s, u"y"_s}};
        const auto read = readMetadata(profile, toBytes(goodMetadata()));
        const auto *found = std::get_if<Discovered>(&read);
        QVERIFY(found != nullptr);
        QCOMPARE(found->profile.refresh, profile.refresh);
        QCOMPARE(found->profile.answer, profile.answer);
        QCOMPARE(found->profile.revocation.body, profile.revocation.body);
        const auto cleared = Discovery::withoutEndpoints(found->profile);
        QVERIFY(cleared.refresh.url.isEmpty() && cleared.authorization.url.isEmpty());
        QVERIFY(cleared.deviceAuthorizationUrl.isEmpty() && cleared.revocation.url.isEmpty());
    }

    void metadata_data()
    {
        QTest::addColumn<QJsonObject>("changes");
        QTest::addColumn<std::optional<Code>>("code");
        QTest::addColumn<QString>("text"); // a part of the error, or the name of what is missing
        const auto refused = [](const char *name, const QJsonObject &changes, Code code,
                                 const char *text) {
            QTest::newRow(name) << changes << std::optional(code) << QString::fromLatin1(text);
        };
        const auto lacking = [](const char *name, const QJsonObject &changes, const char *text) {
            QTest::newRow(name) << changes << std::optional<Code>() << QString::fromLatin1(text);
        };
        const QJsonValue null(QJsonValue::Null);
        const auto list = [](const QString &entry) { return QJsonArray {entry}; };
        // clang-format off
        refused("of another issuer", {{u"issuer"_s, u"https://evil.example"_s}}, Code::BadAnswer, "names \"https://evil.example\", and not \"https://id.example\"");
        refused("of nobody", {{u"issuer"_s, null}}, Code::BadAnswer, "of another issuer");
        refused("a slash more", {{u"issuer"_s, u"https://id.example/"_s}}, Code::BadAnswer, "the slash at the end counts: give the issuer as \"https://id.example/\"");
        refused("plain http", {{u"token_endpoint"_s, u"http://id.example/token"_s}}, Code::Refused, "token_endpoint");
        refused("a page of plain http", {{u"authorization_endpoint"_s, u"http://id.example/a"_s}}, Code::Refused, "authorization_endpoint");
        refused("a page that is a script", {{u"authorization_endpoint"_s, u"javascript:x"_s}}, Code::Refused, "authorization_endpoint");
        refused("an endpoint of this machine", {{u"token_endpoint"_s, u"http://127.0.0.1/t"_s}}, Code::Refused, "token_endpoint");
        refused("an endpoint with a password", {{u"revocation_endpoint"_s, u"https://a:b@id.example/r"_s}}, Code::Refused, "revocation_endpoint");
        refused("a relative endpoint", {{u"token_endpoint"_s, u"/token"_s}}, Code::Refused, "token_endpoint");
        lacking("no token endpoint", {{u"token_endpoint"_s, null}}, "no token_endpoint");
        lacking("no authorization endpoint", {{u"authorization_endpoint"_s, null}}, "no authorization_endpoint");
        lacking("no device endpoint", {{u"device_authorization_endpoint"_s, null}}, "no device_authorization_endpoint");
        lacking("no code flow", {{u"response_types_supported"_s, list(u"token"_s)}}, "authorization code flow");
        lacking("no PKCE", {{u"code_challenge_methods_supported"_s, list(u"plain"_s)}}, "S256");
        lacking("no public clients", {{u"token_endpoint_auth_methods_supported"_s, list(u"client_secret_basic"_s)}}, "\"none\"");
        lacking("no lists at all", {{u"token_endpoint_auth_methods_supported"_s, null}, {u"code_challenge_methods_supported"_s, null}}, "");
        lacking("no revocation", {{u"revocation_endpoint"_s, null}}, "");
        // clang-format on
    }
    void metadata()
    {
        QFETCH(const QJsonObject, changes);
        QFETCH(const std::optional<Code>, code);
        QFETCH(const QString, text);
        const auto read =
            readMetadata(bareProfile(), toBytes(test::changed(goodMetadata(), changes)));
        const auto *error = std::get_if<TokenError>(&read);
        QCOMPARE(error != nullptr, code.has_value());
        if (error) {
            QCOMPARE(error->code, *code);
            QVERIFY2(error->detail.contains(text), qPrintable(error->detail));
            return;
        }
        const auto missing = std::get<Discovered>(read).missing;
        QCOMPARE(missing.size(), text.isEmpty() ? 0 : 1);
        QVERIFY2(missing.join(u' ').contains(text), qPrintable(missing.join(u' ')));
    }

    void methodsThatAreNotOfferedLackNothing()
    {
        auto profile = bareProfile();
        profile.signInMethods = {SignInMethod::Password};
        const auto read = readMetadata(profile,
            toBytes({{u"issuer"_s, u"https://id.example"_s},
                {u"token_endpoint"_s, u"https://id.example/token"_s}}));
        QCOMPARE(std::get<Discovered>(read).missing, QStringList());
    }

    void theDemoBackendHasIt()
    {
        auto profile = *BackendProfile::preset(u"oauth2"_s, m_backend->url());
        profile.issuer = m_backend->url().toString();
        m_discovery->start(Discovery::withoutEndpoints(profile));
        QVERIFY(m_discovery->isBusy());
        QTRY_COMPARE(ends(), u"succeeded"_s);
        QVERIFY(!m_discovery->isBusy());
        QCOMPARE(found().missing, QStringList());
        QCOMPARE(found().profile.refresh.url, profile.resolved(profile.refresh.url));
        QCOMPARE(found().profile.authorization.url, profile.resolved(profile.authorization.url));
        QVERIFY(found().profile.authorization.issuerInAnswers);
    }

    void whereItIsLookedFor_data()
    {
        QTest::addColumn<QString>("path"); // of the issuer
        QTest::addColumn<QString>("scope");
        QTest::addColumn<QStringList>("places"); // the last place has the metadata
        const auto row = [](const char *name, const char *path, const char *scope,
                             const QStringList &places) {
            QTest::newRow(name) << QString::fromLatin1(path) << QString::fromLatin1(scope)
                                << places;
        };
        const auto oauth = u"/.well-known/oauth-authorization-server"_s;
        const auto openId = u"/.well-known/openid-configuration"_s;
        row("at the root", "", "a", {oauth});
        row("at the root, OpenID only", "", "a", {oauth, openId});
        row("at the root, for OpenID", "", "openid", {openId});
        row("at the root, OAuth only", "", "openid", {openId, oauth});
        row("with a slash", "/", "a", {oauth, openId});
        row("below a path", "/realms/x", "a",
            {QString(oauth + u"/realms/x"_s), QString(u"/realms/x"_s + openId)});
        row("below a path with a slash", "/x/", "openid",
            {QString(u"/x"_s + openId), QString(oauth + u"/x/"_s)});
    }
    void whereItIsLookedFor()
    {
        QFETCH(const QString, path);
        QFETCH(const QString, scope);
        QFETCH(const QStringList, places);
        const auto profile = profileAt(path, scope);
        for (const auto &place : places)
            m_backend->on(place).always({404, {}, {}});
        m_backend->on(places.constLast()).always({200, {}, metadataOf(profile)});
        m_discovery->start(profile);
        QTRY_COMPARE(ends(), u"succeeded"_s);
        QStringList asked;
        for (const auto &line : m_backend->transcript())
            asked += line.section(u' ', 1, 1);
        QCOMPARE(asked, places);
    }

    void failures_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<Code>("code");
        QTest::addColumn<int>("requests");
        const auto row = [](const char *name, int status, const char *body, Code code) {
            QTest::newRow(name) << status << QByteArray(body) << code << 2;
        };
        row("nowhere", 404, "", Code::ServerFailed);
        row("out of order", 500, "", Code::ServerFailed);
        row("moved", 302, "", Code::ServerFailed);
        row("a page", 200, "<html>", Code::BadAnswer);
        row("a list", 200, "[]", Code::BadAnswer);
        row("of another issuer", 200, R"({"issuer":"evil"})", Code::BadAnswer);
        QTest::newRow("too large")
            << 200 << QByteArray(2 * 1024 * 1024, ' ') << Code::BadAnswer << 2;
    }
    void failures()
    {
        QFETCH(const int, status);
        QFETCH(const QByteArray, body);
        QFETCH(const int, requests);
        for (const auto &place :
            {u"/.well-known/oauth-authorization-server"_s, u"/.well-known/openid-configuration"_s})
            m_backend->on(place).always({status, {}, body});
        m_discovery->start(profileAt({}));
        QTRY_COMPARE(ends(), u"failed"_s);
        QTEST(lastError().code, "code");
        QVERIFY2(lastError().detail.contains("oauth-authorization-server"_L1),
            qPrintable(lastError().detail));
        QCOMPARE(m_backend->transcript().size(), requests);
    }

    void issuersThatAreNotAsked_data()
    {
        QTest::addColumn<QString>("issuer");
        QTest::newRow("none") << QString();
        QTest::newRow("plain http to elsewhere") << u"http://id.example"_s;
        QTest::newRow("a file") << u"file:///etc"_s;
        QTest::newRow("with a query") << u"https://id.example?x=1"_s;
        QTest::newRow("with a fragment") << u"https://id.example#x"_s;
        QTest::newRow("with a password") << u"https://a:b@id.example"_s;
        QTest::newRow("no URL") << u"id.example"_s;
    }
    void issuersThatAreNotAsked()
    {
        auto profile = bareProfile();
        QFETCH(const QString, issuer);
        profile.issuer = issuer;
        m_discovery->start(profile);
        QCOMPARE(ends(), u"not ended"_s); // never inside start()
        QTRY_COMPARE(ends(), u"failed"_s);
        QCOMPARE(lastError().code, Code::Refused);
    }

    void isBounded()
    {
        const auto place = u"/.well-known/oauth-authorization-server"_s;
        m_backend->on(place).hold();
        m_discovery->start(profileAt({}));
        QTRY_COMPARE(m_backend->on(place).heldCount(), 1);
        m_clock.advance(profileAt({}).policy.tryTimeout);
        QCOMPARE(ends(), u"failed"_s);
        QCOMPARE(lastError().code, Code::TimedOut);
    }

    void canBeCancelledAndBegunAgain()
    {
        const auto place = u"/.well-known/oauth-authorization-server"_s;
        m_backend->on(place).hold();
        const auto profile = profileAt({});
        m_discovery->start(profile);
        QTRY_COMPARE(m_backend->on(place).heldCount(), 1);
        m_discovery->cancel();
        QCOMPARE(ends(), u"cancelled"_s);
        m_discovery->start(profile);
        m_discovery->start(profile);
        QCOMPARE(ends(), u"cancelled twice"_s);
        m_backend->on(place).always({200, {}, metadataOf(profile)});
        m_backend->on(place).release();
        QTRY_COMPARE(ends(), u"succeeded, cancelled twice"_s);
    }

    void mayBeDeletedFromASlot_data()
    {
        QTest::addColumn<int>("status");
        QTest::newRow("of succeeded()") << 200;
        QTest::newRow("of failed()") << 404;
    }
    void mayBeDeletedFromASlot()
    {
        QFETCH(const int, status);
        const auto destroy = [this] { m_discovery.reset(); };
        connect(m_discovery.get(), &Discovery::succeeded, this, destroy);
        connect(m_discovery.get(), &Discovery::failed, this, destroy);
        const auto profile = profileAt({});
        for (const auto &place :
            {u"/.well-known/oauth-authorization-server"_s, u"/.well-known/openid-configuration"_s})
            m_backend->on(place).always({status, {}, metadataOf(profile)});
        m_discovery->start(profile);
        QTRY_VERIFY(!m_discovery);
    }

private:
    std::unique_ptr<demobackend::DemoBackend> m_backend;
    authcore::testing::ManualClock m_clock;
    std::unique_ptr<Discovery> m_discovery;
    std::unique_ptr<QSignalSpy> m_succeeded;
    std::unique_ptr<QSignalSpy> m_failed;
    std::unique_ptr<QSignalSpy> m_cancelled;
};

QTEST_GUILESS_MAIN(TestDiscovery)
#include "tst_discovery.moc"
