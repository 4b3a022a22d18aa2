#pragma once

#include "tests/support/patience.h"

#include <QtCore/QObject>
#include <QtCore/QPointer>
#include <QtNetwork/QNetworkReply>
#include <QtTest/QSignalSpy>

namespace test {

//! Records what one caller of the manager gets.
class Caller : public QObject
{
public:
    explicit Caller(QNetworkReply *watched)
        : reply(watched)
    {
        connect(watched, &QNetworkReply::errorOccurred, this, [this] { ++errors; });
        connect(watched, &QNetworkReply::finished, this, [this] {
            ++finished;
            const QVariant code = this->reply->attribute(QNetworkRequest::HttpStatusCodeAttribute);
            status = code.isValid() ? code.toInt() : 0;
            error = this->reply->error();
            errorText = this->reply->errorString();
            if (this->reply->isReadable()) // an aborted reply is closed
                body = this->reply->readAll();
        });
    }

    //! Waits in an event loop; QTRY_COMPARE would sleep between its checks, which is slow for large
    //! bodies.
    [[nodiscard]] bool waitUntilFinished(int milliseconds = patience)
    {
        if (finished > 0)
            return true;
        QSignalSpy spy(reply, &QNetworkReply::finished);
        return spy.wait(milliseconds);
    }

    QPointer<QNetworkReply> reply;
    int finished = 0;
    int errors = 0;
    int status = 0; //!< 0: no status
    QNetworkReply::NetworkError error = QNetworkReply::NoError;
    QString errorText;
    QByteArray body;
};

} // namespace test
