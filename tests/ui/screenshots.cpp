// Saves pictures of the window in several states, light and dark, for people to look at.

#include "authcore/tokens/memorytokenstore.h"
#include "tests/ui/windowfixture.h"

#include <QtCore/QDir>
#include <QtGui/QIcon>
#include <QtGui/QPainter>
#include <QtWidgets/QApplication>
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
        QTest::qWait(350); // a person looks, too; nothing is tested here
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
        Photographer inDark(folder, width % u"-dark"_s);
        QApplication::setPalette(darkPalette());
        takeAll(inDark, size);
    }
    return 0;
}
