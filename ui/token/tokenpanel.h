#pragma once

#include "ui/common/texttable.h"
#include "ui/token/tokensummary.h"

#include <QtWidgets/QWidget>

class QAction;
class QGroupBox;
class QTreeView;

namespace ui {

class Label;

//! Shows the tokens, masked, with buttons for what can be done to them. The panel does no work of
//! its own.
class TokenPanel : public QWidget
{
    Q_OBJECT

public:
    //! The actions behind the buttons.
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

    [[nodiscard]] static std::vector<TextTable::Row> rowsOf(const std::vector<Claim> &claims);

private:
    QGroupBox *makeAccess(const Actions &actions);
    QGroupBox *makeRefresh(const Actions &actions);
    QGroupBox *makeId();
    QGroupBox *makeSignIn();

    TextTable m_claims;
    TextTable m_idClaims;
    Label *m_access;
    Label *m_accessState;
    Label *m_generation;
    Label *m_refresh;
    Label *m_refreshState;
    Label *m_refreshRemark;
    Label *m_idToken;
    Label *m_idRemark;
    Label *m_signIn;
    QGroupBox *m_idBox = nullptr;
    QGroupBox *m_signInBox = nullptr;
    QTreeView *m_claimsView;
    QTreeView *m_idClaimsView;
};

} // namespace ui
