#pragma once

#include "authcore/demobackend/exchange.h"
#include "authcore/demobackend/knobs.h"
#include "authcore/demobackend/moment.h"
#include "authcore/demobackend/refreshfamilies.h"

#include <QtCore/QByteArray>
#include <QtCore/QJsonObject>
#include <QtCore/QString>

#include <optional>

namespace demobackend {

class TokenEndpoints;
struct AccessToken;

//! What a user sends to sign in.
struct Credentials
{
    QString userName;
    QString password;
};

//! The tokens that a sign-in or a refresh issues.
struct Grant
{
    DemoUser user;
    QByteArray accessToken;
    QJsonObject claims; //!< of the access token
    QByteArray refreshToken; //!< empty: the client keeps its present one
    Holder holder;
    Instant at {}; //!< the time of issue
};

//! The HTTP interface of one kind of client: its paths, the members of its requests, and the format
//! of its replies. TokenEndpoints and ProtectedResources decide what is granted, for all dialects.
//!
//! A new dialect derives from this class, overrides what differs from the defaults, and is added to
//! allDialects().
//!
//! Lifetime: of the authority.
//! Thread:   one at a time.
class Dialect
{
public:
    //! How many sessions a user may have at the same time.
    enum class SignIns { Many, One };

    Dialect() = default;
    virtual ~Dialect() = default;
    Dialect(const Dialect &) = delete;
    Dialect &operator=(const Dialect &) = delete;

    //! The name of the preset for this dialect. Access and refresh tokens carry this name and are
    //! valid in this dialect only.
    [[nodiscard]] virtual QString name() const = 0;
    //! The endpoint of the path of `request`; empty: the path is not of this dialect.
    [[nodiscard]] virtual std::optional<Endpoint> endpointOf(const Request &request) const = 0;
    [[nodiscard]] virtual SignIns signIns() const { return SignIns::Many; }
    //! The only method of this endpoint, which is a sign-in or a refresh.
    [[nodiscard]] virtual QByteArray methodOf(Endpoint endpoint) const;

    //! `baseUrl` is the address that clients use: "http://127.0.0.1:8080".
    virtual void setAddress(const QString &baseUrl);

    //! A reply that replaces all rules below. It is asked for first; empty: the rules apply.
    [[nodiscard]] virtual std::optional<Reply> answerItself(
        const Request &request, TokenEndpoints &tokens, const Moment &moment);

    // Reading requests. An empty result: the request has no such value, or an unreadable one.
    [[nodiscard]] virtual std::optional<Credentials> credentialsIn(const Request &request) const;
    [[nodiscard]] virtual QByteArray refreshTokenIn(const Request &request) const = 0;
    [[nodiscard]] virtual QByteArray accessTokenIn(const Request &request) const; //!< as Bearer
    //! The access or refresh token that the request asks to revoke.
    [[nodiscard]] virtual QByteArray revokedTokenIn(const Request &request) const;
    //! The refusal of a refresh with this refresh token, before the token itself is checked.
    [[nodiscard]] virtual std::optional<Reply> refreshProblem(
        const Request &request, const QByteArray &refreshToken) const;
    //! The refusal of a request that may not use a refresh token of `holder`.
    [[nodiscard]] virtual std::optional<Reply> holderProblem(
        const Request &request, const Holder &holder) const;
    //! The refusal of a request for a resource although its access token is valid.
    [[nodiscard]] virtual std::optional<Reply> resourceProblem(
        const Request &request, const AccessToken &token) const;

    // Writing replies.
    [[nodiscard]] virtual QJsonObject claimsFor(
        const Holder &holder) const; //!< of this dialect only
    [[nodiscard]] virtual Reply signedIn(const Grant &grant, const Knobs &knobs) const = 0;
    [[nodiscard]] virtual Reply refreshed(const Grant &grant, const Knobs &knobs) const = 0;
    //! The refusal of an invalid refresh token.
    [[nodiscard]] virtual Reply refreshRefused(const QString &reason) const;
    //! A 401, or what this dialect has instead. `parameters` of the WWW-Authenticate header, such as an error, may be empty.
    [[nodiscard]] virtual Reply challenge(const QByteArray &parameters) const;
    //! Any other error with a text for people and without an OAuth error code.
    [[nodiscard]] virtual Reply problem(int status, const QString &detail) const;
    //! The content for a GET of this path, up to the comma before the user's name.
    [[nodiscard]] virtual QByteArray content(const Request &request) const;
};

} // namespace demobackend
