#pragma once

#include <QtWidgets/QHeaderView>

namespace ui {

class WaterfallDelegate;

//! The header of the waterfall: draws a ruler into the time column.
//!
//! Lifetime: `delegate`, which knows the scale, outlives the header.
class TimeHeader : public QHeaderView
{
    Q_OBJECT

public:
    explicit TimeHeader(const WaterfallDelegate &delegate, QWidget *parent = nullptr);

protected:
    void paintSection(QPainter *painter, const QRect &rect, int logicalIndex) const override;

private:
    const WaterfallDelegate &m_delegate;
};

} // namespace ui
