// Profiles that send secrets to foreign origins: the window asks first.
#include "tests/ui/window/windowfixture.h"

#include <QtCore/QFile>
#include <QtTest/QTest>
#include <QtWidgets/QMessageBox>

using namespace Qt::StringLiterals;
using authcore::BackendProfile;

namespace {

//! A window at a backend that revokes tokens at `elsewhere`.
struct Window : test::WindowFixture
{
    void openProfile(const QUrl &elsewhere)
    {
        auto profile = *BackendProfile::preset(u"custom-jwt"_s, backend().url());
        profile.id = u"mine"_s;
        profile.name = u"Mine"_s;
        profile.revocation = {elsewhere.resolved(QUrl(u"/out"_s)), authcore::BodyFormat::Json,
            {{u"token"_s, u"${refreshToken}"_s}}};
        QFile file(folder() + u"/mine.json"_s);
        [&] { QVERIFY(file.open(QIODevice::WriteOnly)); }();
        file.write(profile.toText());
        file.close();
        profileFile = file.fileName();
        trigger("openProfileAction");
        [&] { QTRY_VERIFY(isLoginOpen()); }();
    }
    void ask()
    {
        const auto anna = demobackend::demoUsers().front();
        find<QLineEdit>("userNameEdit")->setText(anna.name);
        find<QLineEdit>("passwordEdit")->setText(anna.password);
        click("signInButton");
    }
    [[nodiscard]] QMessageBox *box() { return window().findChild<QMessageBox *>(u"placesBox"_s); }
    void answer(QMessageBox::ButtonRole role)
    {
        for (auto *button : box()->buttons()) {
            if (box()->buttonRole(button) == role)
                button->click();
        }
    }
    [[nodiscard]] bool isSignedIn() { return text("resourceLabel").startsWith(u"✓ 200"_s); }
};

} // namespace

class TestPlaces : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void nothingIsSentBeforeTheAnswer()
    {
        demobackend::DemoBackend other;
        QCOMPARE(other.start(), QString());
        Window window;
        window.openProfile(other.url());
        window.backend().clearTranscript();
        window.ask();
        QVERIFY(window.box());
        const QString lines = window.box()->informativeText();
        QVERIFY2(lines.contains(QString(
                     other.url().toString() % u" gets the refresh token, the access token"_s)),
            qPrintable(lines));
        QVERIFY(
            lines.contains(QString(window.backend().url().toString() % u" gets the password"_s)));
        QCOMPARE(window.backend().transcript(), QStringList());

        window.answer(QMessageBox::RejectRole);
        QVERIFY(window.isLoginOpen());
        QVERIFY(window.find<QPushButton>("signInButton")->isEnabled());
        QCOMPARE(window.backend().transcript(), QStringList());
    }

    void theAnswerIsRemembered()
    {
        demobackend::DemoBackend other;
        QCOMPARE(other.start(), QString());
        Window window;
        window.openProfile(other.url());
        window.ask();
        window.answer(QMessageBox::AcceptRole);
        QTRY_VERIFY(window.isSignedIn());
        window.trigger("signOutAction");
        QTRY_VERIFY(window.isLoginOpen());
        QTRY_VERIFY(!window.box());
        window.ask();
        QVERIFY(!window.box());
        QTRY_VERIFY(window.isSignedIn());
    }

    void anotherPlaceIsAskedAboutAgain()
    {
        demobackend::DemoBackend other;
        QCOMPARE(other.start(), QString());
        demobackend::DemoBackend third;
        QCOMPARE(third.start(), QString());
        Window window;
        window.openProfile(other.url());
        window.ask();
        window.answer(QMessageBox::AcceptRole);
        QTRY_VERIFY(window.isSignedIn());
        window.trigger("signOutAction");
        QTRY_VERIFY(window.isLoginOpen());
        window.openProfile(third.url());
        window.ask();
        QTRY_VERIFY(window.box() && window.box()->isVisible());
        QVERIFY(window.box()->informativeText().contains(third.url().toString()));
    }

    void itsOwnPlacesNeedNoQuestion()
    {
        Window window;
        window.openProfile(window.backend().url());
        window.ask();
        QVERIFY(!window.box());
        QTRY_VERIFY(window.isSignedIn());
    }
};

QTEST_MAIN(TestPlaces)

#include "tst_places.moc"
