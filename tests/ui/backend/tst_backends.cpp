// The window with every dialect of the demo backend, and with profile files.
#include "tests/ui/window/windowfixture.h"

#include <QtCore/QFile>
#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>
#include <QtTest/QTest>
#include <QtWidgets/QMenu>
#include <QtWidgets/QSpinBox>

#include <array>

using namespace Qt::StringLiterals;
using authcore::BackendProfile;
using demobackend::RefreshAnswer;
using test::WindowFixture;

namespace {

//! A window at a backend. Where the dialog is filled in, one click signs in.
struct Window : WindowFixture
{
    explicit Window(const QString &preset = {})
    {
        if (!preset.isEmpty()) {
            backendAtStart = ui::BackendChoice {preset, {}};
            restart();
            backendAtStart.reset();
        }
    }

    void signIn()
    {
        [&] { QTRY_VERIFY(isLoginOpen()); }();
        click("signInButton");
        waitForResource();
        backend().clearTranscript();
    }
    void waitForResource()
    {
        [&] { QTRY_VERIFY(text("resourceLabel").startsWith(u"✓ 200"_s)); }();
        [&] {
            QVERIFY2(text("resourceLabel").contains("anna"_L1), qPrintable(text("resourceLabel")));
        }();
    }
    void waitForVerdict()
    {
        [&] { QTRY_VERIFY(find<QAction>("whyAction")->isEnabled()); }();
    }
    void choose(const QString &preset) { trigger(qPrintable(u"demoAction_"_s + preset)); }
    [[nodiscard]] bool isEnabled(const char *action) { return find<QAction>(action)->isEnabled(); }
    //! Writes a profile file as a person would, for the demo backend.
    QString writeProfile(
        const QString &preset, const std::function<void(QJsonObject &)> &change = {})
    {
        QJsonObject json = BackendProfile::preset(preset, backend().url())->toJson();
        json[u"id"_s] = u"mine"_s;
        json[u"name"_s] = u"My own"_s;
        if (change)
            change(json);
        return writeFile(QJsonDocument(json).toJson());
    }
    QString writeFile(const QByteArray &content)
    {
        QFile file(folder() + u"/mine.json"_s);
        [&] { QVERIFY(file.open(QIODevice::WriteOnly)); }();
        file.write(content);
        return file.fileName();
    }
    void open(const QString &file)
    {
        profileFile = file;
        trigger("openProfileAction");
    }
};

void addPasswordPresets()
{
    QTest::addColumn<QString>("preset");
    for (const auto &preset : {u"custom-jwt"_s, u"cookie-form"_s, u"json-bearer"_s,
             u"x-access-token"_s, u"cookie-csrf"_s})
        QTest::newRow(qPrintable(preset)) << preset;
}

} // namespace

class TestBackends : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aBrokenAccessTokenIsRefreshedOnceForThree_data() { addPasswordPresets(); }
    void aBrokenAccessTokenIsRefreshedOnceForThree()
    {
        QFETCH(QString, preset);
        Window window;
        window.choose(preset);
        window.signIn();
        QVERIFY(
            window.window().windowTitle().startsWith(u"Tokenflight - Demo backend (built in)"_s));
        window.trigger("breakAndSendAction");
        window.waitForVerdict();
        QVERIFY2(window.message("verdictBar").startsWith("PASS"_L1),
            qPrintable(window.message("verdictBar")));
        QVERIFY(window.message("verdictBar").contains(u"3 × 401 · refresh 1 of 1"_s));
        const auto counters = window.backend().counters();
        QCOMPARE(counters.challenges, 3);
        QCOMPARE(counters.refreshes, 1);
        QCOMPARE(counters.served, 3);
    }

    void aRejectedRefreshEndsInTheLoginDialog_data() { addPasswordPresets(); }
    void aRejectedRefreshEndsInTheLoginDialog()
    {
        QFETCH(QString, preset);
        Window window(preset);
        window.signIn();
        window.trigger("breakRefreshAction");
        window.trigger("breakAndSendAction");
        QTRY_VERIFY(window.isLoginOpen());
        QVERIFY(window.text("reasonLabel").contains("no longer accepts the refresh token"_L1));
        QVERIFY(!window.desktop().session.isSignedIn());
        window.click("signInButton");
        window.waitForVerdict();
        QVERIFY2(window.message("verdictBar").startsWith("PASS"_L1),
            qPrintable(window.message("verdictBar")));
    }

    void aTemporaryFailureKeepsTheSession_data() { addPasswordPresets(); }
    void aTemporaryFailureKeepsTheSession()
    {
        QFETCH(QString, preset);
        Window window(preset);
        window.signIn();
        window.tryRefreshesOnce();
        window.backend().answerRefreshes(RefreshAnswer::ServerError, 1000);
        window.trigger("breakAndSendAction");
        window.waitForVerdict();
        QVERIFY(window.find<QWidget>("refreshBar")->isVisible());
        QVERIFY(!window.isLoginOpen());
        QVERIFY(window.desktop().session.isSignedIn());
    }

    void theDialectSurvivesARestartAndSoDoesItsSession_data() { addPasswordPresets(); }
    void theDialectSurvivesARestartAndSoDoesItsSession()
    {
        QFETCH(QString, preset);
        Window window;
        window.choose(preset);
        window.signIn();
        window.restart();
        window.waitForResource();
        QCOMPARE(window.desktop().profilePresenter.choice().profile, preset);
        QVERIFY(window.find<QAction>(qPrintable(u"demoAction_"_s + preset))->isChecked());
        QCOMPARE(window.backend().counters().signIns, 0);
    }

    void dialectsKeepTheirTokensApart()
    {
        Window window;
        window.signIn();
        QCOMPARE(window.desktop().session.profile().id, u"demo"_s);
        window.choose(u"json-bearer"_s);
        window.signIn(); // the dialog asks for the secret
        QCOMPARE(window.desktop().session.profile().id, u"demo-json-bearer"_s);
        window.choose(u"custom-jwt"_s);
        window.waitForResource();
        window.choose(u"json-bearer"_s);
        window.waitForResource();
        QCOMPARE(window.backend().counters().signIns, 0);
        QCOMPARE(window.backend().counters().challenges, 0);
        QVERIFY(!window.isLoginOpen());
    }

    void aProfileFileIsABackendOfOnesOwn()
    {
        Window window;
        window.signIn();
        window.open(window.writeProfile(u"json-bearer"_s));
        QTRY_VERIFY(window.isLoginOpen());
        // The demo credentials are not filled in.
        QVERIFY(window.find<QLineEdit>("userNameEdit")->text().isEmpty());
        QVERIFY(window.find<QLineEdit>("passwordEdit")->text().isEmpty());
        const auto user = demobackend::demoUsers().front();
        window.find<QLineEdit>("userNameEdit")->setText(user.name);
        window.find<QLineEdit>("passwordEdit")->setText(user.password);
        window.signIn();
        QCOMPARE(window.window().windowTitle(), u"Tokenflight - My own - anna"_s);
        QVERIFY(window.text("backendUrlLabel").contains("My own"_L1));
        QCOMPARE(window.backend().transcript(u"GET "_s).size(), 0);
        window.trigger("breakAndSendAction");
        window.waitForVerdict();
        QVERIFY2(window.message("verdictBar").startsWith("PASS"_L1),
            qPrintable(window.message("verdictBar")));
        QCOMPARE(window.backend().transcript(u"GET /api/notes"_s).size(), 6);

        window.restart();
        window.waitForResource();
        QCOMPARE(window.window().windowTitle(), u"Tokenflight - My own - anna"_s);
    }

    void theDemoBackendsKnobsSayWhyTheyAreOutOfReach()
    {
        Window window;
        window.signIn();
        QVERIFY(window.find<QLabel>("demoObstacleLabel")->isHidden());
        window.open(window.writeProfile(u"custom-jwt"_s));
        QTRY_VERIFY(window.isLoginOpen());
        for (const char *name : {"expireAccessAction", "revokeAction"}) {
            QVERIFY2(!window.isEnabled(name), name);
            QVERIFY2(window.find<QAction>(name)->statusTip().contains("My own"_L1), name);
        }
        QVERIFY(!window.find<QSpinBox>("accessLifetimeSpin")->isEnabled());
        QVERIFY(!window.find<QLabel>("demoObstacleLabel")->isHidden());
        QVERIFY(window.text("demoObstacleLabel").contains("My own"_L1));
        window.click("cancelButton");
        window.choose(u"custom-jwt"_s);
        window.waitForResource();
        QVERIFY(window.isEnabled("expireAccessAction"));
        QVERIFY(window.find<QSpinBox>("accessLifetimeSpin")->isEnabled());
        QVERIFY(window.find<QLabel>("demoObstacleLabel")->isHidden());
    }

    void recentProfilesAreInTheMenu()
    {
        Window window;
        window.signIn();
        window.open(window.writeProfile(u"json-bearer"_s));
        QTRY_VERIFY(window.isLoginOpen());
        window.click("cancelButton");
        window.choose(u"custom-jwt"_s);
        window.waitForResource();
        auto *recent = window.find<QAction>("profileAction_1");
        QCOMPARE(recent->text(), u"mine.json"_s);
        QVERIFY(!recent->isChecked());
        recent->trigger();
        QTRY_VERIFY(window.isLoginOpen());
        QCOMPARE(window.desktop().session.profile().name, u"My own"_s);
        QVERIFY(window.find<QAction>("profileAction_1")->isChecked());
        QVERIFY(!window.find<QAction>("demoAction_custom-jwt")->isChecked());
    }

    void whatIsWrongWithAFileIsSaidInline_data()
    {
        QTest::addColumn<QByteArray>("content");
        QTest::addColumn<QString>("says");
        QTest::newRow("no JSON") << QByteArray("{\n  \"id\": \"x\",\n  oops\n}") << u"3"_s;
        QTest::newRow("a key that nobody knows")
            << QByteArray(R"({"preset": "custom-jwt", "nonsense": 1})") << u"nonsense"_s;
        QTest::newRow("the demo backend's id")
            << QByteArray("{\"preset\": \"custom-jwt\", \"id\": \"demo\", "
                          "\"baseUrl\": \"https://example.com\", "
                          "\"protectedOrigins\": [\"https://example.com\"]}")
            << u"demo backend"_s;
    }

    void whatIsWrongWithAFileIsSaidInline()
    {
        QFETCH(QByteArray, content);
        QFETCH(QString, says);
        Window window;
        window.signIn();
        window.open(window.writeFile(content));
        QVERIFY(window.find<QWidget>("backendBar")->isVisible());
        QVERIFY2(window.message("backendBar").contains("mine.json"_L1)
                && window.message("backendBar").contains(says),
            qPrintable(window.message("backendBar")));
        QCOMPARE(window.text("userLabel"), u"anna"_s); // the session is unchanged
        QVERIFY(window.find<QAction>("demoAction_custom-jwt")->isChecked());
        window.choose(u"json-bearer"_s);
        QTRY_VERIFY(window.isLoginOpen());
        QVERIFY(!window.find<QWidget>("backendBar")->isVisible());
    }

    void aFileThatIsGoneLeavesTheDemoBackend()
    {
        Window window;
        window.signIn();
        const QString file = window.writeProfile(u"json-bearer"_s);
        window.open(file);
        QTRY_VERIFY(window.isLoginOpen());
        window.close();
        QVERIFY(QFile::remove(file));
        window.restart();
        window.waitForResource();
        QVERIFY(window.find<QWidget>("backendBar")->isVisible());
        QVERIFY(window.message("backendBar").contains("mine.json"_L1));
    }

    void plainHttpIsShownAllTheTime()
    {
        Window window;
        window.signIn();
        QVERIFY(!window.find<QLabel>("plainHttpLabel")->isVisible());
        window.open(window.writeProfile(
            u"custom-jwt"_s, [](QJsonObject &json) { json[u"allowInsecureHttp"_s] = true; }));
        QTRY_VERIFY(window.find<QLabel>("plainHttpLabel")->isVisible());
        QVERIFY(window.text("plainHttpLabel").contains("http"_L1));
    }

    void tokensOfOtherEndpointsAreNotUsed()
    {
        Window window;
        window.open(window.writeProfile(u"custom-jwt"_s));
        QTRY_VERIFY(window.isLoginOpen());
        const auto user = demobackend::demoUsers().front();
        window.find<QLineEdit>("userNameEdit")->setText(user.name);
        window.find<QLineEdit>("passwordEdit")->setText(user.password);
        window.signIn();
        window.writeProfile(u"custom-jwt"_s, [](QJsonObject &json) {
            QJsonObject refresh = json[u"refresh"_s].toObject();
            refresh[u"url"_s] = u"elsewhere/refresh"_s;
            json[u"refresh"_s] = refresh;
        });
        window.restart();
        QTRY_VERIFY(window.isLoginOpen());
        QVERIFY2(window.text("reasonLabel").contains("other places"_L1),
            qPrintable(window.text("reasonLabel")));
        QCOMPARE(window.backend().transcript(u"GET "_s).size(), 0);
    }

    void homeShowsWhatTheRolesAllow_data()
    {
        QTest::addColumn<QString>("name");
        for (const auto &user : demobackend::demoUsers())
            QTest::newRow(qPrintable(user.name)) << user.name;
    }

    void homeShowsWhatTheRolesAllow()
    {
        QFETCH(QString, name);
        const auto user = *demobackend::findUser(&demobackend::DemoUser::name, name);
        Window window(u"x-access-token"_s);
        QTRY_VERIFY(window.isLoginOpen());
        window.find<QLineEdit>("userNameEdit")->setText(user.name);
        window.find<QLineEdit>("passwordEdit")->setText(user.password);
        window.click("signInButton");
        QTRY_COMPARE(window.text("resourceLabel"),
            QString(u"✓ 200  User Content, username: "_s % user.name));
        QCOMPARE(window.text("rolesLabel"), user.roles.join(u", "_s));
        QTRY_COMPARE(window.text("resourceLabel_1"), u"✓ 200  Public Content."_s);
        struct Content
        {
            const char *label;
            QString role;
            const char *path;
            QString content;
        };
        const std::array contents {
            Content {"resourceLabel_2", u"ROLE_MODERATOR"_s, "/api/test/mod", u"Moderator"_s},
            Content {"resourceLabel_3", u"ROLE_ADMIN"_s, "/api/test/admin", u"Admin"_s},
        };
        for (const auto &content : contents) {
            const bool allowed = user.roles.contains(content.role);
            if (allowed)
                QTRY_VERIFY(window.text(content.label).contains(content.content));
            else
                QCOMPARE(window.text(content.label), u"not for your roles"_s);
            QCOMPARE(window.backend().transcript(QString::fromLatin1(content.path)).size(),
                allowed ? 1 : 0);
        }
        window.trigger("signOutAction");
        for (const char *label : {"resourceLabel", "resourceLabel_1", "resourceLabel_3"})
            QCOMPARE(window.text(label), u"not signed in"_s);
        QVERIFY(!window.find<QLabel>("rolesLabel")->isVisible());
    }

    void aForbiddenContentEndsNothing()
    {
        Window window(u"x-access-token"_s);
        QTRY_VERIFY(window.isLoginOpen());
        window.backend().answerResources(demobackend::ResourceAnswer::Forbidden, 100);
        window.click("signInButton");
        QTRY_VERIFY(window.text("resourceLabel").startsWith(u"✗ 403"_s));
        QVERIFY(window.desktop().session.isSignedIn());
        QVERIFY(!window.isLoginOpen());
        QCOMPARE(window.backend().counters().refreshes, 0);
    }

    void tokensInCookiesSaySo()
    {
        Window window(u"cookie-csrf"_s);
        window.signIn();
        QVERIFY(window.text("accessTokenLabel").endsWith("in a cookie"_L1));
        QVERIFY(window.text("refreshTokenLabel").endsWith("in a cookie"_L1));
        window.choose(u"json-bearer"_s);
        window.signIn();
        QVERIFY(!window.text("accessTokenLabel").contains("cookie"_L1));
    }

    void aPasswordGrantComesWithARemark()
    {
        Window window;
        window.signIn();
        window.open(window.writeProfile(u"oauth2"_s, [](QJsonObject &json) {
            json[u"signInMethods"_s] = QJsonArray {u"password"_s};
            json[u"signIn"_s] =
                QJsonObject {{u"url"_s, u"oauth2/token"_s}, {u"format"_s, u"form"_s},
                    {u"body"_s,
                        QJsonObject {{u"grant_type"_s, u"password"_s},
                            {u"username"_s, u"${userName}"_s}, {u"password"_s, u"${password}"_s},
                            {u"client_id"_s, u"${clientId}"_s}}}};
        }));
        QVERIFY2(window.find<QWidget>("backendBar")->isHidden(),
            qPrintable(window.message("backendBar")));
        QTRY_VERIFY(window.isLoginOpen());
        QVERIFY(window.find<QLabel>("passwordRemarkLabel")->isVisible());
        QVERIFY(window.text("passwordRemarkLabel").contains("RFC 9700 section 2.4"_L1));
        window.click("cancelButton");
        window.choose(u"json-bearer"_s);
        QTRY_VERIFY(window.isLoginOpen());
        QVERIFY(!window.find<QLabel>("passwordRemarkLabel")->isVisible());
    }

    void aPresetCanBeSpokenElsewhere()
    {
        Window window;
        window.backendAtStart = ui::BackendChoice {u"json-bearer"_s, window.backend().url()};
        window.restart();
        QTRY_VERIFY(window.isLoginOpen());
        QVERIFY(window.find<QLineEdit>("userNameEdit")->text().isEmpty());
        QVERIFY(!window.isEnabled("revokeAction"));
        QVERIFY(window.find<QAction>("profileAction_1")->isChecked());
    }
};

QTEST_MAIN(TestBackends)
#include "tst_backends.moc"
