#include "dialectclient.h"

#include <QtCore/QCryptographicHash>
#include <QtCore/QElapsedTimer>
#include <QtCore/QFile>
#include <QtCore/QTemporaryDir>
#include <QtTest/QTest>

using namespace Qt::Literals::StringLiterals;
using namespace demobackend;
using namespace std::chrono_literals;

Q_DECLARE_METATYPE(Speech)

namespace {

constexpr auto invalidToken = R"(Bearer error="invalid_token")";

QJsonObject claimsIn(const QByteArray &jwt)
{
    const auto part = jwt.split('.').value(1);
    return QJsonDocument::fromJson(QByteArray::fromBase64(part, QByteArray::Base64UrlEncoding))
        .object();
}

void eachDialect()
{
    QTest::addColumn<Speech>("speech");
    for (const auto &speech : allSpeeches())
        QTest::newRow(speech.dialect.constData()) << speech;
}

QString line(const QByteArray &method, const QByteArray &path, const char *rest)
{
    return QString::fromLatin1(method + ' ' + path + ' ' + rest);
}

} // namespace

//! Rules that hold in every dialect, each tested with the dialect's own requests.
class TestDemoBackendDialects : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    void signInOpensTheResource_data() { eachDialect(); }
    void signInOpensTheResource();
    void signInIsRefused_data();
    void signInIsRefused();
    void onlyPostSignsInAndRefreshes_data() { eachDialect(); }
    void onlyPostSignsInAndRefreshes();
    void resourceNeedsAToken_data() { eachDialect(); }
    void resourceNeedsAToken();
    void bodiesAreEchoed_data() { eachDialect(); }
    void bodiesAreEchoed();

    void refreshRotates_data() { eachDialect(); }
    void refreshRotates();
    void usedRefreshToken_data();
    void usedRefreshToken();
    void refreshWithoutRotation_data() { eachDialect(); }
    void refreshWithoutRotation();
    void refreshTokenExpires_data() { eachDialect(); }
    void refreshTokenExpires();
    void refusedRefreshKeepsItsShape_data() { eachDialect(); }
    void refusedRefreshKeepsItsShape();
    void sameAccessTokenIsRepeated_data() { eachDialect(); }
    void sameAccessTokenIsRepeated();
    void secondSignIn_data() { eachDialect(); }
    void secondSignIn();
    void reuseEndsOneSignInAlone_data() { eachDialect(); }
    void reuseEndsOneSignInAlone();
    void usersDoNotDisturbEachOther_data() { eachDialect(); }
    void usersDoNotDisturbEachOther();

    void tokensOfAnotherDialectAreRefused_data();
    void tokensOfAnotherDialectAreRefused();

    void refreshAnswers_data();
    void refreshAnswers();
    void resourceAnswers_data();
    void resourceAnswers();
    void challengeHeaderCanBeOmitted_data() { eachDialect(); }
    void challengeHeaderCanBeOmitted();
    void latencyComesBeforeTheAnswer_data() { eachDialect(); }
    void latencyComesBeforeTheAnswer();
    void tokensCanBeExpiredAndRevoked_data() { eachDialect(); }
    void tokensCanBeExpiredAndRevoked();

    void transcriptHasNoSecrets_data() { eachDialect(); }
    void transcriptHasNoSecrets();
    void scriptedPathsNameTheToken_data() { eachDialect(); }
    void scriptedPathsNameTheToken();
    void sessionsSurviveARestart();

private:
    void start(DemoBackend::Options options = {});
    [[nodiscard]] DialectClient client(const Speech &speech) const { return {*m_backend, speech}; }

    std::unique_ptr<DemoBackend> m_backend;
};

void TestDemoBackendDialects::init()
{
    start();
}

void TestDemoBackendDialects::start(DemoBackend::Options options)
{
    m_backend = std::make_unique<DemoBackend>(std::move(options));
    QCOMPARE(m_backend->start(), QString());
    changeKnobs(*m_backend, [](Knobs &knobs) { knobs.allowPasswordGrant = true; }); // for `oauth2`
}

void TestDemoBackendDialects::cleanup()
{
    m_backend.reset();
}

void TestDemoBackendDialects::signInOpensTheResource()
{
    QFETCH(Speech, speech);
    auto user = client(speech);
    const auto answer = user.signIn("boris");
    QCOMPARE(answer.status, 200);
    QCOMPARE(answer.headers.value("cache-control"), "no-store");
    QCOMPARE(claimsIn(user.held.access)["dialect"_L1].toString().toLatin1(), speech.dialect);
    QCOMPARE(claimsIn(user.held.access)["name"_L1].toString(), u"boris"_s);
    QCOMPARE(user.ask().body, speech.content + ", username: boris");
    const Counters expected {.signIns = 1, .served = 1};
    QCOMPARE(m_backend->counters(), expected);
    QCOMPARE(m_backend->transcript(),
        QStringList({line("POST", speech.signInPath, "-> 200"),
            line("GET", speech.resourcePath, "[A1] -> 200")}));
}

void TestDemoBackendDialects::signInIsRefused_data()
{
    QTest::addColumn<Speech>("speech");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<int>("status");
    const auto row = [](const Speech &speech, const char *what, QByteArray body, int status) {
        QTest::addRow("%s: %s", speech.dialect.constData(), what)
            << speech << body.replace("NAME", speech.userNameField) << status;
    };
    for (const auto &speech : allSpeeches()) {
        if (speech.body == Speech::Body::Form)
            continue; // see tst_demobackendoauth
        row(speech, "wrong password", "{\"NAME\":\"anna\",\"password\":\"boris-demo-1\"}", 401);
        row(speech, "nobody", "{\"NAME\":\"carol\",\"password\":\"\"}", 401);
        row(speech, "no password", "{\"NAME\":\"anna\"}", 400);
        row(speech, "the name is a number", "{\"NAME\":1,\"password\":\"\"}", 400);
        row(speech, "not an object", "[]", 400);
        row(speech, "cut short", "{\"NAME\":\"anna\",\"pass", 400);
    }
}

void TestDemoBackendDialects::signInIsRefused()
{
    QFETCH(Speech, speech);
    QFETCH(QByteArray, body);
    const auto answer = client(speech).wire().ask("POST", speech.signInPath, body);
    QTEST(answer.status, "status");
    QVERIFY(!answer.text(speech.reasonField).isEmpty());
    QCOMPARE(answer.cookies.size(), 0);
    QCOMPARE(m_backend->counters(), Counters());
}

void TestDemoBackendDialects::onlyPostSignsInAndRefreshes()
{
    QFETCH(Speech, speech);
    auto connection = WireClient(*m_backend);
    for (const auto &path : {speech.signInPath, speech.refreshPath}) {
        const auto answer = connection.ask("GET", path);
        QCOMPARE(answer.status, 405);
        QCOMPARE(answer.headers.value("allow"), "POST");
    }
}

void TestDemoBackendDialects::resourceNeedsAToken()
{
    QFETCH(Speech, speech);
    auto user = client(speech);
    // RFC 6750 section 3: a request without a token is told of no error.
    const auto bare = user.wire().ask("GET", speech.resourcePath);
    QCOMPARE(bare.status, 401);
    QCOMPARE(bare.headers.value("www-authenticate"), "Bearer");
    user.held.access = "forged";
    const auto forged = user.ask();
    QCOMPARE(forged.status, 401);
    QCOMPARE(forged.headers.value("www-authenticate"), invalidToken);
    QVERIFY(!forged.text(speech.reasonField).isEmpty());
    QCOMPARE(m_backend->transcript().last(), line("GET", speech.resourcePath, "[A?] -> 401"));
    QCOMPARE(m_backend->counters().challenges, 2);
}

void TestDemoBackendDialects::bodiesAreEchoed()
{
    QFETCH(Speech, speech);
    auto user = client(speech);
    user.signIn();
    const auto body = "a=%20+&b=\0\r\n--b.1--"_ba;
    const auto answer = user.ask("POST", body);
    QCOMPARE(answer.status, 200);
    QCOMPARE(answer.json()["length"_L1].toInteger(), body.size());
    QCOMPARE(answer.text("sha256").toLatin1(),
        QCryptographicHash::hash(body, QCryptographicHash::Sha256).toHex());
}

void TestDemoBackendDialects::refreshRotates()
{
    QFETCH(Speech, speech);
    auto user = client(speech);
    user.signIn();
    const auto first = user.held;
    const auto answer = user.refresh();
    QCOMPARE(answer.status, 200);
    QCOMPARE(answer.headers.value("cache-control"), "no-store");
    QVERIFY(user.held.access != first.access);
    QVERIFY(user.held.refresh != first.refresh);
    QCOMPARE(user.ask().status, 200);
    QCOMPARE(user.refresh().status, 200);
    QCOMPARE(m_backend->transcript().mid(1),
        QStringList({line("POST", speech.refreshPath, "[R1] -> 200"),
            line("GET", speech.resourcePath, "[A2] -> 200"),
            line("POST", speech.refreshPath, "[R2] -> 200")}));
    QCOMPARE(m_backend->counters().rotations, 2);
    QCOMPARE(m_backend->counters().refreshes, 2);
}

void TestDemoBackendDialects::usedRefreshToken_data()
{
    QTest::addColumn<Speech>("speech");
    QTest::addColumn<bool>("detection");
    QTest::addColumn<int>("grace");
    QTest::addColumn<bool>("again");
    QTest::addColumn<bool>("successor");
    for (const auto &speech : allSpeeches()) {
        const auto *const name = speech.dialect.constData();
        QTest::addRow("%s: ends the family", name) << speech << true << 0 << false << false;
        QTest::addRow("%s: refused alone", name) << speech << false << 0 << false << true;
        QTest::addRow("%s: good within grace", name) << speech << true << 30 << true << true;
        QTest::addRow("%s: not after grace", name) << speech << true << 5 << false << false;
    }
}

void TestDemoBackendDialects::usedRefreshToken()
{
    QFETCH(Speech, speech);
    QFETCH(bool, detection);
    QFETCH(int, grace);
    QFETCH(bool, again);
    QFETCH(bool, successor);
    changeKnobs(*m_backend, [&](Knobs &knobs) {
        knobs.reuseDetection = detection;
        knobs.reuseGrace = std::chrono::seconds(grace);
    });
    auto owner = client(speech);
    owner.signIn();
    auto thief = client(speech);
    thief.held = owner.held;
    QCOMPARE(owner.refresh().status, 200);
    changeKnobs(*m_backend, [&](Knobs &knobs) { knobs.clockOffset = 10s; });
    QCOMPARE(thief.refresh().status, again ? 200 : speech.refused);
    QCOMPARE(owner.refresh().status, successor ? 200 : speech.refused);
    QCOMPARE(m_backend->counters().reuses, again ? 0 : 1);
}

void TestDemoBackendDialects::refreshWithoutRotation()
{
    QFETCH(Speech, speech);
    changeKnobs(*m_backend, [](Knobs &knobs) { knobs.rotation = false; });
    auto user = client(speech);
    user.signIn();
    const auto first = user.held;
    for (int i = 0; i < 2; ++i) {
        const auto answer = user.refresh();
        QCOMPARE(answer.status, 200);
        QVERIFY(!answer.json().contains(QLatin1StringView(speech.refreshField)));
        QVERIFY(!answer.cookies.contains(speech.refreshField));
    }
    QVERIFY(user.held.access != first.access);
    QCOMPARE(user.ask().status, 200);
    QCOMPARE(m_backend->counters().rotations, 0);
}

void TestDemoBackendDialects::refreshTokenExpires()
{
    QFETCH(Speech, speech);
    changeKnobs(*m_backend, [](Knobs &knobs) { knobs.refreshLifetime = 60s; });
    auto user = client(speech);
    user.signIn();
    changeKnobs(*m_backend, [](Knobs &knobs) { knobs.clockOffset = 61s; });
    QCOMPARE(user.refresh().status, speech.refused);
    QCOMPARE(m_backend->counters().reuses, 0);
}

void TestDemoBackendDialects::refusedRefreshKeepsItsShape()
{
    QFETCH(Speech, speech);
    auto user = client(speech);
    user.signIn();
    m_backend->revokeEverything();
    const auto refused = user.refresh();
    QCOMPARE(refused.status, speech.refused);
    if (speech.refused == 400)
        QCOMPARE(refused.text("error"), u"invalid_grant"_s);
    else
        QVERIFY(!refused.text(speech.reasonField).isEmpty());
    QCOMPARE(refused.cookies.size(), 0);
    changeKnobs(*m_backend, [](Knobs &knobs) { knobs.unknownRefreshTokenStatus = 500; });
    const auto thrown = user.refresh();
    QCOMPARE(thrown.status, 500);
    QVERIFY(!thrown.text(speech.reasonField).isEmpty());
    QCOMPARE(user.ask().status, 401);
}

void TestDemoBackendDialects::sameAccessTokenIsRepeated()
{
    QFETCH(Speech, speech);
    changeKnobs(*m_backend, [](Knobs &knobs) { knobs.sameAccessToken = true; });
    auto user = client(speech);
    user.signIn();
    const auto first = user.held;
    QCOMPARE(user.refresh().status, 200);
    QCOMPARE(user.held.access, first.access);
    QCOMPARE(user.held.csrfAccess, first.csrfAccess);
    QVERIFY(user.held.refresh != first.refresh);
}

void TestDemoBackendDialects::secondSignIn()
{
    QFETCH(Speech, speech);
    auto first = client(speech);
    auto second = client(speech);
    first.signIn();
    second.signIn();
    const bool endsTheFirst = speech.dialect == "custom-jwt";
    QCOMPARE(first.refresh().status, endsTheFirst ? speech.refused : 200);
    QCOMPARE(second.refresh().status, 200);
    QCOMPARE(first.ask().status, 200);
    QCOMPARE(m_backend->counters().reuses, 0);
}

void TestDemoBackendDialects::reuseEndsOneSignInAlone()
{
    QFETCH(Speech, speech);
    auto owner = client(speech);
    owner.signIn();
    auto thief = client(speech);
    thief.held = owner.held;
    auto elsewhere = client(speech);
    elsewhere.signIn(speech.dialect == "custom-jwt" ? "boris" : "anna");
    QCOMPARE(owner.refresh().status, 200);
    QCOMPARE(thief.refresh().status, speech.refused);
    QCOMPARE(owner.refresh().status, speech.refused);
    QCOMPARE(elsewhere.refresh().status, 200);
}

void TestDemoBackendDialects::usersDoNotDisturbEachOther()
{
    QFETCH(Speech, speech);
    auto boris = client(speech);
    auto clara = client(speech);
    boris.signIn("boris");
    clara.signIn("clara");
    QCOMPARE(boris.refresh().status, 200);
    QCOMPARE(clara.refresh().status, 200);
    QCOMPARE(boris.ask().body, speech.content + ", username: boris");
    QCOMPARE(clara.ask().body, speech.content + ", username: clara");
}

void TestDemoBackendDialects::tokensOfAnotherDialectAreRefused_data()
{
    QTest::addColumn<Speech>("own");
    QTest::addColumn<Speech>("other");
    for (const auto &own : allSpeeches())
        for (const auto &other : allSpeeches())
            if (own.dialect != other.dialect)
                QTest::addRow("%s at %s", own.dialect.constData(), other.dialect.constData())
                    << own << other;
}

void TestDemoBackendDialects::tokensOfAnotherDialectAreRefused()
{
    QFETCH(Speech, own);
    QFETCH(Speech, other);
    auto user = client(own);
    user.signIn();
    auto stranger = client(other);
    stranger.signIn(); // so that the stranger has good CSRF values
    stranger.held.access = user.held.access;
    const auto answer = stranger.ask();
    QCOMPARE(answer.status, 401);
    QCOMPARE(answer.headers.value("www-authenticate"), invalidToken);
    QCOMPARE(m_backend->transcript().last(), line("GET", other.resourcePath, "[A1] -> 401"));
    stranger.held.refresh = user.held.refresh;
    QCOMPARE(stranger.refresh().status, other.refused);
    QCOMPARE(m_backend->counters().rotations, 0);
    QCOMPARE(user.refresh().status, 200); // the tokens are still good
}

void TestDemoBackendDialects::refreshAnswers_data()
{
    QTest::addColumn<Speech>("speech");
    QTest::addColumn<RefreshAnswer>("given");
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("contained");
    QTest::addColumn<bool>("rotated");
    using A = RefreshAnswer;
    for (const auto &speech : allSpeeches()) {
        const auto row = [&](A given, int status, const QByteArray &contained, bool rotated) {
            QTest::addRow("%s: %s", speech.dialect.constData(), qPrintable(toName(given)))
                << speech << given << status << contained << rotated;
        };
        row(A::Ok, 200, "{", true);
        row(A::InvalidGrant, 400, R"({"error":"invalid_grant"})", false);
        row(A::Unauthorized, 401, speech.reasonField, false);
        row(A::Forbidden, 403, speech.reasonField, false);
        row(A::TooManyRequests, 429, speech.reasonField, false);
        row(A::ServerError, 500, speech.reasonField, false);
        row(A::Drop, 0, {}, false);
        row(A::DropInBody, 200, "{", false);
        row(A::LoseAnswer, 0, {}, true);
        row(A::Garbage, 200, "<html>", false);
        row(A::SlowBody, 200, "}", true);
    }
}

void TestDemoBackendDialects::refreshAnswers()
{
    QFETCH(Speech, speech);
    QFETCH(RefreshAnswer, given);
    QFETCH(QByteArray, contained);
    QFETCH(bool, rotated);
    auto user = client(speech);
    user.signIn();
    auto again = client(speech);
    again.held = user.held;
    m_backend->answerRefreshes(given);
    const auto answer = user.refresh();
    QTEST(answer.status, "status");
    QVERIFY2(answer.body.contains(contained), answer.body.constData());
    QCOMPARE(answer.isWhole, answer.status != 0 && given != RefreshAnswer::DropInBody);
    QCOMPARE(answer.headers.value("retry-after"), answer.status == 429 ? "1" : QByteArray());
    QCOMPARE(!answer.cookies.isEmpty(),
        answer.status == 200 && rotated && speech.carrier == Speech::Carrier::Cookie);
    QCOMPARE(m_backend->counters().rotations, rotated ? 1 : 0);
    QCOMPARE(again.refresh().status, rotated ? speech.refused : 200); // one answer only
}

void TestDemoBackendDialects::resourceAnswers_data()
{
    QTest::addColumn<Speech>("speech");
    QTest::addColumn<ResourceAnswer>("given");
    QTest::addColumn<int>("status");
    using A = ResourceAnswer;
    for (const auto &speech : allSpeeches()) {
        const auto row = [&](A given, int status) {
            QTest::addRow("%s: %s", speech.dialect.constData(), qPrintable(toName(given)))
                << speech << given << status;
        };
        row(A::Ok, 200);
        row(A::Unauthorized, 401);
        row(A::Forbidden, 403);
        row(A::ServerError, 500);
        row(A::Slow, 200);
        row(A::Large, 200);
        row(A::RedirectElsewhere, 302);
    }
}

void TestDemoBackendDialects::resourceAnswers()
{
    QFETCH(Speech, speech);
    QFETCH(ResourceAnswer, given);
    changeKnobs(*m_backend, [](Knobs &knobs) { knobs.slowness = 20ms; });
    auto user = client(speech);
    user.signIn();
    m_backend->answerResources(given);
    // The refused request does not use up the answer.
    QCOMPARE(user.wire().ask("GET", speech.resourcePath).status, 401);
    const auto answer = user.ask();
    QTEST(answer.status, "status");
    QCOMPARE(answer.headers.value("www-authenticate"),
        answer.status == 401 ? invalidToken : QByteArray());
    QCOMPARE(answer.text(speech.reasonField).isEmpty(), answer.status < 400);
    QCOMPARE(answer.headers.value("location").endsWith(speech.resourcePath), answer.status == 302);
    QCOMPARE(answer.body.size() == 8LL << 20, given == ResourceAnswer::Large);
    QCOMPARE(user.ask().body, speech.content + ", username: anna");
}

void TestDemoBackendDialects::challengeHeaderCanBeOmitted()
{
    QFETCH(Speech, speech);
    changeKnobs(*m_backend, [](Knobs &knobs) {
        knobs.omitChallengeHeader = true;
        knobs.unknownRefreshTokenStatus = 401;
    });
    auto user = client(speech);
    user.signIn();
    m_backend->revokeEverything();
    std::vector answers {user.ask(), user.refresh()};
    if (speech.body == Speech::Body::Json) // RFC 6749 section 5.2 has no 401 for users
        answers.push_back(user.signIn("anna", "wrong"));
    for (const auto &answer : answers) {
        QCOMPARE(answer.status, 401);
        QVERIFY(!answer.headers.contains("www-authenticate"));
        QCOMPARE(answer.body, QByteArray());
    }
}

void TestDemoBackendDialects::latencyComesBeforeTheAnswer()
{
    QFETCH(Speech, speech);
    changeKnobs(*m_backend, [](Knobs &knobs) {
        knobs.latency = {
            {Endpoint::SignIn, 20ms}, {Endpoint::Refresh, 40ms}, {Endpoint::Resource, 60ms}};
    });
    auto user = client(speech);
    QElapsedTimer timer;
    timer.start();
    QCOMPARE(user.signIn().status, 200);
    QVERIFY(timer.restart() >= 20);
    QCOMPARE(user.refresh().status, 200);
    QVERIFY(timer.restart() >= 40);
    QCOMPARE(user.ask().status, 200);
    QVERIFY(timer.restart() >= 60);
}

void TestDemoBackendDialects::tokensCanBeExpiredAndRevoked()
{
    QFETCH(Speech, speech);
    auto user = client(speech);
    user.signIn();
    m_backend->expireAccessTokens();
    QCOMPARE(user.ask().status, 401);
    QCOMPARE(user.refresh().status, 200);
    QCOMPARE(user.ask().status, 200);
    m_backend->revokeEverything();
    QCOMPARE(user.ask().status, 401);
    QCOMPARE(user.refresh().status, speech.refused);
}

void TestDemoBackendDialects::transcriptHasNoSecrets()
{
    QFETCH(Speech, speech);
    auto user = client(speech);
    user.signIn();
    const auto first = user.held;
    user.ask("POST", "body");
    user.refresh();
    const auto all = m_backend->transcript().join(u'\n').toLatin1();
    for (const auto &secret : {first.access, first.refresh, user.held.access, user.held.refresh})
        QVERIFY(!secret.isEmpty() && !all.contains(secret));
    for (const auto &secret : {first.csrfAccess, first.csrfRefresh})
        QVERIFY(secret.isEmpty() || !all.contains(secret));
    QVERIFY(!all.contains("anna"));
}

void TestDemoBackendDialects::scriptedPathsNameTheToken()
{
    QFETCH(Speech, speech);
    m_backend->on(u"/orders"_s).replies(200);
    auto user = client(speech);
    user.signIn();
    QCOMPARE(user.askFor("/orders").status, 200);
    QCOMPARE(m_backend->transcript().last(), u"GET /orders [A1] -> 200"_s);
}

void TestDemoBackendDialects::sessionsSurviveARestart()
{
    QTemporaryDir folder;
    const DemoBackend::Options options {.stateFile = folder.filePath(u"state.json"_s)};
    std::vector<HeldTokens> held;
    start(options);
    for (const auto &speech : allSpeeches())
        for (const auto *const name : {"anna", "boris"}) {
            auto user = client(speech);
            QCOMPARE(user.signIn(name).status, 200);
            held.push_back(user.held);
        }
    start(options);
    auto next = held.begin();
    for (const auto &speech : allSpeeches())
        for (const auto *const name : {"anna", "boris"}) {
            auto user = client(speech);
            user.held = *next++;
            QCOMPARE(user.ask("POST").status, 200); // the CSRF values are good, too
            QCOMPARE(user.ask().body, speech.content + ", username: " + name);
            QCOMPARE(user.refresh().status, 200);
        }
    QFile file(options.stateFile);
    QVERIFY(file.open(QIODevice::ReadOnly));
    const auto content = file.readAll();
    for (const auto &tokens : held)
        QVERIFY(!content.contains(tokens.refresh) && !content.contains(tokens.access));
}

QTEST_GUILESS_MAIN(TestDemoBackendDialects)
#include "tst_demobackenddialects.moc"
