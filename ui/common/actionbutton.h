#pragma once

#include <QtWidgets/QPushButton>

class QAction;

namespace ui {

//! A push button that is a QAction's face: its text, tool tip, enabled state and what it does.
//!
//! Lifetime: `action` outlives it or it goes grey.
class ActionButton : public QPushButton
{
    Q_OBJECT

public:
    explicit ActionButton(QAction *action, QWidget *parent = nullptr);

    //! A button has less room than a menu: a text of its own instead of the action's.
    void setShortText(const QString &text);

private:
    void follow();

    QAction *m_action;
    QString m_shortText;
};

} // namespace ui
