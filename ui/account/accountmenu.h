#pragma once

#include <QtWidgets/QMenu>

class QActionGroup;

namespace ui {

class SessionPresenter;

//! Session > Account: who has signed in before, and somebody else.
class AccountMenu : public QMenu
{
    Q_OBJECT

public:
    explicit AccountMenu(QWidget *parent = nullptr);

    void connectTo(SessionPresenter &session); //!< which outlives the menu

Q_SIGNALS:
    void accountRequested(const QString &name);
    void otherRequested(); //!< somebody else wants to sign in

private:
    //! `present` is checked; empty: nobody is signed in.
    void showAccounts(const QStringList &names, const QString &present);

    QActionGroup *m_accounts;
    QAction *m_separator;
    QAction *m_other;
};

} // namespace ui
