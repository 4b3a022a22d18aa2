#pragma once

#include "ui/claimsmodel.h"

#include <QtWidgets/QWidget>

class QAction;
class QGroupBox;
class QLabel;
class QTreeView;

namespace ui {

//! The tokens, masked, and what can be done to them. Does no work: it is told.
class TokenPanel : public QWidget
{
    Q_OBJECT

public:
    //! The actions behind its buttons.
    struct Actions
    {
        QAction *breakAccess = nullptr;
        QAction *expireAccess = nullptr;
        QAction *deleteAccess = nullptr;
        QAction *breakRefresh = nullptr;
        QAction *refreshNow = nullptr;
        QAction *signOut = nullptr;
    };

    explicit TokenPanel(const Actions &actions, QWidget *parent = nullptr);

    void showSummary(const TokenSummary &summary);

private:
    QGroupBox *makeAccess(const Actions &actions);
    QGroupBox *makeRefresh(const Actions &actions);
    QGroupBox *makeId();

    ClaimsModel m_claims;
    ClaimsModel m_idClaims;
    QLabel *m_access;
    QLabel *m_accessState;
    QLabel *m_generation;
    QLabel *m_refresh;
    QLabel *m_refreshState;
    QLabel *m_refreshRemark;
    QLabel *m_idToken;
    QLabel *m_idRemark;
    QGroupBox *m_idBox = nullptr;
    QTreeView *m_claimsView;
    QTreeView *m_idClaimsView;
};

} // namespace ui
