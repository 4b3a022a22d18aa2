#include "tests/bench/job.h"

#include <QtCore/QCoreApplication>

namespace {

class Requests : public QObject
{
public:
    Requests(const Job &job, QObject *parent)
        : QObject(parent)
        , m_manager(job.manager)
        , m_request(job.request)
        , m_count(job.count)
    {
        if (job.refreshFirst) {
            connect(&job.session, &authcore::AuthSession::tokensRefreshed, this,
                [this, parallel = job.parallel] { begin(parallel); });
            job.session.refreshNow();
        } else {
            begin(job.parallel);
        }
    }

private:
    void begin(qint64 parallel)
    {
        for (qint64 i = 0; i < parallel; ++i)
            sendOne();
    }

    void sendOne()
    {
        if (m_sent == m_count)
            return;
        ++m_sent;
        QNetworkReply *reply = m_manager.get(m_request);
        connect(reply, &QNetworkReply::finished, this, [this, reply] {
            const bool good =
                reply->error() == QNetworkReply::NoError && !reply->readAll().isEmpty();
            m_good += good ? 1 : 0;
            m_http2 += reply->attribute(QNetworkRequest::Http2WasUsedAttribute).toBool() ? 1 : 0;
            reply->deleteLater();
            if (++m_finished == m_count)
                reportAll();
            else
                sendOne();
        });
    }

    void reportAll()
    {
        m_meter.report();
        report("http2", m_http2);
        leave(m_good == m_count);
    }

    QNetworkAccessManager &m_manager;
    QNetworkRequest m_request;
    Meter m_meter;
    qint64 m_count;
    qint64 m_sent = 0;
    qint64 m_finished = 0;
    int m_good = 0;
    int m_http2 = 0;
};

} // namespace

void sendRequests(const Job &job)
{
    new Requests(job, QCoreApplication::instance());
}
