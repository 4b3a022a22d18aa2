#pragma once

#include <QtCore/QString>

#include <functional>

class QObject;

namespace authcore::secretservice {

// Questions to the Secret Service on the session's D-Bus, for errors of QtKeychain without a cause.
// They are asynchronous; the answers come within two seconds, and only while `context` lives. On
// Windows and macOS the answers are Unknown and No.
//
// Source:   freedesktop.org, Secret Service API 0.2.

enum class State { NoBus, NoService, Locked, Open, Unknown };
//! The state of the service and its default collection. Locked also describes an unlocked
//! collection that hides the entry of this name until a person allows it, as KeePassXC does.
void inspect(
    const QString &service, const QString &key, QObject *context, std::function<void(State)> then);

enum class LockedEntry { No, Yes, Unknown };
//! Whether the service has a locked entry of this name. Unknown: the service gave no answer.
void findLocked(const QString &service, const QString &key, QObject *context,
    std::function<void(LockedEntry)> then);

//! Makes libsecret forget its session whenever the service restarts, while `context` lives.
//! libsecret, which QtKeychain uses, opens one session and keeps it after such a restart, although
//! the new service does not know it; then each read and write fails.
//!
//! Thread:   the main thread only.
void renewSessionAfterRestart(QObject *context);

} // namespace authcore::secretservice
