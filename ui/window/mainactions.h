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

//! Everything that can be clicked, as actions in menus. Buttons elsewhere are faces of these.
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

    //! What other parts of the window bring along.
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

    void showPlace(TokenPlace place); //!< where tokens are kept
    void offerKeychain(); //!< there is one: the menu lets people choose

    enum class Somebody { SignedOut, SignedIn };
    enum class Requests { Idle, UnderWay };
    void showActivity(Somebody somebody, Requests requests); //!< enables what makes sense now
    //! Why the demo backend cannot be told anything; empty: it can.
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
