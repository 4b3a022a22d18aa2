#include "authcore/keychain/secretservice.h"

#include <QtCore/QMetaObject>
#include <QtCore/QObject>
#ifdef AUTHCORE_HAS_DBUS
#include <QtCore/QLibrary>
#include <QtCore/QMap>
#include <QtDBus/QDBusConnection>
#include <QtDBus/QDBusMessage>
#include <QtDBus/QDBusMetaType>
#include <QtDBus/QDBusObjectPath>
#include <QtDBus/QDBusPendingCallWatcher>
#include <QtDBus/QDBusPendingReply>
#include <QtDBus/QDBusServiceWatcher>
#include <QtDBus/QDBusVariant>
#endif

#include <utility>

namespace authcore::secretservice {

#ifdef AUTHCORE_HAS_DBUS

using namespace Qt::StringLiterals;

namespace {

using Attributes = QMap<QString, QString>;
using Paths = QList<QDBusObjectPath>;

const QString serviceName = u"org.freedesktop.secrets"_s;
constexpr int longestCall = 1'000; // milliseconds; a question needs two calls at most

QDBusMessage call(const QString &path, const QString &interface, const QString &method)
{
    return QDBusMessage::createMethodCall(serviceName, path, interface, method);
}

void send(const QDBusMessage &message, QObject *context,
    std::function<void(const QDBusPendingCall &)> then)
{
    const auto pending = QDBusConnection::sessionBus().asyncCall(message, longestCall);
    auto *watcher = new QDBusPendingCallWatcher(pending, context);
    QObject::connect(watcher, &QDBusPendingCallWatcher::finished, context,
        [then = std::move(then)](QDBusPendingCallWatcher *finished) {
            finished->deleteLater();
            then(*finished);
        });
}

// libsecret allows this at any time, and opens a new session with the next request.
void forgetSession()
{
    QLibrary library(u"secret-1"_s, 0); // the same library that QtKeychain loads
    if (auto *forget = reinterpret_cast<void (*)()>(library.resolve("secret_service_disconnect")))
        forget();
}

bool isNobodyThere(const QDBusError &error)
{
    return error.type() == QDBusError::ServiceUnknown || error.type() == QDBusError::Disconnected;
}

void inspectCollection(QObject *context, std::function<void(State)> then)
{
    if (!QDBusConnection::sessionBus().isConnected()) {
        QMetaObject::invokeMethod(
            context, [then = std::move(then)] { then(State::NoBus); }, Qt::QueuedConnection);
        return;
    }
    auto whichOne =
        call(u"/org/freedesktop/secrets"_s, u"org.freedesktop.Secret.Service"_s, u"ReadAlias"_s);
    whichOne << u"default"_s;
    send(whichOne, context, [context, then = std::move(then)](const QDBusPendingCall &named) {
        const QDBusPendingReply<QDBusObjectPath> collection(named);
        if (collection.isError()) {
            then(isNobodyThere(collection.error()) ? State::NoService : State::Unknown);
            return;
        }
        auto isLocked =
            call(collection.value().path(), u"org.freedesktop.DBus.Properties"_s, u"Get"_s);
        isLocked << u"org.freedesktop.Secret.Collection"_s << u"Locked"_s;
        send(isLocked, context, [then](const QDBusPendingCall &told) {
            const QDBusPendingReply<QDBusVariant> locked(told);
            if (locked.isError())
                then(State::Unknown);
            else
                then(locked.value().variant().toBool() ? State::Locked : State::Open);
        });
    });
}

} // namespace

void inspect(
    const QString &service, const QString &key, QObject *context, std::function<void(State)> then)
{
    inspectCollection(context, [service, key, context, then = std::move(then)](State state) {
        if (state != State::Open) {
            then(state);
            return;
        }
        findLocked(service, key, context, [then](LockedEntry entry) {
            then(entry == LockedEntry::Yes ? State::Locked : State::Open);
        });
    });
}

void findLocked(const QString &service, const QString &key, QObject *context,
    std::function<void(LockedEntry)> then)
{
    qDBusRegisterMetaType<Attributes>();
    auto search =
        call(u"/org/freedesktop/secrets"_s, u"org.freedesktop.Secret.Service"_s, u"SearchItems"_s);
    // The attributes that QtKeychain gives to its entries.
    search << QVariant::fromValue(Attributes {{u"server"_s, service}, {u"user"_s, key}});
    send(search, context, [then = std::move(then)](const QDBusPendingCall &found) {
        const QDBusPendingReply<Paths, Paths> items(found); // unlocked, locked
        if (items.isError())
            then(isNobodyThere(items.error()) ? LockedEntry::No : LockedEntry::Unknown);
        else
            then(items.argumentAt<1>().isEmpty() ? LockedEntry::No : LockedEntry::Yes);
    });
}

void renewSessionAfterRestart(QObject *context)
{
    auto *watcher = new QDBusServiceWatcher(serviceName, QDBusConnection::sessionBus(),
        QDBusServiceWatcher::WatchForOwnerChange, context);
    QObject::connect(watcher, &QDBusServiceWatcher::serviceOwnerChanged, context, forgetSession);
}

#else

void inspect(const QString &, const QString &, QObject *context, std::function<void(State)> then)
{
    QMetaObject::invokeMethod(
        context, [then = std::move(then)] { then(State::Unknown); }, Qt::QueuedConnection);
}

void findLocked(
    const QString &, const QString &, QObject *context, std::function<void(LockedEntry)> then)
{
    QMetaObject::invokeMethod(
        context, [then = std::move(then)] { then(LockedEntry::No); }, Qt::QueuedConnection);
}

void renewSessionAfterRestart(QObject *) { }

#endif

} // namespace authcore::secretservice
