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

//! What one sign-in or refresh gave us, and what it is good for.
//!
//! A value.
//! Thread:   any.
//! Secrets:  accessToken, refreshToken, idToken, clientSecret and cookies; `QDebug <<` prints their
//! lengths only.
struct AUTHCORE_EXPORT TokenSet
{
    QByteArray accessToken; //!< bytes, never text
    QByteArray refreshToken; //!< empty: none was granted
    QByteArray idToken; //!< OpenID Connect; empty where the dialect has none
    std::optional<std::chrono::sys_seconds> expiresAt; //!< local clock; empty: unknown, not "never"
    std::optional<std::chrono::sys_seconds> receivedAt; //!< local clock, when the answer came
    //! Of dialects whose tokens are cookies. Those that are the tokens themselves have no value
    //! here: it is in accessToken and refreshToken.
    QList<QNetworkCookie> cookies;
    QByteArray clientSecret; //!< of a confidential client, for its refreshes; mostly empty
    QString accountId; //!< the profile's mapped value (`userId`), else the typed name, else empty
    QString userName; //!< as typed at sign-in, for people and as the key of the store
    QString scope; //!< as granted; empty: as asked for
    QJsonObject userData; //!< what else the answer said of the user (name, roles)
    QUrl tokenEndpoint; //!< under which it was obtained; a changed profile makes the set unusable
    QStringList protectedOrigins; //!< likewise
    //! Likewise all places that see a token, a cookie or a password, by their names in the profile,
    //! and what each was then. Empty: an older version has stored it.
    std::map<QString, QString> places;

    bool operator==(const TokenSet &) const = default;

    [[nodiscard]] bool hasCredentialsOf(
        const TokenSet &other) const; //!< the same tokens and cookies
    [[nodiscard]] bool isEmpty() const noexcept; //!< nothing in it that could be sent
    //! Not known to be expired at `when`. An unknown expiry is usable until a challenge comes.
    [[nodiscard]] bool isUsableAt(std::chrono::sys_seconds when) const noexcept;

    //! One JSON object with everything in it, secrets included: for stores only.
    [[nodiscard]] QJsonObject toJson() const;
    //! Empty when `json` is no token set of ours.
    [[nodiscard]] static std::optional<TokenSet> fromJson(const QJsonObject &json);
    //! The same as one line of ASCII, for stores whose values are text.
    [[nodiscard]] QByteArray serialized() const;
    //! Empty when `value` is not what serialized() makes.
    [[nodiscard]] static std::optional<TokenSet> fromSerialized(const QByteArray &value);
};

//! Which token set of a store: profile + account + client + scope.
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
