#include "tests/soak/simulatedreply.h"

#include "authcore/testing/scriptednetwork.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

using namespace Qt::StringLiterals;

namespace soak {

namespace {

QNetworkReply::NetworkError errorFor(const Answer &answer)
{
    if (answer.status == 0 || answer.breaksOff)
        return QNetworkReply::RemoteHostClosedError;
    return authcore::testing::errorOfStatus(answer.status);
}

} // namespace

SimulatedReply::SimulatedReply(QNetworkAccessManager::Operation operation,
    const QNetworkRequest &request, QIODevice *body, authcore::Clock &clock, Chance &chance,
    Hooks hooks, QObject *parent)
    : QNetworkReply(parent)
    , m_clock(clock)
    , m_chance(chance)
    , m_hooks(std::move(hooks))
    , m_upload(body)
{
    setOperation(operation);
    setRequest(request);
    setUrl(request.url());
    setOpenMode(ReadOnly | Unbuffered);
    m_next = m_clock.after({}, [this] {
        later(&SimulatedReply::upload);
        Q_EMIT requestSent();
    });
}

SimulatedReply::~SimulatedReply()
{
    m_hooks.dies();
}

void SimulatedReply::abort()
{
    if (isFinished())
        return;
    m_next.reset();
    m_hooks.aborts();
    setError(OperationCanceledError, u"Operation canceled"_s);
    const QPointer<SimulatedReply> alive(this);
    Q_EMIT errorOccurred(OperationCanceledError);
    if (!alive)
        return;
    setFinished(true);
    Q_EMIT finished();
}

qint64 SimulatedReply::bytesAvailable() const
{
    return QNetworkReply::bytesAvailable() + m_received.size() - m_read;
}

qint64 SimulatedReply::readData(char *data, qint64 maxSize)
{
    const qint64 count = std::min<qint64>(maxSize, m_received.size() - m_read);
    if (count <= 0)
        return isFinished() ? -1 : 0;
    std::memcpy(data, m_received.constData() + m_read, static_cast<std::size_t>(count));
    m_read += count;
    return count;
}

qint64 SimulatedReply::writeData(const char *, qint64)
{
    return -1;
}

void SimulatedReply::later(void (SimulatedReply::*next)(), std::chrono::milliseconds pause)
{
    m_next = m_clock.after(m_chance.latency() + pause, [this, next] { (this->*next)(); });
}

// Reads a body as Qt does: until -1, or until a random-access device is at its end.
void SimulatedReply::upload()
{
    std::array<char, 4096> room {};
    while (m_upload) {
        const qint64 count = m_upload->read(room.data(), room.size());
        if (count > 0) {
            m_sent.append(room.data(), count);
            continue;
        }
        if (count == 0 && (m_upload->isSequential() || !m_upload->atEnd())) {
            connect(m_upload, &QIODevice::readyRead, this, &SimulatedReply::upload,
                Qt::UniqueConnection);
            connect(m_upload, &QIODevice::readChannelFinished, this, &SimulatedReply::upload,
                Qt::UniqueConnection);
            return;
        }
        m_upload->disconnect(this);
        m_upload.clear();
    }
    later(&SimulatedReply::arrive);
}

void SimulatedReply::arrive()
{
    m_answer = m_hooks.arrived(std::exchange(m_sent, {}));
    const bool atOnce = m_answer.atOnce || m_answer.status == 0;
    m_next = m_clock.after(m_chance.latency() + m_answer.delay,
        [this, atOnce] { atOnce ? playAtOnce() : showHeaders(); });
}

void SimulatedReply::showHeaders()
{
    m_hooks.answers(m_answer);
    setAttribute(QNetworkRequest::HttpStatusCodeAttribute, m_answer.status);
    if (m_answer.http2)
        setAttribute(QNetworkRequest::Http2WasUsedAttribute, *m_answer.http2);
    for (const auto &[name, value] : std::as_const(m_answer.headers))
        setRawHeader(name, value);
    later(&SimulatedReply::showFirstHalf);
    Q_EMIT metaDataChanged();
}

void SimulatedReply::showFirstHalf()
{
    later(&SimulatedReply::showRest, m_answer.pause);
    m_received = m_answer.body.left(m_answer.body.size() / 2);
    if (!m_received.isEmpty())
        Q_EMIT readyRead();
}

void SimulatedReply::showRest()
{
    later(&SimulatedReply::finish);
    m_received = m_answer.body;
    if (!m_received.isEmpty())
        Q_EMIT readyRead();
}

void SimulatedReply::finish()
{
    const QPointer<SimulatedReply> alive(this);
    m_hooks.finishes();
    const NetworkError error = errorFor(m_answer);
    if (error != NoError) {
        setError(error, u"simulated error %1"_s.arg(int(error)));
        Q_EMIT errorOccurred(error);
        if (!alive)
            return;
    }
    setFinished(true);
    Q_EMIT readChannelFinished();
    if (alive)
        Q_EMIT finished();
}

void SimulatedReply::playAtOnce()
{
    const QPointer<SimulatedReply> alive(this);
    if (m_answer.status != 0)
        showHeaders();
    else
        m_hooks.answers(m_answer);
    if (alive && !isFinished() && m_answer.status != 0)
        showRest();
    if (!alive || isFinished())
        return;
    m_next.reset();
    finish();
}

} // namespace soak
