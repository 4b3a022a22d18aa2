#pragma once

#include "authcore/profile/origin.h"
#include "authcore/system/export.h"

#include <QtCore/QByteArray>
#include <QtCore/QJsonObject>
#include <QtCore/QList>
#include <QtCore/QString>
#include <QtCore/QStringList>
#include <QtCore/QUrl>

#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <variant>

namespace authcore {

//! How a token request's body is written.
enum class BodyFormat {
    Json, //!< an object (RFC 8259)
    Form, //!< application/x-www-form-urlencoded
    Multipart, //!< multipart/form-data (RFC 7578)
};

//! How a person signs in.
enum class SignInMethod {
    Password, //!< in the application (RFC 6749 section 4.3 or a form of the backend)
    Browser, //!< in a browser (RFC 8252 with RFC 7636)
    Device, //!< on another device (RFC 8628)
};

//! How the client proves its identity to the token endpoint (RFC 6749 section 2.3.1).
enum class ClientAuthentication {
    None, //!< not at all: a public client
    Basic, //!< by an Authorization header
    Post, //!< by fields of the body
};

//! One endpoint of the authorization server: its URL and the template of its body.
//!
//! These placeholders are replaced in `headers` and in strings of `body`, at any depth:
//! ${userName}, ${password}, ${accessToken}, ${refreshToken}, ${clientId}, ${scope} and
//! ${cookie:NAME}, the value of one of the session's cookies. A field or header that is nothing but
//! a placeholder without a value is left out; a name or a password is sent even when empty.
struct AUTHCORE_EXPORT TokenRequest
{
    QUrl url; //!< absolute, or relative to BackendProfile::baseUrl
    BodyFormat format = BodyFormat::Json; //!< and so its Content-Type
    QJsonObject body; //!< the template; of forms: strings only
    std::map<QString, QString> headers = {}; //!< names to templates

    bool operator==(const TokenRequest &) const = default;
};

//! Where each value sits in a token answer: JSON pointers (RFC 6901); empty: this dialect has none.
struct AUTHCORE_EXPORT TokenAnswer
{
    QString accessToken; //!< pointer
    QString refreshToken; //!< pointer; no such value keeps the old one
    QString idToken; //!< pointer
    QString expiresIn; //!< a lifetime in `expiresInUnit`, from now on
    std::chrono::milliseconds expiresInUnit {1000}; //!< a second unless the dialect is odd
    QString expiresAt = {}; //!< a date (ISO 8601), or a number of `expiresInUnit` since 1970 (UTC)
    QString accountId; //!< pointer, see TokenSet::accountId
    QString scope; //!< pointer
    QString error = QStringLiteral("/error"); //!< in refusals, the code of RFC 6749 section 5.2
    //! Names to pointers: what TokenSet::userData is put together from.
    std::map<QString, QString> userData;
    //! The names of cookies that are the tokens, instead of values in the body.
    QString accessTokenCookie = {};
    QString refreshTokenCookie = {}; //!< likewise

    [[nodiscard]] bool usesCookies() const; //!< at least one of the tokens is a cookie
    bool operator==(const TokenAnswer &) const = default;
};

//! A value that a script of the origin could read from a cookie proves that a request comes from
//! it: `header` repeats the value of `cookie` on every method that changes something.
struct AUTHCORE_EXPORT CsrfPair
{
    QString cookie; //!< one of the session's
    QByteArray header; //!< "X-CSRF-TOKEN"

    bool operator==(const CsrfPair &) const = default;
};

//! A resource of the backend that people and tests can request.
struct AUTHCORE_EXPORT Resource
{
    QString name; //!< for people
    QString path; //!< or URL; relative to BackendProfile::baseUrl
    //! A person needs one of these in userData's "roles"; empty: everybody may have it.
    QStringList roles = {};

    bool operator==(const Resource &) const = default;
};

//! Where a browser is sent to sign in.
struct AUTHCORE_EXPORT Authorization
{
    QUrl url; //!< absolute, or relative to BackendProfile::baseUrl
    std::map<QString, QString> parameters = {}; //!< added: {"prompt": "consent"}
    bool issuerInAnswers =
        false; //!< answers name the issuer (RFC 9207); one that does not is refused

    bool operator==(const Authorization &) const = default;
};

//! A certificate that the client shows to servers that ask for one.
struct AUTHCORE_EXPORT ClientCertificate
{
    QString file; //!< PEM: the client's own, then those between it and the root; empty: none
    QString keyFile = {}; //!< PEM; empty: the key is in `file`, too

    bool operator==(const ClientCertificate &) const = default;
};

//! Bounds of refreshing and holding. All have a default that suits a desktop client.
struct AUTHCORE_EXPORT RefreshPolicy
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

//! A place in a text.
struct AUTHCORE_EXPORT TextPosition
{
    int line = 1; //!< from 1 on
    int column = 1; //!< from 1 on, in characters

    bool operator==(const TextPosition &) const = default;
};

//! An error of a profile and its place. For people; contains no secret.
struct AUTHCORE_EXPORT ProfileError
{
    QString where; //!< JSON pointer (RFC 6901); empty: the whole
    QString what; //!< "is no valid URL; give ...": what is wrong, and what would be right
    std::optional<TextPosition> at = {}; //!< the place in the text that was read

    //! "line 3, column 5: /refresh/url: is ...; give ..."; of long texts the beginning.
    [[nodiscard]] QString toString() const;
    bool operator==(const ProfileError &) const = default;
};

//! Everything that differs between backends, as data. A value; contains no secret.
//!
//! Thread:   any.
//! Errors:   fromJson() and problems() say where and what.
struct AUTHCORE_EXPORT BackendProfile
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

    //! The first one is offered first. Browser and Device need their endpoints.
    QList<SignInMethod> signInMethods {SignInMethod::Password};
    TokenRequest signIn; //!< name and password for tokens
    TokenRequest refresh; //!< a refresh token for tokens; its url is the token endpoint
    TokenRequest revocation = {}; //!< tells the server of a sign-out (RFC 7009); url empty: none
    TokenAnswer answer; //!< of signIn and refresh

    QString issuer = {}; //!< RFC 8414; checked against `iss` of answers and ID tokens
    Authorization authorization = {}; //!< of SignInMethod::Browser
    QUrl deviceAuthorizationUrl = {}; //!< of SignInMethod::Device
    QString clientId; //!< empty: not sent
    QString scope; //!< asked for; empty: not sent
    //! The profile does not contain the client's secret: see TokenSet::clientSecret.
    ClientAuthentication clientAuthentication = ClientAuthentication::None;

    //! Of requests that carry the access token; empty: it is a cookie only.
    QByteArray tokenHeader = "Authorization";
    QByteArray tokenPrefix = "Bearer "; //!< RFC 6750 section 2.1
    QList<CsrfPair> csrf = {}; //!< for protected requests
    std::map<QString, QString> extraHeaders = {}; //!< of protected requests; a caller's own wins
    QList<Resource> resources = {}; //!< the first is what a burst asks for

    QList<int> challengeStatuses {401}; //!< of protected resources
    //! Errors in WWW-Authenticate (RFC 6750 section 3.1) that make any 4xx a challenge.
    QStringList challengeErrors {QStringLiteral("invalid_token")};
    //! Errors there that no refresh cures: no challenge, whatever the status.
    QStringList finalErrors {QStringLiteral("invalid_request"),
        QStringLiteral("insufficient_scope"), QStringLiteral("insufficient_user_authentication")};
    //! Error codes that reject a refresh and so end the session, or a sign-in; see isRefusal().
    QStringList refreshRejectedErrors {QStringLiteral("invalid_grant")};
    //! Statuses that do so when the answer carries no error code (design rule 6).
    QList<int> refreshRejectedStatuses {400, 401, 403};
    //! A challenge to a freshly refreshed token ends the session.
    bool replayChallengeEndsSession = false;

    // Whom connections trust, and through whom they go. AuthSession does not use these by itself:
    // whoever loads a profile that somebody else has written asks first, then calls
    // readNetworkSettings() and AuthSession::setNetworkSettings().
    QString caFile = {}; //!< PEM: authorities to trust besides the system's; empty: none
    ClientCertificate clientCertificate = {}; //!< for servers that ask for one
    //! "direct", "http://host:port" or "socks5://host:port", also with a user name; empty: that of
    //! the application.
    QString proxy = {};

    RefreshPolicy policy; //!< time limits and bounds

    bool operator==(const BackendProfile &) const = default;

    //! The presets' names: "custom-jwt", "oauth2", ...
    [[nodiscard]] static QStringList presetNames();
    //! A preset at `baseUrl`, which becomes the one protected origin. Empty for an unknown name.
    [[nodiscard]] static std::optional<BackendProfile> preset(
        const QString &name, const QUrl &baseUrl);

    //! The JSON that fromJson() reads, with every key, also those with default values.
    [[nodiscard]] QJsonObject toJson() const;
    //! The same for people: indented, with short objects on one line.
    [[nodiscard]] QByteArray toText() const;
    //! Unknown and repeated keys are refused, missing ones have their defaults: those of "preset",
    //! where given. Errors are those that were found at once, a hundred and the number of the
    //! others at most, in the order of the text, each `at` its place. What it gives may still have
    //! problems(). `resources/profile.schema.json` says the same as a JSON Schema. `text` may have
    //! comments as in JavaScript.
    [[nodiscard]] static std::variant<BackendProfile, QList<ProfileError>> fromJson(
        const QByteArray &text);
    //! The reasons why this profile cannot be used: no sign-in endpoint, plain http beyond
    //! loopback, a secret in a template, ...
    [[nodiscard]] QList<ProfileError> problems() const;

    //! Against baseUrl, taken for a folder: "token" at "https://host/app" is
    //! "https://host/app/token".
    [[nodiscard]] QUrl resolved(const QUrl &endpoint) const;
    //! Whether `url` has one of the protected origins and a path that is not public.
    [[nodiscard]] bool isProtected(const QUrl &url) const;
    [[nodiscard]] bool hasProtectedOrigin(const QUrl &url) const; //!< the first half of it
    [[nodiscard]] bool isPublicPath(const QUrl &url) const; //!< the second
    //! Whether this error code rejects a refresh or a sign-in. Besides refreshRejectedErrors always
    //! "invalid_grant" (RFC 6749 section 5.2) and "bad_refresh_token" (GitHub).
    [[nodiscard]] bool isRefusal(const QString &errorCode) const;
    //! https, loopback, or allowed by allowInsecureHttp.
    [[nodiscard]] bool isTransportAllowed(const QUrl &url) const;
};

} // namespace authcore
