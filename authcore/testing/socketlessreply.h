#pragma once

#include "authcore/demobackend/script.h"

#include <QtCore/QPointer>
#include <QtNetwork/QNetworkAccessManager>
#include <QtNetwork/QNetworkReply>

#include <functional>

namespace authcore::testing {

//! A network reply without a network: it reads the request's body, says that the request has
//! arrived, and ends as play() says.
class SocketlessReply : public QNetworkReply
{
public:
    //! What becomes of the request; one of the two is called, at most once.
    struct Hooks
    {
        std::function<void(SocketlessReply &reply, const QByteArray &body)> arrived;
        std::function<void()> aborted; //!< before or after it arrived
    };

    //! `body`: null for none.
    SocketlessReply(QNetworkAccessManager::Operation operation, const QNetworkRequest &request,
        QIODevice *body, Hooks hooks, QObject *parent);

    //! Status 0: the connection closes before the status line.
    void play(const demobackend::ScriptedReply &answer);

    void abort() override;
    void close() override { abort(); }
    [[nodiscard]] bool isSequential() const override { return true; }
    [[nodiscard]] qint64 bytesAvailable() const override;

protected:
    qint64 readData(char *data, qint64 maxSize) override;

private:
    void upload();
    void end(NetworkError error, const QString &text);

    Hooks m_hooks;
    QPointer<QIODevice> m_upload;
    QByteArray m_body;
    QByteArray m_content; //!< what of the answer is not yet read
};

} // namespace authcore::testing
