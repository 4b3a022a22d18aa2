#pragma once

#include "ui/run/rulesmodel.h"

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

private:
    RulesModel m_model;
    Label *m_line;
    QTreeView *m_view;
};

} // namespace ui
