#include "ui/waterfall/waterfallmodel.h"

#include "authcore/system/clock.h"
#include "ui/common/plaintext.h"
#include "ui/waterfall/rowtext.h"

#include <algorithm>

namespace ui {

using namespace authcore::lab;
using namespace std::chrono_literals;

namespace {

constexpr auto frame = 16ms;
constexpr quintptr topLevel = 0; // the id of a child is its parent's row + 1

} // namespace

WaterfallModel::WaterfallModel(const Trace &trace, const authcore::Clock &clock, QObject *parent)
    : QAbstractItemModel(parent)
    , m_trace(trace)
    , m_clock(clock)
{
    m_telling.setSingleShot(true);
    m_telling.setInterval(frame);
    connect(&m_telling, &QTimer::timeout, this, &WaterfallModel::tellChanges);
    connect(&trace, &Trace::rowAdded, this, &WaterfallModel::addRows);
    connect(&trace, &Trace::attemptAdded, this, &WaterfallModel::addChildren);
    connect(&trace, &Trace::rowChanged, this, &WaterfallModel::noteChange);
    connect(&trace, &Trace::cleared, this, &WaterfallModel::reset);
    addRows();
}

QModelIndex WaterfallModel::index(int row, int column, const QModelIndex &parent) const
{
    if (!hasIndex(row, column, parent))
        return {};
    return createIndex(
        row, column, parent.isValid() ? static_cast<quintptr>(parent.row()) + 1 : topLevel);
}

QModelIndex WaterfallModel::parent(const QModelIndex &child) const
{
    if (!child.isValid() || child.internalId() == topLevel)
        return {};
    return createIndex(static_cast<int>(child.internalId() - 1), 0, topLevel);
}

int WaterfallModel::rowCount(const QModelIndex &parent) const
{
    if (!parent.isValid())
        return static_cast<int>(m_rows.size());
    if (parent.internalId() != topLevel || parent.column() != 0)
        return 0;
    return m_rows[static_cast<std::size_t>(parent.row())].children;
}

int WaterfallModel::columnCount(const QModelIndex & /*parent*/) const
{
    return ColumnCount;
}

QVariant WaterfallModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid) || rowOf(index) >= m_trace.rows().size())
        return {};
    if (role != Qt::DisplayRole && role != Qt::AccessibleTextRole && role != Qt::ToolTipRole
        && role != BarRole && role != DurationRole)
        return {};

    const Trace::Row row = m_trace.rows()[rowOf(index)];
    const RowWriter writer(m_trace);
    RowText text;
    if (index.internalId() == topLevel)
        text = row.kind == Trace::Row::Kind::Request ? writer.request(row.index)
                                                     : writer.refresh(row.index);
    else
        text = row.kind == Trace::Row::Kind::Request
            ? writer.attempt(row.index, static_cast<std::size_t>(index.row()))
            : writer.refreshTry(row.index, static_cast<std::size_t>(index.row()));

    if (role == Qt::ToolTipRole) {
        const QString details =
            row.kind == Trace::Row::Kind::Refresh ? writer.refreshDetails(row.index) : QString();
        return tipText(details.isEmpty() ? text.spoken : QString(text.spoken % u'\n' % details));
    }
    if (role == Qt::AccessibleTextRole)
        return oneLine(text.spoken);
    switch (static_cast<Column>(index.column())) {
    case NumberColumn:
        return role == Qt::DisplayRole ? text.number : QVariant();
    case RequestColumn:
        return role == Qt::DisplayRole ? oneLine(text.request) : QVariant();
    case StatusColumn:
        return role == Qt::DisplayRole ? oneLine(text.status) : QVariant();
    case GenerationColumn:
        return role == Qt::DisplayRole ? text.generation : QVariant();
    case TimeColumn:
        return role == BarRole ? QVariant::fromValue(text.bar) : text.duration;
    case ColumnCount:
        break;
    }
    return {};
}

QVariant WaterfallModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal
        || (role != Qt::DisplayRole && role != Qt::AccessibleTextRole))
        return {};
    switch (static_cast<Column>(section)) {
    case NumberColumn:
        return tr("No.");
    case RequestColumn:
        return tr("Request");
    case StatusColumn:
        return tr("Status");
    case GenerationColumn:
        return tr("Token");
    case TimeColumn:
        return tr("Time");
    case ColumnCount:
        break;
    }
    return {};
}

std::chrono::nanoseconds WaterfallModel::extent() const
{
    return isLive() ? std::max(m_clock.monotonic() - m_traceStart, m_lastChange) : m_lastChange;
}

void WaterfallModel::addRows()
{
    followClock();
    const std::size_t known = m_rows.size();
    const std::size_t actual = m_trace.rows().size();
    if (actual > known) {
        beginInsertRows({}, static_cast<int>(known), static_cast<int>(actual) - 1);
        m_rows.resize(actual);
        for (std::size_t row = known; row < actual; ++row) {
            m_rows[row].open = isOpen(row);
            m_open += m_rows[row].open ? 1 : 0;
        }
        endInsertRows();
        for (std::size_t row = known; row < actual; ++row)
            addChildren(row);
    }
    Q_EMIT liveChanged();
}

void WaterfallModel::addChildren(std::size_t row)
{
    if (row >= m_rows.size())
        return; // addRows() adds the children with their row
    const int known = m_rows[row].children;
    const int actual = childCount(row);
    if (actual > known) {
        beginInsertRows(index(static_cast<int>(row), 0), known, actual - 1);
        m_rows[row].children = actual;
        endInsertRows();
    }
    noteChange(row);
}

void WaterfallModel::noteChange(std::size_t row)
{
    followClock();
    if (row >= m_rows.size())
        return;
    KnownRow &known = m_rows[row];
    if (known.open != isOpen(row)) {
        known.open = !known.open;
        m_open += known.open ? 1 : -1;
        Q_EMIT liveChanged();
    }
    if (!known.dirty) {
        known.dirty = true;
        m_dirty.push_back(row);
    }
    if (!m_telling.isActive())
        m_telling.start();
}

void WaterfallModel::tellChanges()
{
    std::vector<std::size_t> dirty;
    dirty.swap(m_dirty);
    if (dirty.empty())
        return;
    for (const std::size_t row : dirty)
        m_rows[row].dirty = false;
    const auto [least, greatest] = std::minmax_element(dirty.begin(), dirty.end());
    Q_EMIT dataChanged(
        index(static_cast<int>(*least), 0), index(static_cast<int>(*greatest), ColumnCount - 1));
    for (const std::size_t row : dirty) {
        const QModelIndex changed = index(static_cast<int>(row), 0);
        if (const int children = rowCount(changed); children > 0)
            Q_EMIT dataChanged(index(0, 0, changed), index(children - 1, ColumnCount - 1, changed));
    }
}

void WaterfallModel::reset()
{
    beginResetModel();
    m_rows.clear();
    m_dirty.clear();
    m_telling.stop();
    m_open = 0;
    endResetModel();
    addRows();
}

void WaterfallModel::followClock()
{
    m_lastChange = m_trace.lastEventAt();
    m_traceStart = m_clock.monotonic() - m_lastChange;
}

bool WaterfallModel::isOpen(std::size_t row) const
{
    const Trace::Row &found = m_trace.rows()[row];
    if (found.kind == Trace::Row::Kind::Request)
        return !m_trace.requests()[found.index].finishedAt;
    const RefreshRecord &refresh = m_trace.refreshes()[found.index];
    return !refresh.finishedAt && !refresh.discarded;
}

int WaterfallModel::childCount(std::size_t row) const
{
    const Trace::Row &found = m_trace.rows()[row];
    return static_cast<int>(found.kind == Trace::Row::Kind::Request
            ? m_trace.requests()[found.index].attempts.size()
            : m_trace.refreshes()[found.index].tries.size());
}

std::size_t WaterfallModel::rowOf(const QModelIndex &index)
{
    return index.internalId() == topLevel ? static_cast<std::size_t>(index.row())
                                          : static_cast<std::size_t>(index.internalId() - 1);
}

} // namespace ui
