#include "authcore/network/authnetworkaccessmanager.h"
#include "authcore/session/authsession.h"
#include "authcore/tokens/settingstokenstore.h"
#include "tests/support/workerprogram.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QPointer>
#include <QtCore/QRandomGenerator>
#include <QtCore/QTimer>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <sys/resource.h>
#include <unistd.h>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using namespace authcore;
using test::say;

namespace {

//! Stops the process before the next refresh is sent, until the test continues it.
std::atomic<bool> stopsBeforeSending = false;

//! Names the process in the requests for tokens.
class NamedHttp : public QNetworkAccessManager
{
public:
    explicit NamedHttp(QByteArray name)
        : m_name(std::move(name))
    {
    }

protected:
    QNetworkReply *createRequest(
        Operation operation, const QNetworkRequest &original, QIODevice *body) override
    {
        QNetworkRequest request(original);
        request.setRawHeader("X-Worker", m_name);
        if (stopsBeforeSending.exchange(false)) {
            say("stops");
            ::kill(::getpid(), SIGSTOP);
        }
        return QNetworkAccessManager::createRequest(operation, request, body);
    }

private:
    QByteArray m_name;
};

//! An application that shares its account with other processes: it carries out the commands that it
//! reads and prints their results.
class Worker : public QObject
{
public:
    Worker(const QString &file, const QUrl &server, const QByteArray &name)
        : m_store(file)
        , m_session(
              profileOf(server), m_store, m_clock,
              [] { return QRandomGenerator::global()->generateDouble(); },
              [name] { return std::make_unique<NamedHttp>(name); })
        , m_manager(m_session)
        , m_url(server.resolved(QUrl(u"/api/resources"_s)))
    {
        test::tellOf(m_session, this);
        connect(&m_session, &AuthSession::tokensRefreshed, this, [] { say("refreshed"); });
        connect(&m_session, &AuthSession::refreshFailed, this, [] { say("failed"); });
        connect(&m_session, &AuthSession::storeRecovered, this, [] { say("store-recovered"); });
        connect(&m_session, &AuthSession::shutDown, this, &QCoreApplication::quit);
        m_session.setPatienceAtEnd(1h); // the test decides when an answer comes
        m_session.restore(u"anna"_s);
    }

private:
    static BackendProfile profileOf(const QUrl &server)
    {
        auto profile = *BackendProfile::preset(u"custom-jwt"_s, server);
        bool isGiven = false;
        const int milliseconds = qEnvironmentVariableIntValue("TRY_TIMEOUT", &isGiven);
        if (isGiven)
            profile.policy.tryTimeout = std::chrono::milliseconds(milliseconds);
        return profile;
    }

    //! Commands: "get 3" sends three requests at once and prints the status of each. "space 0"
    //! simulates a full disk, "space 1" ends that. "refresh" refreshes. "stop" stops the process
    //! before the next refresh is sent. "end WAY" prints "quitting" and ends; "end WAY 57" does so
    //! after 57 ms.
    void obey(const QByteArrayList &words)
    {
        if (words[0] == "space")
            setSpace(words.value(1).toInt() == 0 ? 0 : RLIM_INFINITY);
        else if (words[0] == "refresh")
            m_session.refreshNow();
        else if (words[0] == "stop")
            stopsBeforeSending = true;
        else if (words[0] == "end")
            QTimer::singleShot(std::chrono::milliseconds(words.value(2).toInt()), qApp,
                [this, way = words.value(1)] { end(way); });
        else
            for (int i = words.value(1).toInt(); i > 0; --i)
                test::getAndTell(m_manager, m_url, this);
    }

    //! "exec" leaves the event loop. "object" destroys the last object while the event loop runs.
    //! "shutdown" calls AuthSession::shutdown(). "impatient" is like "exec", but waits for nothing.
    void end(const QByteArray &way)
    {
        say("quitting");
        if (way == "shutdown")
            return m_session.shutdown(1h);
        if (way == "impatient")
            m_session.setPatienceAtEnd(0ms);
        if (way == "object")
            delete this;
        QCoreApplication::quit();
    }

    static void setSpace(rlim_t bytes)
    {
        rlimit limit {};
        ::getrlimit(RLIMIT_FSIZE, &limit);
        limit.rlim_cur = std::min(bytes, limit.rlim_max);
        ::setrlimit(RLIMIT_FSIZE, &limit);
        say("space");
    }

    SystemClock m_clock;
    SettingsTokenStore m_store;
    AuthSession m_session;
    AuthNetworkAccessManager m_manager;
    QUrl m_url;
    test::Input m_input {[this](const QByteArray &line) { obey(line.split(' ')); }};
};

} // namespace

//! sessionworker FILE URL NAME: a session of "anna" with the tokens in FILE.
int main(int argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    std::signal(SIGXFSZ, SIG_IGN); // a write beyond the limit fails
    const auto arguments = QCoreApplication::arguments();
    const QPointer worker(
        new Worker(arguments.value(1), QUrl(arguments.value(2)), arguments.value(3).toLatin1()));
    const int result = QCoreApplication::exec();
    delete worker;
    return result;
}
