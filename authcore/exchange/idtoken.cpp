#include "authcore/exchange/idtoken.h"

#include "authcore/profile/issuer.h"
#include "authcore/system/constanttime.h"
#include "authcore/tokens/jwt.h"

#include <QtCore/QJsonArray>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace authcore {

namespace {

using Problem = std::optional<QString>;

constexpr auto clockLeeway = 5min; // between the issuer's clock and the local one
constexpr auto longestLife = 24h; // of an ID token that was issued just now
constexpr qsizetype partsOfEncrypted = 5; // RFC 7516 section 3.1

QString textOf(const Jwt &token, QLatin1StringView claim)
{
    return token.claims.value(claim).toString();
}

Problem issuerProblem(const Jwt &token, const IdTokenExpected &expected)
{
    const auto issuer = textOf(token, "iss"_L1);
    if (issuer.isEmpty())
        return u"The ID token names no issuer"_s;
    if (!expected.issuer.isEmpty() && issuer != expected.issuer)
        return issuerMismatch(u"The ID token"_s, issuer, expected.issuer);
    return std::nullopt;
}

//! Items 3 to 5: the audience has this client; with other clients in it, this one is the `azp`.
Problem audienceProblem(const Jwt &token, const IdTokenExpected &expected)
{
    const QJsonValue value = token.claims.value("aud"_L1);
    const QJsonArray audiences = value.isArray() ? value.toArray() : QJsonArray {value};
    if (expected.clientId.isEmpty())
        return std::nullopt;
    if (!audiences.contains(expected.clientId))
        return u"The ID token is for another client"_s;
    const QJsonValue party = token.claims.value("azp"_L1);
    if (audiences.size() > 1 && party.isUndefined())
        return u"The ID token is for several clients and does not say which of them asked for it"_s;
    if (!party.isUndefined() && party != QJsonValue(expected.clientId))
        return u"The ID token was issued to another client"_s;
    return std::nullopt;
}

//! Items 9 and 10.
Problem timeProblem(const Jwt &token, const IdTokenExpected &expected, std::chrono::sys_seconds now)
{
    const auto expires = token.expiresAt();
    const auto issued = token.issuedAt();
    if (!expires)
        return u"The ID token does not say when it expires"_s;
    if (!issued)
        return u"The ID token does not say when it was issued"_s;
    if (*expires + clockLeeway <= now)
        return u"The ID token has expired"_s;
    if (*issued - clockLeeway > now)
        return u"The ID token was issued in the future; is this machine's clock right?"_s;
    // Some servers keep the nonce of the sign-in at each refresh.
    if (expected.previous.isEmpty() && *issued + longestLife <= now)
        return u"The ID token was issued too long ago"_s;
    return std::nullopt;
}

Problem nonceProblem(const Jwt &token, const IdTokenExpected &expected)
{
    if (expected.nonce.isEmpty())
        return std::nullopt;
    if (!isSameSecret(textOf(token, "nonce"_L1).toUtf8(), expected.nonce.toUtf8()))
        return u"The ID token is not the answer to this sign-in (its nonce is another)"_s;
    return std::nullopt;
}

Problem changeProblem(const Jwt &token, const IdTokenExpected &expected)
{
    const auto previous = Jwt::decode(expected.previous);
    if (!previous)
        return std::nullopt;
    if (textOf(*previous, "iss"_L1) != textOf(token, "iss"_L1))
        return u"The refreshed ID token is of another issuer than before"_s;
    if (previous->subject() != token.subject())
        return u"The refreshed ID token is about somebody else than before"_s;
    return std::nullopt;
}

} // namespace

std::optional<QString> idTokenProblem(
    const QByteArray &idToken, const IdTokenExpected &expected, std::chrono::sys_seconds now)
{
    const auto token = Jwt::decode(idToken);
    if (!token)
        return idToken.count('.') == partsOfEncrypted - 1
            ? u"The ID token is encrypted, which this client did not ask for"_s
            : u"The ID token is no JWT"_s;
    if (auto problem = issuerProblem(*token, expected))
        return problem;
    if (token->subject().isEmpty())
        return u"The ID token does not say who it is about"_s;
    if (auto problem = audienceProblem(*token, expected))
        return problem;
    if (auto problem = timeProblem(*token, expected, now))
        return problem;
    if (auto problem = nonceProblem(*token, expected))
        return problem;
    return changeProblem(*token, expected);
}

QString idTokenSubject(const QByteArray &idToken)
{
    const auto token = Jwt::decode(idToken);
    return token ? token->subject() : QString();
}

} // namespace authcore
