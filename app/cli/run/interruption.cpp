#include "app/cli/run/interruption.h"

using namespace Qt::StringLiterals;

namespace app::cli {

Interruption::Interruption(std::chrono::seconds patience, QObject *parent)
    : QObject(parent)
    , m_patience(patience)
{
    connect(
        &m_signals, &QuitSignals::quitRequested, this, [this] { Q_EMIT happened(Cause::Signal); });
    connect(&m_deadline, &QTimer::timeout, this, [this] { Q_EMIT happened(Cause::TimeOut); });
    m_deadline.setSingleShot(true);
    m_deadline.start(patience);
}

QString Interruption::text(Cause cause) const
{
    switch (cause) {
    case Cause::Signal:
        return u"Stopped by a signal"_s;
    case Cause::TimeOut:
        return u"Timed out after %1 s (see --timeout)"_s.arg(m_patience.count());
    }
    return {};
}

ExitStatus Interruption::statusOf(Cause cause)
{
    switch (cause) {
    case Cause::Signal:
        return ExitStatus::Stopped;
    case Cause::TimeOut:
        return ExitStatus::TimedOut;
    }
    return ExitStatus::Stopped;
}

} // namespace app::cli
