// Profiles that name a CA file, a client certificate or a proxy: the window asks first.
#include "tests/support/privateca.h"
#include "tests/support/recordingproxy.h"
#include "tests/ui/window/windowfixture.h"

#include <QtCore/QFile>
#include <QtTest/QTest>
#include <QtWidgets/QMessageBox>

#include <functional>

using namespace Qt::StringLiterals;
using authcore::BackendProfile;

namespace {

struct Window : test::WindowFixture
{
    //! Opens a profile file for the backend at `url`.
    void openProfile(const QUrl &url, const std::function<void(BackendProfile &)> &change)
    {
        auto profile = *BackendProfile::preset(u"custom-jwt"_s, url);
        profile.id = u"mine"_s;
        profile.name = u"Mine"_s;
        change(profile);
        profileFile = write(u"mine.json"_s, profile.toText());
        trigger("openProfileAction");
    }
    void openProfile(const QString &proxy)
    {
        openProfile(backend().url(), [&proxy](BackendProfile &profile) { profile.proxy = proxy; });
    }
    QString write(const QString &name, const QByteArray &content)
    {
        QFile file(folder() + u'/' + name);
        if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size())
            qFatal("cannot write %s", qPrintable(file.fileName()));
        return file.fileName();
    }
    void signIn()
    {
        [&] { QTRY_VERIFY(isLoginOpen()); }();
        find<QLineEdit>("userNameEdit")->setText(u"anna"_s);
        find<QLineEdit>("passwordEdit")->setText(u"anna-demo-1"_s);
        click("signInButton");
        [&] { QTRY_VERIFY(text("resourceLabel").startsWith(u"✓ 200"_s)); }();
    }
    [[nodiscard]] QMessageBox *box() { return window().findChild<QMessageBox *>(u"networkBox"_s); }
    void answer(QMessageBox::ButtonRole role)
    {
        for (auto *button : box()->buttons()) {
            if (box()->buttonRole(button) == role)
                button->click();
        }
        [&] { QTRY_VERIFY(!box()); }();
    }
    [[nodiscard]] QString backendName() { return desktop().session.profile().name; }
};

} // namespace

class TestBackendNetwork : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aProxyIsUsedAfterTheAnswerOnly()
    {
        const test::RecordingProxy proxy;
        Window window;
        QTRY_VERIFY(window.isLoginOpen());
        window.openProfile(proxy.url());
        QVERIFY(window.box());
        QCOMPARE(window.box()->informativeText(),
            QString(u"It goes through the proxy "_s % proxy.url() % u'.'));
        QVERIFY(window.backendName() != u"Mine"_s);

        window.answer(QMessageBox::AcceptRole);
        QTRY_COMPARE(window.backendName(), u"Mine"_s);
        window.backend().clearTranscript();
        window.signIn();
        QVERIFY(!window.backend().transcript().isEmpty());
        QCOMPARE(proxy.transcript().size(), window.backend().transcript().size());
    }

    void aRefusalKeepsTheBackend()
    {
        Window window;
        QTRY_VERIFY(window.isLoginOpen());
        const QString before = window.backendName();
        window.openProfile(u"http://127.0.0.1:1"_s);
        window.answer(QMessageBox::RejectRole);
        QCOMPARE(window.backendName(), before);
        QCOMPARE(window.desktop().session.networkSettings(), authcore::NetworkSettings());
    }

    void theAnswerIsRememberedUntilTheProfileChanges()
    {
        const test::RecordingProxy proxy;
        Window window;
        window.openProfile(proxy.url());
        window.answer(QMessageBox::AcceptRole);
        QTRY_COMPARE(window.backendName(), u"Mine"_s);
        window.restart();
        QVERIFY(!window.box());
        QTRY_COMPARE(window.backendName(), u"Mine"_s);
        QVERIFY(window.desktop().session.networkSettings().proxy.has_value());

        window.openProfile(u"http://127.0.0.1:1"_s);
        QVERIFY(window.box());
        QVERIFY(window.box()->informativeText().contains(u"http://127.0.0.1:1."_s));
        window.restart(); // the question is open
        QVERIFY(window.box());
        window.answer(QMessageBox::RejectRole);
        QTRY_VERIFY(window.isLoginOpen());
        QVERIFY(window.desktop().profilePresenter.choice().isBuiltIn());
    }

    void aPrivateAuthorityIsTrusted()
    {
        const test::PrivateCa ca;
        demobackend::DemoBackend secure({.tls = true, .tlsIdentity = ca.issue("secure").both()});
        QCOMPARE(secure.start(), QString());
        Window window;
        const auto file = window.write(u"ca.pem"_s, ca.pem());
        window.openProfile(
            secure.url(), [](BackendProfile &profile) { profile.caFile = u"ca.pem"_s; });
        QVERIFY(window.box());
        QVERIFY(window.box()->informativeText().contains(file)); // next to the profile
        window.answer(QMessageBox::AcceptRole);
        window.signIn();
        QVERIFY(!secure.transcript().isEmpty());
    }

    void aFileThatCannotBeUsedIsNamed()
    {
        Window window;
        QTRY_VERIFY(window.isLoginOpen());
        const QString before = window.backendName();
        window.openProfile(
            window.backend().url(), [](BackendProfile &profile) { profile.caFile = u"no.pem"_s; });
        window.answer(QMessageBox::AcceptRole);
        QVERIFY2(window.message("backendBar").contains(u"/no.pem: No such file"_s),
            qPrintable(window.message("backendBar")));
        QCOMPARE(window.backendName(), before);
    }
};

QTEST_MAIN(TestBackendNetwork)

#include "tst_backendnetwork.moc"
