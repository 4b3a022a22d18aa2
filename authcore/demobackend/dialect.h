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

//! What somebody who signs in shows.
struct Credentials
{
    QString userName;
    QString password;
};

//! What a sign-in or a refresh hands out.
struct Grant
{
    DemoUser user;
    QByteArray accessToken;
    QJsonObject claims; //!< of the access token
    QByteArray refreshToken; //!< empty: the client keeps the one it has
    Holder holder;
    Instant at {}; //!< when it is handed out
};

//! How clients of one kind speak: where they ask, what in a request is what, and what answers look
//! like. What is granted and what is refused is decided in one place for all dialects.
//!
//! A new dialect: derive, say what is different from the defaults here, add it to allDialects().
//! Lifetime: of the authority. Thread: one at a time.
class Dialect
{
public:
    //! How often a user may be signed in at the same time.
    enum class SignIns { Many, One };

    Dialect() = default;
    virtual ~Dialect() = default;
    Dialect(const Dialect &) = delete;
    Dialect &operator=(const Dialect &) = delete;

    //! As the preset of the same dialect is called. Access and refresh tokens carry it and are good
    //! in this dialect alone.
    [[nodiscard]] virtual QString name() const = 0;
    //! What `request` is about; nothing: its path is not of this dialect.
    [[nodiscard]] virtual std::optional<Endpoint> endpointOf(const Request &request) const = 0;
    [[nodiscard]] virtual SignIns signIns() const { return SignIns::Many; }

    //! `baseUrl` is what clients call the backend: "http://127.0.0.1:8080".
    virtual void setAddress(const QString &baseUrl);

    //! An answer for which none of the rules below are needed; asked first. Nothing: they are.
    [[nodiscard]] virtual std::optional<Reply> answerItself(
        const Request &request, TokenEndpoints &tokens, const Moment &moment);

    // Reading. Empty, or nothing: the request has none that can be read.
    [[nodiscard]] virtual std::optional<Credentials> credentialsIn(const Request &request) const;
    [[nodiscard]] virtual QByteArray refreshTokenIn(const Request &request) const = 0;
    [[nodiscard]] virtual QByteArray accessTokenIn(const Request &request) const; //!< as Bearer
    //! The token, access or refresh, that is to be revoked.
    [[nodiscard]] virtual QByteArray revokedTokenIn(const Request &request) const;
    //! What is wrong with a refresh that shows this refresh token, before the token is looked at.
    [[nodiscard]] virtual std::optional<Reply> refreshProblem(
        const Request &request, const QByteArray &refreshToken) const;
    //! Why this request may not use a refresh token that was issued to `holder`.
    [[nodiscard]] virtual std::optional<Reply> holderProblem(
        const Request &request, const Holder &holder) const;
    //! Why somebody with a good access token does not get what he asks for.
    [[nodiscard]] virtual std::optional<Reply> resourceProblem(
        const Request &request, const AccessToken &token) const;

    // Writing.
    [[nodiscard]] virtual QJsonObject claimsFor(const Holder &holder) const; //!< of its own
    [[nodiscard]] virtual Reply signedIn(const Grant &grant, const Knobs &knobs) const = 0;
    [[nodiscard]] virtual Reply refreshed(const Grant &grant, const Knobs &knobs) const = 0;
    //! The refresh token is not good.
    [[nodiscard]] virtual Reply refreshRefused(const QString &reason) const;
    //! 401; `parameters` of the WWW-Authenticate header, such as an error, may be empty.
    [[nodiscard]] virtual Reply challenge(const QByteArray &parameters) const;
    //! Any other error, in words; it names no OAuth error code.
    [[nodiscard]] virtual Reply problem(int status, const QString &detail) const;
    //! What a GET of this path hands out, up to the comma before the user's name.
    [[nodiscard]] virtual QByteArray content(const Request &request) const;
};

} // namespace demobackend
