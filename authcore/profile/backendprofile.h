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

//! The format of a token request's body.
enum class BodyFormat {
    Json, //!< a JSON object (RFC 8259)
    Form, //!< application/x-www-form-urlencoded
    Multipart, //!< multipart/form-data (RFC 7578)
};

//! The method of a token request (RFC 9110 section 9.3, RFC 5789).
enum class HttpMethod {
    Post, //!< with a body
    Get, //!< without a body
    Put, //!< with a body
    Patch, //!< with a body
    Delete, //!< without a body
};
//! Whether a request with this method has a body.
[[nodiscard]] constexpr bool hasBody(HttpMethod method)
{
    return method != HttpMethod::Get && method != HttpMethod::Delete;
}

//! How a person signs in.
enum class SignInMethod {
    Password, //!< the application asks for a user name and a password
    Browser, //!< a browser on this machine shows the server's page (RFC 8252 with RFC 7636)
    Device, //!< the person types a code in a browser on any device (RFC 8628)
};

//! How the client proves its identity to the token endpoint (RFC 6749 section 2.3.1).
enum class ClientAuthentication {
    None, //!< it does not: a public client
    Basic, //!< by an Authorization header
    Post, //!< by fields of the body
};

//! The place of each value in a token answer, as a JSON pointer (RFC 6901); empty: the answers of
//! this dialect do not have the value.
struct AUTHCORE_EXPORT TokenAnswer
{
    QString accessToken; //!< the pointer to it
    QString refreshToken; //!< likewise; an answer without it keeps the old refresh token
    QString idToken; //!< likewise (OpenID Connect)
    QString expiresIn; //!< the lifetime of the access token, in `expiresInUnit`
    std::chrono::milliseconds expiresInUnit {1000}; //!< the unit of the lifetime: a second, mostly
    QString expiresAt = {}; //!< a date (ISO 8601), or the number of `expiresInUnit` since 1970 UTC
    QString accountId; //!< see TokenSet::accountId
    QString scope; //!< the granted scope
    QString error = QStringLiteral("/error"); //!< the error code (RFC 6749 section 5.2)
    //! Maps the names in TokenSet::userData to pointers.
    std::map<QString, QString> userData;
    //! The name of the cookie that is the access token, instead of a value in the body.
    QString accessTokenCookie = {};
    QString refreshTokenCookie = {}; //!< of the cookie that is the refresh token
    //! The name of the response header that is the access token, instead of a value in the body.
    //! Its value may begin with BackendProfile::tokenPrefix.
    QByteArray accessTokenHeader = {};
    QByteArray refreshTokenHeader = {}; //!< of the header that is the refresh token

    [[nodiscard]] bool usesCookies() const; //!< whether a token is a cookie
    [[nodiscard]] bool hasRefreshToken() const; //!< whether answers have a refresh token
    bool operator==(const TokenAnswer &) const = default;
};

//! One endpoint of the authorization server: its URL and the template of its body.
//!
//! Placeholders in `headers` and in the strings of `body`, at any depth, are replaced: ${userName},
//! ${password}, ${basic} (both of these as in RFC 7617, for "Basic ${basic}"), ${accessToken},
//! ${refreshToken}, ${clientId}, ${scope} and ${cookie:NAME}, the value of a cookie of the session.
//! A field or header that consists of one placeholder is omitted if the placeholder has no value.
//! An empty user name or password is sent.
struct AUTHCORE_EXPORT TokenRequest
{
    QUrl url; //!< absolute, or relative to BackendProfile::baseUrl
    BodyFormat format = BodyFormat::Json; //!< of the body; decides the Content-Type
    QJsonObject body; //!< the template; a form has strings only
    std::map<QString, QString> headers = {}; //!< maps names to templates
    HttpMethod method = HttpMethod::Post; //!< decides whether `body` is sent
    //! The places in the answer to this request; empty: those of BackendProfile::answer.
    std::optional<TokenAnswer> answer = {};

    bool operator==(const TokenRequest &) const = default;
};

//! A CSRF value: requests whose method changes something repeat the value of `cookie` in `header`.
//! Only scripts of the origin can read the cookie, so the header proves where a request comes from.
struct AUTHCORE_EXPORT CsrfPair
{
    QString cookie; //!< the name of a cookie of the session
    QByteArray header; //!< the header's name: "X-CSRF-TOKEN"

    bool operator==(const CsrfPair &) const = default;
};

//! A value in a JSON answer that makes it a challenge although its status is a success:
//! {"code": "TOKEN_EXPIRED"}.
struct AUTHCORE_EXPORT ChallengeValue
{
    QString pointer; //!< JSON pointer (RFC 6901)
    QString value; //!< the text there; a number or a boolean as JSON writes it

    bool operator==(const ChallengeValue &) const = default;
};

//! A resource of the backend that people and tests can request.
struct AUTHCORE_EXPORT Resource
{
    QString name; //!< for people
    QString path; //!< relative to BackendProfile::baseUrl, or a URL
    //! A person needs one of these roles, see "roles" in userData; empty: nobody needs a role.
    QStringList roles = {};

    bool operator==(const Resource &) const = default;
};

//! The authorization endpoint, which a browser opens for a sign-in.
struct AUTHCORE_EXPORT Authorization
{
    QUrl url; //!< absolute, or relative to BackendProfile::baseUrl
    std::map<QString, QString> parameters = {}; //!< added to the URL: {"prompt": "consent"}
    //! Answers name their issuer (RFC 9207), so an answer without one is refused.
    bool issuerInAnswers = false;

    bool operator==(const Authorization &) const = default;
};

//! A certificate that the client shows to servers that ask for one.
struct AUTHCORE_EXPORT ClientCertificate
{
    QString file; //!< PEM: the client's own, then those between it and the root; empty: none
    QString keyFile = {}; //!< PEM; empty: the key is in `file`, too

    bool operator==(const ClientCertificate &) const = default;
};

//! Time limits and bounds of refreshes and of held requests. The defaults suit a desktop client.
struct AUTHCORE_EXPORT RefreshPolicy
{
    std::chrono::milliseconds tryTimeout {10'000}; //!< for one try
    std::chrono::milliseconds totalTimeout {30'000}; //!< for a refresh with all its tries
    std::chrono::milliseconds backoffMin {500}; //!< the bound of the first pause (full jitter) ...
    std::chrono::milliseconds backoffMax {8'000}; //!< ... doubles from try to try up to this
    std::chrono::milliseconds leeway {30'000}; //!< a token is refreshed this long before it expires
    double leewayFraction = 0.1; //!< the longest leeway, as a part of the lifetime
    //! After a failed refresh, no early refresh begins for this time; each failure doubles it.
    std::chrono::milliseconds cooldown {30'000};
    //! A timer refreshes a token that is in use, so that no request has to wait.
    bool refreshAhead = true;
    std::chrono::milliseconds holdTimeout {60'000}; //!< the longest time that a reply is held
    std::size_t maxHeld = 100'000; //!< the most replies held; one more fails at once
    //! The leeway for an upload, at most half the lifetime.
    std::chrono::milliseconds uploadLeeway {120'000};
    //! A body of this size in bytes is an upload, and so is any body that can be sent only once.
    std::size_t largeUpload = 1 << 20;

    bool operator==(const RefreshPolicy &) const = default;
};

//! A position in a text.
struct AUTHCORE_EXPORT TextPosition
{
    int line = 1; //!< from 1 on
    int column = 1; //!< from 1 on, in characters

    bool operator==(const TextPosition &) const = default;
};

//! An error of a profile and its place, for people. Contains no secret.
struct AUTHCORE_EXPORT ProfileError
{
    QString where; //!< JSON pointer (RFC 6901); empty: the whole profile
    QString what; //!< the error and its remedy: "is no valid URL; give ..."
    std::optional<TextPosition> at = {}; //!< the position in the text; empty: there was no text

    //! "line 3, column 5: /refresh/url: is ...; give ..."; long texts are shortened.
    [[nodiscard]] QString toString() const;
    bool operator==(const ProfileError &) const = default;
};

//! All that differs between backends, as data. A value; contains no secret.
//!
//! Thread:   any.
//! Errors:   fromJson() and problems() return them with their places.
struct AUTHCORE_EXPORT BackendProfile
{
    QString id; //!< "custom-jwt"; part of the store's key
    QString name; //!< for people
    QUrl baseUrl; //!< the base of relative URLs
    //! The origins that get the access token: "https://host[:port]". Empty: no origin gets it. A
    //! file without this key means the origin of baseUrl.
    QStringList protectedOrigins;
    //! Paths of protected origins whose requests carry no token, decoded. A trailing '*' makes a
    //! path a prefix.
    QStringList publicPaths;
    //! Allows plain http beyond this machine. The window shows that all the time.
    bool allowInsecureHttp = false;

    //! The ways to sign in, the preferred one first. Browser and Device need their endpoints.
    QList<SignInMethod> signInMethods {SignInMethod::Password};
    TokenRequest signIn; //!< exchanges a user name and a password for tokens
    //! Exchanges a refresh token, or the access token itself, for tokens; its URL is the token
    //! endpoint. See refreshesWithAccessToken().
    TokenRequest refresh;
    TokenRequest revocation = {}; //!< revokes tokens (RFC 7009); URL empty: the backend cannot
    TokenAnswer answer; //!< to requests without TokenRequest::answer

    QString issuer = {}; //!< RFC 8414; must equal `iss` of answers and ID tokens
    Authorization authorization = {}; //!< for SignInMethod::Browser
    QUrl deviceAuthorizationUrl = {}; //!< for SignInMethod::Device
    QString clientId; //!< empty: requests do not name a client
    QString scope; //!< the scope to request; empty: none
    //! The secret itself is not part of a profile: see TokenSet::clientSecret.
    ClientAuthentication clientAuthentication = ClientAuthentication::None;

    //! The header that carries the access token; empty: only a cookie does.
    QByteArray tokenHeader = "Authorization";
    QByteArray tokenPrefix = "Bearer "; //!< before the token in that header (RFC 6750 section 2.1)
    QList<CsrfPair> csrf = {}; //!< CSRF values of protected requests
    //! More headers of protected requests. A header that the caller has set stays.
    std::map<QString, QString> extraHeaders = {};
    QList<Resource> resources = {}; //!< a burst requests the first one

    QList<int> challengeStatuses {401}; //!< statuses that challenge the access token
    //! Errors in WWW-Authenticate (RFC 6750 section 3.1) that make any 4xx a challenge.
    QStringList challengeErrors {QStringLiteral("invalid_token")};
    //! Errors there that no refresh cures: an answer with one is no challenge, whatever its status.
    QStringList finalErrors {QStringLiteral("invalid_request"),
        QStringLiteral("insufficient_scope"), QStringLiteral("insufficient_user_authentication")};
    //! Values that make a success a challenge. If there are any, JSON answers of protected resources
    //! are held until they are complete, up to 128 KiB. All other answers are streamed.
    QList<ChallengeValue> challengeValues = {};
    //! Error codes that reject a refresh, which ends the session, or a sign-in; see isRefusal().
    QStringList refreshRejectedErrors {QStringLiteral("invalid_grant")};
    //! Statuses that reject a refresh if the answer has no error code.
    QList<int> refreshRejectedStatuses {400, 401, 403};
    //! A challenge to a token that was just refreshed ends the session.
    bool replayChallengeEndsSession = false;

    // Certificates and proxy of connections. AuthSession does not use these members: an application
    // that loads somebody else's profile asks the person first, and then calls
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
    //! The preset `name` for the backend at `baseUrl`, whose origin is the only protected one.
    //! Empty for an unknown name.
    [[nodiscard]] static std::optional<BackendProfile> preset(
        const QString &name, const QUrl &baseUrl);

    //! The JSON that fromJson() reads, with all keys, also those with default values.
    [[nodiscard]] QJsonObject toJson() const;
    //! The same JSON for people: indented, with short objects on one line, and U+FEFF escaped.
    [[nodiscard]] QByteArray toText() const;
    //! Reads a profile. A missing key has its default value, or that of the preset named by
    //! "preset"; an unknown or repeated key is an error. Returns all errors in the order of the
    //! text, or the first hundred and the number of the others. Call problems() of the result, too.
    //! `resources/profile.schema.json` describes the keys as a JSON Schema. `text` may have comments
    //! as in JavaScript. `otherwise` is the base URL if `text` has none.
    [[nodiscard]] static std::variant<BackendProfile, QList<ProfileError>> fromJson(
        const QByteArray &text, const QUrl &otherwise = {});
    //! The reasons why this profile cannot be used: no sign-in endpoint, plain http beyond this
    //! machine, a secret in a template, ...
    [[nodiscard]] QList<ProfileError> problems() const;

    //! `endpoint` resolved against baseUrl as a folder: "token" at "https://host/app" is
    //! "https://host/app/token".
    [[nodiscard]] QUrl resolved(const QUrl &endpoint) const;
    //! Whether `url` has one of the protected origins and a path that is not public.
    [[nodiscard]] bool isProtected(const QUrl &url) const;
    [[nodiscard]] bool hasProtectedOrigin(const QUrl &url) const; //!< whether its origin is one
    [[nodiscard]] bool isPublicPath(const QUrl &url) const; //!< whether its path is public
    //! Whether the access token itself refreshes (a sliding token): the refresh carries
    //! ${accessToken} or the access token's cookie, and no refresh token.
    [[nodiscard]] bool refreshesWithAccessToken() const;
    //! Whether this error code rejects a refresh or a sign-in: refreshRejectedErrors,
    //! "invalid_grant" (RFC 6749 section 5.2) and "bad_refresh_token" (GitHub) do.
    [[nodiscard]] bool isRefusal(const QString &errorCode) const;
    //! Whether secrets may be sent to `url`: it is https, or http to this machine, or
    //! allowInsecureHttp allows it.
    [[nodiscard]] bool isTransportAllowed(const QUrl &url) const;
};

} // namespace authcore
