// Saves pictures of the window in several states, light and dark, for people to look at.

#include "authcore/tokens/memorytokenstore.h"
#include "tests/ui/window/windowfixture.h"

#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QJsonDocument>
#include <QtGui/QIcon>
#include <QtGui/QPainter>
#include <QtWidgets/QApplication>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QDialog>
#include <QtWidgets/QMenu>
#include <QtWidgets/QMenuBar>
#include <QtWidgets/QStyleFactory>

#include <cstdio>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

QPalette darkPalette()
{
    QPalette palette;
    const QColor ground(45, 47, 51);
    const QColor base(30, 31, 34);
    const QColor text(222, 222, 222);
    const QColor grey(140, 140, 140);
    palette.setColor(QPalette::Window, ground);
    palette.setColor(QPalette::WindowText, text);
    palette.setColor(QPalette::Base, base);
    palette.setColor(QPalette::AlternateBase, QColor(37, 38, 42));
    palette.setColor(QPalette::Text, text);
    palette.setColor(QPalette::PlaceholderText, grey);
    palette.setColor(QPalette::Button, QColor(58, 60, 65));
    palette.setColor(QPalette::ButtonText, text);
    palette.setColor(QPalette::ToolTipBase, ground);
    palette.setColor(QPalette::ToolTipText, text);
    palette.setColor(QPalette::Highlight, QColor(53, 96, 150));
    palette.setColor(QPalette::HighlightedText, Qt::white);
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        palette.setColor(QPalette::Disabled, role, grey.darker(130));
    return palette;
}

class Photographer
{
public:
    Photographer(QDir folder, QString suffix)
        : m_folder(std::move(folder))
        , m_suffix(std::move(suffix))
    {
    }

    void take(QWidget *widget, const QString &name)
    {
        QTest::qWait(350); // people look at the pictures; this program tests nothing
        QPixmap picture = widget->grab();
        if (auto *dialog = widget->findChild<QDialog *>(u"loginDialog"_s);
            dialog && dialog->isVisible()) {
            QPainter painter(&picture);
            const QPixmap above = dialog->grab();
            const QPoint corner((picture.width() - above.width()) / 2, picture.height() / 4);
            painter.drawPixmap(corner, above);
            painter.drawRect(QRect(corner, above.size()));
        }
        const QString file = m_folder.filePath(name % u'-' % m_suffix % u".png"_s);
        picture.save(file);
        std::printf("%s\n", qPrintable(file));
    }

private:
    QDir m_folder;
    QString m_suffix;
};

bool waitFor(const std::function<bool()> &condition)
{
    return QTest::qWaitFor(condition, 20'000);
}

void takeAll(Photographer &photographer, QSize size)
{
    test::WindowFixture fixture(std::make_unique<authcore::MemoryTokenStore>());
    fixture.window().resize(size);
    demobackend::Knobs knobs = fixture.backend().knobs();
    knobs.latency = {
        {demobackend::Endpoint::Refresh, 120ms}, {demobackend::Endpoint::Resource, 40ms}};
    fixture.backend().setKnobs(knobs);
    waitFor([&] { return fixture.isLoginOpen(); });
    photographer.take(&fixture.window(), u"1-first-start"_s);

    fixture.find<QLineEdit>("passwordEdit")->setText(u"wrong"_s);
    fixture.click("signInButton");
    waitFor([&] { return fixture.find<QLabel>("problemLabel")->isVisible(); });
    photographer.take(&fixture.window(), u"2-wrong-password"_s);

    const auto user = demobackend::demoUsers().front();
    fixture.find<QLineEdit>("passwordEdit")->setText(user.password);
    fixture.backend().on(u"/authorization/token"_s).hold();
    fixture.click("signInButton");
    photographer.take(&fixture.window(), u"3-busy"_s);
    fixture.backend().on(u"/authorization/token"_s).release();
    waitFor([&] { return fixture.text("resourceLabel").contains(user.name); });
    photographer.take(&fixture.window(), u"4-signed-in"_s);

    QMenu *session = fixture.window().menuBar()->actions().at(1)->menu();
    session->popup(fixture.window().mapToGlobal(QPoint(40, 24)));
    photographer.take(session, u"4-session-menu"_s);
    session->close();

    fixture.trigger("breakAndSendAction");
    waitFor([&] { return !fixture.desktop().burst.isRunning(); });
    photographer.take(&fixture.window(), u"5-pass"_s);
    fixture.trigger("whyAction");
    auto *rules = fixture.find<QDialog>("rulesDialog");
    photographer.take(rules, u"6-why"_s);
    rules->close();

    fixture.trigger("showBackendAction");
    photographer.take(&fixture.window(), u"7-backend"_s);
    fixture.backend().answerRefreshes(demobackend::RefreshAnswer::Garbage, 1000);
    fixture.trigger("breakAndSendAction");
    QTest::qWait(900);
    photographer.take(&fixture.window(), u"8-refresh-retries"_s);
    fixture.trigger("stopAction");
    waitFor([&] { return !fixture.desktop().burst.isRunning(); });
    fixture.backend().answerRefreshes(demobackend::RefreshAnswer::Ok);
    waitFor([&] { return !fixture.desktop().session.isRefreshInProgress(); });

    fixture.backend().answerRefreshes(demobackend::RefreshAnswer::InvalidGrant);
    fixture.trigger("breakAndSendAction");
    waitFor([&] { return fixture.isLoginOpen(); });
    photographer.take(&fixture.window(), u"9-session-ended"_s);
    fixture.find<QWidget>("loginDialog")->close();
    photographer.take(&fixture.window(), u"10-signed-out"_s);
    fixture.trigger("signInAction");
    fixture.click("signInButton");
    waitFor([&] { return !fixture.desktop().burst.isRunning(); });
    photographer.take(&fixture.window(), u"11-went-on"_s);
}

//! Pictures of what the first dialect lacks: other backends, accounts, ways to sign in.
void takeBackends(Photographer &photographer, QSize size)
{
    test::WindowFixture fixture;
    fixture.window().resize(size);
    waitFor([&] { return fixture.isLoginOpen(); });
    fixture.find<QDialog>("loginDialog")->close();

    const auto enter = [&](const demobackend::DemoUser &user) {
        fixture.find<QLineEdit>("userNameEdit")->setText(user.name);
        fixture.find<QLineEdit>("passwordEdit")->setText(user.password);
        fixture.click("signInButton");
        waitFor([&] { return fixture.text("resourceLabel").contains(user.name); });
    };
    const auto users = demobackend::demoUsers();
    fixture.trigger("demoAction_x-access-token");
    enter(users.at(1));
    photographer.take(&fixture.window(), u"20-roles-of-a-user"_s);
    fixture.trigger("signInAsOtherAction");
    photographer.take(&fixture.window(), u"21-somebody-else"_s);
    enter(users.at(0));
    photographer.take(&fixture.window(), u"22-roles-of-an-admin"_s);
    for (const char *name : {"accountMenu", "backendMenu"}) {
        auto *menu = fixture.find<QMenu>(name);
        menu->popup(fixture.window().mapToGlobal(QPoint(40, 24)));
        photographer.take(menu, QString(u"23-"_s % QString::fromLatin1(name)));
        menu->close();
    }

    fixture.trigger("demoAction_oauth2");
    waitFor([&] { return fixture.isLoginOpen(); });
    photographer.take(&fixture.window(), u"24-browser"_s);
    fixture.click("signInButton");
    waitFor([&] { return !fixture.openedUrl.isEmpty(); });
    photographer.take(&fixture.window(), u"25-waiting-for-browser"_s);
    fixture.click("cancelButton");
    demobackend::Knobs knobs = fixture.backend().knobs();
    knobs.deviceApproval = demobackend::DeviceApproval::AfterPolls;
    knobs.deviceInterval = 1s;
    fixture.backend().setKnobs(knobs);
    fixture.find<QComboBox>("methodBox")->setCurrentIndex(1);
    photographer.take(&fixture.window(), u"26-device"_s);
    fixture.click("signInButton");
    waitFor([&] { return fixture.find<QLabel>("userCodeLabel")->isVisible(); });
    photographer.take(&fixture.window(), u"27-device-code"_s);
    waitFor([&] { return !fixture.isLoginOpen(); });
    waitFor([&] { return fixture.text("resourceLabel").contains(users.at(0).name); });
    photographer.take(&fixture.window(), u"28-id-token"_s);

    authcore::BackendProfile profile =
        *authcore::BackendProfile::preset(u"oauth2"_s, fixture.backend().url());
    profile.id = u"mine"_s;
    profile.name = u"My own backend"_s;
    profile.allowInsecureHttp = true;
    profile.scope = u"openid profile resources"_s;
    profile.clientAuthentication = authcore::ClientAuthentication::Basic;
    profile.signInMethods = {authcore::SignInMethod::Password, authcore::SignInMethod::Device};
    profile.signIn = {QUrl(u"oauth2/token"_s), authcore::BodyFormat::Form,
        {{u"grant_type"_s, u"password"_s}, {u"username"_s, u"${userName}"_s},
            {u"password"_s, u"${password}"_s}}};
    QFile file(fixture.folder() + u"/mine.json"_s);
    if (!file.open(QIODevice::WriteOnly))
        return;
    file.write(QJsonDocument(profile.toJson()).toJson());
    file.close();
    fixture.profileFile = file.fileName();
    fixture.trigger("openProfileAction");
    waitFor([&] { return fixture.isLoginOpen(); });
    photographer.take(&fixture.window(), u"29-password-grant"_s);
    fixture.find<QDialog>("loginDialog")->close();
    fixture.trigger("showBackendAction");
    photographer.take(&fixture.window(), u"30-demo-backend-out-of-reach"_s);
    if (file.open(QIODevice::WriteOnly))
        file.write("{\n  \"preset\": \"oauth2\",\n  \"nonsense\": 1\n}\n");
    file.close();
    fixture.trigger("openProfileAction");
    photographer.take(&fixture.window(), u"31-profile-problem"_s);
}

} // namespace

int main(int argc, char *argv[])
{
    QApplication application(argc, argv);
    if (argc != 2) {
        std::fprintf(stderr, "usage: %s FOLDER\n", argv[0]);
        return 2;
    }
    const QDir folder(QString::fromLocal8Bit(argv[1]));
    QDir().mkpath(folder.path());
    QApplication::setWindowIcon(QIcon(u":/icons/tokenflight.svg"_s));
    QApplication::setStyle(QStyleFactory::create(u"Fusion"_s));
    const QPalette light = QApplication::palette();
    for (const QSize size : {QSize(1280, 800), QSize(800, 600)}) {
        const QString width = QString::number(size.width());
        Photographer inLight(folder, width % u"-light"_s);
        QApplication::setPalette(light);
        takeAll(inLight, size);
        takeBackends(inLight, size);
        Photographer inDark(folder, width % u"-dark"_s);
        QApplication::setPalette(darkPalette());
        takeAll(inDark, size);
        takeBackends(inDark, size);
    }
    return 0;
}
