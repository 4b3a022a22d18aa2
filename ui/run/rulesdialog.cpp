#include "ui/run/rulesdialog.h"

#include "ui/common/labels.h"
#include "ui/common/wording.h"

#include <QtWidgets/QDialogButtonBox>
#include <QtWidgets/QTreeView>
#include <QtWidgets/QVBoxLayout>

namespace ui {

using namespace Qt::StringLiterals;

RulesDialog::RulesDialog(QWidget *parent)
    : QDialog(parent)
    , m_rules({tr("Result"), tr("Rule"), tr("Expected"), tr("Observed")})
    , m_line(new Label(this))
    , m_view(new QTreeView(this))
{
    setObjectName(u"rulesDialog"_s);
    setWindowTitle(tr("Why this verdict"));
    m_line->setWordWrap(true);
    m_line->setAccessibleName(tr("Verdict"));
    m_line->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_view->setObjectName(u"rulesView"_s);
    m_view->setAccessibleName(tr("Rules of the verdict"));
    m_rules.showIn(m_view);
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);

    auto *column = new QVBoxLayout(this);
    column->addWidget(m_line);
    column->addWidget(m_view, 1);
    column->addWidget(buttons);
    const QFontMetrics metrics = fontMetrics();
    resize(metrics.averageCharWidth() * 95, metrics.height() * 22);
}

void RulesDialog::showVerdict(const authcore::lab::Verdict &verdict)
{
    m_line->setText((QStringList {authcore::lab::toLine(verdict)} + verdict.hints).join(u'\n'));
    m_rules.setRows(rowsOf(verdict.rules));
    for (int column = 0; column < m_rules.columnCount(); ++column)
        m_view->resizeColumnToContents(column);
}

std::vector<TextTable::Row> RulesDialog::rowsOf(const std::vector<authcore::lab::RuleResult> &rules)
{
    std::vector<TextTable::Row> rows;
    for (const auto &rule : rules) {
        const QString result = rule.ok ? tr("met") : tr("broken");
        const QString glyph = rule.ok ? Wording::goodGlyph() : Wording::badGlyph();
        rows.push_back(
            {{Wording::withGlyph(glyph, result), rule.title, rule.expected, rule.observed},
                tr("%1: %2, expected %3, observed %4")
                    .arg(rule.title, result, rule.expected, rule.observed),
                rule.id});
    }
    return rows;
}

} // namespace ui
