#include "authcore/testing/socketlessreply.h"

#include "authcore/testing/scriptednetwork.h"

#include <algorithm>
#include <array>
#include <utility>

using namespace Qt::StringLiterals;

namespace authcore::testing {

SocketlessReply::SocketlessReply(QNetworkAccessManager::Operation operation,
    const QNetworkRequest &request, QIODevice *body, Hooks hooks, QObject *parent)
    : QNetworkReply(parent)
    , m_hooks(std::move(hooks))
    , m_upload(body)
{
    setOperation(operation);
    setRequest(request);
    setUrl(request.url());
    setOpenMode(ReadOnly | Unbuffered);
    QMetaObject::invokeMethod(this, &SocketlessReply::upload, Qt::QueuedConnection);
}

//! Reads the body as Qt does: until -1, or until a random-access device is at its end.
void SocketlessReply::upload()
{
    std::array<char, 4096> room {};
    while (m_upload && !isFinished()) {
        const qint64 count = m_upload->read(room.data(), room.size());
        if (count > 0) {
            m_body.append(room.data(), count);
            continue;
        }
        if (count == 0 && (m_upload->isSequential() || !m_upload->atEnd())) {
            for (const auto more : {&QIODevice::readyRead, &QIODevice::readChannelFinished})
                connect(m_upload, more, this, &SocketlessReply::upload, Qt::UniqueConnection);
            return;
        }
        m_upload->disconnect(this);
        m_upload.clear();
    }
    if (!isFinished())
        m_hooks.arrived(*this, std::exchange(m_body, {}));
}

void SocketlessReply::play(const demobackend::ScriptedReply &answer)
{
    if (answer.status == 0) {
        end(RemoteHostClosedError, u"Connection closed"_s);
        return;
    }
    setAttribute(QNetworkRequest::HttpStatusCodeAttribute, answer.status);
    for (const auto &[name, value] : answer.headers)
        setRawHeader(name, value);
    m_content = answer.body;
    const QPointer<SocketlessReply> alive(this);
    Q_EMIT metaDataChanged();
    if (alive && !isFinished() && !m_content.isEmpty())
        Q_EMIT readyRead();
    if (!alive || isFinished())
        return;
    const auto error = errorOfStatus(answer.status);
    end(error, error == NoError ? QString() : u"server replied: %1"_s.arg(answer.status));
}

void SocketlessReply::abort()
{
    if (isFinished())
        return;
    m_hooks.aborted();
    end(OperationCanceledError, u"Operation canceled"_s);
}

qint64 SocketlessReply::bytesAvailable() const
{
    return QNetworkReply::bytesAvailable() + m_content.size();
}

qint64 SocketlessReply::readData(char *data, qint64 maxSize)
{
    const auto count = std::min<qint64>(maxSize, m_content.size());
    if (count <= 0)
        return isFinished() ? -1 : 0;
    std::copy_n(m_content.cbegin(), count, data);
    m_content.remove(0, count);
    return count;
}

void SocketlessReply::end(NetworkError error, const QString &text)
{
    const QPointer<SocketlessReply> alive(this);
    setFinished(true);
    if (error != NoError) {
        setError(error, text);
        Q_EMIT errorOccurred(error);
    }
    if (alive)
        Q_EMIT readChannelFinished();
    if (alive)
        Q_EMIT finished();
}

} // namespace authcore::testing
