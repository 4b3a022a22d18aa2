#include "authcore/demobackend/server.h"

#include "authcore/demobackend/pathscript.h"
#include "authcore/demobackend/replies.h"
#include "authcore/httpserver/stranger.h"

#include <QtCore/QDebug>
#include <QtCore/QStringBuilder>

#include <algorithm>
#include <utility>

using namespace Qt::Literals::StringLiterals;

namespace demobackend {

namespace {

QString whatArrived(const Request &request, const QString &tokenNames)
{
    QString what = QString::fromLatin1(request.method) % u' ' % QString::fromLatin1(request.target);
    if (!tokenNames.isEmpty())
        what += u" ["_s % tokenNames % u']';
    return what;
}

bool hasHeader(const Reply &reply, QByteArrayView name)
{
    return std::any_of(reply.headers.begin(), reply.headers.end(),
        [name](const Header &header) { return header.first.toLower() == name; });
}

QString outcomeOf(const Reply &reply)
{
    switch (reply.delivery) {
    case Delivery::Whole:
    case Delivery::ByteByByte:
        return QString::number(reply.status);
    case Delivery::HalfBody:
        return QString::number(reply.status) % u" dropped"_s;
    case Delivery::Dropped:
        break;
    }
    return u"dropped"_s;
}

} // namespace

DemoBackend::Server::Server(Options options)
    : m_options(std::move(options))
    , m_stateFile(m_options.stateFile.isEmpty() ? std::nullopt
                                                : std::optional<StateFile>(m_options.stateFile))
    , m_port(m_options.port)
{
}

DemoBackend::Server::~Server()
{
    stop();
}

QString DemoBackend::Server::start()
{
    const std::scoped_lock lifecycle(m_lifecycle);
    if (m_listener)
        return {};
    if (auto problem = loadState(); !problem.isEmpty())
        return problem;
    auto bound = bind();
    if (const auto *problem = std::get_if<QString>(&bound))
        return *problem;
    auto &ready = std::get<httpserver::BoundPort>(bound);
    if (m_options.tls && !m_certificate)
        m_certificate = m_options.tlsIdentity.isEmpty()
            ? std::make_unique<httpserver::Certificate>("Tokenflight demo backend")
            : std::make_unique<httpserver::Certificate>(m_options.tlsIdentity);
    if (m_certificate && !m_certificate->isValid())
        return u"cannot make a certificate for the demo backend"_s;
    if (m_certificate && !m_options.clientAuthority.isEmpty()
        && !m_certificate->requireClients(m_options.clientAuthority))
        return u"cannot read the authority of client certificates"_s;
    m_authority.setAddress(m_options.tls ? u"https"_s : u"http"_s, ready.port);
    {
        const std::scoped_lock lock(m_mutex);
        m_port = ready.port;
    }
    if (m_stateFile)
        if (auto problem = m_stateFile->write(state()); !problem.isEmpty())
            return problem;
    m_stopping = {};
    m_listener = std::make_unique<httpserver::Listener>(std::move(ready),
        m_certificate ? m_certificate->context() : nullptr,
        [this](httpserver::Connection &connection) { httpserver::serveHttp(connection, *this); });
    return {};
}

void DemoBackend::Server::stop()
{
    const std::scoped_lock lifecycle(m_lifecycle);
    m_stopping.request_stop(); // held and hanging requests stop waiting
    m_listener.reset();
}

QUrl DemoBackend::Server::url() const
{
    const std::scoped_lock lock(m_mutex);
    QUrl url;
    url.setScheme(m_options.tls ? u"https"_s : u"http"_s);
    url.setHost(u"127.0.0.1"_s);
    url.setPort(m_port);
    return url;
}

QByteArray DemoBackend::Server::certificatePem() const
{
    const std::scoped_lock lifecycle(m_lifecycle);
    return m_certificate ? m_certificate->pem() : QByteArray();
}

std::shared_ptr<PathScript> DemoBackend::Server::script(const QString &path)
{
    const std::scoped_lock lock(m_mutex);
    auto &script = m_scripts[path];
    if (!script)
        script = std::make_shared<PathScript>();
    return script;
}

std::shared_ptr<PathScript> DemoBackend::Server::arrivedAt(const QString &path)
{
    constexpr std::size_t mostPaths = 1000;
    const std::scoped_lock lock(m_mutex);
    const auto known = m_scripts.find(path);
    if (known != m_scripts.end())
        return known->second;
    auto fresh = std::make_shared<PathScript>();
    if (m_scripts.size() < mostPaths)
        m_scripts.emplace(path, fresh);
    return fresh;
}

quint16 DemoBackend::Server::port() const
{
    const std::scoped_lock lock(m_mutex);
    return m_port;
}

void DemoBackend::Server::wakeHanging()
{
    const std::scoped_lock lock(m_pausing);
    m_wake.notify_all();
}

void DemoBackend::Server::saveState()
{
    if (!m_stateFile)
        return;
    const std::scoped_lock lock(m_saving);
    if (const auto problem = m_stateFile->write(state()); !problem.isEmpty())
        qWarning().noquote() << "demo backend:" << problem;
}

qsizetype DemoBackend::Server::keptBodySize(const Request &head)
{
    return arrivedAt(head.path)->keptBodySize();
}

httpserver::Reply DemoBackend::Server::answer(const Request &request)
{
    if (auto refusal = httpserver::refusalForStranger(request, port())) {
        refusal->headers.emplace_back("Date", httpserver::httpDate(m_authority.now()));
        return *std::move(refusal);
    }
    const auto path = arrivedAt(request.path);
    const auto line = m_transcript.open(whatArrived(request, m_authority.arrive(request)));
    path->arrive(request);
    auto reply = droppedReply();
    if (path->pass(PathScript::Gate::Requests, m_stopping.get_token())) {
        reply = decide(request, *path);
        if (reply.changedState)
            saveState();
        const bool isStopped =
            !path->pass(PathScript::Gate::Answers, m_stopping.get_token()) || !waitFor(reply);
        if (isStopped)
            reply = droppedReply();
    }
    // RFC 9110 section 6.6.1: Date is the time of the reply, not of the request.
    if (!hasHeader(reply, "date"))
        reply.headers.emplace_back("Date", httpserver::httpDate(m_authority.now()));
    m_transcript.complete(line, outcomeOf(reply));
    return reply;
}

bool DemoBackend::Server::pause(std::chrono::microseconds duration)
{
    std::unique_lock lock(m_pausing);
    const auto stopping = m_stopping.get_token();
    m_wake.wait_for(lock, stopping, duration, [] { return false; });
    return !stopping.stop_requested();
}

QString DemoBackend::Server::loadState()
{
    if (!m_stateFile || !m_stateFile->exists() || m_isLoaded)
        return {};
    const auto saved = m_stateFile->read();
    if (const auto *problem = std::get_if<QString>(&saved))
        return *problem;
    const auto &state = std::get<SavedState>(saved);
    m_authority.restore(state);
    if (m_port == 0)
        m_port = state.port;
    m_isLoaded = true;
    return {};
}

std::variant<httpserver::BoundPort, QString> DemoBackend::Server::bind() const
{
    auto bound = httpserver::bindLoopback(m_port);
    if (std::holds_alternative<QString>(bound) && !m_options.requirePort)
        bound = httpserver::bindLoopback(0);
    return bound;
}

SavedState DemoBackend::Server::state() const
{
    auto state = m_authority.state();
    const std::scoped_lock lock(m_mutex);
    state.port = m_port;
    return state;
}

Reply DemoBackend::Server::decide(const Request &request, PathScript &script)
{
    auto reply = script.nextReply();
    if (!reply)
        return m_authority.answer(request);
    if (reply->delivery != Delivery::Dropped)
        m_authority.countScripted(request, reply->status);
    return *std::move(reply);
}

bool DemoBackend::Server::waitFor(const Reply &reply)
{
    if (reply.delay.count() > 0 && !pause(reply.delay))
        return false;
    if (!reply.hangs)
        return true;
    std::unique_lock lock(m_pausing);
    return m_wake.wait(
        lock, m_stopping.get_token(), [&] { return m_authority.hangRound() != reply.hangRound; });
}

} // namespace demobackend
