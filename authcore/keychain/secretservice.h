#pragma once

#include <QtCore/QString>

#include <functional>

class QObject;

namespace authcore::secretservice {

// What the session's D-Bus says of its Secret Service, for when QtKeychain's answer leaves open
// what is the matter. Asynchronous; answers within two seconds, and only while `context` lives.
// Where there is no such thing (Windows, macOS) the answers are Unknown and No. Source:
// freedesktop.org, Secret Service API 0.2.

enum class State { NoBus, NoService, Locked, Open, Unknown };
//! Of the service, and of its default collection. Locked as well where an open one shows no entry
//! of this name before a person has allowed it, as KeePassXC does.
void inspect(
    const QString &service, const QString &key, QObject *context, std::function<void(State)> then);

enum class LockedEntry { No, Yes, Unknown };
//! Whether it holds an entry of this name that it does not show: nobody unlocked it. Unknown: it
//! is there, and did not say.
void findLocked(const QString &service, const QString &key, QObject *context,
    std::function<void(LockedEntry)> then);

//! While `context` lives: libsecret, by which QtKeychain asks, opens a session of the service once
//! and goes on using it when the service was started again and knows nothing of it. Each read and
//! write fails then, so libsecret is made to forget the session. The main thread only.
void renewSessionAfterRestart(QObject *context);

} // namespace authcore::secretservice
