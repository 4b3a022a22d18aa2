#pragma once

#include <QtCore/QProcess>
#include <QtCore/QTemporaryDir>
#include <QtCore/QUrl>
#include <QtNetwork/QTcpSocket>

//! HTTP/2 over TLS in front of a server that speaks HTTP/1 only: nginx on a free port, with a
//! throw-away certificate for 127.0.0.1. nginx ends with this, and with the process.
class Http2Proxy
{
public:
    Http2Proxy() = default;
    ~Http2Proxy();
    Http2Proxy(const Http2Proxy &) = delete;
    Http2Proxy &operator=(const Http2Proxy &) = delete;

    //! Empty: nothing that start() needs is missing here. Otherwise what is, in words.
    [[nodiscard]] static QString missing();
    //! Empty: it listens. Otherwise what is wrong, in words.
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
};
