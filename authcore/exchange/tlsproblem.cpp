#include "authcore/exchange/tlsproblem.h"

#include <QtNetwork/QSslCertificate>

#include <algorithm>
#include <array>

using namespace Qt::StringLiterals;

namespace authcore {

namespace {

//! The authority at the end of the chain is unknown; other errors are of the certificate itself.
bool isOfAuthority(const QSslError &error)
{
    switch (error.error()) {
    case QSslError::UnableToGetIssuerCertificate:
    case QSslError::UnableToGetLocalIssuerCertificate:
    case QSslError::UnableToVerifyFirstCertificate:
    case QSslError::SelfSignedCertificate:
    case QSslError::SelfSignedCertificateInChain:
    case QSslError::CertificateUntrusted:
        return true;
    default: // Qt's own list, which grows
        return false;
    }
}

QString nameOr(const QString &name, const QString &otherwise)
{
    return name.isEmpty() ? otherwise : u'"' + name + u'"';
}

} // namespace

QString tlsProblem(const QList<QSslError> &errors)
{
    if (errors.isEmpty())
        return {};
    const auto unknownAuthority = std::find_if(errors.cbegin(), errors.cend(), isOfAuthority);
    const QSslError &error =
        unknownAuthority == errors.cend() ? errors.constFirst() : *unknownAuthority;
    const QSslCertificate certificate = error.certificate();
    QString text = u"The certificate %1, issued by %2, is not trusted: %3"_s.arg(
        nameOr(certificate.subjectDisplayName(), u"of the server"_s),
        nameOr(certificate.issuerDisplayName(), u"nobody"_s), error.errorString());
    if (unknownAuthority != errors.cend())
        text += u". If it is your own authority, name its certificate (PEM) as caFile in the "
                "profile or by --ca-file"_s;
    return text;
}

QString withClientCertificateHint(const QString &reason)
{
    // OpenSSL's names for the alerts of RFC 8446 section 6.2.
    constexpr std::array alerts {"alert certificate required"_L1, "alert bad certificate"_L1,
        "alert unsupported certificate"_L1, "alert certificate revoked"_L1,
        "alert certificate expired"_L1, "alert certificate unknown"_L1, "alert unknown ca"_L1};
    const bool isAboutClient = std::any_of(alerts.begin(), alerts.end(),
        [&reason](QLatin1StringView alert) { return reason.contains(alert); });
    if (!isAboutClient)
        return reason;
    return u"The server wants another client certificate, or one at all: name it as "
           "clientCertificate in the profile or by --client-certificate. It said: %1"_s.arg(reason);
}

} // namespace authcore
