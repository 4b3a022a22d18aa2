#pragma once

#include "ui/run/rulesmodel.h"

#include <QtWidgets/QDialog>

class QTreeView;

namespace ui {

class Label;

//! Why the verdict is what it is: every rule with what it expected and what it observed.
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
