#pragma once

#include "app/cli/commandline/arguments.h"
#include "app/quitsignals.h"

#include <QtCore/QObject>
#include <QtCore/QTimer>

#include <chrono>

namespace app::cli {

//! Ends a command early, on a signal or at its time limit.
//!
//! Lifetime: one at a time, see QuitSignals. While it exists, the first signal is an event of the
//! event loop; a second one ends the process at once.
class Interruption : public QObject
{
    Q_OBJECT

public:
    enum class Cause { Signal, TimeOut };

    explicit Interruption(std::chrono::seconds patience, QObject *parent = nullptr);

    //! "Timed out after 300 s (see --timeout)"
    [[nodiscard]] QString text(Cause cause) const;
    [[nodiscard]] static ExitStatus statusOf(Cause cause);

Q_SIGNALS:
    void happened(app::cli::Interruption::Cause cause);

private:
    std::chrono::seconds m_patience;
    QuitSignals m_signals;
    QTimer m_deadline;
};

} // namespace app::cli
