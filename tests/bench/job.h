#pragma once

#include "authcore/session/authsession.h"

#include <QtCore/QElapsedTimer>
#include <QtNetwork/QNetworkAccessManager>
#include <QtNetwork/QNetworkReply>
#include <QtNetwork/QNetworkRequest>

//! What one client process is to measure.
struct Job
{
    QNetworkAccessManager &manager; //!< plain, or ours
    authcore::AuthSession &session;
    QNetworkRequest request; //!< with the token, where the manager is plain
    qint64 count = 0; //!< of requests, or of bytes
    qint64 parallel = 0; //!< at most so many requests under way
    bool refreshFirst = false; //!< and then the requests: the time of both is measured
};

//! `count` GETs, at most `parallel` at once: "ms", "cpu_ms", "peak_KiB", "http2" (answers that came
//! so).
void sendRequests(const Job &job);
//! `count` GETs while the server holds the refresh: "heap_bytes" with all of them held; the server
//! lets go at the cue "held"; "release_ms" from there to the last answer.
void holdRequests(const Job &job);
//! `count` GETs at once with a good token: "heap_bytes" with nearly all of them in our queue. They
//! are not waited for.
void queueRequests(const Job &job);
//! What holdRequests() is compared with: "heap_bytes" of as many replies that do
//! nothing, of a manager that makes such.
void makeEmptyReplies(const Job &job);
//! One answer of `count` bytes, read as it comes: "ms", "cpu_ms", "peak_KiB".
void download(const Job &job);
//! One body of `count` bytes, from a device that can be rewound, or cannot: likewise.
void upload(const Job &job);
void uploadSequential(const Job &job);

//! Time, processor time of this process, and growth of resident memory, from its making on.
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
//! Tells the bench `name`, and waits until it has done what belongs to that.
void cue(const char *name);
//! Ends the process.
void leave(bool good);
