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

//! What a browser shows; plain text, made HTML here.
struct BrowserPage
{
    int status = 200; //!< of HTTP
    QString title;
    QString text;
};

//! Where the browser comes back to: http on 127.0.0.1 at a free port, for a few minutes.
//!
//! Every GET of /callback is handed over, and the browser waits until a page is shown. Any other
//! request is answered here: 404, 405, 400, 431. Each connection is bounded in bytes and time, and
//! their number is bounded, so that none makes another wait.
//! Lifetime: `clock` outlives this; destroying it ends all connections after the page of show() was
//!           sent.
//! Thread:   its own.
//! Spec:     RFC 8252 sections 7.3 and 8.3; RFC 9112 section 3.
class LoopbackListener : public QObject
{
    Q_OBJECT

public:
    //! Hears of `query`, as it stands in the request. True: the browser waits for show(); false: it
    //! gets `refusal`. May delete the listener.
    using Handler = std::function<bool(const QByteArray &query)>;

    LoopbackListener(Clock &clock, BrowserPage refusal, Handler handler, QObject *parent = nullptr);
    ~LoopbackListener() override;

    //! Empty: it listens. Otherwise why it cannot.
    [[nodiscard]] QString listen();
    [[nodiscard]] QUrl callbackUrl() const; //!< "http://127.0.0.1:PORT/callback"
    //! To all browsers that wait, and later ones get it at once.
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
