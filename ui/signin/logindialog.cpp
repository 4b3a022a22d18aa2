#include "ui/signin/logindialog.h"

#include "ui/common/labels.h"
#include "ui/common/plaintext.h"
#include "ui/common/wording.h"
#include "ui/signin/devicepage.h"
#include "ui/signin/passwordpage.h"

#include <QtWidgets/QCheckBox>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QDialogButtonBox>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QProgressBar>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QVBoxLayout>

namespace ui {

using namespace Qt::StringLiterals;
using authcore::SignInMethod;

namespace {

constexpr int widthInCharacters = 58;

} // namespace

LoginDialog::LoginDialog(QWidget *parent)
    : QDialog(parent)
    , m_reason(wrappedLabel(u"reasonLabel"_s, this))
    , m_story(wrappedLabel(u"storyLabel"_s, this))
    , m_methodName(new Label(tr("Sign in &with:"), this))
    , m_method(new QComboBox(this))
    , m_passwordPage(new PasswordPage(this))
    , m_browserPage(new BrowserPage(this))
    , m_devicePage(new DevicePage(this))
    , m_secretName(new Label(tr("Client s&ecret:"), this))
    , m_secret(new QLineEdit(this))
    , m_stay(new QCheckBox(tr("S&tay signed in"), this))
    , m_stayNote(wrappedLabel(u"stayNoteLabel"_s, this))
    , m_problem(wrappedLabel(u"problemLabel"_s, this))
    , m_busy(new QProgressBar(this))
    , m_signIn(new QPushButton(this))
    , m_cancel(new QPushButton(tr("Cancel"), this))
{
    setObjectName(u"loginDialog"_s);
    m_method->setObjectName(u"methodBox"_s);
    m_methodName->setBuddy(m_method);
    m_secret->setObjectName(u"clientSecretEdit"_s);
    m_secret->setEchoMode(QLineEdit::Password);
    m_secretName->setBuddy(m_secret);
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
    m_story->hide();
    m_problem->hide();
    m_stayNote->setForegroundRole(QPalette::PlaceholderText);
    layOut();
    connect(m_passwordPage, &PasswordPage::changed, this, &LoginDialog::follow);
    connect(m_secret, &QLineEdit::textChanged, this, &LoginDialog::follow);
    connect(m_method, &QComboBox::currentIndexChanged, this, [this] {
        follow();
        fit();
    });
    connect(m_devicePage, &DevicePage::addressRequested, this, &LoginDialog::addressRequested);
    setForm({});
}

void LoginDialog::layOut()
{
    auto *method = new QHBoxLayout;
    method->addWidget(m_methodName);
    method->addWidget(m_method, 1);
    auto *secret = new QHBoxLayout;
    secret->addWidget(m_secretName);
    secret->addWidget(m_secret, 1);
    auto *buttons = new QDialogButtonBox(this);
    buttons->addButton(m_signIn, QDialogButtonBox::AcceptRole);
    buttons->addButton(m_cancel, QDialogButtonBox::RejectRole);

    auto *column = new QVBoxLayout(this);
    column->addWidget(m_reason);
    column->addWidget(m_story);
    column->addLayout(method);
    column->addWidget(m_passwordPage);
    column->addWidget(m_browserPage);
    column->addWidget(m_devicePage);
    column->addLayout(secret);
    column->addWidget(m_stay);
    column->addWidget(m_stayNote);
    column->addWidget(m_problem);
    column->addWidget(m_busy);
    column->addStretch();
    column->addWidget(buttons);
    setMinimumWidth(fontMetrics().averageCharWidth() * widthInCharacters);
    connect(buttons, &QDialogButtonBox::accepted, this, &LoginDialog::ask);
    connect(buttons, &QDialogButtonBox::rejected, this, &LoginDialog::reject);
}

void LoginDialog::setForm(const SignInForm &form)
{
    m_form = form;
    setWindowTitle(
        titleText(form.backend.isEmpty() ? tr("Sign in") : tr("Sign in - %1").arg(form.backend)));
    {
        const QSignalBlocker quiet(m_method);
        m_method->clear();
        for (const SignInMethod method : form.methods)
            m_method->addItem(Wording::signInMethod(method), static_cast<int>(method));
    }
    for (QWidget *widget : {static_cast<QWidget *>(m_methodName), static_cast<QWidget *>(m_method)})
        widget->setVisible(form.methods.size() > 1);
    const bool hasSecret = form.clientSecret == SignInForm::ClientSecret::Needed;
    for (QWidget *widget : {static_cast<QWidget *>(m_secretName), static_cast<QWidget *>(m_secret)})
        widget->setVisible(hasSecret);
    m_secret->clear();
    m_passwordPage->setRemark(form.password == SignInForm::PasswordGoes::ThroughTheClient
            ? Wording::passwordGrantRemark()
            : QString());
    setState(State::Idle);
    fit();
}

void LoginDialog::fillIn(const QString &userName, const QString &password)
{
    m_passwordPage->fillIn(userName, password);
    fit();
}

void LoginDialog::clear()
{
    m_passwordPage->clear();
    fit();
}

void LoginDialog::setUserName(const QString &userName)
{
    m_passwordPage->setUserName(userName);
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

void LoginDialog::showReason(const QString &reason, const authcore::RefreshStory &story)
{
    m_reason->setText(reason);
    m_reason->setVisible(!reason.isEmpty());
    const QString causes = story.toString();
    m_story->setText(causes);
    m_story->setVisible(!causes.isEmpty());
    setTip(m_story, Wording::details(story));
    fit();
}

void LoginDialog::showProblem(const QString &problem)
{
    setState(State::Idle);
    m_problem->setText(Wording::withGlyph(Wording::badGlyph(), problem));
    m_problem->show();
    if (method() == SignInMethod::Password)
        m_passwordPage->selectPassword();
    else
        m_signIn->setFocus();
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

void LoginDialog::showBrowser(const QUrl &link, BrowserPage::Browser browser)
{
    m_browserPage->showWaiting(link, browser);
    fit();
}

void LoginDialog::showDeviceCode(const DeviceCode &code)
{
    m_devicePage->showCode(code);
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
    m_signIn->setFocus();
    if (method() == SignInMethod::Password)
        m_passwordPage->focusWhatIsMissing();
}

void LoginDialog::setState(State state)
{
    m_state = state;
    m_browserPage->showIdle();
    m_devicePage->showIdle();
    follow();
}

void LoginDialog::follow()
{
    const bool idle = m_state == State::Idle;
    m_passwordPage->setVisible(method() == SignInMethod::Password);
    m_browserPage->setVisible(method() == SignInMethod::Browser);
    m_devicePage->setVisible(method() == SignInMethod::Device);
    for (QWidget *widget :
        {static_cast<QWidget *>(m_passwordPage), static_cast<QWidget *>(m_method),
            static_cast<QWidget *>(m_secret), static_cast<QWidget *>(m_stay)})
        widget->setEnabled(idle);
    m_signIn->setEnabled(idle && isComplete());
    m_signIn->setText(idle ? askText() : tr("Signing in\u2026"));
    m_busy->setVisible(!idle);
}

SignInMethod LoginDialog::method() const
{
    return static_cast<SignInMethod>(m_method->currentData().toInt());
}

QString LoginDialog::askText() const
{
    switch (method()) {
    case SignInMethod::Password:
        return tr("&Sign in");
    case SignInMethod::Browser:
        return tr("Open brow&ser");
    case SignInMethod::Device:
        return tr("&Show code");
    }
    return {};
}

bool LoginDialog::isComplete() const
{
    const bool lacksSecret =
        m_form.clientSecret == SignInForm::ClientSecret::Needed && m_secret->text().isEmpty();
    return !lacksSecret && (method() != SignInMethod::Password || m_passwordPage->isComplete());
}

void LoginDialog::ask()
{
    if (m_state == State::Busy || !isComplete())
        return;
    SignInWish wish;
    wish.method = method();
    if (wish.method == SignInMethod::Password) {
        wish.userName = m_passwordPage->userName();
        wish.password = m_passwordPage->password();
    }
    if (m_form.clientSecret == SignInForm::ClientSecret::Needed)
        wish.clientSecret = m_secret->text().toUtf8();
    wish.stay = m_stay->isChecked() ? StaySignedIn::InSettingsFile : StaySignedIn::UntilQuit;
    Q_EMIT signInRequested(wish);
}

//! Wrapped labels that appear or disappear change the height that the dialog needs.
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
