#pragma once

#include <QtWidgets/QVBoxLayout>

class QAction;

namespace ui {

class MessageBar;
class PlacePresenter;
class ProfilePresenter;
class RunPresenter;
class SessionPresenter;

//! The messages above the pages, each with what can be done: a wrong profile, nobody signed in, a
//! failed refresh, a store in trouble, a revocation that failed.
//!
//! Lifetime: the presenters and actions outlive it; the page owns the bars.
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
    //! Whose messages appear.
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
