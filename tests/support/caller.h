#pragma once

#include "tests/support/patience.h"

#include <QtCore/QObject>
#include <QtCore/QPointer>
#include <QtNetwork/QNetworkReply>

namespace test {

//! Records what one caller of the manager gets.
class Caller : public QObject
{
public:
    explicit Caller(QNetworkReply *watched);
    ~Caller() override;

    //! Waits in an event loop; QTRY_COMPARE would sleep between its checks, which is slow for large
    //! bodies.
    [[nodiscard]] bool waitUntilFinished(int milliseconds = patience);

    QPointer<QNetworkReply> reply;
    int finished = 0;
    int errors = 0;
    int status = 0; //!< 0: no status
    QNetworkReply::NetworkError error = QNetworkReply::NoError;
    QString errorText;
    QByteArray body;
};

} // namespace test
