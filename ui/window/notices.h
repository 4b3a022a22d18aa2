#pragma once

#include <QtWidgets/QVBoxLayout>

class QAction;

namespace ui {

class MessageBar;
class PlacePresenter;
class ProfilePresenter;
class RunPresenter;
class SessionPresenter;

//! The messages above the pages, with buttons for what can be done: a wrong profile, nobody signed
//! in, a failed refresh, a problem of the store, a failed revocation.
//!
//! Lifetime: presenters and actions outlive the notices. The page owns the bars.
class Notices : public QVBoxLayout
{
    Q_OBJECT

public:
    //! The actions behind the buttons.
    struct Actions
    {
        QAction *signIn = nullptr;
        QAction *refreshNow = nullptr;
    };
    //! The presenters whose messages appear.
    struct Desk
    {
        const SessionPresenter &session;
        const ProfilePresenter &profiles;
        const PlacePresenter &place;
        const RunPresenter &run;
    };

    Notices(const Actions &actions, const Desk &desk, QWidget *page);

private:
    MessageBar *addBar(const QString &name, QWidget *page);
    void connectSession();
    void connectStore(const PlacePresenter &place);

    const SessionPresenter &m_session;
    MessageBar *m_backendBar;
    MessageBar *m_sessionBar;
    MessageBar *m_refreshBar;
    MessageBar *m_storeBar;
    MessageBar *m_revocationBar;
};

} // namespace ui
