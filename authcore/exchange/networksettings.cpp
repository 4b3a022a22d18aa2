#include "authcore/exchange/networksettings.h"

#include "authcore/profile/urlrules.h"

#include <QtCore/QFile>
#include <QtCore/QFileInfo>

#include <utility>

using namespace Qt::StringLiterals;

namespace authcore {

namespace {

using Content = std::variant<QByteArray, QString>; //!< of a file, or what is wrong with it

QString problem(const QString &file, const QString &what)
{
    return u"%1: %2"_s.arg(file, what);
}

Content contentOf(const QString &name)
{
    constexpr qint64 mostBytes = qint64 {1} << 20;
    const QFileInfo info(name);
    if (info.exists() && !info.isFile())
        return problem(name, u"is no ordinary file"_s);
    QFile file(name);
    if (!file.open(QIODevice::ReadOnly))
        return problem(name, file.errorString());
    QByteArray content = file.read(mostBytes + 1);
    if (content.size() > mostBytes)
        return problem(name, u"is longer than 1 MiB, so it is no file of certificates"_s);
    return content;
}

//! What is wrong with a file that has no certificate in PEM form.
QString whyNoCertificate(const QString &name, const QByteArray &content)
{
    if (!QSslCertificate::fromData(content, QSsl::Der).isEmpty())
        return problem(name,
            u"is a certificate in DER form; give it in PEM form: openssl x509 -inform der -in "
            "%1 -out %1.pem"_s.arg(name));
    if (content.contains("PRIVATE KEY-----"))
        return problem(name, u"has a private key and no certificate; give the certificate"_s);
    return problem(name, u"has no certificate in PEM form (\"-----BEGIN CERTIFICATE-----\")"_s);
}

std::variant<QList<QSslCertificate>, QString> certificatesIn(const QString &name)
{
    const Content content = contentOf(name);
    if (const auto *const why = std::get_if<QString>(&content))
        return *why;
    const auto &pem = std::get<QByteArray>(content);
    auto certificates = QSslCertificate::fromData(pem, QSsl::Pem);
    if (certificates.isEmpty())
        return whyNoCertificate(name, pem);
    return certificates;
}

QSslKey keyFrom(const QByteArray &content, QSsl::EncodingFormat form, const QByteArray &password)
{
    for (const auto algorithm : {QSsl::Rsa, QSsl::Ec, QSsl::Dsa}) {
        QSslKey key(content, algorithm, form, QSsl::PrivateKey, password);
        if (!key.isNull())
            return key;
    }
    return {};
}

//! What is wrong with a file that has no private key that can be read.
QString whyNoKey(const QString &name, const QByteArray &content, const QByteArray &password)
{
    if (content.contains("ENCRYPTED")) {
        return problem(name,
            password.isEmpty()
                ? u"is encrypted; give its password as "
                  "TOKENFLIGHT_CLIENT_KEY_PASSWORD or by --client-key-password-file"_s
                : u"cannot be decrypted: its password is another one"_s);
    }
    if (content.contains("PRIVATE KEY-----"))
        return problem(
            name, u"has a private key that is damaged, or of a kind that is not known"_s);
    if (!keyFrom(content, QSsl::Der, {}).isNull())
        return problem(name,
            u"is a private key in DER form; give it in PEM form: openssl pkey -inform der -in %1 "
            "-out %1.pem"_s.arg(name));
    return problem(name, u"has no private key in PEM form (\"-----BEGIN PRIVATE KEY-----\")"_s);
}

std::variant<QSslKey, QString> keyIn(const QString &name, const QByteArray &password)
{
    const Content content = contentOf(name);
    if (const auto *const why = std::get_if<QString>(&content))
        return *why;
    const auto &pem = std::get<QByteArray>(content);
    auto key = keyFrom(pem, QSsl::Pem, password);
    if (key.isNull())
        return whyNoKey(name, pem, password);
    return key;
}

//! Empty: `text` is no proxy.
std::optional<QNetworkProxy> proxyFrom(const QString &text, const QString &password)
{
    if (text == "direct"_L1)
        return QNetworkProxy(QNetworkProxy::NoProxy);
    const auto url = proxyUrl(text);
    if (!url)
        return std::nullopt;
    const bool isHttp = url->scheme() == "http"_L1;
    return QNetworkProxy(isHttp ? QNetworkProxy::HttpProxy : QNetworkProxy::Socks5Proxy,
        url->host(), static_cast<quint16>(url->port()), url->userName(QUrl::FullyDecoded),
        url->userName().isEmpty() ? QString() : password);
}

} // namespace

std::optional<QSslConfiguration> NetworkSettings::tlsConfiguration() const
{
    if (caCertificates.isEmpty() && clientCertificates.isEmpty())
        return std::nullopt;
    auto tls = QSslConfiguration::defaultConfiguration();
    if (!caCertificates.isEmpty()) {
        // With certificates of one's own, Qt loads none of the system's any more when needed.
        const auto others = tls.caCertificates();
        tls.setCaCertificates(
            (others.isEmpty() ? QSslConfiguration::systemCaCertificates() : others)
            + caCertificates);
    }
    if (!clientCertificates.isEmpty()) {
        tls.setLocalCertificateChain(clientCertificates);
        tls.setPrivateKey(clientKey);
    }
    return tls;
}

std::variant<NetworkSettings, QString> readNetworkSettings(
    const BackendProfile &profile, const NetworkSecrets &secrets)
{
    NetworkSettings settings;
    if (!profile.caFile.isEmpty()) {
        auto found = certificatesIn(profile.caFile);
        if (const auto *const why = std::get_if<QString>(&found))
            return *why;
        settings.caCertificates = std::get<QList<QSslCertificate>>(std::move(found));
    }
    const auto &certificate = profile.clientCertificate;
    if (!certificate.file.isEmpty()) {
        auto found = certificatesIn(certificate.file);
        if (const auto *const why = std::get_if<QString>(&found))
            return *why;
        settings.clientCertificates = std::get<QList<QSslCertificate>>(std::move(found));
        auto key = keyIn(certificate.keyFile.isEmpty() ? certificate.file : certificate.keyFile,
            secrets.clientKeyPassword);
        if (const auto *const why = std::get_if<QString>(&key))
            return *why;
        settings.clientKey = std::get<QSslKey>(std::move(key));
    }
    if (!profile.proxy.isEmpty()) {
        settings.proxy = proxyFrom(profile.proxy, secrets.proxyPassword);
        if (!settings.proxy)
            return u"%1 is no proxy; give http://host:port, socks5://host:port or direct"_s.arg(
                QUrl(profile.proxy).toString(QUrl::RemovePassword));
    }
    return settings;
}

} // namespace authcore
