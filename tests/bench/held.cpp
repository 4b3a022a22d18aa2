#include "tests/bench/job.h"

#include <QtCore/QCoreApplication>

#include <malloc.h>

namespace {

double heapInUse()
{
    const struct mallinfo2 info = mallinfo2();
    return double(info.uordblks + info.hblkhd);
}

// The smallest possible reply of a manager. Qt itself connects to each reply for the manager's
// signals.
class EmptyReply : public QNetworkReply
{
    Q_OBJECT

public:
    EmptyReply(const QNetworkRequest &request, QObject *parent)
        : QNetworkReply(parent)
    {
        setOperation(QNetworkAccessManager::GetOperation);
        setRequest(request);
        setUrl(request.url());
        setOpenMode(ReadOnly | Unbuffered);
    }
    void abort() override { }

protected:
    qint64 readData(char *, qint64) override { return -1; }
};

class EmptyManager : public QNetworkAccessManager
{
    Q_OBJECT

protected:
    QNetworkReply *createRequest(Operation, const QNetworkRequest &request, QIODevice *) override
    {
        return new EmptyReply(request, this);
    }
};

class Held : public QObject
{
public:
    explicit Held(qint64 count)
        : QObject(QCoreApplication::instance())
        , m_count(count)
    {
    }

    //! A request with a query of its own, so that no two requests share their data.
    static QNetworkRequest requestNumber(qint64 number, QNetworkRequest request)
    {
        QUrl url = request.url();
        url.setQuery(QString::number(number));
        request.setUrl(url);
        return request;
    }
    void watch(QNetworkReply *reply)
    {
        connect(reply, &QNetworkReply::finished, this, [this, reply] {
            m_good += reply->error() == QNetworkReply::NoError ? 1 : 0;
            reply->deleteLater();
            if (++m_finished == m_count) {
                report("release_ms", double(m_time.nsecsElapsed()) / 1e6);
                leave(m_good == m_count);
            }
        });
    }
    void startClock() { m_time.start(); }

private:
    QElapsedTimer m_time;
    qint64 m_count;
    qint64 m_good = 0;
    qint64 m_finished = 0;
};

} // namespace

void holdRequests(const Job &job)
{
    auto *held = new Held(job.count);
    QObject::connect(&job.session, &authcore::AuthSession::refreshFailed, held,
        [] { qFatal("The refresh has failed"); });
    job.session.refreshNow();
    const double before = heapInUse();
    for (qint64 i = 0; i < job.count; ++i)
        held->watch(job.manager.get(Held::requestNumber(i, job.request)));
    report("heap_bytes", heapInUse() - before);
    cue("held");
    held->startClock();
}

void queueRequests(const Job &job)
{
    auto *held = new Held(job.count);
    const double before = heapInUse();
    for (qint64 i = 0; i < job.count; ++i)
        held->watch(job.manager.get(Held::requestNumber(i, job.request)));
    report("heap_bytes", heapInUse() - before);
    leave(true);
}

void makeEmptyReplies(const Job &job)
{
    auto *held = new Held(job.count);
    auto *manager = new EmptyManager;
    manager->setParent(held);
    const double before = heapInUse();
    for (qint64 i = 0; i < job.count; ++i)
        held->watch(manager->get(Held::requestNumber(i, job.request)));
    report("heap_bytes", heapInUse() - before);
    leave(true);
}

#include "held.moc"
