#pragma once

#include <QtCore/QPointer>
#include <QtCore/QUrl>
#include <QtNetwork/QTcpServer>
#include <QtNetwork/QTcpSocket>

#include <functional>
#include <map>
#include <memory>
#include <utility>
#include <vector>

namespace test {

using RawHeaders = std::vector<std::pair<QByteArray, QByteArray>>;

//! The bytes of an answer. Tests write cut, chunked or malformed answers by hand.
[[nodiscard]] inline QByteArray http(
    const QByteArray &status, const RawHeaders &headers, const QByteArray &body)
{
    QByteArray bytes = "HTTP/1.1 " + status + "\r\n";
    for (const auto &[name, value] : headers)
        bytes += name + ": " + value + "\r\n";
    return bytes + "Content-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body;
}

//! A server that sends exactly the bytes of a test, also malformed ones.
//!
//!     server.on("/x", [](const auto &) { return test::http("200 OK", {}, "body"); });
//!     server.holds("/y"); ... server.say("/y", "HTTP/1.1 200 OK\r\n"); server.hangUp("/y");
//!
//! It answers 401 to a token that begins with "broken", after the request's body has arrived. It
//! also is the token endpoint of the custom-jwt dialect.
//!
//! Thread:   the test's.
class RawServer : public QTcpServer
{
public:
    struct Request
    {
        QByteArray verb;
        QByteArray target;
        QByteArray head;
        QByteArray body;

        [[nodiscard]] QByteArray header(const QByteArray &name) const
        {
            const qsizetype at = head.toLower().indexOf(QByteArray("\r\n" + name.toLower() + ": "));
            if (at < 0)
                return {};
            const qsizetype from = at + name.size() + 4;
            return head.mid(from, head.indexOf("\r\n", from) - from);
        }
    };
    using Answer = std::function<QByteArray(const Request &)>;
    enum class Then { KeepOpen, HangUp };

    RawServer()
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

    //! The answer of the token endpoint.
    [[nodiscard]] static QByteArray refreshed()
    {
        return http("200 OK", {{"Content-Type", "application/json"}},
            R"({"authorizationToken":"good2","refreshToken":"refresh2","userId":"anna"})");
    }

    [[nodiscard]] QUrl url(const QByteArray &path = {}) const
    {
        return QUrl::fromEncoded(
            QByteArray("http://127.0.0.1:" + QByteArray::number(serverPort()) + path));
    }

    //! Sets the answer of `path`.
    void on(const QByteArray &path, Answer answer, Then then = Then::KeepOpen)
    {
        m_scripts[path] = {std::move(answer), then};
    }
    //! Holds requests for `path` until say().
    void holds(const QByteArray &path) { m_scripts[path] = {}; }
    [[nodiscard]] int heldCount(const QByteArray &path) const
    {
        const auto held = m_held.find(path);
        return held == m_held.end() ? 0 : static_cast<int>(held->second.size());
    }
    //! Sends more bytes to all held requests of `path`.
    void say(const QByteArray &path, const QByteArray &bytes)
    {
        for (const QPointer<QTcpSocket> &socket : m_held[path]) {
            if (socket)
                socket->write(bytes);
        }
    }
    //! Sends more bytes to the held request number `index`.
    void sayTo(const QByteArray &path, int index, const QByteArray &bytes)
    {
        m_held[path][std::size_t(index)]->write(bytes);
    }
    void hangUp(const QByteArray &path)
    {
        for (const QPointer<QTcpSocket> &socket : std::exchange(m_held[path], {})) {
            if (socket)
                socket->disconnectFromHost();
        }
    }

    [[nodiscard]] const std::vector<Request> &arrived() const { return m_arrived; }
    [[nodiscard]] int arrivedCount(const QByteArray &path) const
    {
        return static_cast<int>(std::count_if(m_arrived.begin(), m_arrived.end(),
            [&path](const Request &request) { return request.target == path; }));
    }
    [[nodiscard]] Request last(const QByteArray &path) const
    {
        const auto found = std::find_if(m_arrived.rbegin(), m_arrived.rend(),
            [&path](const Request &request) { return request.target == path; });
        return found == m_arrived.rend() ? Request {} : *found;
    }
    [[nodiscard]] int challengeCount() const { return m_challenges; }
    //! Sets further headers of challenges.
    void setChallengeHeaders(RawHeaders headers) { m_challengeHeaders = std::move(headers); }
    void setChallengeBody(const QByteArray &body) { m_challengeBody = body; }
    //! Never sends the last byte of a challenge.
    void stallChallenges() { m_stallsChallenges = true; }
    //! Sends challenges before the request's body has arrived, and closes the connection.
    void refuseEarly() { m_refusesEarly = true; }

private:
    struct Script
    {
        Answer answer; //!< empty: the path is held
        Then then = Then::KeepOpen;
    };

    void read(QTcpSocket &socket, QByteArray &buffer)
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

    [[nodiscard]] static bool isRefused(const Request &request)
    {
        return request.header("Authorization").startsWith("Bearer broken");
    }
    [[nodiscard]] QByteArray challengeFor(const Request &request) const
    {
        const QByteArray answer = http("401 Unauthorized", m_challengeHeaders,
            request.verb == "HEAD" ? QByteArray() : m_challengeBody);
        return m_stallsChallenges ? answer.chopped(1) : answer;
    }

    void answer(QTcpSocket &socket, const Request &request)
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

    std::map<QByteArray, Script> m_scripts;
    std::map<QByteArray, std::vector<QPointer<QTcpSocket>>> m_held;
    std::vector<Request> m_arrived;
    RawHeaders m_challengeHeaders {{"WWW-Authenticate", "Bearer"}, {"X-Only", "challenge"}};
    QByteArray m_challengeBody = "who are you?";
    int m_challenges = 0;
    bool m_stallsChallenges = false;
    bool m_refusesEarly = false;
};

} // namespace test
