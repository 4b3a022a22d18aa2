#include "authcore/profile/profilejson.h"

#include <QtTest/QTest>

#include <algorithm>
#include <ctime>
#include <functional>
#include <limits>

using namespace Qt::StringLiterals;
using authcore::BackendProfile;
using authcore::ProfileError;
using Errors = QList<ProfileError>;
using Write = std::function<QByteArray(int count)>;

Q_DECLARE_METATYPE(Write)

namespace {

//! All errors in the text of a profile.
Errors errorsOf(const QByteArray &json)
{
    const auto read = BackendProfile::fromJson(json);
    if (const auto *const errors = std::get_if<Errors>(&read))
        return *errors;
    return authcore::located(std::get<BackendProfile>(read).problems(), json);
}

//! `count` times what `entry` makes of a number, between `begin` and `end`.
QByteArray many(const QByteArray &begin, int count, const QByteArray &end,
    const std::function<QByteArray(const QByteArray &number)> &entry)
{
    QByteArrayList entries;
    for (int i = 0; i < count; ++i)
        entries.append(entry(QByteArray::number(i)));
    return begin + entries.join(",") + end;
}

//! The processor's, which does not grow while others work.
std::clock_t timeFor(const QByteArray &json)
{
    auto best = std::numeric_limits<std::clock_t>::max();
    for (int round = 0; round < 3; ++round) {
        const auto begin = std::clock();
        [[maybe_unused]] const auto errors = errorsOf(json);
        best = std::min(best, std::clock() - begin);
    }
    return best;
}

} // namespace

//! Profiles that are wrong in thousands of places.
class TestProfileErrors : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void thousands_data()
    {
        QTest::addColumn<Write>("write");
        QTest::addColumn<QString>("where");
        QTest::addColumn<int>("line");
        QTest::addColumn<int>("column");
        const auto row = [](const char *name, const Write &write, const QString &where, int line,
                             int column) {
            QTest::newRow(name) << write << where << line << column;
        };
        const QByteArray good = R"({"preset":"custom-jwt","baseUrl":"https://a.org",)";
        row(
            "entries of a wrong type",
            [good](int count) -> QByteArray {
                return many(good + "\"publicPaths\":[", count, "]}",
                    [](const QByteArray &number) -> QByteArray { return "\n" + number; });
            },
            u"/publicPaths/99"_s, 101, 1);
        row(
            "entries that cannot be used, on one line",
            [good](int count) -> QByteArray {
                return many(good + "\n\"protectedOrigins\":[", count, "]}",
                    [](const QByteArray &) -> QByteArray { return QByteArray("\"ü\""); });
            },
            u"/protectedOrigins/99"_s, 2, 417);
        row(
            "unknown keys",
            [good](int count) -> QByteArray {
                return many(good, count, "}", [](const QByteArray &number) -> QByteArray {
                    return "\n\"x" + number.rightJustified(6, '0') + "\":1";
                });
            },
            u"/x000099"_s, 101, 1);
        row(
            "keys that come twice",
            [good](int count) -> QByteArray {
                return many(good, count, "}",
                    [](const QByteArray &) -> QByteArray { return QByteArray("\n\"id\":\"a\""); });
            },
            u"/id"_s, 102, 1);
        row(
            "placeholders that there are not",
            [good](int count) -> QByteArray {
                return many(good + "\"signIn\":{\"url\":\"in\",\"body\":{\"x\":[", count, "]}}}",
                    [](const QByteArray &) -> QByteArray { return QByteArray("\n\"${x}\""); });
            },
            u"/signIn/body/x/99"_s, 101, 1);
    }
    void thousands()
    {
        QFETCH(const Write, write);
        const auto errors = errorsOf(write(10'000));
        QCOMPARE(errors.size(), 101);
        QTEST(errors.at(99).where, "where");
        QTEST(errors.at(99).at->line, "line");
        QTEST(errors.at(99).at->column, "column");
        QCOMPARE(errors.at(100).where, QString());
        QVERIFY2(errors.at(100).what.startsWith(u"has 9"_s), qPrintable(errors.at(100).what));
        QVERIFY(errors.at(100).at->line >= errors.at(99).at->line);
    }

    //! Eight times as many errors take about eight times as long, and not sixty-four times.
    void timeGrowsWithTheText_data() { thousands_data(); }
    void timeGrowsWithTheText()
    {
        QFETCH(const Write, write);
        const auto few = timeFor(write(4'000));
        const auto many = timeFor(write(32'000));
        QVERIFY2(many < 32 * few, qPrintable(u"%1 and %2 us"_s.arg(few).arg(many)));
    }

    void deepNestingIsRefused()
    {
        const QByteArray json =
            R"({"preset":"custom-jwt","baseUrl":"https://a.org","signIn":{"url":"in","body":{"x":)"
            + QByteArray("{\"y\":").repeated(500) + "1" + QByteArray("}").repeated(502) + "}";
        const auto errors = errorsOf(json);
        QCOMPARE(errors.size(), 1);
        QVERIFY2(errors.first().what.startsWith("is nested too deeply; "_L1),
            qPrintable(errors.first().toString()));
    }

    void longKeysAreCutOffInTexts()
    {
        const QByteArray key(1'000'000, 'k');
        const auto errors = errorsOf("{\"" + key + "\":1}");
        QVERIFY(errors.first().where.size() > key.size());
        QVERIFY(errors.first().toString().size() < 1'200);
    }
};

QTEST_APPLESS_MAIN(TestProfileErrors)

#include "tst_profileerrors.moc"
