#include "ui/logindialog.h"

#include "ui/wording.h"

#include <QtWidgets/QCheckBox>
#include <QtWidgets/QDialogButtonBox>
#include <QtWidgets/QFormLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QProgressBar>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QVBoxLayout>

namespace ui {

using namespace Qt::StringLiterals;

namespace {

constexpr int widthInCharacters = 58;

QLabel *wrappedLabel(const QString &name, QWidget *parent)
{
    auto *label = new QLabel(parent);
    label->setObjectName(name);
    label->setWordWrap(true);
    label->setTextFormat(Qt::PlainText);
    return label;
}

void makeBold(QWidget *widget)
{
    QFont font = widget->font();
    font.setBold(true);
    widget->setFont(font);
}

} // namespace

LoginDialog::LoginDialog(QWidget *parent)
    : QDialog(parent)
    , m_reason(wrappedLabel(u"reasonLabel"_s, this))
    , m_userName(new QLineEdit(this))
    , m_password(new QLineEdit(this))
    , m_hint(wrappedLabel(u"credentialsHintLabel"_s, this))
    , m_stay(new QCheckBox(tr("S&tay signed in"), this))
    , m_stayNote(wrappedLabel(u"stayNoteLabel"_s, this))
    , m_problem(wrappedLabel(u"problemLabel"_s, this))
    , m_busy(new QProgressBar(this))
    , m_signIn(new QPushButton(tr("&Sign in"), this))
    , m_cancel(new QPushButton(tr("Cancel"), this))
{
    setObjectName(u"loginDialog"_s);
    setWindowTitle(tr("Sign in"));
    m_userName->setObjectName(u"userNameEdit"_s);
    m_password->setObjectName(u"passwordEdit"_s);
    m_password->setEchoMode(QLineEdit::Password);
    m_stay->setObjectName(u"staySignedInBox"_s);
    m_stay->setChecked(true);
    m_busy->setObjectName(u"busyBar"_s);
    m_busy->setRange(0, 0);
    m_busy->setTextVisible(false);
    m_busy->setFixedHeight(fontMetrics().height() / 3);
    m_busy->setAccessibleName(tr("Signing in"));
    QSizePolicy keepsItsPlace = m_busy->sizePolicy();
    keepsItsPlace.setRetainSizeWhenHidden(true);
    m_busy->setSizePolicy(keepsItsPlace);
    m_signIn->setObjectName(u"signInButton"_s);
    m_signIn->setDefault(true);
    m_cancel->setObjectName(u"cancelButton"_s);
    m_cancel->setAutoDefault(false);
    setPlace(TokenPlace::SettingsFile);
    makeBold(m_reason);
    makeBold(m_problem);
    m_reason->hide();
    m_hint->hide();
    m_problem->hide();
    m_stayNote->setForegroundRole(QPalette::PlaceholderText);
    m_hint->setForegroundRole(QPalette::PlaceholderText);

    auto *form = new QFormLayout;
    form->addRow(tr("&User name:"), m_userName);
    form->addRow(tr("&Password:"), m_password);
    form->addRow(QString(), m_hint);
    form->addRow(QString(), m_stay);
    form->addRow(QString(), m_stayNote);
    auto *buttons = new QDialogButtonBox(this);
    buttons->addButton(m_signIn, QDialogButtonBox::AcceptRole);
    buttons->addButton(m_cancel, QDialogButtonBox::RejectRole);

    auto *column = new QVBoxLayout(this);
    column->addWidget(m_reason);
    column->addLayout(form);
    column->addWidget(m_problem);
    column->addWidget(m_busy);
    column->addStretch();
    column->addWidget(buttons);
    setMinimumWidth(fontMetrics().averageCharWidth() * widthInCharacters);

    connect(buttons, &QDialogButtonBox::accepted, this, &LoginDialog::ask);
    connect(buttons, &QDialogButtonBox::rejected, this, &LoginDialog::reject);
    const auto follow = [this] { setState(m_state); };
    connect(m_userName, &QLineEdit::textChanged, this, follow);
    setState(State::Idle);
}

void LoginDialog::fillIn(const QString &userName, const QString &password)
{
    m_userName->setText(userName);
    m_password->setText(password);
    m_hint->setText(tr("Filled in for you: this is the built-in demo backend."));
    m_hint->show();
    fit();
}

void LoginDialog::setUserName(const QString &userName)
{
    m_userName->setText(userName);
}

void LoginDialog::setStaySignedIn(StaySignedIn stay)
{
    m_stay->setChecked(stay == StaySignedIn::InSettingsFile);
}

void LoginDialog::setPlace(TokenPlace place)
{
    m_stayNote->setText(place == TokenPlace::SystemKeychain
            ? tr("The tokens are then kept in the system's keychain.")
            : tr("The tokens are then kept in a settings file that only you can read. "
                 "It is not encrypted."));
}

void LoginDialog::showReason(const QString &reason)
{
    m_reason->setText(reason);
    m_reason->setVisible(!reason.isEmpty());
    fit();
}

void LoginDialog::showProblem(const QString &problem)
{
    setState(State::Idle);
    m_problem->setText(QString(Wording::badGlyph() % u' ' % problem));
    m_problem->show();
    m_password->setFocus();
    m_password->selectAll();
    fit();
}

void LoginDialog::showBusy()
{
    m_problem->hide();
    setState(State::Busy);
    m_cancel->setFocus();
}

void LoginDialog::showIdle()
{
    m_problem->hide();
    setState(State::Idle);
    fit();
}

void LoginDialog::reject()
{
    switch (m_state) {
    case State::Busy:
        Q_EMIT cancelRequested();
        break;
    case State::Idle:
        QDialog::reject();
        break;
    }
}

void LoginDialog::showEvent(QShowEvent *event)
{
    QDialog::showEvent(event);
    if (m_userName->text().isEmpty())
        m_userName->setFocus();
    else if (m_password->text().isEmpty())
        m_password->setFocus();
    else
        m_signIn->setFocus();
}

void LoginDialog::setState(State state)
{
    m_state = state;
    const bool idle = state == State::Idle;
    for (QWidget *widget : {static_cast<QWidget *>(m_userName), static_cast<QWidget *>(m_password),
             static_cast<QWidget *>(m_stay)})
        widget->setEnabled(idle);
    m_signIn->setEnabled(idle && !m_userName->text().isEmpty());
    m_signIn->setText(idle ? tr("&Sign in") : tr("Signing in\u2026"));
    m_busy->setVisible(!idle);
}

void LoginDialog::ask()
{
    if (m_state == State::Busy || m_userName->text().isEmpty())
        return;
    Q_EMIT signInRequested(m_userName->text(), m_password->text(),
        m_stay->isChecked() ? StaySignedIn::InSettingsFile : StaySignedIn::UntilQuit);
}

//! Wrapped labels that come and go change the height that is needed.
void LoginDialog::fit()
{
    if (QLayout *column = layout()) {
        column->activate();
        const int height = column->hasHeightForWidth() ? column->totalHeightForWidth(width())
                                                       : sizeHint().height();
        resize(width(), height);
    }
}

} // namespace ui
