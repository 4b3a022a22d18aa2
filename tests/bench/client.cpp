// One measured run in a process of its own: signs in, sends COUNT GETs with at most PARALLEL under
// way, through a plain manager with the header set by hand or through ours, and prints what it
// cost.
//
//     bench_client plain|auth URL COUNT PARALLEL    ->    "WALL_MS PEAK_GROWTH_KIB"
#include "authcore/network/authnetworkaccessmanager.h"
#include "authcore/signin/passwordsignin.h"
#include "authcore/tokens/memorytokenstore.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QElapsedTimer>
#include <QtCore/QFile>
#include <QtNetwork/QNetworkReply>

#include <cstdio>

using namespace Qt::StringLiterals;

namespace {

// From /proc/self/status, in KiB.
long memoryLine(QByteArrayView name)
{
    QFile status(u"/proc/self/status"_s);
    if (!status.open(QIODevice::ReadOnly))
        return 0;
    const QList<QByteArray> lines = status.readAll().split('\n');
    for (const QByteArray &line : lines) {
        if (line.startsWith(name))
            return line.mid(name.size()).simplified().split(' ').value(0).toLong();
    }
    return 0;
}

class Run : public QObject
{
public:
    Run(QNetworkAccessManager &manager, QNetworkRequest request, int count, int parallel)
        : m_manager(manager)
        , m_request(std::move(request))
        , m_count(count)
    {
        m_memory = memoryLine("VmRSS:");
        m_time.start();
        for (int i = 0; i < parallel; ++i)
            sendOne();
    }

private:
    void sendOne()
    {
        if (m_sent == m_count)
            return;
        ++m_sent;
        QNetworkReply *reply = m_manager.get(m_request);
        connect(reply, &QNetworkReply::finished, this, [this, reply] {
            m_good += reply->error() == QNetworkReply::NoError && !reply->readAll().isEmpty();
            reply->deleteLater();
            if (++m_finished == m_count)
                report();
            else
                sendOne();
        });
    }

    void report()
    {
        std::printf(
            "%.3f %ld\n", double(m_time.nsecsElapsed()) / 1e6, memoryLine("VmHWM:") - m_memory);
        QCoreApplication::exit(m_good == m_count ? 0 : 1);
    }

    QNetworkAccessManager &m_manager;
    QNetworkRequest m_request;
    QElapsedTimer m_time;
    long m_memory = 0;
    int m_count;
    int m_sent = 0;
    int m_finished = 0;
    int m_good = 0;
};

} // namespace

int main(int argc, char **argv)
{
    QCoreApplication app(argc, argv);
    const QStringList arguments = app.arguments();
    if (arguments.size() != 5)
        return 2;
    const QUrl base(arguments[2]);
    const auto profile = authcore::BackendProfile::preset(u"custom-jwt"_s, base);
    authcore::MemoryTokenStore store;
    authcore::AuthSession session(*profile, store);
    QNetworkAccessManager plain;
    authcore::AuthNetworkAccessManager auth(session);
    const bool isPlain = arguments[1] == "plain"_L1;
    std::unique_ptr<Run> run;

    authcore::PasswordSignIn signIn(session);
    QObject::connect(
        &signIn, &authcore::PasswordSignIn::failed, &app, [] { QCoreApplication::exit(3); });
    QObject::connect(&signIn, &authcore::PasswordSignIn::succeeded, &app, [&] {
        QNetworkRequest request(base.resolved(QUrl(u"/api/resources"_s)));
        if (isPlain)
            request.setRawHeader("Authorization", "Bearer " + session.tokens().accessToken);
        run = std::make_unique<Run>(isPlain ? plain : static_cast<QNetworkAccessManager &>(auth),
            request, arguments[3].toInt(), arguments[4].toInt());
    });
    signIn.signIn(u"anna"_s, u"anna-demo-1"_s);
    return QCoreApplication::exec();
}
