#pragma once

#include <QtCore/QJsonObject>
#include <QtCore/QString>
#include <QtCore/QStringList>

// What the fields of sign-in requests are called. Pure.

namespace authcore::lab {

[[nodiscard]] bool isPasswordField(const QString &name); //!< "password", "user[password]", "pwd"
//! "username", "email", "user_login", ...: likely enough for the first such field of a sign-in.
[[nodiscard]] bool isUserNameField(const QString &name);

//! The names that servers use, the most common ones first.
[[nodiscard]] const QStringList &userNameFields();
[[nodiscard]] const QStringList &passwordFields();
[[nodiscard]] const QStringList &refreshTokenFields();

//! The fields of a multipart/form-data body as browsers copy it.
[[nodiscard]] QJsonObject multipartFields(const QString &body);

} // namespace authcore::lab
