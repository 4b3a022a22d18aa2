#pragma once

#include "authcore/httpserver/socket.h"
#include "authcore/httpserver/workers.h"

#include <QtCore/QString>

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <thread>
#include <variant>

using SSL_CTX = struct ssl_ctx_st;

namespace httpserver {

class Connection;

//! A socket that listens on 127.0.0.1, and its port.
struct BoundPort
{
    Socket socket;
    quint16 port = 0;
};

//! Listens on `port` of 127.0.0.1; 0: any free port. Returns the reason for people if it cannot.
[[nodiscard]] std::variant<BoundPort, QString> bindLoopback(quint16 port);

//! Accepts connections and serves each on a thread of its own.
//!
//! Lifetime: the destructor drops every connection and joins the threads. The owner must first end
//!           everything that `serve` waits for.
class Listener
{
public:
    using Serve = std::function<void(Connection &)>;

    //! `tls`: null for plain http; it must outlive the listener.
    Listener(BoundPort bound, SSL_CTX *tls, Serve serve);
    ~Listener();
    Listener(const Listener &) = delete;
    Listener &operator=(const Listener &) = delete;

private:
    void accept();
    void serveOne(Socket socket);

    Socket m_listening;
    SSL_CTX *m_tls;
    Serve m_serve;
    std::mutex m_mutex;
    std::set<Connection *> m_open;
    std::atomic<bool> m_ending = false;
    Workers m_workers;
    std::thread m_acceptor;
};

} // namespace httpserver
