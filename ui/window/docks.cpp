#include "ui/window/docks.h"

#include <QtGui/QAction>
#include <QtWidgets/QDockWidget>
#include <QtWidgets/QMainWindow>
#include <QtWidgets/QScrollArea>
#include <QtWidgets/QScrollBar>
#include <QtWidgets/QTabBar>

namespace ui {

using namespace Qt::StringLiterals;

namespace {

//! A panel that scrolls where room is short, so that nothing is clipped.
QDockWidget *makeDock(
    const QString &name, const QString &title, QWidget *panel, QMainWindow *window)
{
    auto *dock = new QDockWidget(title, window);
    dock->setObjectName(name);
    auto *area = new QScrollArea(dock);
    area->setFrameShape(QFrame::NoFrame);
    area->setWidgetResizable(true);
    area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    area->setFocusPolicy(Qt::NoFocus);
    area->setWidget(panel);
    area->setMinimumWidth(
        panel->minimumSizeHint().width() + area->verticalScrollBar()->sizeHint().width());
    dock->setWidget(area);
    window->addDockWidget(Qt::RightDockWidgetArea, dock);
    return dock;
}

QWidget *panelOf(const QDockWidget *dock)
{
    return static_cast<QScrollArea *>(dock->widget())->widget();
}

} // namespace

Docks::Docks(QWidget *tokens, QWidget *backend, QMainWindow *window)
    : QObject(window)
    , m_window(window)
    , m_tokens(makeDock(u"tokenDock"_s, tr("Tokens"), tokens, window))
    , m_backend(makeDock(u"backendDock"_s, tr("Demo backend"), backend, window))
{
    toggleTokens()->setText(tr("&Tokens"));
    toggleTokens()->setObjectName(u"showTokensAction"_s);
    toggleBackend()->setText(tr("&Demo backend"));
    toggleBackend()->setObjectName(u"showBackendAction"_s);
    toggleBackend()->setShortcut(Qt::CTRL | Qt::SHIFT | Qt::Key_D);
    m_backend->hide();
    connect(toggleBackend(), &QAction::triggered, this, &Docks::arrange);
}

QAction *Docks::toggleTokens() const
{
    return m_tokens->toggleViewAction();
}

QAction *Docks::toggleBackend() const
{
    return m_backend->toggleViewAction();
}

bool Docks::areSideBySide() const
{
    return m_tokens->isVisible() && m_backend->isVisible() && !m_tokens->isFloating()
        && !m_backend->isFloating() && m_window->tabifiedDockWidgets(m_tokens).isEmpty();
}

void Docks::arrange()
{
    const QWidget *pages = m_window->centralWidget();
    const int comfortable = m_window->fontMetrics().averageCharWidth() * 85;
    const int most = m_window->width() * 2 / 5;
    for (QDockWidget *dock : {m_tokens, m_backend}) {
        if (dock->isVisible() && !dock->isFloating() && dock->width() > most
            && pages->width() < comfortable)
            m_window->resizeDocks({dock}, {most}, Qt::Horizontal);
    }
    if (!areSideBySide())
        return;
    const int needed =
        panelOf(m_tokens)->sizeHint().height() + panelOf(m_backend)->sizeHint().height();
    if (needed > pages->height())
        m_window->tabifyDockWidget(m_tokens, m_backend);
    m_backend->raise();
}

void Docks::nameTabBars()
{
    for (auto *tabs : m_window->findChildren<QTabBar *>(QString(), Qt::FindDirectChildrenOnly))
        tabs->setAccessibleName(tr("Panels"));
}

} // namespace ui
