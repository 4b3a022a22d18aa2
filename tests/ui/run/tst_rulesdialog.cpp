#include "ui/run/rulesdialog.h"

#include <QtTest/QAbstractItemModelTester>
#include <QtTest/QTest>

using namespace Qt::StringLiterals;
using ui::RulesDialog;

class TestRulesDialog : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aRuleIsARow()
    {
        ui::TextTable model({u"Result"_s, u"Rule"_s, u"Expected"_s, u"Observed"_s});
        const QAbstractItemModelTester tester(
            &model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setRows(RulesDialog::rowsOf({{u"a"_s, u"One refresh"_s, u"1"_s, u"1"_s, true, {}},
            {u"b"_s, u"No loss"_s, u"0"_s, u"2"_s, false, {}}}));
        QCOMPARE(model.rowCount(), 2);
        QCOMPARE(model.index(0, 0).data().toString(), u"✓ met"_s);
        QCOMPARE(model.index(1, 0).data().toString(), u"✗ broken"_s);
        QCOMPARE(model.index(1, 0).data(Qt::AccessibleTextRole).toString(),
            u"No loss: broken, expected 0, observed 2"_s);
        model.setRows({});
        QCOMPARE(model.rowCount(), 0);
    }
};

QTEST_APPLESS_MAIN(TestRulesDialog)
#include "tst_rulesdialog.moc"
