#pragma once

#include <QtCore/QObject>
#include <QtCore/QSocketNotifier>

#include <memory>

namespace app {

//! Tells the event loop of SIGTERM, SIGINT and SIGHUP, so that an application can end in order. The
//! same signal once more ends it at once, as if there was nobody who listens.
//!
//! Where there are no such signals it stays silent and nothing changes.
//! Lifetime: one at a time; afterwards the signals do again what they did before.
//! Thread:   that of its event loop. The handler itself only writes a byte (signal-safety(7)).
class QuitSignals : public QObject
{
    Q_OBJECT

public:
    explicit QuitSignals(QObject *parent = nullptr);
    ~QuitSignals() override;

Q_SIGNALS:
    void quitRequested();

private:
    std::unique_ptr<QSocketNotifier> m_notifier;
};

} // namespace app
