// Texts of profiles, servers and tokens in the real window: the window shows them as plain text,
// never as HTML, and cuts off long ones.
#include "tests/support/idtokens.h"
#include "tests/support/rawserver.h"
#include "tests/ui/window/windowfixture.h"
#include "ui/common/plaintext.h"

#include <QtCore/QDirIterator>
#include <QtCore/QElapsedTimer>
#include <QtCore/QFile>
#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtCore/QRegularExpression>
#include <QtGui/QImage>
#include <QtGui/QTextDocument>
#include <QtWidgets/QAbstractItemView>
#include <QtWidgets/QApplication>
#include <QtWidgets/QMenu>
#include <QtWidgets/QMessageBox>
#include <QtWidgets/QStatusBar>
#include <QtWidgets/QTreeView>

#include <array>
#include <utility>

#ifdef Q_OS_LINUX
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>
#endif

using namespace Qt::StringLiterals;
using authcore::BackendProfile;
using test::http;
using test::RawServer;

namespace {

//! A file that records whether it has been opened.
class Trap
{
public:
    Trap()
    {
        m_file = m_folder.filePath(u"trap.png"_s);
        QImage(4, 4, QImage::Format_RGB32).save(m_file);
#ifdef Q_OS_LINUX
        m_watch = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
        inotify_add_watch(m_watch, qPrintable(m_file), IN_OPEN);
#endif
    }
    ~Trap()
    {
#ifdef Q_OS_LINUX
        ::close(m_watch);
#endif
    }
    Q_DISABLE_COPY_MOVE(Trap)

    //! HTML that opens the file if it is rendered as HTML.
    [[nodiscard]] QString text(const QString &name) const
    {
        return u"<img src='%1'>&%2"_s.arg(m_file, name);
    }
    [[nodiscard]] bool wasOpened() const
    {
#ifdef Q_OS_LINUX
        std::array<char, 4096> events {};
        return ::read(m_watch, events.data(), events.size()) > 0;
#else
        return false;
#endif
    }

private:
    QTemporaryDir m_folder;
    QString m_file;
    int m_watch = -1;
};

//! A backend that uses `word(NAME)` for each of its words.
class WordyServer : public RawServer
{
public:
    using Word = std::function<QString(const QString &name)>;

    explicit WordyServer(Word word)
        : m_word(std::move(word))
    {
        on("/authorization/token", [this](const Request &) {
            const QJsonObject claims {{u"sub"_s, m_word(u"subject"_s)},
                {m_word(u"claim"_s), m_word(u"value"_s)}, {u"exp"_s, qint64(32'000'000'000)}};
            return json("200 OK",
                {{u"authorizationToken"_s, QString::fromLatin1(test::jwt(claims))},
                    {u"refreshToken"_s, u"refresh1"_s}, {u"userId"_s, m_word(u"user"_s)},
                    {u"roles"_s, QJsonArray {m_word(u"role"_s)}}});
        });
        on("/authorization/refresh", [this](const Request &) {
            return json("400 Bad Request",
                {{u"error"_s, m_word(u"code"_s)}, {u"error_description"_s, m_word(u"why"_s)}});
        });
        on("/api/resources",
            [this](const Request &) { return http("200 OK", {}, m_word(u"body"_s).toUtf8()); });
    }

    [[nodiscard]] QByteArray profile() const
    {
        auto profile = *BackendProfile::preset(u"custom-jwt"_s, url());
        profile.id = m_word(u"id"_s);
        profile.name = m_word(u"name"_s);
        profile.answer.userData[u"roles"_s] = u"/roles"_s;
        for (const auto &name : {u"first"_s, u"second"_s})
            profile.resources.append({m_word(name), u"/api/resources"_s});
        profile.policy.backoffMin = profile.policy.backoffMax = std::chrono::hours(24 * 365);
        return profile.toText();
    }

private:
    static QByteArray json(const QByteArray &status, const QJsonObject &object)
    {
        return http(status, {{"Content-Type", "application/json"}}, QJsonDocument(object).toJson());
    }

    Word m_word;
};

//! Opens the backend, signs in, sends requests, and has the refresh refused: visits every place
//! that shows a text.
void tour(test::WindowFixture &window, const WordyServer &server, const QString &account)
{
    QFile file(window.folder() + u"/a & b <i>.json"_s);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(server.profile());
    file.close();
    window.profileFile = file.fileName();
    window.trigger("openProfileAction");
    QTRY_VERIFY(window.isLoginOpen());
    window.find<QLineEdit>("userNameEdit")->setText(account);
    window.click("signInButton");
    QTRY_VERIFY(window.text("resourceLabel").startsWith(u"✓ 200"_s));
    window.trigger("sendAction");
    QTRY_VERIFY(window.find<QAction>("whyAction")->isEnabled());
    window.trigger("whyAction");
    window.trigger("aboutAction");
    window.trigger("refreshNowAction");
    QTRY_VERIFY(window.isLoginOpen());
    window.click("signInButton");
    QTRY_VERIFY(!window.isLoginOpen());
    QTRY_VERIFY(window.text("resourceLabel").startsWith(u"✓ 200"_s));
}

//! The problems of a widget's texts; empty: none.
QStringList problemsOf(const QWidget *widget)
{
    QStringList problems;
    const auto check = [&](bool isGood, const QString &what) {
        if (!isGood)
            problems << u"%1 '%2': %3"_s.arg(
                QLatin1StringView(widget->metaObject()->className()), widget->objectName(), what);
    };
    const auto isTame = [](const QString &tip) {
        return !Qt::mightBeRichText(tip) || !tip.contains("<img"_L1);
    };
    check(isTame(widget->toolTip()), u"its tool tip is HTML"_s);
    check(isTame(widget->whatsThis()), u"its help is HTML"_s);
    for (const QAction *action : widget->actions())
        check(isTame(action->toolTip())
                && (!action->text().contains("<img"_L1) || action->text().contains("&&"_L1)),
            u"the action '%1' has a mnemonic or HTML of others"_s.arg(action->objectName()));
    if (const auto *label = qobject_cast<const QLabel *>(widget)) {
        const bool isPlain = label->textFormat() == Qt::PlainText
            || (label->textFormat() == Qt::AutoText && !Qt::mightBeRichText(label->text()));
        check(isPlain, u"shows HTML"_s);
        check(label->text().size() <= 2'000, u"has no bounds"_s);
    }
    if (const auto *box = qobject_cast<const QMessageBox *>(widget))
        check(box->textFormat() == Qt::PlainText, u"shows HTML"_s);
    if (const auto *view = qobject_cast<const QAbstractItemView *>(widget); view && view->model()) {
        const auto *model = view->model();
        for (int row = 0; row < model->rowCount(); ++row) {
            for (int column = 0; column < model->columnCount(); ++column) {
                const auto index = model->index(row, column);
                check(isTame(index.data(Qt::ToolTipRole).toString()), u"a tool tip is HTML"_s);
                const auto text = index.data().toString();
                check(text.size() <= 2'000 && !text.contains(u'\n'), u"an item has no bounds"_s);
            }
        }
    }
    return problems;
}

QString problemsOfAll()
{
    QStringList problems;
    for (const QWidget *widget : QApplication::allWidgets())
        problems += problemsOf(widget);
    return problems.join(u'\n');
}

} // namespace

class TestOutsideTexts : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void nothingIsHtml()
    {
        const Trap trap;
        const WordyServer server([&trap](const QString &name) { return trap.text(name); });
        test::WindowFixture window;
        tour(window, server, trap.text(u"account"_s));
        QCOMPARE(problemsOfAll(), QString());
        QVERIFY(!trap.wasOpened());
        // The texts are shown, and not merely missing.
        QVERIFY2(window.text("backendUrlLabel").contains(trap.text(u"name"_s)),
            qPrintable(window.text("backendUrlLabel")));
        QVERIFY(window.text("resourceLabel").contains(trap.text(u"body"_s)));
        QVERIFY(window.window().windowTitle().contains(trap.text(u"name"_s)));
        const auto *claims = window.find<QTreeView>("claimsView")->model();
        QCOMPARE(
            claims->match(claims->index(0, 0), Qt::DisplayRole, trap.text(u"claim"_s)).size(), 1);
    }

    void aPipeInANameIsNotRead()
    {
#ifdef Q_OS_LINUX
        QTemporaryDir folder;
        const QString pipe = folder.filePath(u"pipe"_s);
        QCOMPARE(::mkfifo(qPrintable(pipe), 0600), 0);
        const auto word = [&pipe](const QString &) { return u"<img src='%1'>"_s.arg(pipe); };
        const WordyServer server(word);
        test::WindowFixture window;
        tour(window, server, word({})); // opening the pipe would block for ever
        QVERIFY(window.window().windowTitle().contains(pipe));
#else
        QSKIP("there are no such pipes here");
#endif
    }

    void longTextsAreCutOff()
    {
        const WordyServer server([](const QString &name) {
            return QString(name % u"\n\tx "_s.repeated(10) % QString(100'000, u'm'));
        });
        test::WindowFixture window;
        tour(window, server, QString(100'000, u'm'));
        QCOMPARE(problemsOfAll(), QString());
        QVERIFY(window.window().windowTitle().size() < 1'000);
        const auto widest = window.window().fontMetrics().averageCharWidth() * 200;
        QVERIFY2(window.window().minimumSizeHint().width() < widest,
            qPrintable(QString::number(window.window().minimumSizeHint().width())));
        QVERIFY(window.find<QWidget>("loginDialog")->minimumSizeHint().width() < widest);
    }

    void helpers_data()
    {
        QTest::addColumn<QString>("shown");
        QTest::addColumn<QString>("expected");
        const auto row = [](const char *name, const QString &shown, const QString &expected) {
            QTest::newRow(name) << shown << expected;
        };
        row("a line", ui::oneLine(u"a\nb\tc\u2028d\x1b[1m"_s), u"a b c d [1m"_s);
        row("a long line", ui::oneLine(QString(600, u'x')), QString(499, u'x') + u'…');
        row("a paragraph", ui::bounded(u"a\nb"_s), u"a\nb"_s);
        row("many lines", ui::bounded(u"a\n"_s.repeated(30)),
            u"a\n"_s.repeated(20).chopped(1) + u'…');
        row("a menu", ui::literally(u"Q&A"_s), u"Q&&A"_s);
        row("a title", ui::titleText(u"a[*]"_s), u"a[*][*]"_s);
        row("a tip", ui::tipText(u"Q & A"_s), u"Q & A"_s);
        row("a tip like HTML", ui::tipText(u"<b>x"_s), u"<p>&lt;b&gt;x</p>"_s);
    }
    void helpers()
    {
        QFETCH(const QString, shown);
        QTEST(shown, "expected");
    }

    //! Each of these functions is called in one source file only, where texts are made harmless.
    void oneHomeEach_data()
    {
        QTest::addColumn<QString>("folder");
        QTest::addColumn<QString>("pattern");
        QTest::addColumn<QStringList>("homes");
        const auto row = [](const QString &folder, const QString &pattern,
                             const QStringList &homes) {
            QTest::newRow(qPrintable(QString(folder % u": "_s % pattern)))
                << folder << pattern << homes;
        };
        row(u"ui"_s, u"\\bQLabel\\b"_s, {u"labels.h"_s, u"labels.cpp"_s});
        row(u"ui"_s, u"setToolTip\\(|QToolTip::"_s, {u"plaintext.cpp"_s});
        row(u"ui"_s, u"RichText|AutoText|MarkdownText|setHtml|QTextEdit|QTextBrowser|</"_s,
            {u"plaintext.cpp"_s});
        row(u"ui"_s, u"setWhatsThis|WhatsThisRole"_s, {});
        row(u"ui"_s, u"== Qt::ToolTipRole\\)\\s+return (?!tipText\\()"_s, {});
        row(u"ui"_s, u"setWindowTitle\\(\\s*(?!\\s|tr\\(\"[^%]*\"\\)\\)|titleText)"_s,
            {u"plaintext.h"_s});
        row(u"ui"_s, u"QMessageBox\\((?![^;]*;\\s+box->setTextFormat\\(Qt::PlainText\\))"_s, {});
        row(u"app"_s, u"std::(cout|cerr|clog)|\\b(f?printf|fwrite|fputs|puts)\\("_s,
            {u"terminal.cpp"_s});
    }
    void oneHomeEach()
    {
        QFETCH(const QString, folder);
        QFETCH(const QString, pattern);
        QFETCH(const QStringList, homes);
        const QRegularExpression wanted(pattern);
        QVERIFY2(wanted.isValid(), qPrintable(wanted.errorString()));
        QStringList found;
        QDirIterator files(QStringLiteral(TOKENFLIGHT_SOURCE) + u'/' + folder,
            {u"*.h"_s, u"*.cpp"_s}, QDir::Files, QDirIterator::Subdirectories);
        while (files.hasNext()) {
            QFile file(files.next());
            QVERIFY(file.open(QIODevice::ReadOnly));
            if (homes.contains(files.fileName()))
                continue;
            if (const auto match = wanted.match(QString::fromUtf8(file.readAll()));
                match.hasMatch())
                found << QString(files.fileName() % u": "_s % match.captured());
        }
        QCOMPARE(found.join(u'\n'), QString());
    }
};

QTEST_MAIN(TestOutsideTexts)

#include "tst_outsidetexts.moc"
