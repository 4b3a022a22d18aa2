#pragma once

#include <QtWidgets/QMenu>

class QActionGroup;

namespace ui {

class SessionPresenter;

//! Session > Account: the accounts that have signed in before, and an entry for another account.
class AccountMenu : public QMenu
{
    Q_OBJECT

public:
    explicit AccountMenu(QWidget *parent = nullptr);

    void connectTo(SessionPresenter &session); //!< the session outlives the menu

Q_SIGNALS:
    void accountRequested(const QString &name);
    void otherRequested(); //!< a person wants to sign in with another account

private:
    //! `present` is the checked account; empty: nobody is signed in.
    void showAccounts(const QStringList &names, const QString &present);

    QActionGroup *m_accounts;
    QAction *m_separator;
    QAction *m_other;
};

} // namespace ui
