#pragma once

#include "authcore/session/refreshstory.h"

#include <QtCore/QObject>
#include <QtCore/QUrl>

#include <functional>

class QWidget;

namespace ui {

class LoginDialog;
class PlacePresenter;
class ProfilePresenter;
class RunPresenter;
class SessionPresenter;
class SignInPresenter;

//! Opens the login dialog when a sign-in is wanted or needed, and connects the dialog with the
//! sign-ins.
//!
//! Lifetime: the presenters outlive the flow. The window owns the dialog.
class SignInFlow : public QObject
{
    Q_OBJECT

public:
    struct Desk
    {
        SessionPresenter &session;
        SignInPresenter &signIn;
        const PlacePresenter &place;
        const ProfilePresenter &profiles;
        const RunPresenter &run;
        //! Opens the URL in the person's browser; false: there is no browser.
        std::function<bool(const QUrl &url)> openInBrowser;
    };

    SignInFlow(Desk desk, QWidget *window);

public Q_SLOTS:
    void signIn(); //!< fills in the account that is signed in, or was last
    void signInAsOther();

private:
    enum class Whom { Same, SomebodyElse };
    void connectDialog();
    void open(const QString &reason, Whom whom, const authcore::RefreshStory &story = {});
    void askAboutPlaces(const QStringList &lines);

    Desk m_desk;
    LoginDialog *m_dialog;
};

} // namespace ui
