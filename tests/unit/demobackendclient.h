#pragma once

#include "authcore/demobackend/demobackend.h"

#include <QtCore/QByteArray>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>
#include <QtCore/QMap>
#include <QtNetwork/QSslConfiguration>
#include <QtNetwork/QSslSocket>

//! An answer as it arrived on the wire.
struct WireAnswer
{
    int status = 0; //!< 0: there was no status line
    QMap<QByteArray, QByteArray> headers; //!< names in lower case
    QMap<QByteArray, QByteArray> cookies; //!< Set-Cookie by the cookie's name: "VALUE; Path=/"
    QByteArray body;
    bool isWhole = false;

    [[nodiscard]] QJsonObject json() const { return QJsonDocument::fromJson(body).object(); }
    [[nodiscard]] QString text(QByteArrayView name) const
    {
        return json().value(QLatin1StringView(name)).toString();
    }
    [[nodiscard]] QByteArray cookie(const QByteArray &name) const
    {
        return cookies.value(name).split(';').first();
    }
};

//! One connection to the backend that sends and receives bytes, with no library in between.
class WireClient
{
public:
    explicit WireClient(const demobackend::DemoBackend &backend)
        : WireClient(backend.url(), backend.certificatePem())
    {
    }
    //! `pem`: the certificate of an https server.
    explicit WireClient(const QUrl &url, const QByteArray &pem = {})
        : host(url.authority().toLatin1())
    {
        connectTo(url, pem);
    }

    QByteArray host; //!< the Host header of the next requests

    void send(const QByteArray &method, const QByteArray &path, const QByteArray &body = {},
        const QByteArray &headers = {})
    {
        sendBytes(method + ' ' + path + " HTTP/1.1\r\nHost: " + host + "\r\nContent-Length: "
            + QByteArray::number(body.size()) + "\r\n" + headers + "\r\n" + body);
    }
    void sendBytes(const QByteArray &bytes)
    {
        m_isHead = bytes.startsWith("HEAD ");
        m_socket.write(bytes);
        m_socket.flush();
    }
    [[nodiscard]] WireAnswer receive()
    {
        WireAnswer answer;
        while (!m_received.contains("\r\n\r\n") && readMore()) { }
        if (!m_received.contains("\r\n\r\n"))
            return answer;
        parseHead(answer);
        const auto size = m_isHead ? 0 : answer.headers.value("content-length").toLongLong();
        while (m_received.size() < size && readMore()) { }
        answer.isWhole = m_received.size() >= size;
        answer.body = m_received.first(qMin(size, m_received.size()));
        m_received.remove(0, answer.body.size());
        return answer;
    }
    //! Receives everything up to the end of the connection.
    [[nodiscard]] QByteArray receiveAll()
    {
        while (readMore()) { }
        return m_received;
    }

    [[nodiscard]] WireAnswer ask(const QByteArray &method, const QByteArray &path,
        const QByteArray &body = {}, const QByteArray &headers = {})
    {
        send(method, path, body, headers);
        return receive();
    }
    [[nodiscard]] WireAnswer signIn(
        const QByteArray &name = "anna", const QByteArray &password = "anna-demo-1")
    {
        return ask("POST", "/authorization/token",
            R"({"userName":")" + name + R"(","password":")" + password + R"("})");
    }
    [[nodiscard]] WireAnswer refresh(const QString &refreshToken)
    {
        return ask("POST", "/authorization/refresh", refreshBody(refreshToken));
    }
    [[nodiscard]] WireAnswer resources(const QString &accessToken)
    {
        return ask("GET", "/api/resources", {}, bearer(accessToken));
    }
    [[nodiscard]] static QByteArray bearer(const QString &accessToken)
    {
        return "Authorization: Bearer " + accessToken.toLatin1() + "\r\n";
    }
    [[nodiscard]] static QByteArray refreshBody(const QString &refreshToken)
    {
        return R"({"refreshToken":")" + refreshToken.toLatin1() + R"("})";
    }
    [[nodiscard]] bool isConnected() const
    {
        return m_socket.state() == QAbstractSocket::ConnectedState;
    }

private:
    void connectTo(const QUrl &url, const QByteArray &pem)
    {
        const auto port = quint16(url.port());
        if (url.scheme() == QLatin1StringView("http")) {
            m_socket.connectToHost(url.host(), port);
            m_socket.waitForConnected(patience);
            return;
        }
        auto configuration = m_socket.sslConfiguration();
        configuration.setCaCertificates({QSslCertificate(pem)});
        m_socket.setSslConfiguration(configuration);
        m_socket.connectToHostEncrypted(url.host(), port);
        m_socket.waitForEncrypted(patience);
    }
    [[nodiscard]] bool readMore()
    {
        if (m_socket.bytesAvailable() == 0 && !m_socket.waitForReadyRead(patience))
            return false;
        m_received += m_socket.readAll();
        return true;
    }
    void parseHead(WireAnswer &answer)
    {
        const auto end = m_received.indexOf("\r\n\r\n");
        auto lines = m_received.first(end).split('\n');
        answer.status = lines.takeFirst().split(' ').value(1).toInt();
        for (const auto &line : lines) {
            const auto colon = line.indexOf(':');
            const auto name = line.first(colon).toLower();
            const auto value = line.sliced(colon + 1).trimmed();
            answer.headers.insert(name, value);
            const auto equals = value.indexOf('=');
            if (name == "set-cookie")
                answer.cookies.insert(value.first(equals), value.sliced(equals + 1));
        }
        m_received.remove(0, end + 4);
    }

    static constexpr int patience = 20000;
    QSslSocket m_socket;
    QByteArray m_received;
    bool m_isHead = false; //!< the answer to a HEAD request has a length and no body
};

//! Returns the present knobs as `change` changes them.
template <typename Change>
void changeKnobs(demobackend::DemoBackend &backend, Change change)
{
    auto knobs = backend.knobs();
    change(knobs);
    backend.setKnobs(knobs);
}
