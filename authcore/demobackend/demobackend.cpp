#include "authcore/demobackend/demobackend.h"

#include "authcore/demobackend/pathscript.h"
#include "authcore/demobackend/server.h"

#include <utility>

namespace demobackend {

DemoBackend::DemoBackend()
    : DemoBackend(Options())
{
}

DemoBackend::DemoBackend(Options options)
    : m_server(std::make_unique<Server>(std::move(options)))
{
}

DemoBackend::~DemoBackend() = default;

QString DemoBackend::start()
{
    return m_server->start();
}

void DemoBackend::stop()
{
    m_server->stop();
}

QUrl DemoBackend::url() const
{
    return m_server->url();
}

QByteArray DemoBackend::certificatePem() const
{
    return m_server->certificatePem();
}

Knobs DemoBackend::knobs() const
{
    return m_server->authority().knobs();
}

void DemoBackend::setKnobs(const Knobs &knobs)
{
    m_server->authority().setKnobs(knobs);
}

void DemoBackend::answerRefreshes(RefreshAnswer answer, int times)
{
    m_server->authority().answerRefreshes(answer, times);
    m_server->wakeHanging();
}

RefreshAnswer DemoBackend::nextRefreshAnswer() const
{
    return m_server->authority().nextRefreshAnswer();
}

void DemoBackend::answerResources(ResourceAnswer answer, int times)
{
    m_server->authority().answerResources(answer, times);
}

ResourceAnswer DemoBackend::nextResourceAnswer() const
{
    return m_server->authority().nextResourceAnswer();
}

void DemoBackend::expireAccessTokens()
{
    m_server->authority().expireAccessTokens();
    m_server->saveState();
}

void DemoBackend::revokeEverything()
{
    m_server->authority().revokeEverything();
    m_server->saveState();
}

Script DemoBackend::on(const QString &path)
{
    auto script = m_server->script(path);
    script->watch();
    return Script(std::move(script));
}

QStringList DemoBackend::transcript() const
{
    return m_server->transcript().lines();
}

QStringList DemoBackend::transcript(const QString &part) const
{
    return m_server->transcript().lines(part);
}

void DemoBackend::clearTranscript()
{
    m_server->transcript().clear();
    m_server->authority().clearCounters();
}

Counters DemoBackend::counters() const
{
    return m_server->authority().counters();
}

} // namespace demobackend
