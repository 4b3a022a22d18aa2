#pragma once

#include "authcore/exchange/networksettings.h"

#include <QtNetwork/QNetworkAccessManager>
#include <QtNetwork/QNetworkRequest>

#include <optional>

namespace authcore {

//! The session's network settings as its AuthNetworkAccessManager uses them. A proxy or a TLS
//! configuration that the program has set itself is kept.
//!
//! Lifetime: a part of its manager.
//! Thread:   the manager's.
class AppliedSettings
{
public:
    explicit AppliedSettings(QNetworkAccessManager &manager);

    //! Uses `settings` from now on. True: requests must not use the connections of earlier ones,
    //! which were made with other certificates.
    [[nodiscard]] bool take(const NetworkSettings &settings);

    [[nodiscard]] bool hasCertificates() const { return m_tls.has_value(); }
    //! Whether a request shows the client certificate to a server that asks for one.
    enum class ClientCertificate { Shown, Withheld };
    //! `request` with the certificates of the settings; while hasCertificates().
    [[nodiscard]] QNetworkRequest configured(
        const QNetworkRequest &request, ClientCertificate certificate) const;

private:
    void takeProxy(const std::optional<QNetworkProxy> &proxy);

    QNetworkAccessManager &m_manager;
    QNetworkProxy m_proxy; //!< that the manager got here; a program has another one, or a factory
    NetworkSettings m_settings;
    std::optional<QSslConfiguration> m_tls;
    std::optional<QSslConfiguration> m_tlsForOthers; //!< without the client certificate
};

} // namespace authcore
