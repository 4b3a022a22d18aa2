#include "authcore/exchange/tlsproblem.h"

#include <QtNetwork/QSslCertificate>

#include <algorithm>

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

} // namespace authcore
