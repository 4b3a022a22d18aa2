#pragma once

#include "authcore/demobackend/knobs.h"
#include "ui/token/placepresenter.h"

#include <QtCore/QObject>
#include <QtGui/QKeySequence>

class QAction;
class QActionGroup;
class QMenu;
class QMenuBar;

namespace ui {

//! All commands of the window as actions in menus. Buttons elsewhere trigger these actions.
class MainActions : public QObject
{
    Q_OBJECT

public:
    explicit MainActions(QObject *parent = nullptr);

    QAction *quit;
    QAction *signIn;
    QAction *signOut;
    QAction *breakAccess;
    QAction *expireAccess;
    QAction *deleteAccess;
    QAction *breakRefresh;
    QAction *refreshNow;
    QAction *send;
    QAction *breakAndSend;
    QAction *stop;
    QAction *why;
    QAction *clear;
    QAction *revoke;
    QAction *expandAll;
    QAction *collapseAll;
    QAction *restoreLayout;
    QAction *about;
    QAction *aboutQt;

    //! Menus and actions that other parts of the window bring along.
    struct Others
    {
        QMenu *backends = nullptr;
        QMenu *accounts = nullptr;
        QAction *toggleTokens = nullptr;
        QAction *toggleBackend = nullptr;
    };
    void fill(QMenuBar *bar, const Others &others);

    void showCount(int count); //!< "Send 3 requests"
    void showRefreshAnswer(demobackend::RefreshAnswer answer);

    void showPlace(TokenPlace place); //!< the place where tokens are kept
    void offerKeychain(); //!< shows the choice of places in the menu

    enum class Somebody { SignedOut, SignedIn };
    enum class Requests { Idle, UnderWay };
    //! Enables the actions that make sense now.
    void showActivity(Somebody somebody, Requests requests);
    //! Says why the demo backend's actions are disabled; empty: they are not.
    void showDemoObstacle(const QString &whyNot);

Q_SIGNALS:
    void placeRequested(ui::TokenPlace place);
    void refreshAnswerRequested(demobackend::RefreshAnswer answer, int times);

private:
    QAction *make(const QString &name, const QString &text, const QString &tip,
        const QKeySequence &keys = {});
    void fillAnswers(QMenu *menu);
    [[nodiscard]] static QString expireTip();
    [[nodiscard]] static QString revokeTip();

    QActionGroup *m_places;
    QAction *m_inFile;
    QAction *m_inKeychain;
    QActionGroup *m_refreshAnswers;
    QMenu *m_answerMenu = nullptr;
    Somebody m_somebody = Somebody::SignedOut;
    Requests m_requests = Requests::Idle;
    QString m_demoObstacle;
};

} // namespace ui
