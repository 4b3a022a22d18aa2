#pragma once

#include "authcore/lab/trace.h"
#include "ui/waterfall/bar.h"

#include <QtCore/QAbstractItemModel>
#include <QtCore/QTimer>

#include <chrono>
#include <cstddef>
#include <vector>

namespace authcore {
class Clock;
}

namespace ui {

//! A Trace as a tree: requests and refreshes in order, below them their attempts and tries.
//!
//! Rows are inserted one by one, never by reset. Changes are collected and reported at most once
//! per frame, so that a burst of 10,000 stays smooth.
//! Lifetime: `trace` and `clock` outlive the model.
//! Thread: the trace's.
class WaterfallModel : public QAbstractItemModel
{
    Q_OBJECT

public:
    enum Column {
        NumberColumn,
        RequestColumn,
        StatusColumn,
        GenerationColumn,
        TimeColumn,
        ColumnCount
    };
    enum Role {
        BarRole = Qt::UserRole + 1, //!< a Bar; for TimeColumn only
        DurationRole, //!< "40 ms"; for TimeColumn only
    };

    WaterfallModel(
        const authcore::lab::Trace &trace, const authcore::Clock &clock, QObject *parent = nullptr);

    [[nodiscard]] QModelIndex index(
        int row, int column, const QModelIndex &parent = {}) const override;
    [[nodiscard]] QModelIndex parent(const QModelIndex &child) const override;
    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(
        const QModelIndex &index, int role = Qt::DisplayRole) const override;
    [[nodiscard]] QVariant headerData(
        int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

    //! The time of the last change of a row, or now while a request or refresh is open. Events
    //! without a row do not count.
    [[nodiscard]] std::chrono::nanoseconds extent() const;
    //! A request or refresh is open.
    [[nodiscard]] bool isLive() const noexcept { return m_open > 0; }

Q_SIGNALS:
    void liveChanged(); //!< isLive() may have changed

private:
    struct KnownRow
    {
        int children = 0; //!< that views know of
        bool open = true;
        bool dirty = false;
    };

    void addRows();
    void addChildren(std::size_t row);
    void noteChange(std::size_t row);
    void tellChanges();
    void reset();
    void followClock();
    [[nodiscard]] bool isOpen(std::size_t row) const;
    [[nodiscard]] int childCount(std::size_t row) const;
    [[nodiscard]] static std::size_t rowOf(const QModelIndex &index);

    const authcore::lab::Trace &m_trace;
    const authcore::Clock &m_clock;
    std::vector<KnownRow> m_rows; //!< in the trace's order, as far as views know the rows
    std::vector<std::size_t> m_dirty;
    int m_open = 0;
    std::chrono::nanoseconds m_traceStart {}; //!< a time of the clock
    std::chrono::nanoseconds m_lastChange {}; //!< a time of the trace
    QTimer m_telling {this};
};

} // namespace ui
