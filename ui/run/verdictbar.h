#pragma once

#include "ui/common/messagebar.h"

namespace authcore::lab {
struct Verdict;
}

namespace ui {

//! The verdict on the last run, in one line, or what could be done for one.
class VerdictBar : public MessageBar
{
    Q_OBJECT

public:
    explicit VerdictBar(QWidget *parent = nullptr);

    void showHint();
    void showRunning(int count);
    void showHeld(int count); //!< the run waits for a person
    void showVerdict(const authcore::lab::Verdict &verdict);
};

} // namespace ui
