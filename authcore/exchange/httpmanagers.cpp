#include "authcore/exchange/httpmanagers.h"

#include <QtNetwork/QNetworkAccessManager>
#include <QtNetwork/QNetworkRequest>

#include <algorithm>
#include <utility>

using namespace Qt::StringLiterals;

namespace authcore {

namespace {

void setProxy(QNetworkAccessManager &http, const NetworkSettings &settings)
{
    if (settings.proxy)
        http.setProxy(*settings.proxy);
}

} // namespace

HttpManagers::HttpManagers(MakeHttp makeHttp)
    : m_makeHttp(std::move(makeHttp))
{
}

HttpManagers::HttpManagers(std::unique_ptr<QNetworkAccessManager> http)
{
    m_entries.push_back({{}, {}, std::move(http)});
}

HttpManagers::~HttpManagers() = default;

void HttpManagers::setParent(QObject *parent)
{
    m_parent = parent;
    for (const Entry &entry : m_entries)
        entry.http->setParent(parent);
}

void HttpManagers::setSettings(const NetworkSettings &settings)
{
    m_settings = settings;
    if (m_makeHttp)
        return;
    Entry &only = m_entries.front();
    only.settings = settings;
    only.tls = settings.tlsConfiguration();
    setProxy(*only.http, settings);
}

QNetworkAccessManager &HttpManagers::present()
{
    return *entry().http;
}

void HttpManagers::configure(QNetworkRequest &request)
{
    const auto &tls = entry().tls;
    if (tls && request.sslConfiguration() == QSslConfiguration::defaultConfiguration())
        request.setSslConfiguration(*tls);
    // In a tunnel Qt sends them itself. Without one, it does so only for requests that may also get
    // the credentials of servers, which none of these may.
    const auto &proxy = m_settings.proxy;
    if (proxy && proxy->type() == QNetworkProxy::HttpProxy && !proxy->user().isEmpty()
        && request.url().scheme() == "http"_L1) {
        const QByteArray credentials = (proxy->user() % u':' % proxy->password()).toUtf8();
        request.setRawHeader("Proxy-Authorization", "Basic " + credentials.toBase64());
    }
}

void HttpManagers::clear()
{
    m_entries.clear();
}

HttpManagers::Entry &HttpManagers::entry()
{
    const auto found = std::find_if(m_entries.begin(), m_entries.end(),
        [this](const Entry &entry) { return entry.settings == m_settings; });
    if (found != m_entries.end())
        return *found;
    auto http = m_makeHttp();
    http->setParent(m_parent);
    setProxy(*http, m_settings);
    m_entries.push_back({m_settings, m_settings.tlsConfiguration(), std::move(http)});
    return m_entries.back();
}

} // namespace authcore
