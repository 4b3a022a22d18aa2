#pragma once

#include "authcore/lab/verdict.h"

#include <QtCore/QAbstractTableModel>

#include <vector>

namespace ui {

//! The rules of a verdict as a table: met or broken, title, expected, observed.
class RulesModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column { ResultColumn, TitleColumn, ExpectedColumn, ObservedColumn, ColumnCount };

    using QAbstractTableModel::QAbstractTableModel;

    void setRules(std::vector<authcore::lab::RuleResult> rules);

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(
        const QModelIndex &index, int role = Qt::DisplayRole) const override;
    [[nodiscard]] QVariant headerData(
        int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

private:
    std::vector<authcore::lab::RuleResult> m_rules;
};

} // namespace ui
