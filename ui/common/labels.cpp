#include "ui/common/labels.h"

#include "ui/common/plaintext.h"

#include <algorithm>

namespace ui {

namespace {

constexpr int widestInCharacters = 90;

QSize withinScreen(QSize size, const QFontMetrics &metrics)
{
    size.setWidth(std::min(size.width(), metrics.averageCharWidth() * widestInCharacters));
    return size;
}

} // namespace

Label::Label(QWidget *parent, Lines lines)
    : QLabel(parent)
    , m_lines(lines)
{
    setTextFormat(Qt::PlainText);
}

Label::Label(const QString &text, QWidget *parent)
    : Label(parent)
{
    setText(text);
}

void Label::setText(const QString &text)
{
    QLabel::setText(m_lines == Lines::One ? oneLine(text) : bounded(text));
}

QSize Label::sizeHint() const
{
    return withinScreen(QLabel::sizeHint(), fontMetrics());
}

QSize Label::minimumSizeHint() const
{
    return withinScreen(QLabel::minimumSizeHint(), fontMetrics());
}

Label *wrappedLabel(const QString &name, QWidget *parent)
{
    auto *label = new Label(parent);
    label->setObjectName(name);
    label->setWordWrap(true);
    return label;
}

Label *valueLabel(const QString &name, const QString &accessibleName, QWidget *parent)
{
    auto *label = new Label(parent, Label::Lines::One);
    label->setObjectName(name);
    label->setAccessibleName(oneLine(accessibleName));
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    return label;
}

void makeBold(QWidget *widget)
{
    QFont font = widget->font();
    font.setBold(true);
    widget->setFont(font);
}

} // namespace ui
