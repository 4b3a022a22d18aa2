#pragma once

#include "ui/waterfall/bar.h"
#include "ui/waterfall/timescale.h"

#include <QtWidgets/QStyledItemDelegate>

#include <chrono>

class QFontMetrics;

namespace ui {

struct Colours;

//! Paints the bars of the time column.
//!
//! Reads only BarRole and DurationRole of WaterfallModel.
class WaterfallDelegate : public QStyledItemDelegate
{
    Q_OBJECT

public:
    using QStyledItemDelegate::QStyledItemDelegate;

    //! Sets the right end of the time that the column shows; the left end is 0.
    void setExtent(std::chrono::nanoseconds extent) { m_extent = extent; }

    //! The part of a cell or header section for bars; the rest is for the duration.
    [[nodiscard]] static QRect plotRect(const QRect &cell, const QFontMetrics &metrics);
    [[nodiscard]] TimeScale scaleFor(const QRect &plot) const;

    void paint(QPainter *painter, const QStyleOptionViewItem &option,
        const QModelIndex &index) const override;
    [[nodiscard]] QSize sizeHint(
        const QStyleOptionViewItem &option, const QModelIndex &index) const override;

private:
    void paintBar(QPainter *painter, const QRect &plot, const Bar &bar, const QString &duration,
        const QStyleOptionViewItem &option) const;
    static void paintSegment(QPainter *painter, const QRectF &rect, const BarSegment &segment,
        Bar::Ending ending, const Colours &colours);

    std::chrono::nanoseconds m_extent {};
};

} // namespace ui
