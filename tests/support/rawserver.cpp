#include "tests/support/rawserver.h"

#include <algorithm>

namespace test {

QByteArray http(const QByteArray &status, const RawHeaders &headers, const QByteArray &body)
{
    QByteArray bytes = "HTTP/1.1 " + status + "\r\n";
    for (const auto &[name, value] : headers)
        bytes += name + ": " + value + "\r\n";
    return bytes + "Content-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body;
}

QByteArray RawServer::Request::header(const QByteArray &name) const
{
    const qsizetype at = head.toLower().indexOf(QByteArray("\r\n" + name.toLower() + ": "));
    if (at < 0)
        return {};
    const qsizetype from = at + name.size() + 4;
    return head.mid(from, head.indexOf("\r\n", from) - from);
}

RawServer::RawServer()
{
    if (!listen(QHostAddress::LocalHost))
        qFatal("no free port");
    connect(this, &QTcpServer::newConnection, this, [this] {
        while (QTcpSocket *socket = nextPendingConnection()) {
            auto buffer = std::make_shared<QByteArray>();
            connect(socket, &QTcpSocket::readyRead, this,
                [this, socket, buffer] { read(*socket, *buffer); });
            connect(socket, &QTcpSocket::disconnected, socket, &QObject::deleteLater);
        }
    });
    on("/authorization/refresh", [](const Request &) { return refreshed(); });
}

RawServer::~RawServer() = default;

QByteArray RawServer::refreshed()
{
    return http("200 OK", {{"Content-Type", "application/json"}},
        R"({"authorizationToken":"good2","refreshToken":"refresh2","userId":"anna"})");
}

QUrl RawServer::url(const QByteArray &path) const
{
    return QUrl::fromEncoded(
        QByteArray("http://127.0.0.1:" + QByteArray::number(serverPort()) + path));
}

void RawServer::on(const QByteArray &path, Answer answer, Then then)
{
    m_scripts[path] = {std::move(answer), then};
}

int RawServer::heldCount(const QByteArray &path) const
{
    const auto held = m_held.find(path);
    return held == m_held.end() ? 0 : static_cast<int>(held->second.size());
}

void RawServer::say(const QByteArray &path, const QByteArray &bytes)
{
    for (const QPointer<QTcpSocket> &socket : m_held[path]) {
        if (socket)
            socket->write(bytes);
    }
}

void RawServer::sayTo(const QByteArray &path, int index, const QByteArray &bytes)
{
    m_held[path][std::size_t(index)]->write(bytes);
}

void RawServer::hangUp(const QByteArray &path)
{
    for (const QPointer<QTcpSocket> &socket : std::exchange(m_held[path], {})) {
        if (socket)
            socket->disconnectFromHost();
    }
}

int RawServer::arrivedCount(const QByteArray &path) const
{
    return static_cast<int>(std::count_if(m_arrived.begin(), m_arrived.end(),
        [&path](const Request &request) { return request.target == path; }));
}

RawServer::Request RawServer::last(const QByteArray &path) const
{
    const auto found = std::find_if(m_arrived.rbegin(), m_arrived.rend(),
        [&path](const Request &request) { return request.target == path; });
    return found == m_arrived.rend() ? Request {} : *found;
}

void RawServer::read(QTcpSocket &socket, QByteArray &buffer)
{
    buffer += socket.readAll();
    while (true) {
        const qsizetype end = buffer.indexOf("\r\n\r\n");
        if (end < 0)
            return;
        Request request;
        request.head = buffer.left(end + 2);
        const auto words = request.head.left(request.head.indexOf("\r\n")).split(' ');
        request.verb = words.value(0);
        request.target = words.value(1);
        if (m_refusesEarly && isRefused(request)) {
            ++m_challenges;
            socket.write(challengeFor(request));
            socket.disconnectFromHost();
            return;
        }
        const qsizetype length = request.header("Content-Length").toLongLong();
        if (buffer.size() < end + 4 + length)
            return;
        request.body = buffer.mid(end + 4, length);
        buffer.remove(0, end + 4 + length);
        m_arrived.push_back(request);
        answer(socket, request);
    }
}

bool RawServer::isRefused(const Request &request)
{
    return request.header("Authorization").startsWith("Bearer broken");
}

QByteArray RawServer::challengeFor(const Request &request) const
{
    const QByteArray answer = http("401 Unauthorized", m_challengeHeaders,
        request.verb == "HEAD" ? QByteArray() : m_challengeBody);
    return m_stallsChallenges ? answer.chopped(1) : answer;
}

void RawServer::answer(QTcpSocket &socket, const Request &request)
{
    if (isRefused(request)) {
        ++m_challenges;
        socket.write(challengeFor(request));
        return;
    }
    const auto script = m_scripts.find(request.target);
    if (script == m_scripts.end()) {
        socket.write(http("404 Not Found", {}, "nothing here"));
    } else if (!script->second.answer) {
        m_held[request.target].push_back(&socket);
    } else {
        socket.write(script->second.answer(request));
        if (script->second.then == Then::HangUp)
            socket.disconnectFromHost();
    }
}

} // namespace test
