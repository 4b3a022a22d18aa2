#include "ui/common/actionbutton.h"

#include "ui/common/plaintext.h"

#include <QtGui/QAction>

namespace ui {

using namespace Qt::StringLiterals;

ActionButton::ActionButton(QAction *action, QWidget *parent)
    : QPushButton(parent)
    , m_action(action)
{
    connect(action, &QAction::changed, this, &ActionButton::follow);
    connect(action, &QObject::destroyed, this, [this] {
        m_action = nullptr;
        setEnabled(false);
    });
    connect(this, &QPushButton::clicked, action, &QAction::trigger);
    follow();
}

void ActionButton::setShortText(const QString &text)
{
    m_shortText = text;
    follow();
}

void ActionButton::follow()
{
    if (!m_action)
        return;
    // The menu's mnemonics could be ambiguous beside other widgets. The tool tip shows the shortcut
    // instead.
    QString plain = m_action->text();
    plain.remove(u'&');
    setText(m_shortText.isEmpty() ? plain : m_shortText);
    setAccessibleName(plain);
    const QString keys = m_action->shortcut().toString(QKeySequence::NativeText);
    setTip(this,
        keys.isEmpty() ? m_action->statusTip() : tr("%1 (%2)").arg(m_action->statusTip(), keys));
    setEnabled(m_action->isEnabled());
}

} // namespace ui
