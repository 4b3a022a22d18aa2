// Signing in with a browser and with another device.
#include "tests/ui/signin/scriptedbrowser.h"
#include "tests/ui/window/windowfixture.h"

#include <QtCore/QFile>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>
#include <QtGui/QClipboard>
#include <QtTest/QAbstractItemModelTester>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>
#include <QtWidgets/QApplication>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QTreeView>

using namespace Qt::StringLiterals;
using authcore::BackendProfile;
using authcore::SignInMethod;
using demobackend::RefreshAnswer;
using test::ScriptedBrowser;
using test::WindowFixture;
using Decision = test::ScriptedBrowser::Decision;

namespace {

//! A window at the OAuth endpoints of the demo backend, with the login dialog open.
struct Window : WindowFixture
{
    Window()
    {
        backendAtStart = ui::BackendChoice {u"oauth2"_s, {}};
        restart();
        backendAtStart.reset();
        [&] { QTRY_VERIFY(isLoginOpen()); }();
    }

    void choose(SignInMethod method)
    {
        auto *box = find<QComboBox>("methodBox");
        box->setCurrentIndex(box->findData(static_cast<int>(method)));
    }
    //! Opens the browser up to the page with the form.
    void openBrowser()
    {
        choose(SignInMethod::Browser);
        click("signInButton");
        [&] { QTRY_VERIFY(!openedUrl.isEmpty()); }();
        browser.open(openedUrl);
        [&] { QTRY_VERIFY(browser.hasForm()); }();
    }
    void waitForResource(const QString &name)
    {
        [&] {
            QTRY_COMPARE(
                text("resourceLabel"), QString(u"✓ 200  protected resources, username: "_s % name));
        }();
        [&] { QVERIFY(!isLoginOpen()); }();
    }
    void signIn(const demobackend::DemoUser &user = demobackend::demoUsers().front())
    {
        openBrowser();
        browser.decide(user.name, user.password, Decision::Allow);
        waitForResource(user.name);
        backend().clearTranscript();
    }
    void waitForVerdict()
    {
        [&] { QTRY_VERIFY(find<QAction>("whyAction")->isEnabled()); }();
    }
    [[nodiscard]] bool isVisible(const char *name) { return find<QWidget>(name)->isVisible(); }

    ScriptedBrowser browser;
};

} // namespace

class TestSignIn : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theProfileSaysWhatThereIsToChooseFrom()
    {
        Window window;
        auto *methods = window.find<QComboBox>("methodBox");
        QVERIFY(methods->isVisible());
        QCOMPARE(methods->count(), 2);
        QCOMPARE(methods->currentData().toInt(), static_cast<int>(SignInMethod::Browser));
        QVERIFY(window.isVisible("browserLabel"));
        QVERIFY(!window.isVisible("deviceLabel"));
        QVERIFY(!window.isVisible("passwordEdit"));
        QVERIFY(!window.isVisible("clientSecretEdit"));
        window.choose(SignInMethod::Device);
        QVERIFY(window.isVisible("deviceLabel"));
        QVERIFY(!window.isVisible("browserLabel"));
    }

    void theBrowserSignsIn()
    {
        Window window;
        window.openBrowser();
        QVERIFY(window.text("browserLabel").contains("Waiting for your browser"_L1));
        QVERIFY(window.isVisible("copyLinkButton"));
        const auto user = demobackend::demoUsers().front();
        window.browser.decide(user.name, user.password, Decision::Allow);
        window.waitForResource(user.name);
        QCOMPARE(window.text("userLabel"), user.name);
        QVERIFY(window.window().windowTitle().endsWith(user.name));
    }

    void theLinkCanBeCopied()
    {
        Window window;
        window.openBrowser();
        window.click("copyLinkButton");
        QCOMPARE(QApplication::clipboard()->text(), window.openedUrl.toString(QUrl::FullyEncoded));
        window.click("cancelButton");
        QTRY_VERIFY(!window.isVisible("copyLinkButton"));
        QVERIFY(window.isLoginOpen()); // the dialog is idle again
        QVERIFY(!window.desktop().browserSignIn.isBusy());
    }

    void aRefusalIsSaidInline()
    {
        Window window;
        window.openBrowser();
        window.browser.decide({}, {}, Decision::Deny);
        QTRY_VERIFY(window.isVisible("problemLabel"));
        QVERIFY2(window.text("problemLabel").contains("refused"_L1),
            qPrintable(window.text("problemLabel")));
        QVERIFY(!window.desktop().session.isSignedIn());
        window.openedUrl.clear();
        window.signIn(); // another sign-in
    }

    void aBrokenAccessTokenIsRefreshedOnceForThree()
    {
        Window window;
        window.signIn();
        window.trigger("breakAndSendAction");
        window.waitForVerdict();
        QVERIFY2(window.message("verdictBar").startsWith("PASS"_L1),
            qPrintable(window.message("verdictBar")));
        QCOMPARE(window.backend().counters().refreshes, 1);
        QCOMPARE(window.backend().counters().served, 3);
    }

    void aRejectedRefreshEndsInTheLoginDialog()
    {
        Window window;
        window.signIn();
        window.trigger("breakRefreshAction");
        window.trigger("breakAndSendAction");
        QTRY_VERIFY(window.isLoginOpen());
        QVERIFY(window.text("reasonLabel").contains("no longer accepts the refresh token"_L1));
        window.openedUrl.clear();
        window.openBrowser();
        const auto user = demobackend::demoUsers().front();
        window.browser.decide(user.name, user.password, Decision::Allow);
        window.waitForVerdict();
        QVERIFY2(window.message("verdictBar").startsWith("PASS"_L1),
            qPrintable(window.message("verdictBar")));
    }

    void aTemporaryFailureKeepsTheSession()
    {
        Window window;
        window.signIn();
        window.tryRefreshesOnce();
        window.backend().answerRefreshes(RefreshAnswer::ServerError, 1000);
        window.trigger("breakAndSendAction");
        window.waitForVerdict();
        QVERIFY(window.isVisible("refreshBar"));
        QVERIFY(!window.isLoginOpen());
        QVERIFY(window.desktop().session.isSignedIn());
    }

    void aRestartNeedsNoSignIn()
    {
        Window window;
        window.signIn();
        window.restart();
        window.waitForResource(demobackend::demoUsers().front().name);
    }

    void accountsWithoutATypedNameAreTheirOwn()
    {
        const auto users = demobackend::demoUsers();
        Window window;
        window.signIn(users.at(0));
        window.trigger("signInAsOtherAction");
        window.openedUrl.clear();
        window.signIn(users.at(1));
        window.trigger(qPrintable(u"accountAction_"_s + users.at(0).name));
        window.waitForResource(users.at(0).name);
        window.trigger(qPrintable(u"accountAction_"_s + users.at(1).name));
        window.waitForResource(users.at(1).name);
        QCOMPARE(window.backend().counters().signIns, 0);
        QCOMPARE(window.backend().counters().challenges, 0);
    }

    void anotherDeviceSignsIn()
    {
        Window window;
        demobackend::Knobs knobs = window.backend().knobs();
        knobs.deviceApproval = demobackend::DeviceApproval::AfterPolls;
        knobs.deviceInterval = std::chrono::seconds(1);
        window.backend().setKnobs(knobs);
        window.choose(SignInMethod::Device);
        window.click("signInButton");
        QTRY_VERIFY(window.isVisible("userCodeLabel"));
        QVERIFY(!window.text("userCodeLabel").isEmpty());
        QVERIFY(window.text("deviceAddressLabel").contains("/oauth2/device"_L1));
        QVERIFY(!window.text("codeLeftLabel").isEmpty());
        window.click("copyCodeButton");
        QCOMPARE(QApplication::clipboard()->text(), window.text("userCodeLabel"));
        window.click("openAddressButton");
        QVERIFY(window.openedUrl.path().startsWith("/oauth2/device"_L1));
        window.waitForResource(demobackend::demoUsers().front().name);
    }

    void aDeniedDeviceIsSaidInline()
    {
        Window window;
        demobackend::Knobs knobs = window.backend().knobs();
        knobs.deviceApproval = demobackend::DeviceApproval::Denied;
        knobs.deviceInterval = std::chrono::seconds(1);
        window.backend().setKnobs(knobs);
        window.choose(SignInMethod::Device);
        window.click("signInButton");
        QTRY_VERIFY(window.isVisible("problemLabel"));
        QVERIFY(window.text("problemLabel").contains("refused"_L1));
        QVERIFY(!window.isVisible("userCodeLabel"));
        QVERIFY(!window.desktop().session.isSignedIn());
    }

    void theIdTokenIsShownAndWhatItIsWorth()
    {
        Window window;
        window.signIn();
        QVERIFY(window.isVisible("idTokenBox"));
        auto *claims = window.find<QTreeView>("idClaimsView")->model();
        const QAbstractItemModelTester tester(
            claims, QAbstractItemModelTester::FailureReportingMode::QtTest);
        QStringList names;
        for (int row = 0; row < claims->rowCount(); ++row)
            names << claims->index(row, 0).data().toString();
        for (const auto &name : {u"iss"_s, u"aud"_s, u"sub"_s})
            QVERIFY2(names.contains(name), qPrintable(name));
        QVERIFY(window.text("idRemarkLabel").contains("Not verified by signature"_L1));
        QVERIFY(window.text("idRemarkLabel").contains("plain http on this computer"_L1));
        window.trigger("signOutAction");
        QVERIFY(!window.isVisible("idTokenBox"));
    }

    void aSignOutIsToldToTheServer()
    {
        Window window;
        window.signIn();
        QSignalSpy revoked(&window.desktop().session, &authcore::AuthSession::revoked);
        window.trigger("signOutAction");
        QCOMPARE(window.text("userLabel"), u"signed out"_s); // without waiting for the answer
        QTRY_COMPARE(revoked.count(), 1);
        QCOMPARE(window.backend().transcript(u"POST /oauth2/revoke"_s).size(), 1);
        QVERIFY(window.find<QWidget>("revocationBar")->isHidden());
    }

    void aSignOutThatTheServerDoesNotHearOfSaysSo()
    {
        Window window;
        window.signIn();
        window.backend().on(u"/oauth2/revoke"_s).replies(503);
        window.trigger("signOutAction");
        QCOMPARE(window.text("userLabel"), u"signed out"_s); // although the server cannot be told
        QTRY_VERIFY(!window.find<QWidget>("revocationBar")->isHidden());
        QVERIFY(window.message("revocationBar").contains("stay valid"_L1));
        window.openedUrl.clear();
        window.signIn();
        QVERIFY(window.find<QWidget>("revocationBar")->isHidden());
    }

    void switchingAccountsRevokesNothing()
    {
        const auto users = demobackend::demoUsers();
        Window window;
        window.signIn(users.at(0));
        window.trigger("signInAsOtherAction");
        window.openedUrl.clear();
        window.signIn(users.at(1));
        window.trigger(qPrintable(u"accountAction_"_s + users.at(0).name));
        window.waitForResource(users.at(0).name);
        QCOMPARE(window.backend().transcript(u"/oauth2/revoke"_s).size(), 0);
    }

    void withoutARefreshTokenItSaysWhy()
    {
        Window window;
        QJsonObject json = BackendProfile::preset(u"oauth2"_s, window.backend().url())->toJson();
        json[u"id"_s] = u"mine"_s;
        json[u"name"_s] = u"My own"_s;
        json[u"scope"_s] = u"openid profile resources"_s;
        QFile file(window.folder() + u"/mine.json"_s);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(QJsonDocument(json).toJson());
        file.close();
        window.profileFile = file.fileName();
        window.trigger("openProfileAction");
        QTRY_VERIFY(window.isLoginOpen());
        window.signIn();
        QVERIFY(window.text("refreshStateLabel").contains("none"_L1));
        QVERIFY(window.isVisible("refreshRemarkLabel"));
        QVERIFY2(window.text("refreshRemarkLabel").contains("offline_access"_L1),
            qPrintable(window.text("refreshRemarkLabel")));
    }

    void endpointsAreFoundOutAndRemembered()
    {
        Window window;
        auto profile = *BackendProfile::preset(u"oauth2"_s, window.backend().url());
        profile.issuer = window.backend().url().toString();
        profile = authcore::Discovery::withoutEndpoints(profile);
        // The client authenticates as OAuth says.
        profile.refresh.body = profile.revocation.body = {};
        QJsonObject json = profile.toJson();
        json[u"id"_s] = u"mine"_s;
        json[u"name"_s] = u"My own"_s;
        QFile file(window.folder() + u"/mine.json"_s);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(QJsonDocument(json).toJson());
        file.close();
        window.profileFile = file.fileName();
        window.trigger("openProfileAction");
        QVERIFY2(window.find<QWidget>("backendBar")->isHidden(),
            qPrintable(window.message("backendBar")));
        QTRY_VERIFY(window.isLoginOpen());
        window.signIn();
        window.restart();
        window.waitForResource(demobackend::demoUsers().front().name);
        QCOMPARE(window.backend().transcript(u"well-known"_s).size(), 0);
        window.trigger("breakAndSendAction");
        window.waitForVerdict();
        QVERIFY2(window.message("verdictBar").startsWith("PASS"_L1),
            qPrintable(window.message("verdictBar")));
    }

    void aConfidentialClientIsAskedForItsSecret()
    {
        Window window;
        auto profile = *BackendProfile::preset(u"oauth2"_s, window.backend().url());
        profile.clientId = u"tokenflight-confidential"_s;
        profile.clientAuthentication = authcore::ClientAuthentication::Basic;
        profile.id = u"mine"_s;
        QFile file(window.folder() + u"/mine.json"_s);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(QJsonDocument(profile.toJson()).toJson());
        file.close();
        window.profileFile = file.fileName();
        window.trigger("openProfileAction");
        QTRY_VERIFY(window.isLoginOpen());
        QVERIFY(window.isVisible("clientSecretEdit"));
        QVERIFY(!window.find<QWidget>("signInButton")->isEnabled());
        window.find<QLineEdit>("clientSecretEdit")->setText(u"demo-secret"_s);
        window.signIn();
        window.trigger("breakAndSendAction");
        window.waitForVerdict();
        QVERIFY2(window.message("verdictBar").startsWith("PASS"_L1),
            qPrintable(window.message("verdictBar")));
    }
};

QTEST_MAIN(TestSignIn)
#include "tst_signin.moc"
