#pragma once

#include <QtCore/QUrl>

#include <thread>

//! An HTTP server that uses little time: it answers GET /N with N bytes, discards uploaded bodies
//! and checks no tokens.
//!
//! Thread:   its own; it serves one connection at a time.
class ByteServer
{
public:
    ByteServer();
    ~ByteServer();
    ByteServer(const ByteServer &) = delete;
    ByteServer &operator=(const ByteServer &) = delete;

    [[nodiscard]] QUrl url(qint64 bytes) const; //!< "http://127.0.0.1:PORT/BYTES"

private:
    int m_listening = -1;
    quint16 m_port = 0;
    std::thread m_thread;
};
