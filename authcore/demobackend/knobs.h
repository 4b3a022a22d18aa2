#pragma once

#include <QtCore/QString>
#include <QtCore/QStringList>

#include <chrono>
#include <map>
#include <optional>
#include <vector>

namespace demobackend {

//! What a refresh is answered with.
enum class RefreshAnswer {
    Ok,
    InvalidGrant, //!< 400 {"error":"invalid_grant"} (RFC 6749 section 5.2)
    Unauthorized, //!< 401
    Forbidden, //!< 403
    TooManyRequests, //!< 429 with Retry-After: 1
    ServerError, //!< 500
    Hang, //!< never answered; the connection closes when the backend stops or the knob is changed
    Drop, //!< the connection closes before the status line; nothing was rotated
    DropInBody, //!< headers and half of the body, then the connection closes; nothing was rotated
    LoseAnswer, //!< the rotation is carried out, then the connection closes before the status line
    Garbage, //!< 200 with a body that is no token response
    SlowBody, //!< a good answer, a byte at a time over about two seconds
};

//! What a protected resource is answered with, once the token was found good.
enum class ResourceAnswer {
    Ok,
    Unauthorized, //!< 401 even though the token is good
    Forbidden, //!< 403
    ServerError, //!< 500
    Slow, //!< a good answer after `Knobs::slowness`
    Large, //!< 200 with 8 MiB
    RedirectElsewhere, //!< 302 to another origin: the same server as "localhost" instead of
                       //!< 127.0.0.1
};

enum class Endpoint {
    SignIn,
    Refresh,
    Resource,
    Other, //!< needs no token and grants none
};

//! What becomes of the requests of devices in `oauth2` (RFC 8628).
enum class DeviceApproval {
    AtOnce, //!< the first poll is granted
    AfterPolls, //!< `Knobs::deviceApprovalPolls` of them are told to wait
    ByPerson, //!< on the verification page
    Denied,
    Expired,
};

//! What is wrong with ID tokens of `oauth2`. The signature is good.
enum class IdTokenFault { None, WrongAudience, WrongIssuer, WrongNonce, Expired };

//! What is wrong with answers of the authorization endpoint of `oauth2`, once somebody allowed it.
enum class CodeFault {
    None,
    AccessDenied, //!< error=access_denied instead of a code
    ServerError, //!< error=server_error
    WrongState,
    MissingState,
    WrongIssuer, //!< `iss` (RFC 9207)
    MissingIssuer,
};

//! The knobs of the demo backend. A value: read, change, set. All may change while it runs.
struct Knobs
{
    std::chrono::seconds accessLifetime {900};
    std::chrono::seconds refreshLifetime {7 * 24 * 3600};
    std::chrono::seconds clockOffset {
        0}; //!< added to the clock that `Date`, `iat` and `exp` come from
    //! Where that clock stands still; empty: it goes, as the system's does.
    std::optional<std::chrono::sys_time<std::chrono::milliseconds>> clockStandsAt;
    std::map<Endpoint, std::chrono::milliseconds> latency; //!< before the answer; missing: none
    std::chrono::milliseconds slowness {3000}; //!< of ResourceAnswer::Slow
    bool rotation = true; //!< a refresh answers with a new refresh token; off: without any
    bool reuseDetection = true; //!< a used refresh token revokes its whole family
    std::chrono::seconds reuseGrace {0}; //!< a used refresh token is still good for so long
    //! What a refresh token that is not good is answered with; empty: as its dialect refuses. The
    //! original of `custom-jwt` throws here: 500.
    std::optional<int> unknownRefreshTokenStatus;
    bool sendExpiresIn = false; //!< adds "expires_in" to token answers of `custom-jwt`
    bool sameAccessToken = false; //!< refreshes answer with the access token that was issued last
    bool omitChallengeHeader = false; //!< 401 without WWW-Authenticate and without a body

    // Of `oauth2` alone:
    DeviceApproval deviceApproval = DeviceApproval::AtOnce;
    int deviceApprovalPolls = 2; //!< of AfterPolls
    QString deviceUser; //!< who is signed in on devices by itself; empty: the first of demoUsers()
    //! Between polls; shorter than 5 s only serves tests that do not want to wait.
    std::chrono::seconds deviceInterval {5};
    int deviceSlowDowns =
        0; //!< so many polls of each device are told slow_down first, however late
    bool alwaysRefreshToken = false; //!< also where offline_access was not granted
    bool allowPasswordGrant = false; //!< else refused with unauthorized_client
    IdTokenFault idTokenFault = IdTokenFault::None;
    CodeFault codeFault = CodeFault::None;

    bool operator==(const Knobs &) const = default;
};

//! What the backend counted since start or clearTranscript().
struct Counters
{
    int signIns = 0; //!< answered 200
    int refreshes = 0; //!< requests to the refresh endpoint, whatever the answer
    int rotations = 0; //!< refresh tokens exchanged for new ones
    int reuses = 0; //!< a used refresh token was shown outside the grace time
    int challenges = 0; //!< 401 answers to protected resources
    int served = 0; //!< 200 answers to protected resources

    bool operator==(const Counters &) const = default;
};

//! Somebody who may sign in at the demo backend.
struct DemoUser
{
    QString name;
    QString password;
    QString id;
    QString email;
    QStringList roles; //!< "ROLE_USER", "ROLE_MODERATOR", "ROLE_ADMIN"
};

//! Everybody who may; the first one is what a sign-in dialog may be filled in with.
[[nodiscard]] std::vector<DemoUser> demoUsers();

//! The one of them whose `field` is `value`: findUser(&DemoUser::name, u"anna"_s).
[[nodiscard]] std::optional<DemoUser> findUser(
    const QString DemoUser::*field, const QString &value);

//! "invalid-grant" for InvalidGrant; every value has a name.
[[nodiscard]] QString toName(RefreshAnswer answer);
[[nodiscard]] QString toName(ResourceAnswer answer);
[[nodiscard]] std::optional<RefreshAnswer> refreshAnswerFromName(const QString &name);
[[nodiscard]] std::optional<ResourceAnswer> resourceAnswerFromName(const QString &name);

} // namespace demobackend
