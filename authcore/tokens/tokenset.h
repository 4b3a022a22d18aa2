#pragma once

#include "authcore/system/export.h"

#include <QtCore/QByteArray>
#include <QtCore/QJsonObject>
#include <QtCore/QList>
#include <QtCore/QString>
#include <QtCore/QStringList>
#include <QtCore/QUrl>
#include <QtNetwork/QNetworkCookie>

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>

class QDebug;

namespace authcore {

//! Counts the token sets that a session has held; 0 is "none". Generations are compared, never
//! strings: a refreshed access token may be byte-identical to the old one.
enum class Generation : std::uint32_t {};

//! The tokens of one sign-in or refresh, and what they may be used for. A value.
//!
//! Thread:   any.
//! Secrets:  accessToken, refreshToken, idToken, clientSecret and cookies; `QDebug <<` prints only
//!           their lengths.
struct AUTHCORE_EXPORT TokenSet
{
    QByteArray accessToken; //!< bytes, without an encoding
    QByteArray refreshToken; //!< empty: the server granted none
    QByteArray idToken; //!< OpenID Connect; empty: the server issued none
    //! When the access token expires, by the local clock; empty: unknown, which is not "never".
    std::optional<std::chrono::sys_seconds> expiresAt;
    std::optional<std::chrono::sys_seconds> receivedAt; //!< by the local clock
    //! The cookies of dialects whose tokens are cookies. Cookies that are the tokens themselves
    //! have no value here: it is in accessToken and refreshToken.
    QList<QNetworkCookie> cookies;
    QByteArray clientSecret; //!< of a confidential client, for refreshes; empty: a public client
    QString accountId; //!< the value at TokenAnswer::accountId, else the typed name, else empty
    QString userName; //!< as typed at the sign-in: for people, and a part of TokenKey
    QString scope; //!< as granted; empty: as requested
    QJsonObject userData; //!< other members of the answer about the user (name, roles)
    QUrl tokenEndpoint; //!< that issued the tokens; a profile with another one cannot use them
    QStringList protectedOrigins; //!< those of the profile; likewise
    //! The endpoints, origins and templates of the profile that see a token, a cookie or a
    //! password, by their names in the profile; likewise. Empty: an older version has stored the
    //! tokens.
    std::map<QString, QString> places;

    bool operator==(const TokenSet &) const = default;

    //! Whether tokens and cookies are the same.
    [[nodiscard]] bool hasCredentialsOf(const TokenSet &other) const;
    [[nodiscard]] bool isEmpty() const noexcept; //!< whether there is no token and no cookie
    //! Whether the access token is not known to have expired at `when`. If its expiry is unknown,
    //! it is usable until a challenge.
    [[nodiscard]] bool isUsableAt(std::chrono::sys_seconds when) const noexcept;

    //! All members as one JSON object, secrets included. For stores only.
    [[nodiscard]] QJsonObject toJson() const;
    //! Reads what toJson() returned; empty: `json` is something else.
    [[nodiscard]] static std::optional<TokenSet> fromJson(const QJsonObject &json);
    //! The same as one line of ASCII, for stores that keep text.
    [[nodiscard]] QByteArray serialized() const;
    //! Reads what serialized() returned; empty: `value` is something else.
    [[nodiscard]] static std::optional<TokenSet> fromSerialized(const QByteArray &value);
};

//! Names one token set in a store.
struct AUTHCORE_EXPORT TokenKey
{
    QString profile; //!< BackendProfile::id
    QString account; //!< TokenSet::userName
    QString clientId; //!< BackendProfile::clientId
    QString scope; //!< BackendProfile::scope

    bool operator==(const TokenKey &) const = default;
    [[nodiscard]] QString toString() const; //!< percent-encoded parts, joined by '/'
    //! Reads what toString() returned; empty: `text` is something else.
    [[nodiscard]] static std::optional<TokenKey> fromString(const QString &text);
};

AUTHCORE_EXPORT QDebug operator<<(QDebug debug, const TokenSet &tokens);

} // namespace authcore
