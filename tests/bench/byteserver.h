#pragma once

#include <QtCore/QUrl>

#include <thread>

//! An HTTP server that spends no time on anything: GET /N is answered with N bytes, and what is
//! sent to it is thrown away. It looks at no token.
//!
//! Thread: its own; one connection at a time.
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
