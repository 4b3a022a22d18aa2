#pragma once

#include <QtCore/QString>
#include <QtCore/QStringList>

#include <chrono>
#include <map>
#include <optional>
#include <vector>

namespace demobackend {

//! The answer of the refresh endpoint.
enum class RefreshAnswer {
    Ok, //!< new tokens, or the refusal that the refresh token deserves
    InvalidGrant, //!< 400 {"error":"invalid_grant"} (RFC 6749 section 5.2)
    Unauthorized, //!< 401
    Forbidden, //!< 403
    TooManyRequests, //!< 429 with Retry-After: 1
    ServerError, //!< 500
    Hang, //!< no answer; the connection closes when the backend stops or this answer is replaced
    Drop, //!< the connection closes before the status line; nothing was rotated
    DropInBody, //!< headers and half of the body, then the connection closes; nothing was rotated
    LoseAnswer, //!< rotates the token, then the connection closes before the status line
    Garbage, //!< 200 with a body that is no token response
    SlowBody, //!< a good answer, byte by byte over about two seconds
};

//! The answer of a protected resource to a request with a valid token.
enum class ResourceAnswer {
    Ok, //!< 200 with the content
    Unauthorized, //!< 401, although the token is valid
    Forbidden, //!< 403
    ServerError, //!< 500
    Slow, //!< a good answer after `Knobs::slowness`
    Large, //!< 200 with 8 MiB
    //! 302 to another origin: the same server as "localhost" instead of 127.0.0.1
    RedirectElsewhere,
};

//! The kinds of endpoint, each with its own latency.
enum class Endpoint {
    SignIn, //!< grants tokens to a user
    Refresh, //!< exchanges a refresh token
    Resource, //!< needs an access token
    Other, //!< needs no token and grants none
};

//! The outcome of the device grants of `oauth2` (RFC 8628).
enum class DeviceApproval {
    AtOnce, //!< the first poll gets tokens
    AfterPolls, //!< the first `Knobs::deviceApprovalPolls` polls get authorization_pending
    ByPerson, //!< a person decides on the verification page
    Denied, //!< each poll gets access_denied
    Expired, //!< each poll gets expired_token
};

//! The fault of the ID tokens of `oauth2`. Their signature is valid.
enum class IdTokenFault {
    None, //!< all claims are right
    WrongAudience, //!< `aud` names another client
    WrongIssuer, //!< `iss` names another server
    WrongNonce, //!< `nonce` is not the one of the request
    Expired, //!< `exp` has passed
};

//! The fault of the authorization endpoint of `oauth2` in its answer to an allowed request.
enum class CodeFault {
    None, //!< a code and the right `state` and `iss`
    AccessDenied, //!< error=access_denied instead of a code
    ServerError, //!< error=server_error instead of a code
    WrongState, //!< `state` is not the one of the request
    MissingState, //!< no `state`
    WrongIssuer, //!< `iss` (RFC 9207) names another server
    MissingIssuer, //!< no `iss`
};

//! The knobs of the demo backend: a value that a caller reads, changes and sets while it runs.
struct Knobs
{
    std::chrono::seconds accessLifetime {900}; //!< of access tokens
    std::chrono::seconds refreshLifetime {7 * 24 * 3600}; //!< of refresh tokens
    //! Added to the clock of `Date`, `iat`, `exp` and all lifetimes.
    std::chrono::seconds clockOffset {0};
    //! The time at which that clock stands still; empty: it runs like the system's clock.
    std::optional<std::chrono::sys_time<std::chrono::milliseconds>> clockStandsAt;
    std::map<Endpoint, std::chrono::milliseconds> latency; //!< before the answer; missing: none
    std::chrono::milliseconds slowness {3000}; //!< the delay of ResourceAnswer::Slow
    bool rotation = true; //!< a refresh returns a new refresh token; off: it returns none
    bool reuseDetection = true; //!< a used refresh token revokes its whole family
    std::chrono::seconds reuseGrace {0}; //!< a used refresh token stays valid for this time
    //! The status for an invalid refresh token; empty: the refusal of its dialect. The original
    //! server of `custom-jwt` throws an exception here, so it answers 500.
    std::optional<int> unknownRefreshTokenStatus;
    bool sendExpiresIn = false; //!< adds "expires_in" to token answers of `custom-jwt`
    bool sameAccessToken = false; //!< a refresh returns the access token that was issued last
    bool omitChallengeHeader = false; //!< 401 without WWW-Authenticate and without a body

    // For `oauth2` only:
    DeviceApproval deviceApproval = DeviceApproval::AtOnce; //!< the outcome of device grants
    int deviceApprovalPolls = 2; //!< the polls of DeviceApproval::AfterPolls
    QString deviceUser; //!< the user of approved devices; empty: the first of demoUsers()
    //! The least time between polls. Less than 5 s is for tests that must not wait.
    std::chrono::seconds deviceInterval {5};
    int deviceSlowDowns = 0; //!< the first polls of each device that get slow_down
    bool alwaysRefreshToken = false; //!< a refresh token even without offline_access
    bool allowPasswordGrant = false; //!< off: unauthorized_client
    IdTokenFault idTokenFault = IdTokenFault::None; //!< of the next ID tokens
    CodeFault codeFault = CodeFault::None; //!< of the next authorization answers

    bool operator==(const Knobs &) const = default;
};

//! What the backend counted since its start or clearTranscript().
struct Counters
{
    int signIns = 0; //!< sign-ins with status 200
    int refreshes = 0; //!< requests to the refresh endpoint, with any answer
    int rotations = 0; //!< refresh tokens exchanged for new ones
    int reuses = 0; //!< used refresh tokens that arrived after the grace time
    int challenges = 0; //!< 401 answers to protected resources
    int served = 0; //!< 200 answers to protected resources

    bool operator==(const Counters &) const = default;
};

//! A user of the demo backend.
struct DemoUser
{
    QString name; //!< to sign in with
    QString password; //!< no secret
    QString id; //!< the `sub` of the tokens
    QString email; //!< as in user data and ID tokens
    QStringList roles; //!< "ROLE_USER", "ROLE_MODERATOR", "ROLE_ADMIN"
};

//! All users of the demo backend; a sign-in form may be filled in with the first one.
[[nodiscard]] std::vector<DemoUser> demoUsers();

//! The user whose `field` is `value`: findUser(&DemoUser::name, u"anna"_s).
[[nodiscard]] std::optional<DemoUser> findUser(
    const QString DemoUser::*field, const QString &value);

//! "invalid-grant" for InvalidGrant, "401" for Unauthorized; every answer has a name.
[[nodiscard]] QString toName(RefreshAnswer answer);
[[nodiscard]] QString toName(ResourceAnswer answer); //!< likewise
//! The answer of that name; empty: there is none.
[[nodiscard]] std::optional<RefreshAnswer> refreshAnswerFromName(const QString &name);
//! Likewise.
[[nodiscard]] std::optional<ResourceAnswer> resourceAnswerFromName(const QString &name);
[[nodiscard]] QStringList refreshAnswerNames(); //!< all of them
[[nodiscard]] QStringList resourceAnswerNames(); //!< all of them

} // namespace demobackend
