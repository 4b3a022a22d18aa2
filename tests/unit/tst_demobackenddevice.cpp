#include "oauthbrowser.h"

#include <QtTest/QTest>

using namespace Qt::Literals::StringLiterals;
using namespace demobackend;
using namespace std::chrono_literals;

//! The device grant: the answers to devices, and the page for people.
class TestDemoBackendDevice : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup() { m_backend.reset(); }

    void deviceIsToldWhereToGo();
    void badRequestsAreRefused_data();
    void badRequestsAreRefused();
    void pollsAreAnsweredByKnob_data();
    void pollsAreAnsweredByKnob();
    void badPollsAreRefused_data();
    void badPollsAreRefused();
    void personDecides_data();
    void personDecides();
    void personMayErr_data();
    void personMayErr();
    void pageShowsWhoAsks();
    void pollingTooFastIsSlowedDown();
    void codesExpire();
    void refreshTokenIsForOfflineAccess_data();
    void refreshTokenIsForOfflineAccess();
    void confidentialClientAuthenticates();
    void transcriptHasNoSecrets();

private:
    [[nodiscard]] OAuthBrowser browser() const { return OAuthBrowser(*m_backend); }
    [[nodiscard]] static WireAnswer begin(
        OAuthBrowser &device, const QByteArray &scope = "resources")
    {
        return device.post(
            "/oauth2/device_authorization", {{"client_id", "tokenflight"}, {"scope", scope}});
    }
    [[nodiscard]] static WireAnswer poll(
        OAuthBrowser &device, const QString &deviceCode, const Fields &changes = {})
    {
        const Fields fields {{"client_id", "tokenflight"},
            {"grant_type", OAuthBrowser::deviceGrant}, {"device_code", deviceCode.toLatin1()}};
        return device.token(changed(fields, changes));
    }
    template <typename Change>
    void changeKnobs(Change change)
    {
        auto knobs = m_backend->knobs();
        change(knobs);
        m_backend->setKnobs(knobs);
    }

    std::unique_ptr<DemoBackend> m_backend;
};

void TestDemoBackendDevice::init()
{
    m_backend = std::make_unique<DemoBackend>();
    QCOMPARE(m_backend->start(), QString());
    changeKnobs([](Knobs &knobs) { knobs.deviceInterval = 0s; });
}

void TestDemoBackendDevice::deviceIsToldWhereToGo()
{
    changeKnobs([](Knobs &knobs) { knobs.deviceInterval = 7s; });
    auto device = browser();
    const auto answer = begin(device);
    QCOMPARE(answer.status, 200);
    QCOMPARE(answer.headers.value("cache-control"), "no-store");
    const QString page = m_backend->url().toString() + u"/oauth2/device";
    QCOMPARE(answer.text("verification_uri"), page);
    QCOMPARE(answer.text("verification_uri_complete"),
        QString(page + u"?user_code=" + answer.text("user_code")));
    QVERIFY(answer.text("device_code").size() >= 32);
    QCOMPARE(answer.json()["expires_in"_L1].toInt(), 600);
    QCOMPARE(answer.json()["interval"_L1].toInt(), 7);
}

void TestDemoBackendDevice::badRequestsAreRefused_data()
{
    QTest::addColumn<QByteArray>("form");
    QTest::addColumn<int>("status");
    QTest::addColumn<QString>("error");
    // clang-format off
    QTest::newRow("no client")        << QByteArray("scope=openid") << 401 << u"invalid_client"_s;
    QTest::newRow("unknown client")   << QByteArray("client_id=stranger") << 401 << u"invalid_client"_s;
    QTest::newRow("without a secret") << QByteArray("client_id=tokenflight-confidential") << 401 << u"invalid_client"_s;
    QTest::newRow("unknown scope")    << QByteArray("client_id=tokenflight&scope=admin") << 400 << u"invalid_scope"_s;
    QTest::newRow("scope twice")      << QByteArray("client_id=tokenflight&scope=openid&scope=email") << 400 << u"invalid_request"_s;
    // clang-format on
}

void TestDemoBackendDevice::badRequestsAreRefused()
{
    QFETCH(QByteArray, form);
    const auto answer = browser().wire().ask("POST", "/oauth2/device_authorization", form,
        "Content-Type: application/x-www-form-urlencoded; charset=UTF-8\r\n");
    QTEST(answer.status, "status");
    QTEST(answer.text("error"), "error");
}

void TestDemoBackendDevice::pollsAreAnsweredByKnob_data()
{
    QTest::addColumn<DeviceApproval>("approval");
    QTest::addColumn<int>("slowDowns");
    QTest::addColumn<QStringList>("answers"); // empty: tokens
    const auto pending = u"authorization_pending"_s;
    const auto slower = u"slow_down"_s;
    const auto gone = u"invalid_grant"_s;
    // clang-format off
    QTest::newRow("at once")     << DeviceApproval::AtOnce << 0 << QStringList {QString(), gone};
    QTest::newRow("after polls") << DeviceApproval::AfterPolls << 0 << QStringList {pending, pending, QString(), gone};
    QTest::newRow("nobody")      << DeviceApproval::ByPerson << 0 << QStringList {pending, pending, pending};
    QTest::newRow("denied")      << DeviceApproval::Denied << 0 << QStringList {u"access_denied"_s, gone};
    QTest::newRow("expired")     << DeviceApproval::Expired << 0 << QStringList {u"expired_token"_s, gone};
    QTest::newRow("slow down")   << DeviceApproval::AtOnce << 2 << QStringList {slower, slower, QString(), gone};
    // clang-format on
}

void TestDemoBackendDevice::pollsAreAnsweredByKnob()
{
    QFETCH(DeviceApproval, approval);
    QFETCH(int, slowDowns);
    QFETCH(QStringList, answers);
    changeKnobs([&](Knobs &knobs) {
        knobs.deviceApproval = approval;
        knobs.deviceSlowDowns = slowDowns;
        knobs.deviceUser = u"boris"_s;
    });
    auto device = browser();
    const auto code = begin(device).text("device_code");
    for (const auto &expected : answers) {
        const auto answer = poll(device, code);
        QCOMPARE(answer.text("error"), expected);
        QCOMPARE(answer.status, expected.isEmpty() ? 200 : 400);
        if (answer.status == 200)
            QCOMPARE(device.me(answer.text("access_token")).body,
                "protected resources, username: boris");
    }
    QCOMPARE(m_backend->counters().signIns, answers.count(QString()));
}

void TestDemoBackendDevice::badPollsAreRefused_data()
{
    QTest::addColumn<Fields>("changes");
    QTest::addColumn<QString>("error");
    // clang-format off
    QTest::newRow("no device code")      << Fields {{"device_code", ""}} << u"invalid_request"_s;
    QTest::newRow("unknown device code") << Fields {{"device_code", "x"}} << u"invalid_grant"_s;
    QTest::newRow("of another client")   << Fields {{"client_id", "tokenflight-confidential"}, {"client_secret", "demo-secret"}} << u"invalid_grant"_s;
    QTest::newRow("wrong secret")        << Fields {{"client_id", "tokenflight-confidential"}, {"client_secret", "x"}} << u"invalid_client"_s;
    // clang-format on
}

void TestDemoBackendDevice::badPollsAreRefused()
{
    QFETCH(Fields, changes);
    auto device = browser();
    const auto code = begin(device).text("device_code");
    QTEST(poll(device, code, changes).text("error"), "error");
    QCOMPARE(poll(device, code).status, 200); // the code is still good
}

void TestDemoBackendDevice::personDecides_data()
{
    QTest::addColumn<QByteArray>("decision");
    QTest::addColumn<QByteArray>("shown");
    QTest::addColumn<QString>("error");
    QTest::newRow("allows") << QByteArray("allow") << QByteArray("go back to your device")
                            << QString();
    QTest::newRow("denies") << QByteArray("deny") << QByteArray("was not connected")
                            << u"access_denied"_s;
}

void TestDemoBackendDevice::personDecides()
{
    QFETCH(QByteArray, decision);
    QFETCH(QByteArray, shown);
    changeKnobs([](Knobs &knobs) { knobs.deviceApproval = DeviceApproval::ByPerson; });
    auto device = browser();
    const auto begun = begin(device, "openid");
    QCOMPARE(poll(device, begun.text("device_code")).text("error"), u"authorization_pending"_s);
    auto person = browser();
    const auto page =
        person.get("/oauth2/device", {{"user_code", begun.text("user_code").toLatin1()}});
    const auto said = person.submit(
        page, {{"username", "clara"}, {"password", "clara-demo-1"}, {"decision", decision}});
    QVERIFY2(said.body.contains(shown), said.body.constData());
    const auto answer = poll(device, begun.text("device_code"));
    QTEST(answer.text("error"), "error");
    QCOMPARE(claimsIn(answer.text("id_token"))["sub"_L1].toString(),
        answer.status == 200 ? u"u-clara"_s : QString());
}

void TestDemoBackendDevice::personMayErr_data()
{
    QTest::addColumn<Fields>("changes");
    QTest::addColumn<QByteArray>("shown");
    const QByteArray wrong = "The user name or the password is wrong.";
    // clang-format off
    QTest::newRow("wrong password")        << Fields {{"password", "x"}} << wrong;
    QTest::newRow("nobody")                << Fields {{"username", "nobody"}} << wrong;
    QTest::newRow("denies, no password")   << Fields {{"password", ""}, {"decision", "deny"}} << wrong;
    QTest::newRow("unknown code")          << Fields {{"user_code", "AAAA-AAAA"}} << QByteArray("No device waits");
    QTest::newRow("no code")               << Fields {{"user_code", ""}} << QByteArray("No device waits");
    // clang-format on
}

void TestDemoBackendDevice::personMayErr()
{
    QFETCH(Fields, changes);
    QFETCH(QByteArray, shown);
    changeKnobs([](Knobs &knobs) { knobs.deviceApproval = DeviceApproval::ByPerson; });
    auto device = browser();
    const auto begun = begin(device);
    const auto userCode = begun.text("user_code").toLower().remove(u'-').toLatin1();
    auto person = browser();
    auto page = person.get("/oauth2/device");
    if (!changes.contains("user_code"))
        changes["user_code"] = userCode;
    page = person.submit(page, changes);
    QVERIFY2(page.body.contains(shown), page.body.constData());
    QCOMPARE(poll(device, begun.text("device_code")).text("error"), u"authorization_pending"_s);
    QVERIFY(person.submit(page, {{"user_code", userCode}}).body.contains("Connected"));
    QCOMPARE(poll(device, begun.text("device_code")).status, 200);
}

void TestDemoBackendDevice::pageShowsWhoAsks()
{
    auto device = browser();
    const auto begun = begin(device, "email");
    const auto page =
        device.get("/oauth2/device", {{"user_code", begun.text("user_code").toLatin1()}});
    QVERIFY(page.body.contains("<b>Tokenflight</b>"));
    QVERIFY(page.body.contains("e-mail"));
    QVERIFY(!device.get("/oauth2/device", {{"user_code", "x"}}).body.contains("<b>"));
    QCOMPARE(device.wire().ask("POST", "/oauth2/device", "{}").status, 400);
}

void TestDemoBackendDevice::pollingTooFastIsSlowedDown()
{
    changeKnobs([](Knobs &knobs) {
        knobs.clockStandsAt =
            std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
        knobs.deviceInterval = 5s;
        knobs.deviceApproval = DeviceApproval::AfterPolls;
        knobs.deviceApprovalPolls = 1;
    });
    auto device = browser();
    const auto code = begin(device).text("device_code");
    QCOMPARE(poll(device, code).text("error"), u"authorization_pending"_s);
    QCOMPARE(poll(device, code).text("error"), u"slow_down"_s);
    changeKnobs([](Knobs &knobs) { knobs.clockOffset = 6s; });
    // The interval is ten seconds by now.
    QCOMPARE(poll(device, code).text("error"), u"slow_down"_s);
    changeKnobs([](Knobs &knobs) { knobs.clockOffset = 21s; });
    QCOMPARE(poll(device, code).status, 200);
}

void TestDemoBackendDevice::codesExpire()
{
    auto device = browser();
    const auto begun = begin(device);
    changeKnobs([](Knobs &knobs) { knobs.clockOffset = 10min; });
    const auto page = device.get("/oauth2/device");
    const auto userCode = begun.text("user_code").toLatin1();
    QVERIFY(device.submit(page, {{"user_code", userCode}}).body.contains("No device waits"));
    QCOMPARE(poll(device, begun.text("device_code")).text("error"), u"expired_token"_s);
}

void TestDemoBackendDevice::refreshTokenIsForOfflineAccess_data()
{
    QTest::addColumn<QByteArray>("scope");
    QTest::addColumn<bool>("knob");
    QTest::addColumn<bool>("issued");
    QTest::newRow("asked for") << QByteArray("resources offline_access") << false << true;
    QTest::newRow("not asked for") << QByteArray("resources") << false << false;
    QTest::newRow("always") << QByteArray("resources") << true << true;
}

void TestDemoBackendDevice::refreshTokenIsForOfflineAccess()
{
    QFETCH(QByteArray, scope);
    QFETCH(bool, knob);
    changeKnobs([&](Knobs &knobs) { knobs.alwaysRefreshToken = knob; });
    auto device = browser();
    const auto answer = poll(device, begin(device, scope).text("device_code"));
    QCOMPARE(answer.text("scope").toLatin1(), scope);
    QTEST(!answer.text("refresh_token").isEmpty(), "issued");
}

void TestDemoBackendDevice::confidentialClientAuthenticates()
{
    auto device = browser();
    const QByteArray basic = "Authorization: Basic "
        + QByteArray("tokenflight-confidential:demo-secret").toBase64() + "\r\n";
    const auto begun = device.post("/oauth2/device_authorization", {{"scope", "openid"}}, basic);
    QCOMPARE(begun.status, 200);
    const auto answer = device.token({{"grant_type", OAuthBrowser::deviceGrant},
                                         {"device_code", begun.text("device_code").toLatin1()}},
        basic);
    QCOMPARE(claimsIn(answer.text("id_token"))["aud"_L1].toString(), u"tokenflight-confidential"_s);
}

void TestDemoBackendDevice::transcriptHasNoSecrets()
{
    auto device = browser();
    const auto begun = begin(device);
    QCOMPARE(
        device.get("/oauth2/device", {{"user_code", begun.text("user_code").toLatin1()}}).status,
        200);
    QCOMPARE(poll(device, begun.text("device_code")).status, 200);
    QCOMPARE(m_backend->transcript(),
        QStringList({u"POST /oauth2/device_authorization -> 200"_s, u"GET /oauth2/device -> 200"_s,
            u"POST /oauth2/token -> 200"_s}));
}

QTEST_GUILESS_MAIN(TestDemoBackendDevice)
#include "tst_demobackenddevice.moc"
