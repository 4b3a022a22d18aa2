#pragma once

#include "authcore/demobackend/exchange.h"

#include <QtCore/QJsonObject>
#include <QtCore/QString>

namespace demobackend {

//! An error of OAuth 2.0: a code for programs, a description for people.
struct OAuthError
{
    QString code; //!< "invalid_grant"
    QString description; //!< ASCII, no quotes (RFC 6749 section 5.2); holds no secret

    bool operator==(const OAuthError &) const = default;
};

//! A reply that no cache may keep (RFC 6749 section 5.1).
[[nodiscard]] Reply notStored(Reply reply);
//! An error reply of RFC 6749 section 5.2: 401 with a challenge for invalid_client, otherwise 400.
[[nodiscard]] Reply oauthErrorReply(const OAuthError &error);
//! An HTML page without scripts that no other page may show in a frame.
[[nodiscard]] Reply pageReply(int status, const QString &html);
//! A 303: the browser follows it with a GET after any method (RFC 9700 section 4.12).
[[nodiscard]] Reply seeOtherReply(const QByteArray &url);

} // namespace demobackend
