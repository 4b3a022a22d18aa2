#pragma once

#include <QtCore/QProcess>
#include <QtCore/QTemporaryDir>
#include <QtCore/QUrl>
#include <QtNetwork/QTcpSocket>

//! HTTP/2 over TLS for a server with HTTP/1 only: nginx on a free port, with a throw-away
//! certificate for 127.0.0.1. nginx ends with this object, and with the process.
class Http2Proxy
{
public:
    Http2Proxy() = default;
    ~Http2Proxy();
    Http2Proxy(const Http2Proxy &) = delete;
    Http2Proxy &operator=(const Http2Proxy &) = delete;

    //! What start() needs and this machine lacks, for people; empty: nothing.
    [[nodiscard]] static QString missing();
    //! Before start(): nginx ends a connection after this many requests.
    void setRequestsPerConnection(int count) { m_requestsPerConnection = count; }
    //! Starts nginx. Returns the error for people; empty: nginx listens.
    [[nodiscard]] QString start(const QUrl &upstream);

    [[nodiscard]] QUrl url() const; //!< "https://127.0.0.1:PORT"
    [[nodiscard]] QString certificateFile() const
    {
        return m_folder.filePath(QStringLiteral("cert.pem"));
    }

private:
    [[nodiscard]] bool makeCertificate();
    [[nodiscard]] bool writeConfiguration(const QUrl &upstream);
    [[nodiscard]] bool isListening() const;

    QTemporaryDir m_folder;
    QProcess m_nginx;
    QTcpSocket m_reserved;
    quint16 m_port = 0;
    int m_requestsPerConnection = 1'000'000;
};
