#include "ui/common/texttable.h"

#include "ui/common/plaintext.h"

#include <QtWidgets/QHeaderView>
#include <QtWidgets/QTreeView>

#include <utility>

namespace ui {

TextTable::TextTable(QStringList headings, QObject *parent)
    : QAbstractTableModel(parent)
    , m_headings(std::move(headings))
{
}

void TextTable::setRows(std::vector<Row> rows)
{
    if (rows == m_rows)
        return;
    beginResetModel();
    m_rows = std::move(rows);
    endResetModel();
}

void TextTable::showIn(QTreeView *view)
{
    view->setModel(this);
    view->setRootIsDecorated(false);
    view->setUniformRowHeights(true);
    view->setAlternatingRowColors(true);
    view->header()->setStretchLastSection(true);
}

int TextTable::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int TextTable::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_headings.size());
}

QVariant TextTable::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const Row &row = m_rows[static_cast<std::size_t>(index.row())];
    const QString &text = row.cells.at(index.column());
    switch (role) {
    case Qt::DisplayRole:
        return oneLine(text);
    case Qt::AccessibleTextRole:
        return oneLine(row.spoken);
    case Qt::ToolTipRole:
        return tipText(row.tip.isEmpty() ? text : row.tip);
    default:
        return {};
    }
}

QVariant TextTable::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    return m_headings.value(section);
}

} // namespace ui
