#include "dialectclient.h"

#include <QtCore/QJsonArray>
#include <QtTest/QTest>

using namespace Qt::Literals::StringLiterals;
using namespace demobackend;
using namespace std::chrono_literals;

//! The user data of the JSON dialects, and the resources of `x-access-token` for each role.
class TestDemoBackendRoles : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup() { m_backend.reset(); }

    void signInHandsOutTheUser_data();
    void signInHandsOutTheUser();
    void refreshHandsOutTokensAlone();
    void contentsByRole_data();
    void contentsByRole();
    void publicContentNeedsNoToken();
    void missingRoleUsesNothingUp();
    void tokenMayBeShownAsBearer();
    void ownHeaderComesFirst();
    void lifetimeIsHandedOut();
    void expiresInIsOfOneDialect();

private:
    [[nodiscard]] DialectClient client(const QByteArray &dialect) const
    {
        return {*m_backend, speechOf(dialect)};
    }
    [[nodiscard]] DialectClient roles() const { return client("x-access-token"); }

    std::unique_ptr<DemoBackend> m_backend;
};

void TestDemoBackendRoles::init()
{
    m_backend = std::make_unique<DemoBackend>();
    QCOMPARE(m_backend->start(), QString());
}

void TestDemoBackendRoles::signInHandsOutTheUser_data()
{
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<QJsonArray>("roles");
    QTest::newRow("admin") << QByteArray("anna")
                           << QJsonArray({"ROLE_USER"_L1, "ROLE_MODERATOR"_L1, "ROLE_ADMIN"_L1});
    QTest::newRow("user") << QByteArray("boris") << QJsonArray({"ROLE_USER"_L1});
    QTest::newRow("moderator") << QByteArray("clara")
                               << QJsonArray({"ROLE_USER"_L1, "ROLE_MODERATOR"_L1});
}

void TestDemoBackendRoles::signInHandsOutTheUser()
{
    QFETCH(QByteArray, name);
    QFETCH(QJsonArray, roles);
    auto user = this->roles();
    const auto answer = user.signIn(name);
    QCOMPARE(answer.json().keys(),
        QStringList(
            {u"accessToken"_s, u"email"_s, u"id"_s, u"refreshToken"_s, u"roles"_s, u"username"_s}));
    QCOMPARE(answer.text("id").toLatin1(), "u-" + name);
    QCOMPARE(answer.text("username").toLatin1(), name);
    QCOMPARE(answer.text("email").toLatin1(), name + "@demo.example");
    QCOMPARE(answer.json()["roles"_L1].toArray(), roles);
}

void TestDemoBackendRoles::refreshHandsOutTokensAlone()
{
    auto user = roles();
    user.signIn();
    QCOMPARE(user.refresh().json().keys(), QStringList({u"accessToken"_s, u"refreshToken"_s}));
}

void TestDemoBackendRoles::contentsByRole_data()
{
    QTest::addColumn<QByteArray>("user");
    QTest::addColumn<QByteArray>("board");
    QTest::addColumn<QByteArray>("body"); // empty: 403
    const auto row = [](const QByteArray &user, const QByteArray &board, const QByteArray &body) {
        QTest::addRow("%s asks for %s", user.constData(), board.constData())
            << user << board << body;
    };
    row("anna", "user", "User Content, username: anna");
    row("anna", "mod", "Moderator Content, username: anna");
    row("anna", "admin", "Admin Content, username: anna");
    row("boris", "user", "User Content, username: boris");
    row("boris", "mod", {});
    row("boris", "admin", {});
    row("clara", "user", "User Content, username: clara");
    row("clara", "mod", "Moderator Content, username: clara");
    row("clara", "admin", {});
}

void TestDemoBackendRoles::contentsByRole()
{
    QFETCH(QByteArray, user);
    QFETCH(QByteArray, board);
    QFETCH(QByteArray, body);
    auto asking = roles();
    QCOMPARE(asking.askFor("/api/test/" + board).status, 401);
    asking.signIn(user);
    for (const QByteArray method : {"GET", "POST"}) {
        const auto answer = asking.askFor("/api/test/" + board, method);
        QCOMPARE(answer.status, body.isEmpty() ? 403 : 200);
        QCOMPARE(answer.text("message").isEmpty(), !body.isEmpty());
        QVERIFY(body.isEmpty() || method == "POST" || answer.body == body);
        QVERIFY(!answer.headers.contains("www-authenticate"));
    }
}

void TestDemoBackendRoles::publicContentNeedsNoToken()
{
    auto anybody = roles();
    QCOMPARE(anybody.wire().ask("GET", "/api/test/all").body, "Public Content.");
    anybody.held.access = "forged";
    QCOMPARE(anybody.askFor("/api/test/all").body, "Public Content.");
    QCOMPARE(m_backend->counters(), Counters()); // the path is no protected resource
    QCOMPARE(m_backend->transcript(),
        QStringList({u"GET /api/test/all -> 200"_s, u"GET /api/test/all [A?] -> 200"_s}));
    QCOMPARE(anybody.wire().ask("GET", "/api/test").status, 404);
}

void TestDemoBackendRoles::missingRoleUsesNothingUp()
{
    auto boris = roles();
    boris.signIn("boris");
    m_backend->answerResources(ResourceAnswer::ServerError);
    QCOMPARE(boris.askFor("/api/test/admin").status, 403);
    QCOMPARE(boris.askFor("/api/test/user").status, 500);
}

void TestDemoBackendRoles::tokenMayBeShownAsBearer()
{
    auto user = roles();
    user.signIn();
    const QByteArray bearer = "Authorization: Bearer " + user.held.access + "\r\n";
    QCOMPARE(user.wire().ask("GET", "/api/test/user", {}, bearer).status, 200);
    QCOMPARE(m_backend->transcript().last(), u"GET /api/test/user [A1] -> 200"_s);
}

void TestDemoBackendRoles::ownHeaderComesFirst()
{
    auto user = roles();
    user.signIn();
    const QByteArray bearer = "Authorization: Bearer " + user.held.access + "\r\n";
    user.held.access = "forged";
    const auto answer = user.wire().ask("GET", "/api/test/user", {}, bearer + user.accessHeader());
    QCOMPARE(answer.status, 401);
}

void TestDemoBackendRoles::lifetimeIsHandedOut()
{
    auto knobs = m_backend->knobs();
    knobs.accessLifetime = 77s;
    m_backend->setKnobs(knobs);
    auto user = client("json-bearer");
    for (const auto &answer : {user.signIn(), user.refresh()}) {
        QCOMPARE(answer.json().keys(),
            QStringList({u"accessToken"_s, u"expiresIn"_s, u"refreshToken"_s}));
        QCOMPARE(answer.json()["expiresIn"_L1].toInt(), 77);
    }
}

void TestDemoBackendRoles::expiresInIsOfOneDialect()
{
    auto knobs = m_backend->knobs();
    knobs.sendExpiresIn = true;
    m_backend->setKnobs(knobs);
    for (const auto &speech : allSpeeches()) {
        auto user = client(speech.dialect);
        QCOMPARE(user.signIn().json().contains("expires_in"_L1), speech.dialect == "custom-jwt");
    }
}

QTEST_GUILESS_MAIN(TestDemoBackendRoles)
#include "tst_demobackendroles.moc"
