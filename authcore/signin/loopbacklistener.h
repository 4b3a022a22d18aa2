#pragma once

#include <QtCore/QByteArray>
#include <QtCore/QObject>
#include <QtCore/QString>
#include <QtCore/QUrl>
#include <QtNetwork/QTcpServer>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

class QTcpSocket;

namespace authcore {

class Clock;

//! A page for the browser, in plain text.
struct BrowserPage
{
    int status = 200; //!< of HTTP
    QString title;
    QString text;
};

//! Receives the redirect of a browser sign-in: an HTTP server at a free port of 127.0.0.1.
//!
//! It calls the handler for each GET of /callback until show() is called, and the browser waits for
//! the page of show(). Other requests get status 404, 405, 400 or 431. The bytes and the time of
//! each connection and the number of connections are bounded, so that none blocks another one.
//!
//! Lifetime: `clock` outlives this. The destructor sends what was written and closes all
//!           connections.
//! Thread:   its own.
//! Spec:     RFC 8252 sections 7.3 and 8.3; RFC 9112 section 3.
class LoopbackListener : public QObject
{
    Q_OBJECT

public:
    //! Gets the query as it stands in the request. Returns true if the browser is to wait for
    //! show(), false if it gets the page `refusal`. May delete the listener.
    using Handler = std::function<bool(const QByteArray &query)>;

    //! `refusal` is the page for an answer that `handler` does not accept.
    LoopbackListener(Clock &clock, BrowserPage refusal, Handler handler, QObject *parent = nullptr);
    ~LoopbackListener() override;

    //! Begins to listen. Returns an empty text, or the reason why it cannot.
    [[nodiscard]] QString listen();
    [[nodiscard]] QUrl callbackUrl() const; //!< "http://127.0.0.1:PORT/callback"
    //! Sends `page` to all browsers that wait, and to later ones at once.
    void show(const BrowserPage &page);

private:
    struct Connection;

    void acceptConnections();
    void read(Connection &connection);
    void answer(Connection &connection, const QByteArray &requestLine);
    void send(Connection &connection, const BrowserPage &page);
    void drop(const QTcpSocket *socket);

    Clock &m_clock;
    BrowserPage m_refusal;
    Handler m_handler;
    QTcpServer m_server;
    std::optional<BrowserPage> m_page;
    std::vector<std::unique_ptr<Connection>> m_connections;
};

} // namespace authcore
