#pragma once

#include "ui/backend/profilepresenter.h"

#include <QtWidgets/QMenu>

class QActionGroup;

namespace ui {

//! Session > Backend: the dialects of the built-in backend, and profile files.
class BackendMenu : public QMenu
{
    Q_OBJECT

public:
    explicit BackendMenu(QWidget *parent = nullptr);

    void connectTo(ProfilePresenter &profiles); //!< the presenter outlives the menu
    void showChoice(const BackendChoice &choice, const QStringList &recentFiles);

Q_SIGNALS:
    void choiceRequested(const ui::BackendChoice &choice);
    void fileRequested(); //!< the window asks for the file

private:
    QAction *addChoice(const QString &name, const QString &text, const BackendChoice &choice);

    QActionGroup *m_choices;
    QAction *m_open;
    QList<QAction *> m_files; //!< the section heading, then one action for each other backend
};

} // namespace ui
