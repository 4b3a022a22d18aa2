#include "ui/token/claimsmodel.h"

#include "ui/common/plaintext.h"

namespace ui {

using namespace Qt::StringLiterals;

void ClaimsModel::setClaims(const std::vector<Claim> &claims)
{
    if (claims == m_claims)
        return;
    beginResetModel();
    m_claims = claims;
    endResetModel();
}

int ClaimsModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_claims.size());
}

int ClaimsModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant ClaimsModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const Claim &claim = m_claims[static_cast<std::size_t>(index.row())];
    if (role == Qt::AccessibleTextRole)
        return oneLine(tr("%1: %2").arg(claim.name, claim.value));
    if (role != Qt::DisplayRole && role != Qt::ToolTipRole)
        return {};
    const QString &text = index.column() == NameColumn ? claim.name : claim.value;
    return role == Qt::ToolTipRole ? tipText(text) : oneLine(text);
}

QVariant ClaimsModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    return section == NameColumn ? tr("Claim") : tr("Value");
}

} // namespace ui
