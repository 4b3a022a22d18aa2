#include "ui/signin/passwordpage.h"

#include "ui/common/labels.h"

#include <QtWidgets/QFormLayout>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QVBoxLayout>

namespace ui {

using namespace Qt::StringLiterals;

PasswordPage::PasswordPage(QWidget *parent)
    : QWidget(parent)
    , m_userName(new QLineEdit(this))
    , m_password(new QLineEdit(this))
    , m_hint(wrappedLabel(u"credentialsHintLabel"_s, this))
    , m_remark(wrappedLabel(u"passwordRemarkLabel"_s, this))
{
    m_userName->setObjectName(u"userNameEdit"_s);
    m_password->setObjectName(u"passwordEdit"_s);
    m_password->setEchoMode(QLineEdit::Password);
    m_hint->setForegroundRole(QPalette::PlaceholderText);
    m_hint->hide();
    m_remark->hide();
    auto *column = new QVBoxLayout(this); // a form layout would clip a long remark
    column->setContentsMargins(0, 0, 0, 0);
    auto *form = new QFormLayout;
    form->addRow(tr("&User name:"), m_userName);
    form->addRow(tr("&Password:"), m_password);
    form->addRow(QString(), m_hint);
    column->addLayout(form);
    column->addWidget(m_remark);
    connect(m_userName, &QLineEdit::textChanged, this, &PasswordPage::changed);
}

QString PasswordPage::userName() const
{
    return m_userName->text();
}

QString PasswordPage::password() const
{
    return m_password->text();
}

bool PasswordPage::isComplete() const
{
    return !m_userName->text().isEmpty();
}

void PasswordPage::fillIn(const QString &userName, const QString &password)
{
    m_userName->setText(userName);
    m_password->setText(password);
    m_hint->setText(tr("Filled in for you: this is the built-in demo backend."));
    m_hint->show();
}

void PasswordPage::clear()
{
    m_userName->clear();
    m_password->clear();
    m_hint->hide();
}

void PasswordPage::setUserName(const QString &userName)
{
    m_userName->setText(userName);
}

void PasswordPage::setRemark(const QString &remark)
{
    m_remark->setText(remark);
    m_remark->setVisible(!remark.isEmpty());
}

void PasswordPage::focusWhatIsMissing()
{
    if (m_userName->text().isEmpty())
        m_userName->setFocus();
    else if (m_password->text().isEmpty())
        m_password->setFocus();
}

void PasswordPage::selectPassword()
{
    m_password->setFocus();
    m_password->selectAll();
}

} // namespace ui
