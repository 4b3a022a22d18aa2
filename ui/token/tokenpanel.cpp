#include "ui/token/tokenpanel.h"

#include "ui/common/actionbutton.h"
#include "ui/common/labels.h"

#include <QtGui/QFontDatabase>
#include <QtWidgets/QFormLayout>
#include <QtWidgets/QGroupBox>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QTreeView>
#include <QtWidgets/QVBoxLayout>

namespace ui {

using namespace Qt::StringLiterals;

namespace {

void addButton(QBoxLayout *row, QAction *action, const QString &shortText, const QString &name)
{
    auto *button = new ActionButton(action, row->parentWidget());
    button->setShortText(shortText);
    button->setObjectName(name);
    row->addWidget(button);
}

void setUp(QTreeView *view, TextTable &claims, const QString &name, const QString &accessibleName)
{
    view->setObjectName(name);
    view->setAccessibleName(accessibleName);
    claims.showIn(view);
    // The two views share the panel.
    view->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Ignored);
    view->setMinimumHeight(view->fontMetrics().height() * 5);
}

void fill(TextTable &table, QTreeView *view, const std::vector<Claim> &claims)
{
    table.setRows(TokenPanel::rowsOf(claims));
    view->resizeColumnToContents(0);
}

} // namespace

TokenPanel::TokenPanel(const Actions &actions, QWidget *parent)
    : QWidget(parent)
    , m_claims({tr("Claim"), tr("Value")})
    , m_idClaims({tr("Claim"), tr("Value")})
    , m_access(valueLabel(u"accessTokenLabel"_s, tr("Access token, masked"), this))
    , m_accessState(valueLabel(u"accessStateLabel"_s, tr("State of the access token"), this))
    , m_generation(valueLabel(u"generationLabel"_s, tr("Generation of the tokens"), this))
    , m_refresh(valueLabel(u"refreshTokenLabel"_s, tr("Refresh token, masked"), this))
    , m_refreshState(valueLabel(u"refreshStateLabel"_s, tr("State of the refresh token"), this))
    , m_refreshRemark(wrappedLabel(u"refreshRemarkLabel"_s, this))
    , m_idToken(valueLabel(u"idTokenLabel"_s, tr("ID token, masked"), this))
    , m_idRemark(wrappedLabel(u"idRemarkLabel"_s, this))
    , m_signIn(wrappedLabel(u"signInReportLabel"_s, this))
    , m_claimsView(new QTreeView(this))
    , m_idClaimsView(new QTreeView(this))
{
    setObjectName(u"tokenPanel"_s);
    const QFont fixed = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    m_access->setFont(fixed);
    m_refresh->setFont(fixed);

    m_idToken->setFont(fixed);
    setUp(m_claimsView, m_claims, u"claimsView"_s, tr("Claims of the access token"));
    setUp(m_idClaimsView, m_idClaims, u"idClaimsView"_s, tr("Claims of the ID token"));

    auto *column = new QVBoxLayout(this);
    column->addWidget(makeAccess(actions), 1);
    column->addWidget(makeRefresh(actions));
    m_idBox = makeId();
    column->addWidget(m_idBox, 1);
    m_signInBox = makeSignIn();
    column->addWidget(m_signInBox);
    auto *session = new QHBoxLayout;
    column->addLayout(session);
    addButton(session, actions.refreshNow, tr("Refresh now"), u"refreshNowButton"_s);
    addButton(session, actions.signOut, tr("Sign out"), u"signOutButton"_s);
}

QGroupBox *TokenPanel::makeAccess(const Actions &actions)
{
    auto *box = new QGroupBox(tr("Access token"), this);
    auto *form = new QFormLayout;
    form->addRow(tr("Token:"), m_access);
    form->addRow(tr("Generation:"), m_generation);
    form->addRow(tr("State:"), m_accessState);
    auto *column = new QVBoxLayout(box);
    column->addLayout(form);
    column->addWidget(m_claimsView, 1);
    auto *buttons = new QHBoxLayout;
    column->addLayout(buttons);
    addButton(buttons, actions.breakAccess, tr("Break"), u"breakAccessButton"_s);
    addButton(buttons, actions.expireAccess, tr("Expire"), u"expireAccessButton"_s);
    addButton(buttons, actions.deleteAccess, tr("Delete"), u"deleteAccessButton"_s);
    return box;
}

QGroupBox *TokenPanel::makeRefresh(const Actions &actions)
{
    auto *box = new QGroupBox(tr("Refresh token"), this);
    auto *form = new QFormLayout;
    form->addRow(tr("Token:"), m_refresh);
    form->addRow(tr("State:"), m_refreshState);
    auto *column = new QVBoxLayout(box);
    column->addLayout(form);
    column->addWidget(m_refreshRemark);
    auto *buttons = new QHBoxLayout;
    column->addLayout(buttons);
    addButton(buttons, actions.breakRefresh, tr("Break"), u"breakRefreshButton"_s);
    return box;
}

QGroupBox *TokenPanel::makeId()
{
    auto *box = new QGroupBox(tr("ID token"), this);
    box->setObjectName(u"idTokenBox"_s);
    auto *form = new QFormLayout;
    form->addRow(tr("Token:"), m_idToken);
    auto *column = new QVBoxLayout(box);
    column->addLayout(form);
    column->addWidget(m_idClaimsView, 1);
    column->addWidget(m_idRemark);
    return box;
}

QGroupBox *TokenPanel::makeSignIn()
{
    auto *box = new QGroupBox(tr("Sign-in"), this);
    auto *column = new QVBoxLayout(box);
    column->addWidget(m_signIn);
    return box;
}

void TokenPanel::showSummary(const TokenSummary &summary)
{
    m_access->setText(summary.access);
    m_accessState->setText(summary.accessState);
    m_generation->setText(summary.generation);
    m_refresh->setText(summary.refresh);
    m_refreshState->setText(summary.refreshState);
    m_refreshRemark->setText(summary.refreshRemark);
    m_refreshRemark->setVisible(!summary.refreshRemark.isEmpty());
    m_signIn->setText(summary.signIn);
    m_signInBox->setVisible(!summary.signIn.isEmpty());
    m_idToken->setText(summary.idToken);
    m_idRemark->setText(summary.idRemark);
    m_idBox->setVisible(!summary.idToken.isEmpty());
    fill(m_claims, m_claimsView, summary.claims);
    fill(m_idClaims, m_idClaimsView, summary.idClaims);
}

std::vector<TextTable::Row> TokenPanel::rowsOf(const std::vector<Claim> &claims)
{
    std::vector<TextTable::Row> rows;
    rows.reserve(claims.size());
    for (const auto &[name, value] : claims)
        rows.push_back({{name, value}, tr("%1: %2").arg(name, value), {}});
    return rows;
}

} // namespace ui
