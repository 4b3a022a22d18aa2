#include "tests/bench/job.h"

#include <QtCore/QCoreApplication>

#include <algorithm>
#include <array>
#include <cstring>

namespace {

// So many bytes, all alike, made while they are read.
class Zeros : public QIODevice
{
public:
    enum class Kind { RandomAccess, Sequential };

    Zeros(qint64 size, Kind kind, QObject *parent)
        : QIODevice(parent)
        , m_size(size)
        , m_kind(kind)
    {
        open(ReadOnly | Unbuffered);
    }

    [[nodiscard]] bool isSequential() const override { return m_kind == Kind::Sequential; }
    [[nodiscard]] qint64 size() const override
    {
        return isSequential() ? bytesAvailable() : m_size;
    }
    [[nodiscard]] qint64 bytesAvailable() const override
    {
        return isSequential() ? m_size - m_read : m_size - pos();
    }
    [[nodiscard]] bool atEnd() const override { return bytesAvailable() == 0; }

protected:
    qint64 readData(char *data, qint64 maxSize) override
    {
        const qint64 count = std::min(maxSize, bytesAvailable());
        if (count == 0)
            return -1;
        std::memset(data, 0, std::size_t(count));
        m_read += count;
        return count;
    }
    qint64 writeData(const char *, qint64) override { return -1; }

private:
    qint64 m_size;
    qint64 m_read = 0;
    Kind m_kind;
};

void finish(QNetworkReply *reply, const Meter &meter, bool complete)
{
    if (reply->error() != QNetworkReply::NoError)
        qWarning("%s", qPrintable(reply->errorString()));
    meter.report();
    leave(complete && reply->error() == QNetworkReply::NoError);
    reply->deleteLater();
}

void send(const Job &job, Zeros::Kind kind)
{
    auto *body = new Zeros(job.count, kind, QCoreApplication::instance());
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
    send(job, Zeros::Kind::RandomAccess);
}

void uploadSequential(const Job &job)
{
    send(job, Zeros::Kind::Sequential);
}
