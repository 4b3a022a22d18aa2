#pragma once

#include <QtCore/QObject>
#include <QtCore/QPointer>
#include <QtCore/QStringList>
#include <QtNetwork/QNetworkAccessManager>
#include <QtNetwork/QNetworkReply>

#include <functional>
#include <utility>

namespace test {

//! Records what a caller can see of a reply: one line for each signal with its arguments and the
//! state inside the slot, and one for each change of request(). Two replies with the same lines
//! look the same to a caller.
//!
//! The lines leave out what differs from run to run with Qt itself:
//! - the parts of a body: repeated readyRead(), and all progress but the last, which Qt limits by a
//!   timer;
//! - requestSent() and socketStartedConnecting() after the first: Qt documents "one or more times",
//!   since it connects and sends again by itself;
//! - Date headers and the ports of servers.
//!
//! What is always wrong becomes a line "PROBLEM ...": progress that decreases, a signal after
//! finished(), a contradictory state.
class Recorder : public QObject
{
public:
    using Hook = std::function<void(const QString &signal, QNetworkReply &reply)>;

    Recorder(QNetworkAccessManager &manager, QNetworkReply *reply, Hook hook = {});
    ~Recorder() override;

    [[nodiscard]] bool isOver() const { return m_finished > 0 || m_gone; }
    [[nodiscard]] int finishedCount() const { return m_finished; }
    [[nodiscard]] QNetworkReply *reply() const { return m_reply; }
    //! Adds a line of the test, for example about what it read.
    void note(const QString &line) { m_lines << line; }
    //! The lines and the unread bytes.
    [[nodiscard]] QStringList finish();
    [[nodiscard]] const QStringList &lines() const { return m_lines; }
    //! The arguments of each uploadProgress().
    [[nodiscard]] const QList<std::pair<qint64, qint64>> &uploads() const { return m_uploads; }

    static QByteArray digest(const QByteArray &data);

private:
    void on(const QString &signal);
    void once(const QString &signal);
    void onReadyRead();
    void onDownloadProgress(qint64 received, qint64 total);
    void onUploadProgress(qint64 sent, qint64 total);

    [[nodiscard]] QString state() const;
    [[nodiscard]] QString stateWithoutBytes() const;
    [[nodiscard]] QString errorText() const;
    //! Adds a line for request() if it has changed since the slot before.
    void noteRequest();
    [[nodiscard]] QString requestState() const;

    QPointer<QNetworkReply> m_reply;
    Hook m_hook;
    QStringList m_lines;
    QStringList m_seen;
    QString m_atEnd;
    QString m_request;
    QList<std::pair<qint64, qint64>> m_uploads;
    qint64 m_received = 0;
    int m_finished = 0;
    bool m_lastWasReadyRead = false;
    bool m_gone = false;
};

} // namespace test
