#pragma once

#include "ui/token/tokensummary.h"

#include <QtCore/QAbstractTableModel>

#include <vector>

namespace ui {

//! The claims of a token as a table.
class ClaimsModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column { NameColumn, ValueColumn, ColumnCount };

    using QAbstractTableModel::QAbstractTableModel;

    //! Setting the same claims again changes nothing, so that a selection survives the countdown.
    void setClaims(const std::vector<Claim> &claims);

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(
        const QModelIndex &index, int role = Qt::DisplayRole) const override;
    [[nodiscard]] QVariant headerData(
        int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

private:
    std::vector<Claim> m_claims;
};

} // namespace ui
