#pragma once

#include "authcore/session/authsession.h"

#include <QtNetwork/QNetworkReply>

#include <cstdio>

// What the processes that tests start have in common: each line that they say is one that the test
// counts.

namespace test {

inline void say(const QByteArray &line)
{
    std::puts(line.constData());
    std::fflush(stdout);
}

//! "ready" or "nobody", "ended", "store-failed".
inline void tellOf(authcore::AuthSession &session, QObject *context)
{
    using authcore::AuthSession;
    QObject::connect(&session, &AuthSession::restored, context,
        [](bool found) { say(found ? "ready" : "nobody"); });
    QObject::connect(&session, &AuthSession::sessionEnded, context, [] { say("ended"); });
    QObject::connect(&session, &AuthSession::storeFailed, context, [] { say("store-failed"); });
}

//! Says the status of the answer when it is there.
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
