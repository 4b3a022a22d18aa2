#pragma once

#include <QtWidgets/QPushButton>

class QAction;

namespace ui {

//! A push button for a QAction: the button shows its text, tool tip and enabled state, and a click
//! triggers it.
//!
//! Lifetime: `action` may be deleted first; the button is then disabled.
class ActionButton : public QPushButton
{
    Q_OBJECT

public:
    explicit ActionButton(QAction *action, QWidget *parent = nullptr);

    //! Replaces the action's text: a button has less room than a menu.
    void setShortText(const QString &text);

private:
    void follow();

    QAction *m_action;
    QString m_shortText;
};

} // namespace ui
