#pragma once

#include <QtCore/QAbstractTableModel>
#include <QtCore/QStringList>

#include <vector>

class QTreeView;

namespace ui {

//! A read-only table of texts, which may come from outside: each cell shows one line.
class TextTable : public QAbstractTableModel
{
    Q_OBJECT

public:
    struct Row
    {
        QStringList cells;
        QString spoken; //!< the whole row for screen readers
        QString tip; //!< empty: each cell's own text

        bool operator==(const Row &) const = default;
    };

    explicit TextTable(QStringList headings, QObject *parent = nullptr);

    //! Setting the same rows again changes nothing, so that a selection survives.
    void setRows(std::vector<Row> rows);
    void showIn(QTreeView *view); //!< as a table without branches

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(
        const QModelIndex &index, int role = Qt::DisplayRole) const override;
    [[nodiscard]] QVariant headerData(
        int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

private:
    QStringList m_headings;
    std::vector<Row> m_rows;
};

} // namespace ui
