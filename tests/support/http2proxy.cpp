#include "tests/support/http2proxy.h"

#include <QtCore/QDeadlineTimer>
#include <QtCore/QFile>
#include <QtCore/QStandardPaths>
#include <QtNetwork/QTcpSocket>

#ifdef Q_OS_LINUX
#include <sys/prctl.h>
#include <unistd.h>

#include <csignal>
#endif

using namespace Qt::StringLiterals;

namespace {

constexpr std::chrono::seconds patience {60};

QString program(const QString &name)
{
    const QString usual = QStandardPaths::findExecutable(name);
    return usual.isEmpty() ? QStandardPaths::findExecutable(name, {u"/usr/sbin"_s}) : usual;
}

// A killed test program runs no destructors, so the kernel must end the program that it started.
void dieWithUs(QProcess &process)
{
#ifdef Q_OS_LINUX
    process.setChildProcessModifier([parent = ::getpid()] {
        ::prctl(PR_SET_PDEATHSIG, SIGTERM);
        if (::getppid() != parent) // the parent died before prctl()
            ::_exit(1);
    });
#endif
}

} // namespace

Http2Proxy::~Http2Proxy()
{
    if (m_nginx.state() != QProcess::NotRunning) {
        m_nginx.terminate();
        m_nginx.waitForFinished();
    }
}

QString Http2Proxy::missing()
{
    for (const QString &needed : {u"nginx"_s, u"openssl"_s}) {
        if (program(needed).isEmpty())
            return needed + " is missing"_L1;
    }
    return {};
}

QString Http2Proxy::start(const QUrl &upstream)
{
    if (QString problem = missing(); !problem.isEmpty())
        return problem;
    if (!makeCertificate())
        return u"openssl made no certificate"_s;
    if (!writeConfiguration(upstream))
        return u"the configuration of nginx cannot be written"_s;
    m_nginx.setStandardErrorFile(m_folder.filePath(u"stderr"_s));
    dieWithUs(m_nginx);
    m_nginx.start(program(u"nginx"_s),
        {u"-p"_s, m_folder.path(), u"-c"_s, m_folder.filePath(u"nginx.conf"_s)});
    const QDeadlineTimer deadline(patience);
    while (!isListening()) {
        if (deadline.hasExpired() || m_nginx.waitForFinished(5))
            return u"nginx does not listen"_s;
    }
    return {};
}

QUrl Http2Proxy::url() const
{
    return QUrl(u"https://127.0.0.1:%1"_s.arg(m_port));
}

bool Http2Proxy::makeCertificate()
{
    QProcess openssl;
    openssl.start(program(u"openssl"_s),
        {u"req"_s, u"-x509"_s, u"-newkey"_s, u"ec"_s, u"-pkeyopt"_s, u"ec_paramgen_curve:P-256"_s,
            u"-nodes"_s, u"-days"_s, u"2"_s, u"-subj"_s, u"/CN=127.0.0.1"_s, u"-addext"_s,
            u"subjectAltName=IP:127.0.0.1"_s, u"-keyout"_s, m_folder.filePath(u"key.pem"_s),
            u"-out"_s, certificateFile()});
    return openssl.waitForFinished() && openssl.exitCode() == 0;
}

bool Http2Proxy::writeConfiguration(const QUrl &upstream)
{
    // nginx cannot choose a free port. Bind a port without listening on it: no other program gets
    // this port, and nginx can bind it as well, since both set SO_REUSEADDR.
    if (!m_reserved.bind(QHostAddress::LocalHost, 0, QAbstractSocket::ReuseAddressHint))
        return false;
    m_port = m_reserved.localPort();
    QFile file(m_folder.filePath(u"nginx.conf"_s));
    const QString text = uR"(daemon off;
master_process off;
pid nginx.pid;
error_log stderr crit;
events { worker_connections 4096; }
http {
    access_log off;
    client_body_temp_path body;
    proxy_temp_path proxy;
    fastcgi_temp_path fastcgi;
    uwsgi_temp_path uwsgi;
    scgi_temp_path scgi;
    upstream backend { server %1; keepalive 512; keepalive_requests 1000000; }
    server {
        listen 127.0.0.1:%2 ssl http2;
        ssl_certificate cert.pem;
        ssl_certificate_key key.pem;
        keepalive_requests %3;
        location / {
            proxy_pass http://backend;
            proxy_http_version 1.1;
            proxy_buffering off;
            proxy_read_timeout 1h;
            proxy_set_header Connection "";
            proxy_set_header Host %1;
        }
    }
}
)"_s.arg(upstream.authority())
                             .arg(m_port)
                             .arg(m_requestsPerConnection);
    return file.open(QIODevice::WriteOnly) && file.write(text.toLatin1()) > 0;
}

bool Http2Proxy::isListening() const
{
    QTcpSocket socket;
    socket.connectToHost(QHostAddress(QHostAddress::LocalHost), m_port);
    return socket.waitForConnected(int(std::chrono::milliseconds(patience).count()));
}
