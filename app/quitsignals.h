#pragma once

#include <QtCore/QObject>
#include <QtCore/QSocketNotifier>

#include <memory>

namespace app {

//! Turns SIGTERM, SIGINT and SIGHUP into an event of the event loop, so that an application can end
//! in order. A second signal of the same kind ends the application at once.
//!
//! On systems without such signals nothing happens.
//! Lifetime: one at a time; afterwards the signals have their default effect again.
//! Thread: that of the event loop. The handler itself only writes a byte (signal-safety(7)).
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
