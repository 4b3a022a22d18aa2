#include "ui/waterfall/timeheader.h"

#include "ui/common/wording.h"
#include "ui/waterfall/waterfalldelegate.h"
#include "ui/waterfall/waterfallmodel.h"

#include <QtGui/QPainter>

namespace ui {

using namespace Qt::StringLiterals;

TimeHeader::TimeHeader(const WaterfallDelegate &delegate, QWidget *parent)
    : QHeaderView(Qt::Horizontal, parent)
    , m_delegate(delegate)
{
    setSectionsClickable(false);
    setHighlightSections(false);
    setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
}

void TimeHeader::paintSection(QPainter *painter, const QRect &rect, int logicalIndex) const
{
    painter->save();
    QHeaderView::paintSection(painter, rect, logicalIndex);
    painter->restore();
    if (logicalIndex != WaterfallModel::TimeColumn)
        return;

    // The ruler begins where the column's name ends.
    const QFontMetrics metrics = fontMetrics();
    const QString name = model()->headerData(logicalIndex, Qt::Horizontal).toString();
    const int nameEnd =
        rect.left() + metrics.horizontalAdvance(name) + 3 * metrics.averageCharWidth();
    const QRect plot = WaterfallDelegate::plotRect(rect, metrics);
    const TimeScale scale = m_delegate.scaleFor(plot);
    painter->save();
    painter->setPen(palette().color(QPalette::ButtonText));
    for (const auto tick : scale.ticks(metrics.horizontalAdvance(u"00000 ms"_s))) {
        const int x = plot.left() + static_cast<int>(scale.xAt(tick));
        const QString text = Wording::duration(tick);
        const int half = metrics.horizontalAdvance(text) / 2;
        painter->drawLine(x, rect.bottom() - metrics.height() / 4, x, rect.bottom());
        if (x - half > nameEnd && x + half < rect.right())
            painter->drawText(QRect(x - half, rect.top(), 2 * half + 1, rect.height()),
                Qt::AlignCenter | Qt::TextSingleLine, text);
    }
    painter->restore();
}

} // namespace ui
