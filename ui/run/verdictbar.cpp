#include "ui/run/verdictbar.h"

#include "authcore/lab/verdict.h"

namespace ui {

using namespace Qt::StringLiterals;

VerdictBar::VerdictBar(QWidget *parent)
    : MessageBar(parent)
{
    setObjectName(u"verdictBar"_s);
    setAccessibleName(tr("Verdict"));
    showHint();
}

void VerdictBar::showHint()
{
    showMessage(Tone::Neutral,
        tr("No run yet. Spoil the access token, send several requests at once, and see that one "
           "refresh serves them all."));
}

void VerdictBar::showRunning(int count)
{
    showMessage(Tone::Neutral,
        count == 1 ? tr("Sending one request\u2026")
                   : tr("Sending %n requests\u2026", nullptr, count));
}

void VerdictBar::showHeld(int count)
{
    showMessage(Tone::Neutral,
        count == 1 ? tr("One request waits for you to sign in. Then it goes on by itself.")
                   : tr("%n requests wait for you to sign in. Then they go on by themselves.",
                       nullptr, count));
}

void VerdictBar::showVerdict(const authcore::lab::Verdict &verdict)
{
    // The command line prints the same line in ASCII.
    QString line = authcore::lab::toLine(verdict);
    line.replace(" . "_L1, u" \u00b7 "_s).replace(" x "_L1, u" \u00d7 "_s);
    showMessage(verdict.passed() ? Tone::Good : Tone::Bad,
        (QStringList {line} + verdict.hints).join(u'\n'));
}

} // namespace ui
