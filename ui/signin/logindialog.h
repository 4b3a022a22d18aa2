#pragma once

#include "authcore/session/refreshstory.h"
#include "ui/signin/browserpage.h"
#include "ui/signin/signinwish.h"
#include "ui/token/placepresenter.h"

#include <QtWidgets/QDialog>

class QCheckBox;
class QComboBox;
class QLineEdit;
class QProgressBar;
class QPushButton;

namespace ui {

class Label;

class DevicePage;
class PasswordPage;

//! Asks for what the profile's sign-in needs: name and password, a browser, or another device. The
//! dialog does no work of its own.
//!
//! Open the dialog with open(), never with exec(). While the dialog is busy, Cancel and Escape
//! cancel the sign-in and leave the dialog open.
class LoginDialog : public QDialog
{
    Q_OBJECT

public:
    explicit LoginDialog(QWidget *parent = nullptr);

    void setForm(const SignInForm &form); //!< chooses the fields and pages
    //! Fills in the credentials of the demo backend, and says so.
    void fillIn(const QString &userName, const QString &password);
    void clear(); //!< empties the fields
    void setUserName(const QString &userName);
    void setStaySignedIn(StaySignedIn stay);
    void setPlace(TokenPlace place); //!< the place where kept tokens are stored

public Q_SLOTS:
    //! Why the dialog opened, and the refresh that led to it; empty: shows nothing.
    void showReason(const QString &reason, const authcore::RefreshStory &story = {});
    void showProblem(const QString &problem); //!< the sign-in failed; the dialog is idle again
    void showBusy();
    void showIdle();
    void showBrowser(const QUrl &link, BrowserPage::Browser browser); //!< while busy
    void showDeviceCode(const ui::DeviceCode &code); //!< while busy
    void reject() override;

Q_SIGNALS:
    void signInRequested(const ui::SignInWish &wish);
    void cancelRequested();
    void addressRequested(const QUrl &address); //!< the address is to be opened

protected:
    void showEvent(QShowEvent *event) override;

private:
    enum class State { Idle, Busy };
    void layOut();
    void setState(State state);
    void follow();
    [[nodiscard]] authcore::SignInMethod method() const;
    [[nodiscard]] QString askText() const;
    [[nodiscard]] bool isComplete() const;
    void ask();
    void fit();

    State m_state = State::Idle;
    SignInForm m_form;
    Label *m_reason;
    Label *m_story;
    Label *m_methodName;
    QComboBox *m_method;
    PasswordPage *m_passwordPage;
    BrowserPage *m_browserPage;
    DevicePage *m_devicePage;
    Label *m_secretName;
    QLineEdit *m_secret;
    QCheckBox *m_stay;
    Label *m_stayNote;
    Label *m_problem;
    QProgressBar *m_busy;
    QPushButton *m_signIn;
    QPushButton *m_cancel;
};

} // namespace ui
