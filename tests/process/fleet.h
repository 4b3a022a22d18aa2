#pragma once

#include "authcore/demobackend/demobackend.h"
#include "authcore/session/authsession.h"
#include "authcore/signin/passwordsignin.h"
#include "authcore/tokens/settingstokenstore.h"
#include "tests/support/patience.h"

#include <QtCore/QFile>
#include <QtCore/QProcess>
#include <QtCore/QTemporaryDir>
#include <QtNetwork/QNetworkReply>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>

#include <csignal>
#include <memory>
#include <optional>
#include <sys/wait.h>
#include <vector>

namespace test {

//! One sessionworker process and its output so far.
class WorkerProcess : public QObject
{
public:
    WorkerProcess(const QStringList &arguments, QString workerName)
        : name(std::move(workerName))
    {
        m_process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        connect(&m_process, &QProcess::readyReadStandardOutput, this, [this] { listen(); });
        m_process.start(QStringLiteral(SESSIONWORKER), arguments);
    }

    ~WorkerProcess() override
    {
        m_process.disconnect(this);
        m_process.kill();
        m_process.waitForFinished();
    }
    WorkerProcess(const WorkerProcess &) = delete;
    WorkerProcess &operator=(const WorkerProcess &) = delete;

    void get(int requests = 1)
    {
        tell("get " + QByteArray::number(requests));
        asked += requests;
    }
    //! Sends a command, see Worker::obey().
    void tell(const QByteArray &line)
    {
        m_process.write(line + '\n');
        m_process.waitForBytesWritten();
    }
    [[nodiscard]] bool awaitLine(const QByteArray &line) const
    {
        return test::waitFor([&] { return said(line) > 0; });
    }
    //! The end of the process: "exit 0" after success.
    [[nodiscard]] QString ending() const
    {
        if (!test::waitFor([this] { return m_process.state() == QProcess::NotRunning; }))
            return QStringLiteral("runs on");
        return (m_process.exitStatus() == QProcess::NormalExit ? QStringLiteral("exit %1")
                                                               : QStringLiteral("signal %1"))
            .arg(m_process.exitCode());
    }
    //! Waits until the process is stopped by any signal.
    [[nodiscard]] bool hasStopped() const
    {
        siginfo_t change {};
        // WNOWAIT leaves the end of the process to QProcess.
        return pid() > 0
            && ::waitid(P_PID, static_cast<id_t>(pid()), &change, WSTOPPED | WEXITED | WNOWAIT) == 0
            && change.si_code == CLD_STOPPED;
    }
    //! Simulates a full disk, or ends the simulation.
    [[nodiscard]] bool setSpace(int wanted)
    {
        const int before = said("space");
        m_process.write("space " + QByteArray::number(wanted) + '\n');
        return test::waitFor([&] { return said("space") > before; });
    }
    //! Stops the process until goOn(). False: the process has ended.
    [[nodiscard]] bool standStill() const
    {
        return pid() > 0 && ::kill(pid(), SIGSTOP) == 0 && hasStopped();
    }
    void goOn() const
    {
        if (pid() > 0)
            ::kill(pid(), SIGCONT);
    }
    void kill()
    {
        m_process.kill();
        m_process.waitForFinished();
        listen();
    }
    [[nodiscard]] int said(const QByteArray &line) const
    {
        return static_cast<int>(m_lines.count(line));
    }
    //! The number of ended requests with any result.
    [[nodiscard]] int answered() const
    {
        return static_cast<int>(std::count_if(m_lines.begin(), m_lines.end(),
            [](const auto &line) { return !line.isEmpty() && line[0] <= '9'; }));
    }
    [[nodiscard]] bool isIdle() const { return answered() == asked; }
    void forget()
    {
        m_lines.clear();
        asked = 0;
    }

    const QString name;
    int asked = 0;

private:
    [[nodiscard]] pid_t pid() const { return static_cast<pid_t>(m_process.processId()); }
    void listen()
    {
        while (m_process.canReadLine())
            m_lines += m_process.readLine().trimmed();
    }

    QProcess m_process;
    QByteArrayList m_lines;
};

//! Processes with one account and one settings file, and their common server with rotation, reuse
//! detection and no grace.
struct Fleet
{
    Fleet()
    {
        if (const QString problem = backend.start(); !problem.isEmpty())
            qFatal("%s", qPrintable(problem));
    }

    //! Signs in and stores the tokens; the processes read the tokens from the file.
    [[nodiscard]] bool signIn()
    {
        authcore::SettingsTokenStore store(file);
        authcore::AuthSession session(profile(), store);
        authcore::PasswordSignIn signIn(session);
        QSignalSpy succeeded(&signIn, &authcore::PasswordSignIn::succeeded);
        signIn.signIn(QStringLiteral("anna"), QStringLiteral("anna-demo-1"));
        return succeeded.wait(patience);
    }

    WorkerProcess &start()
    {
        const QString name = QString::number(++started);
        workers.push_back(std::make_unique<WorkerProcess>(
            QStringList {file, backend.url().toString(), name}, name));
        return *workers.back();
    }
    [[nodiscard]] bool areReady(int wanted) const
    {
        return test::waitFor([&] { return count("ready") == wanted; });
    }
    //! Signs in, starts `wanted` processes, waits until they have read the tokens, and clears the
    //! transcript.
    [[nodiscard]] bool begin(int wanted)
    {
        if (!signIn())
            return false;
        for (int i = 0; i < wanted; ++i)
            start();
        const bool areThere = areReady(wanted);
        backend.clearTranscript();
        return areThere;
    }

    [[nodiscard]] std::size_t indexOf(const QByteArray &name) const
    {
        const auto found = std::find_if(workers.begin(), workers.end(),
            [&name](const auto &worker) { return worker->name.toLatin1() == name; });
        return static_cast<std::size_t>(found - workers.begin());
    }
    //! Kills process number `index` and returns its name.
    QByteArray kill(std::size_t index)
    {
        workers[index]->kill();
        const QByteArray name = workers[index]->name.toLatin1();
        workers.erase(workers.begin() + static_cast<std::ptrdiff_t>(index));
        return name;
    }

    //! The same, but all other processes stay stopped until the server has read the killed
    //! process's request; empty: it never did. Otherwise a request of another process could arrive
    //! first, and the server would take the late request of the killed process for a reuse.
    [[nodiscard]] std::optional<QByteArray> killAmongStill(std::size_t index)
    {
        bool areStill = true;
        for (std::size_t i = 0; i < workers.size(); ++i)
            areStill = areStill && (i == index || workers[i]->standStill());
        const QByteArray name = kill(index);
        const bool isHeard = test::waitFor([this] { return !isUnheard(); });
        for (const auto &worker : workers)
            worker->goOn();
        return areStill && isHeard ? std::optional(name) : std::nullopt;
    }
    //! Whether the server has connections whose clients have closed them, but whose last requests
    //! it still reads or decides. In proc(5), state 8 is TCP_CLOSE_WAIT.
    [[nodiscard]] bool isUnheard() const
    {
        QFile sockets(QStringLiteral("/proc/net/tcp"));
        if (!sockets.open(QIODevice::ReadOnly))
            return false;
        const QByteArray port =
            ':' + QByteArray::number(backend.url().port(), 16).toUpper().rightJustified(4, '0');
        const QByteArrayList lines = sockets.readAll().split('\n');
        return std::any_of(lines.begin(), lines.end(), [&port](const QByteArray &line) {
            const QByteArrayList words = line.simplified().split(' ');
            return words.value(1).endsWith(port) && words.value(3) == "08";
        });
    }

    //! Expires the access token and makes all processes send requests at once.
    void expire(int requestsEach = 1)
    {
        backend.expireAccessTokens();
        for (const auto &worker : workers)
            worker->get(requestsEach);
    }
    [[nodiscard]] bool areIdle() const
    {
        return test::waitFor([&] {
            return std::all_of(workers.begin(), workers.end(),
                [](const auto &worker) { return worker->isIdle(); });
        });
    }
    [[nodiscard]] int count(const QByteArray &line) const
    {
        int sum = 0;
        for (const auto &worker : workers)
            sum += worker->said(line);
        return sum;
    }
    void forget()
    {
        for (const auto &worker : workers)
            worker->forget();
        backend.clearTranscript();
    }

    [[nodiscard]] std::optional<authcore::TokenSet> stored() const
    {
        authcore::SettingsTokenStore store(file);
        std::optional<authcore::TokenStore::Loaded> answer;
        store.load(key(), &store, [&](const auto &loaded) { answer = loaded; });
        if (!test::waitFor([&] { return answer.has_value(); }))
            return std::nullopt;
        const auto *tokens = std::get_if<std::optional<authcore::TokenSet>>(&*answer);
        return tokens ? *tokens : std::nullopt;
    }
    //! The server's names of the stored tokens, "A7 R7". The probe spends no token, since the
    //! server answers it with an error.
    [[nodiscard]] QString namesOfStored()
    {
        const auto tokens = stored();
        if (!tokens)
            return QStringLiteral("nothing");
        backend.clearTranscript();
        backend.answerRefreshes(demobackend::RefreshAnswer::ServerError);
        QNetworkAccessManager http;
        QNetworkRequest request(
            backend.url().resolved(QUrl(QStringLiteral("/authorization/refresh"))));
        request.setRawHeader("Content-Type", "application/json");
        request.setRawHeader("Authorization", "Bearer " + tokens->accessToken);
        QSignalSpy finished(
            http.post(request, "{\"refreshToken\":\"" + tokens->refreshToken + "\"}"),
            &QNetworkReply::finished);
        if (!finished.wait(patience))
            return QStringLiteral("no answer");
        const QString line = backend.transcript(QStringLiteral("refresh")).value(0);
        backend.clearTranscript();
        return line.section(u'[', 1).section(u']', 0, 0);
    }

    [[nodiscard]] authcore::BackendProfile profile() const
    {
        return *authcore::BackendProfile::preset(QStringLiteral("custom-jwt"), backend.url());
    }
    [[nodiscard]] authcore::TokenKey key() const
    {
        const auto used = profile();
        return {used.id, QStringLiteral("anna"), used.clientId, used.scope};
    }
    [[nodiscard]] demobackend::Script refreshes()
    {
        return backend.on(QStringLiteral("/authorization/refresh"));
    }

    QTemporaryDir folder;
    QString file = folder.filePath(QStringLiteral("tokens.ini"));
    demobackend::DemoBackend backend;
    std::vector<std::unique_ptr<WorkerProcess>> workers;
    int started = 0;
};

} // namespace test
