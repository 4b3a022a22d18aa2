#include "ui/signin/signinflow.h"

#include "ui/account/sessionpresenter.h"
#include "ui/backend/backendpresenter.h"
#include "ui/backend/profilepresenter.h"
#include "ui/common/plaintext.h"
#include "ui/run/runpresenter.h"
#include "ui/signin/logindialog.h"
#include "ui/signin/signinpresenter.h"

#include <QtWidgets/QMessageBox>
#include <QtWidgets/QPushButton>

#include <utility>

namespace ui {

using namespace Qt::StringLiterals;

SignInFlow::SignInFlow(Desk desk, QWidget *window)
    : QObject(window)
    , m_desk(std::move(desk))
    , m_dialog(new LoginDialog(window))
{
    connectDialog();
    connect(&m_desk.session, &SessionPresenter::signInNeeded, this,
        [this](const QString &reason, const authcore::RefreshStory &story) {
            open(reason, Whom::Same, story);
        });
    connect(&m_desk.session, &SessionPresenter::signedIn, this, [this] {
        m_dialog->showIdle();
        m_dialog->accept();
    });
    connect(&m_desk.session, &SessionPresenter::profileChanged, this, [this] {
        m_desk.signIn.cancel();
        m_dialog->hide(); // the dialog asks for an account of the previous backend
    });
    connect(&m_desk.place, &PlacePresenter::placeChanged, m_dialog, &LoginDialog::setPlace);
    m_dialog->setPlace(m_desk.place.place());
}

void SignInFlow::connectDialog()
{
    SignInPresenter &signIn = m_desk.signIn;
    connect(m_dialog, &LoginDialog::signInRequested, &signIn, &SignInPresenter::signIn);
    connect(m_dialog, &LoginDialog::cancelRequested, &signIn, &SignInPresenter::cancel);
    connect(m_dialog, &QDialog::rejected, &signIn, &SignInPresenter::giveUp);
    connect(&signIn, &SignInPresenter::busy, m_dialog, &LoginDialog::showBusy);
    connect(&signIn, &SignInPresenter::failed, m_dialog, &LoginDialog::showProblem);
    connect(&signIn, &SignInPresenter::cancelled, m_dialog, &LoginDialog::showIdle);
    connect(&signIn, &SignInPresenter::placesNeedConsent, this, &SignInFlow::askAboutPlaces);
    connect(&signIn, &SignInPresenter::browserNeeded, this, [this](const QUrl &url) {
        const bool opened = m_desk.openInBrowser(url);
        m_dialog->showBrowser(
            url, opened ? BrowserPage::Browser::Opened : BrowserPage::Browser::Missing);
    });
    connect(&signIn, &SignInPresenter::deviceCodeReady, m_dialog, &LoginDialog::showDeviceCode);
    connect(m_dialog, &LoginDialog::addressRequested, this,
        [this](const QUrl &address) { m_desk.openInBrowser(address); });
}

void SignInFlow::signIn()
{
    open({}, Whom::Same);
}

void SignInFlow::signInAsOther()
{
    open({}, Whom::SomebodyElse);
}

void SignInFlow::open(const QString &reason, Whom whom, const authcore::RefreshStory &story)
{
    QStringList sentences;
    if (!reason.isEmpty())
        sentences << reason;
    const int waiting = m_desk.session.isSignedIn() ? 0 : m_desk.run.unanswered();
    if (waiting == 1)
        sentences << tr("One request waits and goes on when you are signed in.");
    else if (waiting > 1)
        sentences << tr("%n requests wait and go on when you are signed in.", nullptr, waiting);
    m_dialog->showReason(sentences.join(u' '), story);
    if (m_dialog->isVisible())
        return;
    const QString userName = m_desk.session.userName();
    m_dialog->setForm(m_desk.signIn.form());
    m_dialog->showIdle();
    if (m_desk.profiles.choice().isBuiltIn()) {
        const demobackend::DemoUser user = whom == Whom::Same
            ? BackendPresenter::demoUser(userName)
            : BackendPresenter::otherDemoUser(userName);
        m_dialog->fillIn(user.name, user.password);
    } else {
        m_dialog->clear();
        if (whom == Whom::Same)
            m_dialog->setUserName(userName);
    }
    m_dialog->setStaySignedIn(m_desk.signIn.staySignedIn());
    m_dialog->open();
}

void SignInFlow::askAboutPlaces(const QStringList &lines)
{
    const QString name = oneLine(m_desk.session.profileName());
    auto *box = new QMessageBox(QMessageBox::Question, tr("Sign in"),
        tr("%1 sends secrets to other places than its own. Is that right?").arg(name),
        QMessageBox::Cancel, m_dialog);
    box->setTextFormat(Qt::PlainText);
    box->setObjectName(u"placesBox"_s);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setInformativeText(bounded(lines.join(u'\n')));
    const auto *allow = box->addButton(tr("Sign in there"), QMessageBox::AcceptRole);
    box->setDefaultButton(QMessageBox::Cancel);
    connect(&m_desk.signIn, &SignInPresenter::cancelled, box, &QWidget::close);
    connect(box, &QMessageBox::buttonClicked, this, [this, allow](const QAbstractButton *clicked) {
        if (clicked == allow)
            m_desk.signIn.allowPlaces();
    });
    connect(box, &QDialog::rejected, &m_desk.signIn, &SignInPresenter::cancel);
    box->open();
}

} // namespace ui
