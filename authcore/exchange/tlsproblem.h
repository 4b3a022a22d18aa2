#pragma once

#include <QtCore/QList>
#include <QtCore/QString>
#include <QtNetwork/QSslError>

namespace authcore {

//! Why a server's certificate was not accepted, for people: whose certificate it is, who issued it,
//! and how to trust that authority. Empty without errors. Pure.
[[nodiscard]] QString tlsProblem(const QList<QSslError> &errors);

//! `reason`, which is Qt's text, and how to show another client certificate if it says that the
//! server wants that. Pure.
[[nodiscard]] QString withClientCertificateHint(const QString &reason);

} // namespace authcore
