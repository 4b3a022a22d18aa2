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
[[nodiscard]] QByteArray http(
    const QByteArray &status, const RawHeaders &headers, const QByteArray &body);

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

        [[nodiscard]] QByteArray header(const QByteArray &name) const;
    };
    using Answer = std::function<QByteArray(const Request &)>;
    enum class Then { KeepOpen, HangUp };

    RawServer();
    ~RawServer() override;

    //! The answer of the token endpoint.
    [[nodiscard]] static QByteArray refreshed();

    [[nodiscard]] QUrl url(const QByteArray &path = {}) const;

    //! Sets the answer of `path`.
    void on(const QByteArray &path, Answer answer, Then then = Then::KeepOpen);
    //! Holds requests for `path` until say().
    void holds(const QByteArray &path) { m_scripts[path] = {}; }
    [[nodiscard]] int heldCount(const QByteArray &path) const;
    //! Sends more bytes to all held requests of `path`.
    void say(const QByteArray &path, const QByteArray &bytes);
    //! Sends more bytes to the held request number `index`.
    void sayTo(const QByteArray &path, int index, const QByteArray &bytes);
    void hangUp(const QByteArray &path);

    [[nodiscard]] const std::vector<Request> &arrived() const { return m_arrived; }
    [[nodiscard]] int arrivedCount(const QByteArray &path) const;
    [[nodiscard]] Request last(const QByteArray &path) const;
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

    void read(QTcpSocket &socket, QByteArray &buffer);

    [[nodiscard]] static bool isRefused(const Request &request);
    [[nodiscard]] QByteArray challengeFor(const Request &request) const;

    void answer(QTcpSocket &socket, const Request &request);

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
