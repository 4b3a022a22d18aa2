#include "ui/common/messagebar.h"

#include "ui/common/actionbutton.h"
#include "ui/common/colours.h"
#include "ui/common/labels.h"
#include "ui/common/plaintext.h"
#include "ui/common/wording.h"

#include <QtGui/QPainter>
#include <QtWidgets/QHBoxLayout>

namespace ui {

using namespace Qt::StringLiterals;

namespace {

QString glyphOf(MessageBar::Tone tone)
{
    switch (tone) {
    case MessageBar::Tone::Neutral:
        return Wording::noteGlyph();
    case MessageBar::Tone::Good:
        return Wording::goodGlyph();
    case MessageBar::Tone::Bad:
        return Wording::badGlyph();
    }
    return {};
}

QColor colourOf(MessageBar::Tone tone, const QPalette &palette)
{
    const Colours colours = Colours::on(palette);
    switch (tone) {
    case MessageBar::Tone::Neutral:
        return colours.underWay;
    case MessageBar::Tone::Good:
        return colours.good;
    case MessageBar::Tone::Bad:
        return colours.failed;
    }
    return colours.underWay;
}

} // namespace

MessageBar::MessageBar(QWidget *parent)
    : QFrame(parent)
    , m_glyph(new Label(this))
    , m_text(new Label(this))
    , m_row(new QHBoxLayout(this))
{
    m_text->setWordWrap(true);
    m_text->setAccessibleName(tr("Message"));
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_text->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    const int space = fontMetrics().height();
    m_row->setContentsMargins(space, space / 3, space / 3, space / 3);
    m_row->addWidget(m_glyph);
    m_row->addWidget(m_text, 1);
    setAccessibleName(tr("Message"));
    hide();
}

void MessageBar::addAction(QAction *action, const QString &shortText)
{
    auto *button = new ActionButton(action, this);
    if (!shortText.isEmpty())
        button->setShortText(shortText);
    m_row->addWidget(button);
}

void MessageBar::showMessage(Tone tone, const QString &text, const QString &details)
{
    m_tone = tone;
    m_glyph->setText(glyphOf(tone));
    m_text->setText(text);
    setTip(this, details);
    setAccessibleDescription(bounded(text));
    update();
    show();
}

QString MessageBar::text() const
{
    return m_text->text();
}

void MessageBar::paintEvent(QPaintEvent *event)
{
    QFrame::paintEvent(event);
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QColor tone = colourOf(m_tone, palette());
    QColor ground = tone;
    ground.setAlphaF(0.14F);
    const double radius = fontMetrics().height() / 5.0;
    const QRectF frame = QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5);
    painter.setPen(QPen(tone, 1));
    painter.setBrush(ground);
    painter.drawRoundedRect(frame, radius, radius);
    painter.fillRect(
        QRectF(frame.left(), frame.top() + radius, 3, frame.height() - 2 * radius), tone);
}

} // namespace ui
