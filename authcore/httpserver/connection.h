#pragma once

#include "authcore/httpserver/socket.h"

#include <array>
#include <atomic>
#include <cstddef>
#include <memory>
#include <span>
#include <string>

using SSL = struct ssl_st;
using SSL_CTX = struct ssl_ctx_st;

namespace httpserver {

//! The bytes of one accepted connection, plain or TLS.
//!
//! Thread:   its own; any thread may call drop().
//! Errors:   read() and write() return 0 or less once the connection has ended; nothing throws.
class Connection
{
public:
    //! `tls`: null for plain http; it must outlive the connection.
    Connection(Socket socket, SSL_CTX *tls);
    ~Connection();
    Connection(const Connection &) = delete;
    Connection &operator=(const Connection &) = delete;

    [[nodiscard]] bool handshake(); //!< does nothing without TLS
    //! Waits for the first byte of the next request. False: the connection has ended.
    [[nodiscard]] bool awaitRequest();
    [[nodiscard]] std::ptrdiff_t read(std::span<char> into);
    //! Buffers the bytes; flush() sends them, and read() flushes before it waits.
    [[nodiscard]] std::ptrdiff_t write(std::span<const char> bytes);
    [[nodiscard]] bool flush();
    //! Ends the connection; the client never gets the bytes that were not sent before.
    void drop() noexcept;
    [[nodiscard]] bool isDropped() const noexcept { return m_dropped; }

    //! The bytes that read() has returned since awaitRequest().
    [[nodiscard]] const std::string &consumed() const noexcept { return m_consumed; }
    void stopRecording() noexcept { m_recording = false; }

    [[nodiscard]] int fd() const noexcept { return m_socket.fd(); }

private:
    struct SslFree
    {
        void operator()(SSL *ssl) const noexcept;
    };

    void readToEnd();
    [[nodiscard]] bool fill();
    [[nodiscard]] std::ptrdiff_t send(std::span<const char> bytes);

    Socket m_socket;
    std::unique_ptr<SSL, SslFree> m_ssl;
    std::array<char, 16384> m_buffer {};
    std::span<const char> m_unread;
    std::string m_unsent;
    std::string m_consumed;
    bool m_recording = false;
    std::atomic<bool> m_dropped = false;
};

} // namespace httpserver
