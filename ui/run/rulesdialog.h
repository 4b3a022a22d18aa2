#pragma once

#include "authcore/lab/verdict.h"
#include "ui/common/texttable.h"

#include <QtWidgets/QDialog>

class QTreeView;

namespace ui {

class Label;

//! Explains a verdict: each rule with what was expected and what was observed.
class RulesDialog : public QDialog
{
    Q_OBJECT

public:
    explicit RulesDialog(QWidget *parent = nullptr);

    void showVerdict(const authcore::lab::Verdict &verdict);

    //! Result, title, what was expected and what was observed.
    [[nodiscard]] static std::vector<TextTable::Row> rowsOf(
        const std::vector<authcore::lab::RuleResult> &rules);

private:
    TextTable m_rules;
    Label *m_line;
    QTreeView *m_view;
};

} // namespace ui
