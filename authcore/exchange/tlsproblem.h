#pragma once

#include <QtCore/QList>
#include <QtCore/QString>
#include <QtNetwork/QSslError>

namespace authcore {

//! Why a server's certificate was not accepted, for people: whose certificate it is, who issued it,
//! and how to trust that authority. Empty without errors. Pure.
[[nodiscard]] QString tlsProblem(const QList<QSslError> &errors);

} // namespace authcore
