#include "ui/tokenpanel.h"

#include "ui/actionbutton.h"

#include <QtGui/QFontDatabase>
#include <QtWidgets/QFormLayout>
#include <QtWidgets/QGroupBox>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QHeaderView>
#include <QtWidgets/QLabel>
#include <QtWidgets/QTreeView>
#include <QtWidgets/QVBoxLayout>

namespace ui {

using namespace Qt::StringLiterals;

namespace {

QLabel *valueLabel(const QString &name, const QString &accessibleName, QWidget *parent)
{
    auto *label = new QLabel(parent);
    label->setObjectName(name);
    label->setAccessibleName(accessibleName);
    label->setTextFormat(Qt::PlainText);
    return label;
}

void addButton(QBoxLayout *row, QAction *action, const QString &shortText, const QString &name)
{
    auto *button = new ActionButton(action, row->parentWidget());
    button->setShortText(shortText);
    button->setObjectName(name);
    row->addWidget(button);
}

} // namespace

TokenPanel::TokenPanel(const Actions &actions, QWidget *parent)
    : QWidget(parent)
    , m_access(valueLabel(u"accessTokenLabel"_s, tr("Access token, masked"), this))
    , m_accessState(valueLabel(u"accessStateLabel"_s, tr("State of the access token"), this))
    , m_generation(valueLabel(u"generationLabel"_s, tr("Generation of the tokens"), this))
    , m_refresh(valueLabel(u"refreshTokenLabel"_s, tr("Refresh token, masked"), this))
    , m_refreshState(valueLabel(u"refreshStateLabel"_s, tr("State of the refresh token"), this))
    , m_claimsView(new QTreeView(this))
{
    setObjectName(u"tokenPanel"_s);
    const QFont fixed = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    m_access->setFont(fixed);
    m_refresh->setFont(fixed);

    m_claimsView->setObjectName(u"claimsView"_s);
    m_claimsView->setAccessibleName(tr("Claims of the access token"));
    m_claimsView->setModel(&m_claims);
    m_claimsView->setRootIsDecorated(false);
    m_claimsView->setUniformRowHeights(true);
    m_claimsView->setAlternatingRowColors(true);
    m_claimsView->header()->setStretchLastSection(true);
    m_claimsView->setMinimumHeight(fontMetrics().height() * 5);

    auto *column = new QVBoxLayout(this);
    column->addWidget(makeAccess(actions), 1);
    column->addWidget(makeRefresh(actions));
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
    auto *buttons = new QHBoxLayout;
    column->addLayout(buttons);
    addButton(buttons, actions.breakRefresh, tr("Break"), u"breakRefreshButton"_s);
    return box;
}

void TokenPanel::showSummary(const TokenSummary &summary)
{
    m_access->setText(summary.access);
    m_accessState->setText(summary.accessState);
    m_generation->setText(summary.generation);
    m_refresh->setText(summary.refresh);
    m_refreshState->setText(summary.refreshState);
    m_claims.setClaims(summary.claims);
    m_claimsView->resizeColumnToContents(ClaimsModel::NameColumn);
}

} // namespace ui
