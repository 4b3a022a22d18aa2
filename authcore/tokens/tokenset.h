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
    QByteArray accessToken; //!< bytes, never text
    QByteArray refreshToken; //!< empty: none was granted
    QByteArray idToken; //!< OpenID Connect; empty where the dialect has none
    std::optional<std::chrono::sys_seconds> expiresAt; //!< local clock; empty: unknown, not "never"
    std::optional<std::chrono::sys_seconds> receivedAt; //!< local clock
    //! The cookies of dialects whose tokens are cookies. Cookies that are the tokens themselves
    //! have no value here: it is in accessToken and refreshToken.
    QList<QNetworkCookie> cookies;
    QByteArray clientSecret; //!< of a confidential client, sent with its refreshes; mostly empty
    QString accountId; //!< the profile's mapped value (`userId`), else the typed name, else empty
    QString userName; //!< as typed at sign-in, for people and as the key of the store
    QString scope; //!< as granted; empty: as requested
    QJsonObject userData; //!< other members of the answer about the user (name, roles)
    QUrl tokenEndpoint; //!< that gave the set; if the profile names another, the set is not used
    QStringList protectedOrigins; //!< likewise
    //! Likewise the value that each place had which sees a token, a cookie or a password, by its
    //! name in the profile. Empty: an older version has stored the set.
    std::map<QString, QString> places;

    bool operator==(const TokenSet &) const = default;

    [[nodiscard]] bool hasCredentialsOf(
        const TokenSet &other) const; //!< the same tokens and cookies
    [[nodiscard]] bool isEmpty() const noexcept; //!< no token and no cookie
    //! Whether it is not known to be expired at `when`. With an unknown expiry it is usable until a
    //! challenge comes.
    [[nodiscard]] bool isUsableAt(std::chrono::sys_seconds when) const noexcept;

    //! One JSON object with everything in it, secrets included: for stores only.
    [[nodiscard]] QJsonObject toJson() const;
    //! Empty when `json` is not what toJson() makes.
    [[nodiscard]] static std::optional<TokenSet> fromJson(const QJsonObject &json);
    //! The same as one line of ASCII, for stores whose values are text.
    [[nodiscard]] QByteArray serialized() const;
    //! Empty when `value` is not what serialized() makes.
    [[nodiscard]] static std::optional<TokenSet> fromSerialized(const QByteArray &value);
};

//! Names one token set in a store: profile + account + client + scope.
struct AUTHCORE_EXPORT TokenKey
{
    QString profile; //!< BackendProfile::id
    QString account; //!< TokenSet::userName
    QString clientId; //!< BackendProfile::clientId
    QString scope; //!< BackendProfile::scope

    bool operator==(const TokenKey &) const = default;
    [[nodiscard]] QString toString() const; //!< percent-encoded parts, joined by '/'
    //! Empty when `text` is not what toString() makes.
    [[nodiscard]] static std::optional<TokenKey> fromString(const QString &text);
};

AUTHCORE_EXPORT QDebug operator<<(QDebug debug, const TokenSet &tokens);

} // namespace authcore
