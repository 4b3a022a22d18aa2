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
constexpr std::size_t mostGuests = 64;
constexpr auto headPatience = 30s; // browsers keep spare connections open for about as long
constexpr auto readPatience = 10s; // for our page, which fits into any socket's buffer

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

//! No script, nothing from elsewhere, nothing that was in the request.
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
          "\r\nReferrer-Policy: no-referrer\r\nConnection: close\r\n"; // our URL has the code in it
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
struct LoopbackListener::Guest
{
    explicit Guest(QTcpSocket *theSocket)
        : socket(theSocket)
    {
    }
    //! What was written arrives, if it fits into the system's buffers, as our pages do.
    ~Guest()
    {
        if (!socket)
            return;
        socket->disconnect();
        socket->readAll(); // unread bytes would make the system reset the connection
        socket->flush();
        socket->disconnectFromHost();
        socket->setParent(nullptr);
        socket->deleteLater(); // we may be called by it
    }
    Guest(const Guest &) = delete;
    Guest &operator=(const Guest &) = delete;

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
    connect(&m_server, &QTcpServer::newConnection, this, &LoopbackListener::welcome);
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
    for (const auto &guest : m_guests) {
        if (guest->stage == Guest::Stage::Waiting)
            send(*guest, page);
    }
}

void LoopbackListener::welcome()
{
    while (QTcpSocket *socket = m_server.nextPendingConnection()) {
        if (m_guests.size() >= mostGuests) {
            const auto idle = std::find_if(m_guests.begin(), m_guests.end(),
                [](const auto &guest) { return guest->stage != Guest::Stage::Waiting; });
            m_guests.erase(idle == m_guests.end() ? m_guests.begin() : idle);
        }
        auto &guest = *m_guests.emplace_back(std::make_unique<Guest>(socket));
        socket->setReadBufferSize(largestHead + 1);
        guest.deadline = m_clock.after(headPatience, [this, socket] { drop(socket); });
        connect(socket, &QTcpSocket::readyRead, this, [this, &guest] { read(guest); });
        connect(socket, &QTcpSocket::disconnected, this, [this, socket] { drop(socket); });
        if (socket->bytesAvailable() > 0)
            read(guest);
    }
}

void LoopbackListener::drop(const QTcpSocket *socket)
{
    std::erase_if(m_guests, [socket](const auto &guest) { return guest->socket == socket; });
}

void LoopbackListener::read(Guest &guest)
{
    if (guest.stage != Guest::Stage::Asking) {
        guest.socket->readAll(); // nothing more is of interest
        return;
    }
    guest.head += guest.socket->read(largestHead + 1 - guest.head.size());
    const qsizetype end = guest.head.indexOf("\r\n\r\n");
    const char first = guest.head.isEmpty() ? 'G' : guest.head.front();
    if (end >= 0)
        answer(guest, guest.head.left(guest.head.indexOf("\r\n")));
    else if (first < 'A' || first > 'Z') // TLS, for example
        send(guest, plain(400));
    else if (guest.head.size() > largestHead)
        send(guest, plain(431));
}

void LoopbackListener::answer(Guest &guest, const QByteArray &requestLine)
{
    const auto words = requestLine.split(' ');
    if (words.size() != 3 || !words.at(2).startsWith("HTTP/1.")) {
        send(guest, plain(400));
        return;
    }
    if (words.at(0) != "GET") {
        send(guest, plain(405));
        return;
    }
    const QByteArray &target = words.at(1);
    const qsizetype mark = target.indexOf('?');
    if ((mark < 0 ? target : target.left(mark)) != callbackPath) {
        send(guest, plain(404));
        return;
    }
    if (m_page) {
        send(guest, *m_page);
        return;
    }
    guest.head.clear(); // it has the code in it
    guest.stage = Guest::Stage::Waiting;
    guest.deadline.reset();
    const QPointer alive(this);
    const QPointer socket(guest.socket);
    const bool waits = m_handler(mark < 0 ? QByteArray() : target.mid(mark + 1));
    if (alive && socket && !waits)
        send(guest, m_refusal);
}

void LoopbackListener::send(Guest &guest, const BrowserPage &page)
{
    guest.stage = Guest::Stage::Answered;
    guest.head.clear();
    QTcpSocket *socket = guest.socket;
    guest.deadline = m_clock.after(readPatience, [this, socket] { drop(socket); });
    socket->write(bytesOf(page));
    socket->disconnectFromHost(); // emits disconnected(), now or later: the last thing that happens
}

} // namespace authcore
