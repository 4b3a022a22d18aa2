#include "tests/support/caller.h"

#include <QtTest/QSignalSpy>

namespace test {

Caller::Caller(QNetworkReply *watched)
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

Caller::~Caller() = default;

bool Caller::waitUntilFinished(int milliseconds)
{
    if (finished > 0)
        return true;
    QSignalSpy spy(reply, &QNetworkReply::finished);
    return spy.wait(milliseconds);
}

} // namespace test
