#pragma once

#include "ui/rulesmodel.h"

#include <QtWidgets/QDialog>

class QLabel;
class QTreeView;

namespace ui {

//! Why the verdict is what it is: every rule with what it expected and what it observed.
class RulesDialog : public QDialog
{
    Q_OBJECT

public:
    explicit RulesDialog(QWidget *parent = nullptr);

    void showVerdict(const authcore::lab::Verdict &verdict);

private:
    RulesModel m_model;
    QLabel *m_line;
    QTreeView *m_view;
};

} // namespace ui
