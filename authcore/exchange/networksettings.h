#pragma once

#include "authcore/profile/backendprofile.h"
#include "authcore/system/export.h"

#include <QtCore/QByteArray>
#include <QtCore/QList>
#include <QtCore/QString>
#include <QtNetwork/QNetworkProxy>
#include <QtNetwork/QSslCertificate>
#include <QtNetwork/QSslConfiguration>
#include <QtNetwork/QSslKey>

#include <optional>
#include <variant>

namespace authcore {

//! Whom connections to a backend trust, which certificate they show, and through which proxy they
//! go.
//!
//! AuthSession::setNetworkSettings() sets them for sign-ins, discovery, refreshes, revocations and
//! the requests of the session's AuthNetworkAccessManagers. For other managers:
//! QNetworkAccessManager::setProxy(), and QNetworkRequest::setSslConfiguration() with
//! tlsConfiguration().
//! Thread:   any.
struct AUTHCORE_EXPORT NetworkSettings
{
    QList<QSslCertificate> caCertificates = {}; //!< authorities to trust besides the system's
    //! For servers that ask for one: the client's own, then those between it and the root.
    QList<QSslCertificate> clientCertificates = {};
    QSslKey clientKey = {}; //!< of the first of clientCertificates
    //! Empty: the proxy of the manager, which is the application's unless it has one of its own.
    std::optional<QNetworkProxy> proxy = {};

    //! Qt's default configuration with these certificates; empty: there are none. Reads the
    //! system's certificates, which takes a while: keep the result.
    [[nodiscard]] std::optional<QSslConfiguration> tlsConfiguration() const;

    bool operator==(const NetworkSettings &) const = default;
};

//! The secrets that network settings need, and that no profile contains.
struct AUTHCORE_EXPORT NetworkSecrets
{
    QByteArray clientKeyPassword = {}; //!< of an encrypted key
    QString proxyPassword = {}; //!< of the user in BackendProfile::proxy
};

//! Reads the files that BackendProfile::caFile and clientCertificate name, and BackendProfile::proxy.
//! The other value is a text for people that names the file and what is wrong with it. Relative
//! names are relative to the current folder. Reads at most 1 MiB of each file, and only ordinary
//! files.
[[nodiscard]] AUTHCORE_EXPORT std::variant<NetworkSettings, QString> readNetworkSettings(
    const BackendProfile &profile, const NetworkSecrets &secrets = {});

} // namespace authcore
