#pragma once

#include "ui/placepresenter.h"
#include "ui/sessionpresenter.h"

#include <QtWidgets/QDialog>

class QCheckBox;
class QLabel;
class QLineEdit;
class QProgressBar;
class QPushButton;

namespace ui {

//! Asks for a name and a password. Does no work: it asks, and is told how it went.
//!
//! Shown with open(), never exec(). While busy, Cancel and Escape cancel the sign-in, not the
//! dialog.
class LoginDialog : public QDialog
{
    Q_OBJECT

public:
    explicit LoginDialog(QWidget *parent = nullptr);

    //! For backends that give their credentials away; says so.
    void fillIn(const QString &userName, const QString &password);
    void setUserName(const QString &userName);
    void setStaySignedIn(StaySignedIn stay);
    void setPlace(TokenPlace place); //!< where tokens that stay are kept

public Q_SLOTS:
    void showReason(const QString &reason); //!< why it opened; empty: nothing to say
    void showProblem(const QString &problem); //!< the sign-in failed: idle again
    void showBusy();
    void showIdle();
    void reject() override;

Q_SIGNALS:
    void signInRequested(const QString &userName, const QString &password, ui::StaySignedIn stay);
    void cancelRequested();

protected:
    void showEvent(QShowEvent *event) override;

private:
    enum class State { Idle, Busy };
    void setState(State state);
    void ask();
    void fit();

    State m_state = State::Idle;
    QLabel *m_reason;
    QLineEdit *m_userName;
    QLineEdit *m_password;
    QLabel *m_hint;
    QCheckBox *m_stay;
    QLabel *m_stayNote;
    QLabel *m_problem;
    QProgressBar *m_busy;
    QPushButton *m_signIn;
    QPushButton *m_cancel;
};

} // namespace ui
