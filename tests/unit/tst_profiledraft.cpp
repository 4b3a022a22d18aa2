#include "authcore/lab/connect/profiledraft.h"
#include "tests/support/unusualprofile.h"

#include <QtTest/QTest>

using namespace Qt::StringLiterals;
using namespace authcore;
using namespace authcore::lab;

namespace {

const QString chrome =
    u"curl 'http://127.0.0.1:3000/api/v1/login?lang=de&token=hush1hush1hush1hush1' \\\n"
    "  -H 'accept: application/json' \\\n"
    "  -H 'authorization: Bearer hush2.hush2.hush2hush2' \\\n"
    "  -H 'content-type: application/json' \\\n"
    "  -b 'sid=hush3hush3; lang=de' \\\n"
    "  -H 'user-agent: Mozilla/5.0' \\\n"
    "  -H 'x-api-key: hush4' \\\n"
    "  -H 'x-app: notes' \\\n"
    "  --data-raw '{\"email\":\"anna@example.com\",\"password\":\"hush5\",\"remember\":true,"
    "\"csrf\":\"hush6\"}'"_s;

ProfileDraft draftOf(const QString &curl, const std::optional<CopiedAnswer> &answer = {})
{
    const auto command = CurlCommand::parse(curl);
    if (const auto *const problem = std::get_if<CurlProblem>(&command))
        qFatal("%s", qPrintable(problem->text));
    const auto draft = ProfileDraft::fromCurl(std::get<CurlCommand>(command), answer);
    if (const auto *const problem = std::get_if<CurlProblem>(&draft))
        qFatal("%s", qPrintable(problem->text));
    return std::get<ProfileDraft>(draft);
}

//! Why the text is no usable profile; empty: it is the draft's profile.
QString problemWith(const ProfileDraft &draft)
{
    const auto read = BackendProfile::fromJson(draft.toText());
    if (const auto *const errors = std::get_if<QList<ProfileError>>(&read))
        return errors->constFirst().toString();
    const auto &profile = std::get<BackendProfile>(read);
    if (const auto problems = profile.problems(); !problems.isEmpty())
        return problems.constFirst().toString();
    return profile == draft.profile ? QString() : u"is another profile"_s;
}

} // namespace

//! Profiles that are made of a preset, of an issuer, and of a copied sign-in.
class ProfileDraftTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyPresetIsReadAgain_data()
    {
        QTest::addColumn<BackendProfile>("profile");
        for (const auto &name : BackendProfile::presetNames())
            QTest::newRow(qPrintable(name))
                << *BackendProfile::preset(name, QUrl(u"https://api.example.org"_s));
        QTest::newRow("no field as it is by default") << support::unusualProfile();
    }
    void everyPresetIsReadAgain()
    {
        QFETCH(const BackendProfile, profile);
        QCOMPARE(problemWith(ProfileDraft::fromProfile(profile)), QString());
    }

    void aPresetReadsLikeThis()
    {
        const auto draft = ProfileDraft::fromProfile(
            *BackendProfile::preset(u"json-bearer"_s, QUrl(u"https://api.example.org"_s)));
        const QByteArray expected =
            QByteArray("{\n"
                       "  'version': 1,\n"
                       "  // Stored tokens are told apart by this name.\n"
                       "  'id': 'json-bearer',\n"
                       "  'name': 'JSON and Bearer',\n"
                       "  // The addresses below are inside this one.\n"
                       "  'baseUrl': 'https://api.example.org',\n"
                       "  // The access token goes to these origins, and nowhere else.\n"
                       "  'protectedOrigins': ['https://api.example.org:443'],\n"
                       "  // How a name and a password become tokens. ${userName} and ${password} "
                       "are filled in.\n"
                       "  'signIn': {\n"
                       "    'url': 'api/auth/login',\n"
                       "    'body': {\n"
                       "      'password': '${password}',\n"
                       "      'username': '${userName}'\n"
                       "    }\n"
                       "  },\n"
                       "  // How a refresh token becomes new tokens.\n"
                       "  'refresh': {\n"
                       "    'url': 'api/auth/refresh',\n"
                       "    'body': {\n"
                       "      'refreshToken': '${refreshToken}'\n"
                       "    }\n"
                       "  },\n")
                .replace('\'', '"');
        QCOMPARE(draft.toText().left(expected.size()), expected);
    }

    void aCopiedRequestLosesItsSecrets()
    {
        const auto draft = draftOf(chrome);
        QCOMPARE(problemWith(draft), QString());
        const auto text = draft.toText();
        QVERIFY2(!text.contains("hush"), text.constData());
        QVERIFY2(!text.contains("anna"), text.constData());
        QVERIFY(!draft.notes.join(u' ').contains("hush"_L1));
        const auto &profile = draft.profile;
        QCOMPARE(profile.baseUrl, QUrl(u"http://127.0.0.1:3000"_s));
        QCOMPARE(profile.id, u"127.0.0.1-3000"_s);
        QCOMPARE(profile.signIn.url, QUrl(u"api/v1/login?lang=de"_s));
        QCOMPARE(profile.signIn.body,
            (QJsonObject {{u"email"_s, u"${userName}"_s}, {u"password"_s, u"${password}"_s},
                {u"remember"_s, true}}));
        QCOMPARE(profile.signIn.headers, (std::map<QString, QString> {{u"x-app"_s, u"notes"_s}}));
        for (const auto &what :
            {u"the parameter \"token\" of the address"_s, u"the header \"Authorization\""_s,
                u"the header \"x-api-key\""_s, u"the field \"csrf\""_s, u"2 cookies"_s})
            QVERIFY2(draft.notes.contains(u"Left out, as it may be a secret: %1."_s.arg(what)),
                qPrintable(what + u" in "_s + draft.notes.join(u'\n')));
    }

    void theAnswerSaysWhereTheTokensAre()
    {
        const auto draft = draftOf(chrome,
            CopiedAnswer {QByteArray("{'data':{'access':'hush9hush9hush9hush9','refresh':"
                                     "'hush8hush8hush8hush8','expires_in':60}}")
                              .replace('\'', '"')});
        QCOMPARE(problemWith(draft), QString());
        QVERIFY(!draft.toText().contains("hush"));
        QCOMPARE(draft.profile.answer.accessToken, u"/data/access"_s);
        QCOMPARE(draft.profile.answer.refreshToken, u"/data/refresh"_s);
        QCOMPARE(draft.profile.answer.expiresIn, u"/data/expires_in"_s);
        QCOMPARE(draft.profile.refresh.body, (QJsonObject {{u"refresh"_s, u"${refreshToken}"_s}}));
        QCOMPARE(draft.profile.refresh.url, QUrl(u"api/v1/refresh"_s));
    }

    void cookiesOfTheAnswerAreTokensToo()
    {
        const auto answer = CopiedAnswer::parse(
            "HTTP/1.1 200 OK\r\nSet-Cookie: access_token_cookie=hush9hush9hush9hush9; HttpOnly\r\n"
            "set-cookie: csrf_access_token=hush8hush8hush8hush8\r\n\r\n{\"login\":true}");
        QCOMPARE(answer.body, "{\"login\":true}");
        const auto draft = draftOf(chrome, answer);
        QCOMPARE(problemWith(draft), QString());
        QCOMPARE(draft.profile.answer.accessTokenCookie, u"access_token_cookie"_s);
        QCOMPARE(draft.profile.tokenHeader, QByteArray());
        QCOMPARE(draft.profile.csrf.constFirst().cookie, u"csrf_access_token"_s);
    }

    void bodies_data()
    {
        QTest::addColumn<QString>("curl");
        QTest::addColumn<BodyFormat>("format");
        QTest::addColumn<QJsonObject>("body");
        const auto row = [](const char *name, const QString &curl, BodyFormat format,
                             const QJsonObject &body) {
            QTest::newRow(name) << u"curl https://a.org/l "_s + curl << format << body;
        };
        const QJsonObject userAndPassword {
            {u"user"_s, u"${userName}"_s}, {u"pwd"_s, u"${password}"_s}};
        row("a form", u"-d 'user=anna&pwd=hu+sh%21'"_s, BodyFormat::Form, userAndPassword);
        row("a form in parts", u"--data-urlencode user=anna --data-urlencode 'pwd=h h'"_s,
            BodyFormat::Form, userAndPassword);
        row("a multipart form", u"-F user=anna -F pwd=hush"_s, BodyFormat::Multipart,
            userAndPassword);
        row("a multipart form as Chrome copies it",
            u"-H 'content-type: multipart/form-data; boundary=----x' --data-raw "
            "$'------x\\r\\nContent-Disposition: form-data; name=\"user\"\\r\\n\\r\\nanna\\r\\n"
            "------x\\r\\nContent-Disposition: form-data; name=\"pwd\"\\r\\n\\r\\nhush\\r\\n"
            "------x--\\r\\n'"_s,
            BodyFormat::Multipart, userAndPassword);
        row("JSON without its type", u"-d '{\"user\":\"anna\",\"pwd\":\"hush\"}'"_s,
            BodyFormat::Json, userAndPassword);
        row("objects inside", u"-d '{\"user\":{\"email\":\"a@b\",\"password\":\"hush\"}}'"_s,
            BodyFormat::Json,
            {{u"user"_s,
                QJsonObject {{u"email"_s, u"${userName}"_s}, {u"password"_s, u"${password}"_s}}}});
        row("OAuth's password grant",
            u"-d 'grant_type=password&client_id=web&client_secret=hush&scope=a%20b&username=anna&password=hush'"_s,
            BodyFormat::Form,
            {{u"grant_type"_s, u"password"_s}, {u"client_id"_s, u"${clientId}"_s},
                {u"scope"_s, u"${scope}"_s}, {u"username"_s, u"${userName}"_s},
                {u"password"_s, u"${password}"_s}});
    }
    void bodies()
    {
        QFETCH(const QString, curl);
        const auto draft = draftOf(curl);
        QCOMPARE(problemWith(draft), QString());
        QTEST(draft.profile.signIn.format, "format");
        QTEST(draft.profile.signIn.body, "body");
        QVERIFY(!draft.toText().contains("hu"));
    }

    void aConfidentialClientIsRecognised()
    {
        const auto post = draftOf(
            u"curl https://a.org/t -d 'grant_type=password&client_id=web&client_secret=hush&username=a&password=b'"_s);
        QCOMPARE(post.profile.clientAuthentication, ClientAuthentication::Post);
        QCOMPARE(post.profile.clientId, u"web"_s);
        const auto basic = draftOf(
            u"curl https://a.org/t -H 'Authorization: Basic d2ViOmh1c2g=' -d 'grant_type=password&username=a&password=b'"_s);
        QCOMPARE(basic.profile.clientAuthentication, ClientAuthentication::Basic);
        QCOMPARE(basic.profile.clientId, u"web"_s);
        QCOMPARE(basic.profile.refresh.body,
            (QJsonObject {{u"grant_type"_s, u"refresh_token"_s},
                {u"refresh_token"_s, u"${refreshToken}"_s}}));
    }

    void namesAndPasswordsMayGoByBasic()
    {
        for (const auto &command : {u"curl -u anna:hush -X POST https://a.org/t"_s,
                 u"curl -H 'authorization: Basic YW5uYTpodXNo' -d '' https://a.org/t"_s}) {
            const auto draft = draftOf(command);
            QCOMPARE(problemWith(draft), QString());
            QVERIFY(!draft.toText().contains("hush") && !draft.toText().contains("YW5u"));
            QCOMPARE(draft.profile.signIn.headers.at(u"Authorization"_s), u"Basic ${basic}"_s);
        }
        QCOMPARE(
            draftOf(u"curl -u anna:hush https://a.org/t"_s).profile.signIn.method, HttpMethod::Get);
    }

    void whatIsNoSignInIsRefused()
    {
        const auto command = CurlCommand::parse(u"curl https://a.org/notes"_s);
        const auto draft = ProfileDraft::fromCurl(std::get<CurlCommand>(command), {});
        QCOMPARE(std::get<CurlProblem>(draft).text,
            u"it is a GET request, and no sign-in; copy the request that sends the name and the "
            "password"_s);
    }

    void anIssuerNeedsNoEndpoints()
    {
        auto profile = *BackendProfile::preset(u"oauth2"_s, QUrl(u"https://id.example.org"_s));
        profile.deviceAuthorizationUrl.clear();
        const auto draft = ProfileDraft::fromIssuer(profile);
        QCOMPARE(problemWith(draft), QString());
        QCOMPARE(draft.profile.signInMethods, QList {SignInMethod::Browser});
        QVERIFY(draft.profile.authorization.url.isEmpty());
        QVERIFY(draft.toText().contains("// It names oauth2/authorize and oauth2/token.\n"));
    }

    void noCommentEndsEarly()
    {
        auto draft = ProfileDraft::fromProfile(support::unusualProfile());
        draft.comments[u"/id"_s] = u"one\n\"id\": 1 \r two */ "_s + QString(300, u'x');
        QCOMPARE(problemWith(draft), QString());
    }
};

QTEST_GUILESS_MAIN(ProfileDraftTest)

#include "tst_profiledraft.moc"
