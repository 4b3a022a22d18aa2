#include "ui/waterfall/waterfalldelegate.h"

#include "ui/common/colours.h"
#include "ui/common/wording.h"
#include "ui/waterfall/waterfallmodel.h"

#include <QtGui/QPainter>
#include <QtWidgets/QApplication>

#include <algorithm>

namespace ui {

using namespace Qt::StringLiterals;
using std::chrono::nanoseconds;

namespace {

//! A glyph beside the duration, so that the colour is not the only sign of a bar's ending.
QString endGlyph(Bar::Ending ending)
{
    switch (ending) {
    case Bar::Ending::Open:
        return Wording::waitGlyph();
    case Bar::Ending::Good:
        return Wording::goodGlyph();
    case Bar::Ending::Challenged:
    case Bar::Ending::Failed:
        return Wording::badGlyph();
    }
    return {};
}

QColor colourOf(const BarSegment &segment, Bar::Ending ending, const Colours &colours)
{
    switch (segment.kind) {
    case BarSegment::Kind::Queued:
        return colours.queued;
    case BarSegment::Kind::Held:
        return colours.held;
    case BarSegment::Kind::Refresh:
        return ending == Bar::Ending::Failed ? colours.failed : colours.refresh;
    case BarSegment::Kind::Sending:
    case BarSegment::Kind::Receiving:
        break;
    }
    if (segment.challenged)
        return colours.challenged;
    if (!segment.to)
        return colours.underWay;
    switch (ending) {
    case Bar::Ending::Open:
        return colours.underWay;
    case Bar::Ending::Good:
        return colours.good;
    case Bar::Ending::Challenged:
        return colours.challenged;
    case Bar::Ending::Failed:
        return colours.failed;
    }
    return colours.underWay;
}

} // namespace

QRect WaterfallDelegate::plotRect(const QRect &cell, const QFontMetrics &metrics)
{
    const int gap = metrics.averageCharWidth();
    const int label = metrics.horizontalAdvance(u"\u2713 0000 ms "_s);
    return cell.adjusted(gap, 0, -(gap + label), 0);
}

TimeScale WaterfallDelegate::scaleFor(const QRect &plot) const
{
    return {nanoseconds(0), m_extent, static_cast<double>(plot.width())};
}

void WaterfallDelegate::paint(
    QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    if (index.column() != WaterfallModel::TimeColumn) {
        QStyledItemDelegate::paint(painter, option, index);
        return;
    }
    QStyleOptionViewItem background = option;
    initStyleOption(&background, index);
    background.text.clear();
    const QStyle *style = background.widget ? background.widget->style() : QApplication::style();
    style->drawControl(QStyle::CE_ItemViewItem, &background, painter, background.widget);

    const auto bar = index.data(WaterfallModel::BarRole).value<Bar>();
    const QString duration = index.data(WaterfallModel::DurationRole).toString();
    paintBar(painter, plotRect(option.rect, option.fontMetrics), bar, duration, option);
}

QSize WaterfallDelegate::sizeHint(
    const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    QSize size = QStyledItemDelegate::sizeHint(option, index);
    size.setHeight(std::max(size.height(), option.fontMetrics.height() * 3 / 2));
    return size;
}

void WaterfallDelegate::paintBar(QPainter *painter, const QRect &plot, const Bar &bar,
    const QString &duration, const QStyleOptionViewItem &option) const
{
    if (bar.segments.empty() || plot.width() <= 0)
        return;
    const bool selected = option.state.testFlag(QStyle::State_Selected);
    const auto role = selected ? QPalette::HighlightedText : QPalette::Text;
    const Colours colours = Colours::on(option.palette);
    const TimeScale scale = scaleFor(plot);
    const double height = option.fontMetrics.height() * 0.7;
    const double top = plot.center().y() - height / 2 + 0.5;
    constexpr double least = 2.0; // a bar can be short, but must be visible

    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    const double room = plot.width();
    if (selected) { // bars keep their colours, which are chosen for the base colour
        const double from = std::max(scale.xAt(bar.segments.front().from), 0.0);
        const auto &last = bar.segments.back();
        const double to =
            std::max(std::min(scale.xAt(last.to.value_or(m_extent)), room), from + least);
        painter->fillRect(QRectF(plot.left() + from - 2, top - 2, to - from + 4, height + 4),
            option.palette.base());
    }
    double end = 0;
    for (const BarSegment &segment : bar.segments) {
        const double from = std::clamp(scale.xAt(segment.from), 0.0, room);
        const double to = std::clamp(scale.xAt(segment.to.value_or(m_extent)), from, room);
        if (to - from < 0.3 && bar.segments.size() > 1 && &segment != &bar.segments.back())
            continue;
        const QRectF rect(plot.left() + from, top, std::max(to - from, least), height);
        paintSegment(painter, rect, segment, bar.ending, colours);
        end = std::max(end, rect.right());
    }
    painter->restore();

    const QString label =
        duration.isEmpty() ? endGlyph(bar.ending) : QString(endGlyph(bar.ending) % u' ' % duration);
    const int gap = option.fontMetrics.averageCharWidth();
    const QRect labelRect(static_cast<int>(end) + gap, option.rect.top(),
        option.rect.right() - static_cast<int>(end) - gap, option.rect.height());
    QApplication::style()->drawItemText(painter, labelRect, Qt::AlignVCenter | Qt::AlignLeft,
        option.palette, option.state.testFlag(QStyle::State_Enabled), label, role);
}

void WaterfallDelegate::paintSegment(QPainter *painter, const QRectF &rect,
    const BarSegment &segment, Bar::Ending ending, const Colours &colours)
{
    const QColor colour = colourOf(segment, ending, colours);
    painter->setPen(Qt::NoPen);
    switch (segment.kind) {
    case BarSegment::Kind::Queued: {
        const double line = std::max(rect.height() / 4, 2.0);
        painter->fillRect(
            QRectF(rect.left(), rect.center().y() - line / 2, rect.width(), line), colour);
        break;
    }
    case BarSegment::Kind::Held: {
        painter->setBrush(QBrush(colour, Qt::BDiagPattern));
        painter->setPen(QPen(colour, 1));
        painter->drawRect(rect.adjusted(0.5, 0.5, -0.5, -0.5));
        break;
    }
    case BarSegment::Kind::Sending: {
        QColor pale = colour;
        pale.setAlphaF(0.55F);
        painter->fillRect(rect, pale);
        break;
    }
    case BarSegment::Kind::Receiving:
        painter->fillRect(rect, colour);
        break;
    case BarSegment::Kind::Refresh:
        painter->setBrush(colour);
        painter->drawRoundedRect(rect, rect.height() / 4, rect.height() / 4);
        break;
    }
}

} // namespace ui
