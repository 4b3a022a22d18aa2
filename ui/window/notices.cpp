#include "ui/window/notices.h"

#include "ui/account/sessionpresenter.h"
#include "ui/backend/profilepresenter.h"
#include "ui/common/messagebar.h"
#include "ui/common/wording.h"
#include "ui/run/runpresenter.h"
#include "ui/token/placepresenter.h"

#include <QtGui/QAction>

namespace ui {

using namespace Qt::StringLiterals;

namespace {

QString nobody()
{
    return Notices::tr("Nobody is signed in.");
}

QString keychainWaits()
{
    return Notices::tr(
        "The keychain waits for you: unlock it, or allow the access, in its own dialog.");
}

auto showBadIn(MessageBar *bar)
{
    return [bar](const QString &problem) { bar->showMessage(MessageBar::Tone::Bad, problem); };
}

} // namespace

Notices::Notices(const Actions &actions, const Desk &desk, QWidget *page)
    : m_session(desk.session)
    , m_backendBar(addBar(u"backendBar"_s, page))
    , m_sessionBar(addBar(u"sessionBar"_s, page))
    , m_refreshBar(addBar(u"refreshBar"_s, page))
    , m_storeBar(addBar(u"storeBar"_s, page))
    , m_revocationBar(addBar(u"revocationBar"_s, page))
{
    m_sessionBar->addAction(actions.signIn);
    m_refreshBar->addAction(actions.refreshNow, tr("Try again"));
    m_refreshBar->addAction(actions.signIn, tr("Sign in again\u2026"));
    connect(&desk.profiles, &ProfilePresenter::troubled, m_backendBar, showBadIn(m_backendBar));
    connect(&desk.profiles, &ProfilePresenter::wentWell, m_backendBar, &QWidget::hide);
    connect(actions.refreshNow, &QAction::triggered, m_refreshBar, &QWidget::hide);
    connect(&desk.run, &RunPresenter::started, m_refreshBar, &QWidget::hide);
    connectSession();
    connectStore(desk.place);
    m_sessionBar->showMessage(MessageBar::Tone::Neutral, nobody());
}

MessageBar *Notices::addBar(const QString &name, QWidget *page)
{
    auto *bar = new MessageBar(page);
    bar->setObjectName(name);
    addWidget(bar);
    return bar;
}

void Notices::connectSession()
{
    connect(&m_session, &SessionPresenter::signedIn, this, [this] {
        for (MessageBar *bar : {m_sessionBar, m_revocationBar, m_refreshBar})
            bar->hide();
    });
    connect(&m_session, &SessionPresenter::signedOut, this,
        [this](const QString &reason, const authcore::RefreshStory &story) {
            m_refreshBar->hide();
            m_sessionBar->showMessage(MessageBar::Tone::Neutral,
                Wording::withStory(reason.isEmpty() ? nobody() : reason, story),
                Wording::details(story));
        });
    connect(&m_session, &SessionPresenter::refreshTroubled, this,
        [this](const QString &problem, const authcore::RefreshStory &story) {
            m_refreshBar->showMessage(
                MessageBar::Tone::Bad, Wording::withStory(problem, story), Wording::details(story));
        });
    connect(&m_session, &SessionPresenter::refreshWentWell, m_refreshBar, &QWidget::hide);
    connect(&m_session, &SessionPresenter::revocationTroubled, m_revocationBar,
        showBadIn(m_revocationBar));
}

void Notices::connectStore(const PlacePresenter &place)
{
    connect(&m_session, &SessionPresenter::storeTroubled, m_storeBar, showBadIn(m_storeBar));
    connect(&m_session, &SessionPresenter::storeWentWell, m_storeBar, &QWidget::hide);
    connect(&m_session, &SessionPresenter::storeWaitsForPerson, this, [this] {
        auto *bar = m_session.isSignedIn() ? m_storeBar : m_sessionBar;
        bar->showMessage(MessageBar::Tone::Neutral, keychainWaits());
    });
    connect(&m_session, &SessionPresenter::storeWaitIsOver, this, [this] {
        if (m_storeBar->text() == keychainWaits())
            m_storeBar->hide();
        if (m_sessionBar->text() == keychainWaits())
            m_sessionBar->showMessage(MessageBar::Tone::Neutral, nobody());
    });
    connect(&place, &PlacePresenter::moved, m_storeBar, &QWidget::hide);
    connect(&place, &PlacePresenter::troubled, m_storeBar, showBadIn(m_storeBar));
}

} // namespace ui
