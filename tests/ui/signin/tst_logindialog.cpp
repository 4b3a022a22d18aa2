#include "ui/signin/logindialog.h"

#include <QtTest/QSignalSpy>
#include <QtTest/QTest>
#include <QtWidgets/QCheckBox>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QProgressBar>
#include <QtWidgets/QPushButton>

using namespace Qt::StringLiterals;
using ui::LoginDialog;
using ui::StaySignedIn;

namespace {

struct Shown
{
    LoginDialog dialog;
    QSignalSpy asked {&dialog, &LoginDialog::signInRequested};
    QSignalSpy cancelled {&dialog, &LoginDialog::cancelRequested};

    Shown()
    {
        dialog.fillIn(u"anna"_s, u"secret"_s);
        dialog.open();
    }
    template <typename T>
    T *find(const char *name)
    {
        return dialog.findChild<T *>(QString::fromLatin1(name));
    }
    [[nodiscard]] ui::SignInWish wish() const
    {
        return asked.isEmpty() ? ui::SignInWish() : asked.front().at(0).value<ui::SignInWish>();
    }
    void click(const char *name) { QTest::mouseClick(find<QPushButton>(name), Qt::LeftButton); }
};

//! A refresh that the server has refused.
authcore::RefreshStory told()
{
    authcore::RefreshStory story;
    story.tries = 1;
    story.add({authcore::TokenError::Code::Rejected, u"<b>400</b>"_s, 400, {}});
    authcore::RefreshTry tried;
    tried.request.httpStatus = 400;
    tried.request.errorDescription = u"<b>token</b>"_s;
    story.add(tried);
    story.decision = u"The profile decided."_s;
    return story;
}

} // namespace

class TestLoginDialog : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void filledInCredentialsTakeOneClick()
    {
        Shown shown;
        shown.click("signInButton");
        QCOMPARE(shown.asked.count(), 1);
        QCOMPARE(shown.wish().userName, u"anna"_s);
        QCOMPARE(shown.wish().password, u"secret"_s);
        QCOMPARE(shown.wish().stay, StaySignedIn::InSettingsFile);
    }

    void returnSignsIn()
    {
        Shown shown;
        QTest::keyClick(shown.find<QLineEdit>("passwordEdit"), Qt::Key_Return);
        QCOMPARE(shown.asked.count(), 1);
    }

    void notStayingSignedInIsAskedFor()
    {
        Shown shown;
        shown.find<QCheckBox>("staySignedInBox")->setChecked(false);
        shown.click("signInButton");
        QCOMPARE(shown.wish().stay, StaySignedIn::UntilQuit);
    }

    void nobodyCannotSignIn()
    {
        Shown shown;
        shown.find<QLineEdit>("userNameEdit")->clear();
        QVERIFY(!shown.find<QPushButton>("signInButton")->isEnabled());
        QTest::keyClick(shown.find<QLineEdit>("passwordEdit"), Qt::Key_Return);
        QCOMPARE(shown.asked.count(), 0);
    }

    void whileBusyOnlyCancelCanBePressed()
    {
        Shown shown;
        shown.dialog.showBusy();
        QVERIFY(shown.find<QProgressBar>("busyBar")->isVisible());
        for (const char *name : {"userNameEdit", "passwordEdit", "staySignedInBox", "signInButton"})
            QVERIFY2(!shown.find<QWidget>(name)->isEnabled(), name);
        QVERIFY(shown.find<QWidget>("cancelButton")->isEnabled());
    }

    void cancellingWhileBusyCancelsTheSignInAndKeepsTheDialog_data()
    {
        QTest::addColumn<bool>("escape");
        QTest::newRow("button") << false;
        QTest::newRow("Escape") << true;
    }

    void cancellingWhileBusyCancelsTheSignInAndKeepsTheDialog()
    {
        QFETCH(bool, escape);
        Shown shown;
        shown.dialog.showBusy();
        if (escape)
            QTest::keyClick(&shown.dialog, Qt::Key_Escape);
        else
            shown.click("cancelButton");
        QCOMPARE(shown.cancelled.count(), 1);
        QVERIFY(shown.dialog.isVisible());
        shown.dialog.showIdle();
        QVERIFY(shown.find<QWidget>("signInButton")->isEnabled());
        shown.click("cancelButton");
        QVERIFY(!shown.dialog.isVisible());
    }

    void aProblemIsShownInlineAndThePasswordSelected()
    {
        Shown shown;
        shown.dialog.showBusy();
        shown.dialog.showProblem(u"Wrong."_s);
        auto *problem = shown.find<QLabel>("problemLabel");
        QVERIFY(problem->isVisible());
        QVERIFY(problem->text().contains("Wrong."_L1));
        QCOMPARE(shown.find<QLineEdit>("passwordEdit")->selectedText().size(), 6);
        QVERIFY(shown.find<QWidget>("signInButton")->isEnabled());
        shown.dialog.showBusy();
        QVERIFY(!problem->isVisible());
    }

    void theReasonIsShownOrNothing()
    {
        Shown shown;
        QVERIFY(!shown.find<QLabel>("reasonLabel")->isVisible());
        shown.dialog.showReason(u"The session has ended."_s);
        QCOMPARE(shown.find<QLabel>("reasonLabel")->text(), u"The session has ended."_s);
        QVERIFY(shown.find<QLabel>("reasonLabel")->isVisible());
        QVERIFY(!shown.find<QLabel>("storyLabel")->isVisible());
    }

    // The texts are from a server, so they must not be taken for HTML.
    void theStoryOfARefreshIsShown()
    {
        Shown shown;
        shown.dialog.showReason(u"The session has ended."_s, told());
        auto *label = shown.find<QLabel>("storyLabel");
        QVERIFY(label->isVisible());
        QCOMPARE(label->text(), u"<b>400</b>. The profile decided."_s);
        QVERIFY2(
            label->toolTip().contains("&lt;b&gt;token&lt;/b&gt;"_L1), qPrintable(label->toolTip()));
        shown.dialog.showReason({});
        QVERIFY(!label->isVisible());
        QCOMPARE(label->toolTip(), QString());
    }

    void nothingIsClippedWhateverItSays()
    {
        Shown shown;
        ui::SignInForm form;
        form.password = ui::SignInForm::PasswordGoes::ThroughTheClient;
        shown.dialog.setForm(form);
        auto story = told();
        story.decision = u"A long decision that needs more than one line. "_s.repeated(6);
        shown.dialog.showReason(
            u"A long reason that needs more than one line. "_s.repeated(6), story);
        shown.dialog.showProblem(u"A long problem that needs more than one line. "_s.repeated(6));
        for (const char *name :
            {"reasonLabel", "storyLabel", "problemLabel", "stayNoteLabel", "passwordRemarkLabel"}) {
            const auto *label = shown.find<QLabel>(name);
            QTRY_VERIFY2(label->height() >= label->heightForWidth(label->width()), name);
        }
    }

    void saysThatTheFileIsNotEncrypted()
    {
        Shown shown;
        QVERIFY(shown.find<QLabel>("stayNoteLabel")->text().contains("not encrypted"_L1));
    }

    void thePasswordIsNotReadable()
    {
        Shown shown;
        QCOMPARE(shown.find<QLineEdit>("passwordEdit")->echoMode(), QLineEdit::Password);
    }
};

QTEST_MAIN(TestLoginDialog)
#include "tst_logindialog.moc"
