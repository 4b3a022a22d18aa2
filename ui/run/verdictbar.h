#pragma once

#include "ui/common/messagebar.h"

namespace authcore::lab {
struct Verdict;
}

namespace ui {

//! Shows the verdict on the last run in one line and its hints, or a hint before the first run.
class VerdictBar : public MessageBar
{
    Q_OBJECT

public:
    explicit VerdictBar(QWidget *parent = nullptr);

    void showHint();
    void showRunning(int count);
    void showHeld(int count); //!< the requests of the run wait for a sign-in
    void showVerdict(const authcore::lab::Verdict &verdict);
};

} // namespace ui
