#include "ui/run/rulesmodel.h"

#include "ui/common/plaintext.h"
#include "ui/common/wording.h"

#include <utility>

namespace ui {

using namespace Qt::StringLiterals;

void RulesModel::setRules(std::vector<authcore::lab::RuleResult> rules)
{
    beginResetModel();
    m_rules = std::move(rules);
    endResetModel();
}

int RulesModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rules.size());
}

int RulesModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant RulesModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const auto &rule = m_rules[static_cast<std::size_t>(index.row())];
    const QString result = rule.ok ? Wording::withGlyph(Wording::goodGlyph(), tr("met"))
                                   : Wording::withGlyph(Wording::badGlyph(), tr("broken"));
    if (role == Qt::AccessibleTextRole)
        return oneLine(
            tr("%1: %2, expected %3, observed %4")
                .arg(rule.title, rule.ok ? tr("met") : tr("broken"), rule.expected, rule.observed));
    if (role == Qt::ToolTipRole)
        return tipText(rule.id);
    if (role != Qt::DisplayRole)
        return {};
    switch (static_cast<Column>(index.column())) {
    case ResultColumn:
        return result;
    case TitleColumn:
        return oneLine(rule.title);
    case ExpectedColumn:
        return oneLine(rule.expected);
    case ObservedColumn:
        return oneLine(rule.observed);
    case ColumnCount:
        break;
    }
    return {};
}

QVariant RulesModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (static_cast<Column>(section)) {
    case ResultColumn:
        return tr("Result");
    case TitleColumn:
        return tr("Rule");
    case ExpectedColumn:
        return tr("Expected");
    case ObservedColumn:
        return tr("Observed");
    case ColumnCount:
        break;
    }
    return {};
}

} // namespace ui
