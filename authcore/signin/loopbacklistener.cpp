#include "authcore/signin/loopbacklistener.h"

#include "authcore/system/clock.h"

#include <QtCore/QPointer>
#include <QtNetwork/QTcpSocket>

#include <algorithm>
#include <utility>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace authcore {

namespace {

constexpr QByteArrayView callbackPath = "/callback";
constexpr qsizetype largestHead = qsizetype {16} * 1024;
constexpr std::size_t mostConnections = 64;
constexpr auto requestTimeout = 30s; // about as long as browsers keep spare connections open
constexpr auto pageTimeout = 10s; // for the page, which fits into any socket's buffer

QByteArray reasonOf(int status)
{
    switch (status) {
    case 200:
        return "OK";
    case 404:
        return "Not Found";
    case 405:
        return "Method Not Allowed";
    case 431:
        return "Request Header Fields Too Large";
    default:
        return "Bad Request";
    }
}

//! A page without scripts, without resources from elsewhere and without text of the request.
QByteArray htmlOf(const BrowserPage &page)
{
    const QString html =
        u"<!DOCTYPE html>\n<html><head><meta charset=\"utf-8\"><title>%1</title>"
        "<meta name=\"viewport\" content=\"width=device-width\">"
        "<style>body{font-family:sans-serif;max-width:32em;margin:15vh auto;padding:0 1em}</style>"
        "</head><body><h1>%1</h1><p>%2</p></body></html>\n"_s;
    return html.arg(page.title.toHtmlEscaped(), page.text.toHtmlEscaped()).toUtf8();
}

QByteArray bytesOf(const BrowserPage &page)
{
    const QByteArray body = htmlOf(page);
    QByteArray bytes = "HTTP/1.1 " + QByteArray::number(page.status) + ' ' + reasonOf(page.status)
        + "\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: "
        + QByteArray::number(body.size())
        + "\r\nContent-Security-Policy: default-src 'none'; style-src 'unsafe-inline'; "
          "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
          "\r\nCache-Control: no-store\r\nX-Content-Type-Options: nosniff"
          "\r\nReferrer-Policy: no-referrer\r\nConnection: close\r\n"; // the URL contains the code
    if (page.status == 405)
        bytes += "Allow: GET\r\n"; // RFC 9110 section 15.5.6
    return bytes + "\r\n" + body;
}

BrowserPage plain(int status)
{
    const QString reason = QString::fromLatin1(reasonOf(status));
    return {status, reason, {}};
}

} // namespace

//! One connection.
struct LoopbackListener::Connection
{
    explicit Connection(QTcpSocket *theSocket)
        : socket(theSocket)
    {
    }
    //! Sends what was written: the pages fit into the system's buffers.
    ~Connection()
    {
        if (!socket)
            return;
        socket->disconnect();
        socket->readAll(); // unread bytes would make the system reset the connection
        socket->flush();
        socket->disconnectFromHost();
        socket->setParent(nullptr);
        socket->deleteLater(); // the caller may be a slot of the socket
    }
    Connection(const Connection &) = delete;
    Connection &operator=(const Connection &) = delete;

    QPointer<QTcpSocket> socket;
    QByteArray head;
    std::unique_ptr<Clock::Timer> deadline;
    enum class Stage { Asking, Waiting, Answered } stage = Stage::Asking;
};

LoopbackListener::LoopbackListener(
    Clock &clock, BrowserPage refusal, Handler handler, QObject *parent)
    : QObject(parent)
    , m_clock(clock)
    , m_refusal(std::move(refusal))
    , m_handler(std::move(handler))
{
    connect(&m_server, &QTcpServer::newConnection, this, &LoopbackListener::acceptConnections);
}

LoopbackListener::~LoopbackListener() = default;

QString LoopbackListener::listen()
{
    // Not "localhost", which may be another address than the one listened on (RFC 8252
    // section 8.3).
    return m_server.listen(QHostAddress::LocalHost) ? QString() : m_server.errorString();
}

QUrl LoopbackListener::callbackUrl() const
{
    return QUrl(
        u"http://127.0.0.1:%1"_s.arg(m_server.serverPort()) % QString::fromLatin1(callbackPath));
}

void LoopbackListener::show(const BrowserPage &page)
{
    m_page = page;
    for (const auto &connection : m_connections) {
        if (connection->stage == Connection::Stage::Waiting)
            send(*connection, page);
    }
}

void LoopbackListener::acceptConnections()
{
    while (QTcpSocket *socket = m_server.nextPendingConnection()) {
        if (m_connections.size() >= mostConnections) {
            const auto idle = std::find_if(
                m_connections.begin(), m_connections.end(), [](const auto &connection) {
                    return connection->stage != Connection::Stage::Waiting;
                });
            m_connections.erase(idle == m_connections.end() ? m_connections.begin() : idle);
        }
        auto &connection = *m_connections.emplace_back(std::make_unique<Connection>(socket));
        socket->setReadBufferSize(largestHead + 1);
        connection.deadline = m_clock.after(requestTimeout, [this, socket] { drop(socket); });
        connect(socket, &QTcpSocket::readyRead, this, [this, &connection] { read(connection); });
        connect(socket, &QTcpSocket::disconnected, this, [this, socket] { drop(socket); });
        if (socket->bytesAvailable() > 0)
            read(connection);
    }
}

void LoopbackListener::drop(const QTcpSocket *socket)
{
    std::erase_if(
        m_connections, [socket](const auto &connection) { return connection->socket == socket; });
}

void LoopbackListener::read(Connection &connection)
{
    if (connection.stage != Connection::Stage::Asking) {
        connection.socket->readAll(); // only the first request counts
        return;
    }
    connection.head += connection.socket->read(largestHead + 1 - connection.head.size());
    const qsizetype end = connection.head.indexOf("\r\n\r\n");
    const char first = connection.head.isEmpty() ? 'G' : connection.head.front();
    if (end >= 0)
        answer(connection, connection.head.left(connection.head.indexOf("\r\n")));
    else if (first < 'A' || first > 'Z') // TLS, for example
        send(connection, plain(400));
    else if (connection.head.size() > largestHead)
        send(connection, plain(431));
}

void LoopbackListener::answer(Connection &connection, const QByteArray &requestLine)
{
    const auto words = requestLine.split(' ');
    if (words.size() != 3 || !words.at(2).startsWith("HTTP/1.")) {
        send(connection, plain(400));
        return;
    }
    if (words.at(0) != "GET") {
        send(connection, plain(405));
        return;
    }
    const QByteArray &target = words.at(1);
    const qsizetype mark = target.indexOf('?');
    if ((mark < 0 ? target : target.left(mark)) != callbackPath) {
        send(connection, plain(404));
        return;
    }
    if (m_page) {
        send(connection, *m_page);
        return;
    }
    connection.head.clear(); // it contains the code
    connection.stage = Connection::Stage::Waiting;
    connection.deadline.reset();
    const QPointer alive(this);
    const QPointer socket(connection.socket);
    const bool waits = m_handler(mark < 0 ? QByteArray() : target.mid(mark + 1));
    if (alive && socket && !waits)
        send(connection, m_refusal);
}

void LoopbackListener::send(Connection &connection, const BrowserPage &page)
{
    connection.stage = Connection::Stage::Answered;
    connection.head.clear();
    QTcpSocket *socket = connection.socket;
    connection.deadline = m_clock.after(pageTimeout, [this, socket] { drop(socket); });
    socket->write(bytesOf(page));
    socket->disconnectFromHost(); // may emit disconnected(), which deletes `connection`
}

} // namespace authcore
