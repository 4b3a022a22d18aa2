#pragma once

#include <QtCore/QByteArray>
#include <QtCore/QJsonObject>
#include <QtCore/QList>
#include <QtCore/QString>
#include <QtCore/QStringList>
#include <QtCore/QUrl>

#include <chrono>
#include <cstddef>
#include <optional>
#include <variant>

namespace authcore {

//! How a token request's body is written.
enum class BodyFormat { Json, Form };

//! One endpoint of the authorization side: where it is and what its body looks like.
//! In `body`, a value "${userName}", "${password}", "${refreshToken}", "${clientId}" or "${scope}"
//! is replaced; every other value is sent as it stands. An empty client id or scope is left out.
struct TokenRequest
{
    QUrl url; //!< absolute, or relative to BackendProfile::baseUrl
    BodyFormat format = BodyFormat::Json; //!< and so its Content-Type
    QJsonObject body; //!< names to values or placeholders; strings only

    bool operator==(const TokenRequest &) const = default;
};

//! Where each value sits in a token answer: JSON pointers (RFC 6901); empty: this dialect has none.
struct TokenAnswer
{
    QString accessToken; //!< pointer
    QString refreshToken; //!< pointer; no such value keeps the old one
    QString idToken; //!< pointer
    QString expiresIn; //!< in `expiresInUnit`
    std::chrono::milliseconds expiresInUnit {1000}; //!< a second unless the dialect is odd
    QString accountId; //!< pointer, see TokenSet::accountId
    QString scope; //!< pointer
    QString userData; //!< an object, kept as TokenSet::userData

    bool operator==(const TokenAnswer &) const = default;
};

//! Bounds of refreshing and holding. All have a default that suits a desktop client.
struct RefreshPolicy
{
    std::chrono::milliseconds tryTimeout {10'000}; //!< one POST
    std::chrono::milliseconds totalTimeout {30'000}; //!< the whole refresh with its retries
    std::chrono::milliseconds backoffMin {500}; //!< exponential with full jitter, from ...
    std::chrono::milliseconds backoffMax {8'000}; //!< ... to
    std::chrono::milliseconds leeway {30'000}; //!< refresh so long before expiry, but at most ...
    double leewayFraction = 0.1; //!< ... this part of the lifetime
    //! No early refresh so long after a failed one; doubled from failure to failure.
    std::chrono::milliseconds cooldown {30'000};
    //! While the token is in use, refresh it by a timer before requests have to wait for that.
    bool refreshAhead = true;
    std::chrono::milliseconds holdTimeout {60'000}; //!< a held reply's own deadline
    std::size_t maxHeld = 100'000; //!< replies held at most; one more fails at once
    //! The leeway before an upload, at most half the lifetime.
    std::chrono::milliseconds uploadLeeway {120'000};
    std::size_t largeUpload = 1 << 20; //!< bytes that make one; so does a body sent only once

    bool operator==(const RefreshPolicy &) const = default;
};

//! What was wrong with a profile, and where. For people; holds no secret.
struct ProfileError
{
    QString where; //!< JSON pointer, or "line 3" for text that is no JSON
    QString what; //!< what is wrong and what would be right

    [[nodiscard]] QString toString() const; //!< "/refresh/url: ..."
    bool operator==(const ProfileError &) const = default;
};

//! Everything that differs between backends, as data. A value; contains no secret.
//!
//! Thread:   any.
//! Errors:   fromJson() and problems() say where and what.
struct BackendProfile
{
    QString id; //!< "custom-jwt"; part of the store's key
    QString name; //!< for people
    QUrl baseUrl; //!< what relative URLs are resolved against
    //! "https://host[:port]". Empty protects nothing, never "every host".
    QStringList protectedOrigins;
    //! Of protected origins, sent without token. Decoded; a trailing '*' makes it a prefix.
    QStringList publicPaths;
    //! Plain http beyond loopback; shown in the window all the time.
    bool allowInsecureHttp = false;

    TokenRequest signIn; //!< name and password for tokens
    TokenRequest refresh; //!< a refresh token for tokens
    TokenAnswer answer; //!< of both

    QByteArray tokenHeader = "Authorization"; //!< of requests that carry the access token
    QByteArray tokenPrefix = "Bearer "; //!< RFC 6750 section 2.1
    QList<int> challengeStatuses {401}; //!< of protected resources
    //! Statuses that reject a refresh when the answer carries no OAuth error code (design rule 6).
    QList<int> refreshRejectedStatuses {400, 401, 403};
    //! A challenge to a freshly refreshed token ends the session.
    bool replayChallengeEndsSession = false;
    QString clientId; //!< empty: not sent
    QString scope; //!< asked for; empty: not sent
    RefreshPolicy policy; //!< time limits and bounds

    bool operator==(const BackendProfile &) const = default;

    //! The presets' names: "custom-jwt" for now.
    [[nodiscard]] static QStringList presetNames();
    //! A preset at `baseUrl`, which becomes the one protected origin. Empty for an unknown name.
    [[nodiscard]] static std::optional<BackendProfile> preset(
        const QString &name, const QUrl &baseUrl);

    //! What fromJson() reads: every key, also those with their defaults.
    [[nodiscard]] QJsonObject toJson() const;
    //! Unknown keys are refused, missing ones have their defaults: those of "preset", where given.
    [[nodiscard]] static std::variant<BackendProfile, ProfileError> fromJson(
        const QByteArray &json);
    //! What makes this profile unusable: no sign-in endpoint, plain http beyond loopback, ...
    [[nodiscard]] QList<ProfileError> problems() const;

    //! Against baseUrl, taken for a folder: "token" at "https://host/app" is
    //! "https://host/app/token".
    [[nodiscard]] QUrl resolved(const QUrl &endpoint) const;
    //! Has `url` one of the protected origins, and is its path not public?
    [[nodiscard]] bool isProtected(const QUrl &url) const;
    [[nodiscard]] bool hasProtectedOrigin(const QUrl &url) const; //!< the first half of it
    [[nodiscard]] bool isPublicPath(const QUrl &url) const; //!< the second
    //! https, loopback, or allowed by allowInsecureHttp.
    [[nodiscard]] bool isTransportAllowed(const QUrl &url) const;
};

//! "scheme://host:port", lower case, default port made explicit, no user; empty without a host.
[[nodiscard]] QString originOf(const QUrl &url);
//! 127.0.0.0/8, ::1, localhost or below it.
[[nodiscard]] bool isLoopback(const QUrl &url);

} // namespace authcore
