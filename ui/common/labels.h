#pragma once

#include <QtCore/QString>
#include <QtWidgets/QLabel>

namespace ui {

//! The only label of the window: shows its text as it is, never as HTML, and a bounded part of it.
//! However long its words are, it does not make a window wider than a screen.
class Label : public QLabel
{
    Q_OBJECT

public:
    enum class Lines {
        Many, //!< see bounded()
        One, //!< see oneLine()
    };

    explicit Label(QWidget *parent, Lines lines = Lines::Many);
    Label(const QString &text, QWidget *parent);

    void setText(const QString &text);

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

private:
    Lines m_lines;
};

//! Plain text over as many lines as it needs.
[[nodiscard]] Label *wrappedLabel(const QString &name, QWidget *parent);
//! One line to be copied from; `accessibleName` says what it is.
[[nodiscard]] Label *valueLabel(
    const QString &name, const QString &accessibleName, QWidget *parent);
void makeBold(QWidget *widget);

} // namespace ui
