#pragma once

#include "app/cli/connect/tryplan.h"
#include "app/cli/run/interruption.h"

#include "authcore/lab/trial/profiletrial.h"
#include "authcore/system/clock.h"

#include <QtCore/QObject>

namespace app::cli {

//! Runs "profiles try": prints each step, and writes the patch if that was asked for.
//!
//! Lifetime: one use.
//! Errors: finished() carries the exit status; by then the command has printed the reason.
class TryCommand : public QObject
{
    Q_OBJECT

public:
    explicit TryCommand(TryPlan plan, QObject *parent = nullptr);

    void start();
    void interrupt(app::cli::Interruption::Cause cause); //!< nothing more is printed or written

Q_SIGNALS:
    void finished(app::cli::ExitStatus status);

private:
    void end(const authcore::lab::TrialReport &report);
    [[nodiscard]] bool write(const authcore::lab::TrialReport &report) const;

    TryPlan m_plan;
    authcore::SystemClock m_clock;
    authcore::lab::ProfileTrial m_trial {m_clock};
    bool m_isOver = false;
};

} // namespace app::cli
