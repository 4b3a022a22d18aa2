#include "authcore/network/appliedsettings.h"

namespace authcore {

AppliedSettings::AppliedSettings(QNetworkAccessManager &manager)
    : m_manager(manager)
{
}

bool AppliedSettings::take(const NetworkSettings &settings)
{
    takeProxy(settings.proxy);
    const bool isOther = settings.caCertificates != m_settings.caCertificates
        || settings.clientCertificates != m_settings.clientCertificates
        || settings.clientKey != m_settings.clientKey;
    if (!isOther)
        return false;
    m_settings = settings;
    m_tls = settings.tlsConfiguration();
    m_tlsForOthers = NetworkSettings {.caCertificates = settings.caCertificates}.tlsConfiguration();
    return true;
}

void AppliedSettings::takeProxy(const std::optional<QNetworkProxy> &proxy)
{
    const QNetworkProxy wanted = proxy.value_or(QNetworkProxy());
    const bool isPrograms = m_manager.proxyFactory() != nullptr || m_manager.proxy() != m_proxy;
    if (isPrograms || wanted == m_proxy)
        return;
    m_manager.setProxy(wanted);
    m_proxy = wanted;
}

QNetworkRequest AppliedSettings::configured(
    const QNetworkRequest &request, ClientCertificate certificate) const
{
    const auto &tls = certificate == ClientCertificate::Shown ? m_tls : m_tlsForOthers;
    if (!tls || request.sslConfiguration() != QSslConfiguration::defaultConfiguration())
        return request;
    QNetworkRequest changed = request;
    changed.setSslConfiguration(*tls);
    return changed;
}

} // namespace authcore
