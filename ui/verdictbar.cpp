#include "ui/verdictbar.h"

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
    showMessage(Tone::Neutral, tr("Sending %n request(s)\u2026", nullptr, count));
}

void VerdictBar::showHeld(int count)
{
    showMessage(Tone::Neutral,
        tr("%n request(s) wait for you to sign in. Then they go on by themselves.", nullptr,
            count));
}

void VerdictBar::showVerdict(const authcore::lab::Verdict &verdict)
{
    showMessage(verdict.passed() ? Tone::Good : Tone::Bad, authcore::lab::toLine(verdict));
}

} // namespace ui
