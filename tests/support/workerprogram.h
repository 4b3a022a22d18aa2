#pragma once

#include "authcore/session/authsession.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QSocketNotifier>
#include <QtNetwork/QNetworkReply>

#include <array>
#include <cstdio>
#include <functional>
#include <unistd.h>

// Shared code of the programs that tests start. The tests count each line that such a program
// prints.

namespace test {

inline void say(const QByteArray &line)
{
    std::puts(line.constData());
    std::fflush(stdout);
}

//! Calls `take` with each line of standard input, without its end. The program ends with its input.
class Input
{
public:
    explicit Input(std::function<void(const QByteArray &)> take)
        : m_take(std::move(take))
    {
        QObject::connect(&m_notifier, &QSocketNotifier::activated, &m_notifier, [this] { read(); });
    }

private:
    void read()
    {
        std::array<char, 256> buffer {};
        const auto size = ::read(STDIN_FILENO, buffer.data(), buffer.size());
        if (size <= 0)
            return QCoreApplication::quit();
        m_received += QByteArray(buffer.data(), size);
        for (auto end = m_received.indexOf('\n'); end >= 0; end = m_received.indexOf('\n')) {
            m_take(m_received.left(end));
            m_received.remove(0, end + 1);
        }
    }

    std::function<void(const QByteArray &)> m_take;
    QSocketNotifier m_notifier {STDIN_FILENO, QSocketNotifier::Read};
    QByteArray m_received;
};

//! Prints "ready" or "nobody", "ended", "store-failed".
inline void tellOf(authcore::AuthSession &session, QObject *context)
{
    using authcore::AuthSession;
    QObject::connect(&session, &AuthSession::restored, context,
        [](bool found) { say(found ? "ready" : "nobody"); });
    QObject::connect(&session, &AuthSession::sessionEnded, context, [] { say("ended"); });
    QObject::connect(&session, &AuthSession::storeFailed, context, [] { say("store-failed"); });
}

//! Prints the status of the answer after its end.
inline void getAndTell(QNetworkAccessManager &manager, const QUrl &url, QObject *context)
{
    auto *reply = manager.get(QNetworkRequest(url));
    QObject::connect(reply, &QNetworkReply::finished, context, [reply] {
        reply->deleteLater();
        const auto status = reply->attribute(QNetworkRequest::HttpStatusCodeAttribute);
        say(QByteArray::number(status.toInt()));
    });
}

} // namespace test
