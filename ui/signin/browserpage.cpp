#include "ui/signin/browserpage.h"

#include "ui/common/labels.h"

#include <QtGui/QClipboard>
#include <QtGui/QGuiApplication>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QVBoxLayout>

namespace ui {

using namespace Qt::StringLiterals;

BrowserPage::BrowserPage(QWidget *parent)
    : QWidget(parent)
    , m_text(wrappedLabel(u"browserLabel"_s, this))
    , m_copy(new QPushButton(tr("Copy &link"), this))
{
    m_copy->setObjectName(u"copyLinkButton"_s);
    m_copy->setAutoDefault(false);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_text);
    auto *row = new QHBoxLayout;
    row->addWidget(m_copy);
    row->addStretch();
    column->addLayout(row);
    connect(m_copy, &QPushButton::clicked, this, &BrowserPage::copyLink);
    showIdle();
}

void BrowserPage::showIdle()
{
    m_link.clear();
    m_text->setText(tr("Your browser opens, and you sign in there. Your password is typed into the "
                       "server's own page; this program never sees it."));
    m_copy->hide();
    m_copy->setText(tr("Copy &link"));
}

void BrowserPage::showWaiting(const QUrl &link, Browser browser)
{
    m_link = link;
    m_text->setText(browser == Browser::Opened
            ? tr("Waiting for your browser\u2026\nSign in on the page that has opened there.")
            : tr("No browser could be opened. Copy the link, and open it in a browser on this "
                 "computer."));
    m_copy->setText(tr("Copy &link"));
    m_copy->show();
}

void BrowserPage::copyLink()
{
    QGuiApplication::clipboard()->setText(m_link.toString(QUrl::FullyEncoded));
    m_copy->setText(tr("Copied"));
}

} // namespace ui
