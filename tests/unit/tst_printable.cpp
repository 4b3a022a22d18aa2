#include "app/printable.h"

#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtTest/QTest>

using namespace Qt::StringLiterals;

class TestPrintable : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void lines_data()
    {
        QTest::addColumn<QString>("line");
        QTest::addColumn<QString>("printed");
        const auto row = [](const char *name, const QString &line, const QString &printed) {
            QTest::newRow(name) << line << printed;
        };
        row("words", u"grün 🔑 → ░ \\"_s, u"grün 🔑 → ░ \\"_s);
        row("an escape sequence", u"\x1b]0;title\a"_s, u"\\x1b]0;title\\x07"_s);
        row("the end of a line", u"a\r\nb\tc"_s, u"a\\x0d\\x0ab\\x09c"_s);
        row("delete", u"a\x7f"_s, u"a\\u007f"_s);
        row("C1", u"\u0085\u009b31m"_s, u"\\u0085\\u009b31m"_s);
        row("bidi embedding", u"\u202aa\u202eb\u202c"_s, u"\\u202aa\\u202eb\\u202c"_s);
        row("bidi isolates", u"\u2066a\u2069"_s, u"\\u2066a\\u2069"_s);
        row("bidi marks", u"\u200e\u200f\u061c"_s, u"\\u200e\\u200f\\u061c"_s);
        row("zero width", u"\u200b\u200c\u200d\u2060\ufeff"_s,
            u"\\u200b\\u200c\\u200d\\u2060\\ufeff"_s);
        row("separators", u"\u2028\u2029"_s, u"\\u2028\\u2029"_s);
        row("an invisible tag", u"\U000e0041"_s, u"\\udb40\\udc41"_s);
        row("half a pair", QString(QChar(0xd800)), u"\\ud800"_s);
        row("nothing", {}, {});
    }
    void lines()
    {
        QFETCH(const QString, line);
        QTEST(app::printable(line), "printed");
    }

    void jsonStaysTheSame()
    {
        const QJsonArray values {u"\x1b\x7f\u009b\u202e\U000e0041\n"_s};
        const auto json = QString::fromUtf8(QJsonDocument(values).toJson(QJsonDocument::Compact));
        const auto printed = app::printable(json);
        QVERIFY(printed != json);
        QCOMPARE(QJsonDocument::fromJson(printed.toUtf8()).array(), values);
    }
};

QTEST_APPLESS_MAIN(TestPrintable)

#include "tst_printable.moc"
