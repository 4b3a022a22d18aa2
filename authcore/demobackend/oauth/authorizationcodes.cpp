#include "authcore/demobackend/oauth/authorizationcodes.h"

#include "authcore/demobackend/oauth/pkce.h"
#include "authcore/demobackend/randomtext.h"

namespace demobackend {

namespace {

// Used codes are remembered for this time, so that a second use is noticed.
constexpr std::chrono::hours remembered {1};

} // namespace

QByteArray AuthorizationCodes::issue(const Authorization &authorization, Instant now)
{
    m_codes.removeIf([now](const QHash<QByteArray, Code>::iterator &entry) {
        return now - entry->issuedAt > remembered;
    });
    auto code = randomText(24);
    m_codes.insert(code, {authorization, now});
    return code;
}

AuthorizationCodes::Redemption AuthorizationCodes::redeem(const Shown &shown, Instant now)
{
    const auto found = m_codes.find(shown.code);
    if (found == m_codes.end())
        return {Verdict::Unknown, {}};
    const auto &authorization = found->authorization;
    if (authorization.grant.clientId != shown.clientId)
        return {Verdict::OfAnotherClient, {}};
    // RFC 6749 section 4.1.2: the second use of a code revokes the tokens of its first use.
    if (found->isUsed)
        return {Verdict::Used, authorization.grant};
    if (now - found->issuedAt >= lifetime)
        return {Verdict::Expired, {}};
    if (authorization.redirectUri != shown.redirectUri)
        return {Verdict::ForAnotherRedirectUri, {}};
    if (!provesS256(shown.verifier, authorization.challenge))
        return {Verdict::NotProven, {}};
    found->isUsed = true;
    return {Verdict::Granted, authorization.grant};
}

} // namespace demobackend
