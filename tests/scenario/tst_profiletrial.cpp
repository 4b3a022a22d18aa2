#include "authcore/demobackend/demobackend.h"
#include "authcore/lab/trial/profiletrial.h"

#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>

#include <functional>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using namespace authcore;
using namespace authcore::lab;

namespace {

using Break = std::function<void(BackendProfile &)>;

const QString password = u"anna-demo-1"_s;

void gather(const MaskedExchange &seen, QStringList &texts)
{
    texts += {seen.request, seen.body, seen.answer, seen.failure};
    texts += seen.headers + seen.answerHeaders;
}

//! All that a report shows.
QString textOf(const TrialReport &report)
{
    QStringList texts;
    for (const TrialStep &step : report.steps) {
        gather(step.seen, texts);
        gather(step.mended, texts);
        texts += step.found + QStringList {step.problem, step.remedy};
    }
    texts.append(QString::fromUtf8(QJsonDocument(toJson(report.patch)).toJson()));
    return texts.join(u'\n');
}

QStringList pathsOf(const JsonPatch &patch)
{
    QStringList paths;
    for (const JsonEdit &edit : patch)
        paths.append(edit.path);
    paths.removeDuplicates();
    return paths;
}

} // namespace

//! Trials of profiles on the demo backend.
class ProfileTrialTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void everyPresetPasses_data();
    void everyPresetPasses();
    void mended_data();
    void mended();
    void aWrongPasswordIsNotMended();
    void nothingIsSentElsewhere();
    void passwordsStayAtTheirOrigin();
    void aServerThatIsNotThere();
    void aResourceThatIsPublicIsNoProof();
    void aServerWithoutRefreshTokens();

private:
    TrialReport trial(const BackendProfile &profile, const QJsonObject &document,
        const QString &typed = password, const QUrl &resource = {});
    [[nodiscard]] BackendProfile preset(const QString &name) const
    {
        return *BackendProfile::preset(name, m_backend->url());
    }

    std::unique_ptr<demobackend::DemoBackend> m_backend;
    SystemClock m_clock;
};

void ProfileTrialTest::init()
{
    m_backend = std::make_unique<demobackend::DemoBackend>();
    QCOMPARE(m_backend->start(), QString());
    auto knobs = m_backend->knobs();
    knobs.deviceInterval = 1s;
    m_backend->setKnobs(knobs);
}

TrialReport ProfileTrialTest::trial(const BackendProfile &profile, const QJsonObject &document,
    const QString &typed, const QUrl &resource)
{
    ProfileTrial trial(m_clock);
    std::optional<TrialReport> report;
    connect(&trial, &ProfileTrial::finished, this,
        [&report](const TrialReport &done) { report = done; });
    TrialSetup setup;
    setup.method = profile.signInMethods.contains(SignInMethod::Device) ? SignInMethod::Device
                                                                        : SignInMethod::Password;
    setup.userName = u"anna"_s;
    setup.password = typed;
    setup.resource = resource;
    trial.start(profile, document, setup);
    if (!QTest::qWaitFor([&report] { return report.has_value(); }, test::patience))
        return {};
    return *report;
}

void ProfileTrialTest::everyPresetPasses_data()
{
    QTest::addColumn<QString>("name");
    for (const auto &name : BackendProfile::presetNames())
        QTest::newRow(qPrintable(name)) << name;
}

void ProfileTrialTest::everyPresetPasses()
{
    QFETCH(const QString, name);
    const auto profile = preset(name);
    const auto report = trial(profile, profile.toJson());
    QVERIFY2(report.passed(), qPrintable(textOf(report)));
    QCOMPARE(report.steps.size(), std::size_t {5});
    QCOMPARE(report.patch, JsonPatch());
    QCOMPARE(m_backend->counters().refreshes, 1);
    QVERIFY(!textOf(report).contains(password));
    QVERIFY(!textOf(report).contains("eyJhbGciOi"_L1));
}

void ProfileTrialTest::mended_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<Break>("breakIt");
    QTest::addColumn<QStringList>("paths");
    const auto row = [](const char *title, const QString &name, const Break &breakIt,
                         const QStringList &paths) {
        QTest::newRow(title) << name << breakIt << paths;
    };
    const auto bearer = u"json-bearer"_s;
    const auto header = u"x-access-token"_s;
    const auto cookies = u"cookie-form"_s;
    const auto csrf = u"cookie-csrf"_s;
    const auto custom = u"custom-jwt"_s;
    const auto oauth = u"oauth2"_s;
    // clang-format off
    row("a wrong address of the sign-in", bearer, [](BackendProfile &p) { p.signIn.url = QUrl(u"api/auth/logni"_s); }, {u"/signIn/url"_s});
    row("a wrong name for the name", bearer, [](BackendProfile &p) { p.signIn.body = {{u"email"_s, u"${userName}"_s}, {u"password"_s, u"${password}"_s}}; }, {u"/signIn/body/email"_s, u"/signIn/body/username"_s});
    row("a wrong name for the password", bearer, [](BackendProfile &p) { p.signIn.body = {{u"username"_s, u"${userName}"_s}, {u"pass"_s, u"${password}"_s}}; }, {u"/signIn/body/pass"_s, u"/signIn/body/password"_s});
    row("no name at all", bearer, [](BackendProfile &p) { p.signIn.body = {{u"password"_s, u"${password}"_s}}; }, {u"/signIn/body/username"_s});
    row("a form instead of JSON", bearer, [](BackendProfile &p) { p.signIn.format = BodyFormat::Form; }, {u"/signIn/format"_s});
    row("a wrong place of the access token", bearer, [](BackendProfile &p) { p.answer.accessToken = u"/access_token"_s; }, {u"/answer/accessToken"_s});
    row("a wrong place of the refresh token", bearer, [](BackendProfile &p) { p.answer.refreshToken = u"/refresh_token"_s; }, {u"/answer/refreshToken"_s});
    row("a wrong place of the lifetime", bearer, [](BackendProfile &p) { p.answer.expiresIn = u"/expires_in"_s; }, {u"/answer/expiresIn"_s});
    row("the refresh token as the access token", bearer, [](BackendProfile &p) { p.answer.accessToken = u"/refreshToken"_s; }, {u"/answer/accessToken"_s});
    row("a wrong address of the refresh", bearer, [](BackendProfile &p) { p.refresh.url = QUrl(u"api/auth/renew-it"_s); }, {u"/refresh/url"_s});
    row("a wrong name for the refresh token", bearer, [](BackendProfile &p) { p.refresh.body = {{u"refresh_token"_s, u"${refreshToken}"_s}}; }, {u"/refresh/body/refreshToken"_s, u"/refresh/body/refresh_token"_s});
    row("no refresh token sent", bearer, [](BackendProfile &p) { p.refresh.body = {}; }, {u"/refresh/body/refreshToken"_s});
    row("a refresh as a form", bearer, [](BackendProfile &p) { p.refresh.format = BodyFormat::Form; }, {u"/refresh/format"_s});
    row("a wrong prefix of the token", bearer, [](BackendProfile &p) { p.tokenPrefix = "JWT "; }, {u"/tokenPrefix"_s});
    row("a wrong header for the token", bearer, [](BackendProfile &p) { p.tokenHeader = "X-Token"; }, {u"/tokenHeader"_s});
    row("a wrong resource", bearer, [](BackendProfile &p) { p.resources.first().path = u"api/nothing"_s; }, {u"/resources/0/path"_s});
    row("no resource", bearer, [](BackendProfile &p) { p.resources.clear(); }, {u"/resources"_s});
    row("no origin for the token", bearer, [](BackendProfile &p) { p.protectedOrigins.clear(); }, {u"/protectedOrigins"_s});
    row("another origin for the token", bearer, [](BackendProfile &p) { p.protectedOrigins = {u"https://api.example.org"_s}; }, {u"/protectedOrigins"_s});
    row("the resource as a public path", bearer, [](BackendProfile &p) { p.publicPaths = {u"/api/*"_s}; }, {u"/publicPaths"_s});
    row("a challenge that is none", bearer, [](BackendProfile &p) { p.challengeStatuses = {403}; p.challengeErrors.clear(); }, {u"/challengeStatuses"_s});
    row("everything at once", bearer, [](BackendProfile &p) {
            p.signIn.url = QUrl(u"login2"_s); p.refresh.url = QUrl(u"x"_s); p.answer.accessToken = u"/x"_s;
            p.answer.refreshToken = u"/y"_s; p.tokenPrefix.clear(); p.resources.clear(); },
        {u"/signIn/url"_s, u"/answer/accessToken"_s, u"/answer/refreshToken"_s, u"/tokenPrefix"_s, u"/resources"_s, u"/refresh/url"_s});
    row("x-access-token: Bearer in another header", header, [](BackendProfile &p) { p.tokenHeader = "X-Auth"; p.tokenPrefix = "Token "; }, {u"/tokenHeader"_s, u"/tokenPrefix"_s});
    row("x-access-token: a wrong address of the refresh", header, [](BackendProfile &p) { p.refresh.url = QUrl(u"api/auth/refresh2"_s); }, {u"/refresh/url"_s});
    row("custom-jwt: a wrong place of the access token", custom, [](BackendProfile &p) { p.answer.accessToken = u"/accessToken"_s; }, {u"/answer/accessToken"_s});
    row("custom-jwt: a wrong name for the name", custom, [](BackendProfile &p) { p.signIn.body = {{u"username"_s, u"${userName}"_s}, {u"password"_s, u"${password}"_s}}; }, {u"/signIn/body/userName"_s, u"/signIn/body/username"_s});
    row("cookie-form: a wrong cookie for the access token", cookies, [](BackendProfile &p) { p.answer.accessTokenCookie = u"token"_s; }, {u"/answer/accessTokenCookie"_s});
    row("cookie-form: a wrong cookie for the refresh token", cookies, [](BackendProfile &p) { p.answer.refreshTokenCookie = u"token"_s; }, {u"/answer/refreshTokenCookie"_s});
    row("cookie-form: tokens looked for in the body", cookies, [](BackendProfile &p) {
            p.answer.accessTokenCookie.clear(); p.answer.accessToken = u"/accessToken"_s; p.tokenHeader = "Authorization"; },
        {u"/answer/accessToken"_s, u"/answer/accessTokenCookie"_s, u"/tokenHeader"_s});
    row("cookie-csrf: a wrong value for the refresh", csrf, [](BackendProfile &p) { p.refresh.headers.clear(); }, {u"/refresh/headers/X-CSRF-TOKEN"_s});
    row("oauth2: a wrong place of the access token", oauth, [](BackendProfile &p) { p.answer.accessToken = u"/token"_s; }, {u"/answer/accessToken"_s});
    // clang-format on
}

void ProfileTrialTest::mended()
{
    QFETCH(const QString, name);
    QFETCH(const Break, breakIt);
    QFETCH(const QStringList, paths);
    auto profile = preset(name);
    breakIt(profile);
    const auto report = trial(profile, profile.toJson());
    QVERIFY2(report.isMended() && !report.passed(), qPrintable(textOf(report)));
    auto expected = paths;
    auto seen = pathsOf(report.patch);
    expected.sort();
    seen.sort();
    QCOMPARE(seen, expected);
    QVERIFY(!textOf(report).contains(password));
    QVERIFY(!textOf(report).contains("eyJhbGciOi"_L1));

    const auto text = patched(profile.toText(), report.patch);
    QVERIFY(text);
    const auto read = BackendProfile::fromJson(*text);
    QVERIFY2(std::holds_alternative<BackendProfile>(read), text->constData());
    const auto mendedProfile = std::get<BackendProfile>(read);
    QVERIFY(mendedProfile == report.profile);
    const auto again = trial(mendedProfile, mendedProfile.toJson());
    QVERIFY2(again.passed(), qPrintable(textOf(again)));
}

void ProfileTrialTest::aWrongPasswordIsNotMended()
{
    const auto profile = preset(u"json-bearer"_s);
    const auto report = trial(profile, profile.toJson(), u"hush-hush-hush-1"_s);
    QCOMPARE(report.steps.front().outcome, TrialOutcome::Failed);
    QVERIFY2(report.steps.front().problem.contains("The user name or the password is wrong."_L1),
        qPrintable(report.steps.front().problem));
    QCOMPARE(report.steps.back().outcome, TrialOutcome::Skipped);
    QCOMPARE(report.patch, JsonPatch());
    QVERIFY(!textOf(report).contains("hush"_L1));
    QVERIFY(m_backend->transcript(u"POST"_s).size() <= 8); // nobody is locked out
}

//! Whatever is tried, no other origin sees anything.
void ProfileTrialTest::nothingIsSentElsewhere()
{
    demobackend::DemoBackend other;
    QCOMPARE(other.start(), QString());
    auto profile = preset(u"json-bearer"_s);
    profile.resources.first().path = other.url().toString() + u"/api/notes"_s;
    const auto report = trial(profile, profile.toJson());
    QVERIFY2(!report.isMended(), qPrintable(textOf(report)));
    QVERIFY2(!other.transcript().join(u' ').contains("[A"_L1),
        qPrintable(other.transcript().join(u'\n')));
}

//! The backend's own origin gets no password that is meant for another one.
void ProfileTrialTest::passwordsStayAtTheirOrigin()
{
    demobackend::DemoBackend other;
    QCOMPARE(other.start(), QString());
    auto profile = preset(u"json-bearer"_s);
    profile.signIn.url = QUrl(other.url().toString() + u"/api/auth/nothing"_s);
    const auto report = trial(profile, profile.toJson());
    QCOMPARE(report.steps.front().outcome, TrialOutcome::Failed);
    QCOMPARE(m_backend->transcript(u"POST"_s), QStringList());
}

void ProfileTrialTest::aServerThatIsNotThere()
{
    const auto profile = preset(u"json-bearer"_s);
    m_backend.reset();
    const auto report = trial(profile, profile.toJson());
    QCOMPARE(report.steps.front().outcome, TrialOutcome::Failed);
    QCOMPARE(report.steps.front().remedy,
        u"Is the server running, and is baseUrl (or --url) its address?"_s);
}

void ProfileTrialTest::aResourceThatIsPublicIsNoProof()
{
    const auto profile = preset(u"x-access-token"_s);
    auto open = profile;
    open.publicPaths.clear();
    const auto report = trial(open, open.toJson(), password, QUrl(u"api/test/all"_s));
    QCOMPARE(report.steps.at(2).outcome, TrialOutcome::Failed);
    QCOMPARE(report.steps.at(2).problem,
        u"The server accepts a broken access token: this resource is not protected."_s);
}

void ProfileTrialTest::aServerWithoutRefreshTokens()
{
    auto profile = preset(u"json-bearer"_s);
    profile.answer.refreshToken.clear();
    const auto report = trial(profile, profile.toJson());
    QVERIFY2(report.isMended(), qPrintable(textOf(report))); // it finds the one that is there
    QCOMPARE(pathsOf(report.patch), QStringList {u"/answer/refreshToken"_s});
}

QTEST_GUILESS_MAIN(ProfileTrialTest)

#include "tst_profiletrial.moc"
