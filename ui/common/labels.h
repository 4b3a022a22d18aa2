#pragma once

#include <QtCore/QString>
#include <QtWidgets/QLabel>

namespace ui {

//! The only label class of the window. It shows its text as plain text, never as HTML, and cuts off
//! long texts. A long word does not make a window wider than a screen.
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

//! A label that shows plain text on as many lines as the text needs.
[[nodiscard]] Label *wrappedLabel(const QString &name, QWidget *parent);
//! A label with one line that can be selected and copied; `accessibleName` says what the value is.
[[nodiscard]] Label *valueLabel(
    const QString &name, const QString &accessibleName, QWidget *parent);
void makeBold(QWidget *widget);

} // namespace ui
