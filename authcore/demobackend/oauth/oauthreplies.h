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

//! An answer that nobody may keep (RFC 6749 section 5.1).
[[nodiscard]] Reply notStored(Reply reply);
//! RFC 6749 section 5.2. An invalid_client is 401 with a challenge, everything else 400.
[[nodiscard]] Reply oauthErrorReply(const OAuthError &error);
//! An HTML page that no other page may frame and that runs no script.
[[nodiscard]] Reply pageReply(int status, const QString &html);
//! 303: whatever the request was, what follows is a GET (RFC 9700 section 4.12).
[[nodiscard]] Reply seeOtherReply(const QByteArray &url);

} // namespace demobackend
