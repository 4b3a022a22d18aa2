#pragma once

#include <QtCore/QString>

class QAction;
class QWidget;

//! Texts from outside, of profiles, servers, tokens and files, as the window shows them: never as
//! HTML, whose images are read from any file, and never without bounds.
namespace ui {

//! Of a paragraph the first 2,000 characters and 20 lines; what is left out is an ellipsis.
[[nodiscard]] QString bounded(const QString &text);
//! 500 characters at most; line ends, tabs and control characters are spaces.
[[nodiscard]] QString oneLine(const QString &text);
//! One line for a menu, a button or a tab: '&' is itself and no mnemonic.
[[nodiscard]] QString literally(const QString &text);
//! One line for setWindowTitle(), to which "[*]" is a placeholder.
[[nodiscard]] QString titleText(const QString &text);
//! For Qt::ToolTipRole: Qt takes tool tips that look like HTML for HTML, so this one does not.
[[nodiscard]] QString tipText(const QString &text);

//! Shows tipText() as the tool tip.
void setTip(QWidget *widget, const QString &text);
void setTip(QAction *action, const QString &text); //!< likewise

} // namespace ui
