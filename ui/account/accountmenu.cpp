#include "ui/account/accountmenu.h"

#include "ui/account/sessionpresenter.h"
#include "ui/common/plaintext.h"

#include <QtGui/QActionGroup>

namespace ui {

using namespace Qt::StringLiterals;

AccountMenu::AccountMenu(QWidget *parent)
    : QMenu(tr("&Account"), parent)
    , m_accounts(new QActionGroup(this))
    , m_separator(addSeparator())
    , m_other(addAction(tr("Sign in as somebody &else\u2026")))
{
    setObjectName(u"accountMenu"_s);
    m_other->setObjectName(u"signInAsOtherAction"_s);
    m_other->setStatusTip(tr("The present account stays signed in, and can be switched back to"));
    connect(m_other, &QAction::triggered, this, &AccountMenu::otherRequested);
}

void AccountMenu::connectTo(SessionPresenter &session)
{
    const auto show = [this, &session] {
        QStringList names = session.accounts();
        names.sort();
        showAccounts(names, session.isSignedIn() ? session.userName() : QString());
    };
    connect(this, &AccountMenu::accountRequested, &session, &SessionPresenter::switchTo);
    connect(&session, &SessionPresenter::accountsChanged, this, show);
    connect(&session, &SessionPresenter::signedOut, this, show);
    show();
}

void AccountMenu::showAccounts(const QStringList &names, const QString &present)
{
    for (QAction *action : m_accounts->actions()) {
        removeAction(action);
        m_accounts->removeAction(action);
        action->setObjectName({}); // the action may be the one that was just clicked
        action->deleteLater();
    }
    for (const QString &name : names) {
        auto *action = new QAction(literally(name), m_accounts);
        action->setObjectName(oneLine(u"accountAction_"_s % name));
        setTip(action, name);
        action->setStatusTip(tr("Switch to this account; the other one stays signed in"));
        action->setCheckable(true);
        action->setChecked(name == present);
        connect(action, &QAction::triggered, this, [this, name] { Q_EMIT accountRequested(name); });
        insertAction(m_separator, action);
    }
    m_separator->setVisible(!names.isEmpty());
}

} // namespace ui
