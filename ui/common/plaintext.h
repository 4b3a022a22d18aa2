#pragma once

#include <QtCore/QString>

class QAction;
class QWidget;

//! Functions for texts from outside: profiles, servers, tokens and files. The window never shows
//! such texts as HTML, whose images could be read from any file, and never without bounds.
namespace ui {

//! The first 2,000 characters and 20 lines of `text`; an ellipsis marks what is left out.
[[nodiscard]] QString bounded(const QString &text);
//! At most 500 characters of `text`; line ends, tabs and control characters become spaces.
[[nodiscard]] QString oneLine(const QString &text);
//! One line for a menu, a button or a tab, where '&' is shown and makes no mnemonic.
[[nodiscard]] QString literally(const QString &text);
//! One line for setWindowTitle(), which would read "[*]" as a placeholder.
[[nodiscard]] QString titleText(const QString &text);
//! A text for Qt::ToolTipRole: Qt takes tool tips that look like HTML for HTML, so the text is
//! escaped.
[[nodiscard]] QString tipText(const QString &text);

//! Sets tipText() as the tool tip.
void setTip(QWidget *widget, const QString &text);
void setTip(QAction *action, const QString &text); //!< sets tipText() as the tool tip

} // namespace ui
