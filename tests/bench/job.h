#pragma once

#include "authcore/session/authsession.h"

#include <QtCore/QElapsedTimer>
#include <QtNetwork/QNetworkAccessManager>
#include <QtNetwork/QNetworkReply>
#include <QtNetwork/QNetworkRequest>

//! The task of one client process.
struct Job
{
    QNetworkAccessManager &manager; //!< a plain one or an AuthNetworkAccessManager
    authcore::AuthSession &session;
    QNetworkRequest request; //!< with the token, for a plain manager
    qint64 count = 0; //!< the number of requests or bytes
    qint64 parallel = 0; //!< the greatest number of requests at once
    bool refreshFirst = false; //!< refresh before the requests; the measured time includes it
};

//! Sends `count` GETs, at most `parallel` at once. Prints "ms", "cpu_ms", "peak_KiB" and "http2"
//! (the number of HTTP/2 answers).
void sendRequests(const Job &job);
//! Sends `count` GETs while the server holds the refresh. Prints "heap_bytes" when all are held and
//! the cue "held", at which the server releases the refresh, then "release_ms" until the last
//! answer.
void holdRequests(const Job &job);
//! Sends `count` GETs at once with a valid token. Prints "heap_bytes" while nearly all of them wait
//! in the queue, and does not wait for their answers.
void queueRequests(const Job &job);
//! The comparison for holdRequests(): prints "heap_bytes" with the same number of empty replies.
void makeEmptyReplies(const Job &job);
//! Reads one answer of `count` bytes as it arrives. Prints "ms", "cpu_ms" and "peak_KiB".
void download(const Job &job);
//! Sends one body of `count` bytes from a random-access or sequential device. Prints the same.
void upload(const Job &job);
void uploadSequential(const Job &job);

//! Measures time, this process's processor time and the growth of its resident memory since the
//! constructor.
class Meter
{
public:
    Meter();
    //! Prints "ms", "cpu_ms" and "peak_KiB".
    void report() const;

private:
    QElapsedTimer m_time;
    double m_processor;
    qint64 m_memory;
};

void report(const char *name, double value);
//! Prints the cue `name` and waits until the bench has reacted to it.
void cue(const char *name);
//! Ends the process.
void leave(bool good);
