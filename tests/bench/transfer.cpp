#include "tests/bench/job.h"

#include "tests/support/source.h"

#include <QtCore/QCoreApplication>

#include <array>

using test::Source;

namespace {

void finish(QNetworkReply *reply, const Meter &meter, bool complete)
{
    if (reply->error() != QNetworkReply::NoError)
        qWarning("%s", qPrintable(reply->errorString()));
    meter.report();
    leave(complete && reply->error() == QNetworkReply::NoError);
    reply->deleteLater();
}

void send(const Job &job, Source::Access access)
{
    auto *body = new Source(job.count, access, QCoreApplication::instance());
    QNetworkRequest request = job.request;
    request.setHeader(
        QNetworkRequest::ContentTypeHeader, QByteArrayLiteral("application/octet-stream"));
    request.setHeader(QNetworkRequest::ContentLengthHeader, job.count);
    const Meter meter;
    QNetworkReply *reply = job.manager.post(request, body);
    QObject::connect(
        reply, &QNetworkReply::finished, body, [reply, meter] { finish(reply, meter, true); });
}

} // namespace

void download(const Job &job)
{
    const Meter meter;
    QNetworkReply *reply = job.manager.get(job.request);
    QObject::connect(reply, &QNetworkReply::readyRead, reply, [reply] {
        static std::array<char, 65536> buffer;
        while (reply->read(buffer.data(), buffer.size()) > 0) { }
    });
    QObject::connect(reply, &QNetworkReply::finished, reply, [reply, meter, count = job.count] {
        const QVariant length = reply->header(QNetworkRequest::ContentLengthHeader);
        finish(reply, meter, length.toLongLong() == count);
    });
}

void upload(const Job &job)
{
    send(job, Source::Access::Random);
}

void uploadSequential(const Job &job)
{
    send(job, Source::Access::Sequential);
}
