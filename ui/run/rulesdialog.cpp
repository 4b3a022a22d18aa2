#include "ui/run/rulesdialog.h"

#include "ui/common/labels.h"

#include <QtWidgets/QDialogButtonBox>
#include <QtWidgets/QHeaderView>
#include <QtWidgets/QTreeView>
#include <QtWidgets/QVBoxLayout>

namespace ui {

using namespace Qt::StringLiterals;

RulesDialog::RulesDialog(QWidget *parent)
    : QDialog(parent)
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
    m_view->setModel(&m_model);
    m_view->setRootIsDecorated(false);
    m_view->setUniformRowHeights(true);
    m_view->setAlternatingRowColors(true);
    m_view->header()->setStretchLastSection(true);
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
    m_line->setText(authcore::lab::toLine(verdict));
    m_model.setRules(verdict.rules);
    for (int column = 0; column < RulesModel::ColumnCount; ++column)
        m_view->resizeColumnToContents(column);
}

} // namespace ui
