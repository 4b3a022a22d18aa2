#pragma once

#include "ui/backend/profilepresenter.h"

#include <QtWidgets/QMenu>

class QActionGroup;

namespace ui {

//! Session > Backend: the built-in backend's dialects, and profile files.
class BackendMenu : public QMenu
{
    Q_OBJECT

public:
    explicit BackendMenu(QWidget *parent = nullptr);

    void connectTo(ProfilePresenter &profiles); //!< which outlives the menu
    void showChoice(const BackendChoice &choice, const QStringList &recentFiles);

Q_SIGNALS:
    void choiceRequested(const ui::BackendChoice &choice);
    void fileRequested(); //!< which one is asked for elsewhere

private:
    QAction *addChoice(const QString &name, const QString &text, const BackendChoice &choice);

    QActionGroup *m_choices;
    QAction *m_open;
    QList<QAction *> m_files; //!< after a separator, the last one first
};

} // namespace ui
