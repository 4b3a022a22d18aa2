#pragma once

#include <QtCore/QObject>

class QAction;
class QDockWidget;
class QMainWindow;
class QWidget;

namespace ui {

//! The panels at the right of the window: the tokens, and the demo backend, which is hidden at
//! first.
//!
//! Lifetime: a child of the window, which owns the panels, too.
class Docks : public QObject
{
    Q_OBJECT

public:
    Docks(QWidget *tokens, QWidget *backend, QMainWindow *window);

    [[nodiscard]] QAction *toggleTokens() const;
    [[nodiscard]] QAction *toggleBackend() const;

public Q_SLOTS:
    //! Stacks both panels in one column where there is room, else makes tabs of them. In a narrow
    //! window the panels give room to the pages.
    void arrange();
    //! Names the tab bars that Qt makes when docks become tabs, for screen readers.
    void nameTabBars();

private:
    [[nodiscard]] bool areSideBySide() const;

    QMainWindow *m_window;
    QDockWidget *m_tokens;
    QDockWidget *m_backend;
};

} // namespace ui
