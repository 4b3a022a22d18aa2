#include "ui/waterfall/waterfallview.h"

#include "ui/waterfall/timeheader.h"
#include "ui/waterfall/waterfalldelegate.h"
#include "ui/waterfall/waterfallmodel.h"

#include <QtCore/QEvent>
#include <QtGui/QPainter>

#include <algorithm>

namespace ui {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr auto liveInterval = 40ms;
constexpr int unfoldedRows = 60;

} // namespace

WaterfallView::WaterfallView(WaterfallModel &model, QWidget *parent)
    : QTreeView(parent)
    , m_model(model)
    , m_delegate(new WaterfallDelegate(this))
{
    setObjectName(u"waterfallView"_s);
    setAccessibleName(tr("Waterfall of requests, attempts and refreshes"));
    setHeader(new TimeHeader(*m_delegate, this));
    setModel(&model);
    setItemDelegate(m_delegate);
    setUniformRowHeights(true);
    setAlternatingRowColors(true);
    setAllColumnsShowFocus(true);
    setSelectionMode(QAbstractItemView::ExtendedSelection);
    setEditTriggers(QAbstractItemView::NoEditTriggers);
    setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    header()->setStretchLastSection(true);
    setIndentation(fontMetrics().height());
    connect(header(), &QHeaderView::sectionResized, this, &WaterfallView::noteResized);

    connect(&model, &QAbstractItemModel::rowsInserted, this,
        [this](const QModelIndex &inserted) { unfold(inserted); });
    connect(&model, &WaterfallModel::liveChanged, this, &WaterfallView::followTime);
    connect(&model, &QAbstractItemModel::dataChanged, this, &WaterfallView::followTime);
    connect(&model, &QAbstractItemModel::modelReset, this, &WaterfallView::followTime);
    m_live.setInterval(liveInterval);
    connect(&m_live, &QTimer::timeout, this, &WaterfallView::followTime);
    followTime();
}

void WaterfallView::setPlaceholder(const QString &text)
{
    m_placeholder = text;
    viewport()->update();
}

QByteArray WaterfallView::columns() const
{
    return m_columns == Columns::Arranged ? header()->saveState() : QByteArray();
}

void WaterfallView::setColumns(const QByteArray &columns)
{
    m_columns = Columns::SharedOut;
    if (columns.isEmpty())
        shareWidth();
    else if (header()->restoreState(columns))
        m_columns = Columns::Arranged;
}

void WaterfallView::paintEvent(QPaintEvent *event)
{
    QTreeView::paintEvent(event);
    if (m_model.rowCount() > 0 || m_placeholder.isEmpty())
        return;
    QPainter painter(viewport());
    painter.setPen(palette().color(QPalette::PlaceholderText));
    const int margin = fontMetrics().height();
    painter.drawText(viewport()->rect().adjusted(margin, margin, -margin, -margin),
        Qt::AlignCenter | Qt::TextWordWrap, m_placeholder);
}

void WaterfallView::changeEvent(QEvent *event)
{
    QTreeView::changeEvent(event);
    if (event->type() == QEvent::FontChange)
        shareWidth();
}

void WaterfallView::resizeEvent(QResizeEvent *event)
{
    QTreeView::resizeEvent(event);
    shareWidth();
}

void WaterfallView::unfold(const QModelIndex &parent)
{
    if (parent.isValid() && parent.row() < unfoldedRows && m_model.rowCount(parent) == 1)
        expand(parent);
}

void WaterfallView::followTime()
{
    m_delegate->setExtent(m_model.extent());
    viewport()->update();
    header()->viewport()->update();
    if (m_model.isLive() != m_live.isActive()) {
        if (m_model.isLive())
            m_live.start();
        else
            m_live.stop();
    }
}

void WaterfallView::noteResized(int section)
{
    // The last section always follows the window's width.
    if (m_columns == Columns::SharedOut && section != WaterfallModel::TimeColumn && isVisible())
        m_columns = Columns::Arranged;
}

//! Gives the bars the width that the words leave; where room is short, words are cut off first.
void WaterfallView::shareWidth()
{
    if (m_columns != Columns::SharedOut)
        return;
    m_columns = Columns::BeingSharedOut;
    const QFontMetrics metrics = fontMetrics();
    const auto width = [&metrics](const QString &text) { return metrics.horizontalAdvance(text); };
    const bool wide = viewport()->width() > width(u"m"_s) * 60;
    const int number = 2 * indentation() + width(u"\u21bb0.00 "_s);
    const int status = width(wide ? u"\u2717 200 bad answer   "_s : u"\u2026 needs sign-in  "_s);
    const int generation = width(u"A00 \u2192 A00  "_s);
    const int full = width(u"attempt 1, waited for refresh 1   "_s);
    const int least = width(u"attempt 1  "_s);
    const int bars = viewport()->width() * 2 / 5;
    header()->resizeSection(WaterfallModel::NumberColumn, number);
    header()->resizeSection(WaterfallModel::StatusColumn, status);
    header()->resizeSection(WaterfallModel::GenerationColumn, generation);
    header()->resizeSection(WaterfallModel::RequestColumn,
        std::clamp(viewport()->width() - number - status - generation - bars, least, full));
    m_columns = Columns::SharedOut;
}

} // namespace ui
