// The input is the body of a token endpoint's answer. The first byte chooses the status.
#include "authcore/exchange/tokenanswer.h"
#include "tests/fuzz/fuzz.h"

#include <QtCore/QUrl>

#include <array>

using namespace Qt::StringLiterals;

int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    static constexpr std::array statuses {200, 201, 204, 302, 400, 401, 403, 404, 429, 500, 503};
    static const authcore::BackendProfile profile = [] {
        auto made =
            *authcore::BackendProfile::preset(u"custom-jwt"_s, QUrl(u"https://api.example/"_s));
        made.answer.expiresIn = u"/expires_in"_s;
        made.answer.userData = {{u"roles"_s, u"/user/roles"_s}};
        return made;
    }();
    if (size == 0)
        return 0;
    const QByteArray body = fuzz::bytes(data + 1, size - 1);
    const std::chrono::sys_seconds now(std::chrono::seconds(2'000'000'000));
    const int status = statuses[data[0] % statuses.size()];
    authcore::EndpointAnswer answer {status, body, {}};
    answer.receivedAt = now;
    const auto result = authcore::readTokenAnswer(profile, answer);
    if (const auto *tokens = std::get_if<authcore::TokenSet>(&result)) {
        fuzz::require(status / 100 == 2, "tokens only come with a success");
        fuzz::require(!tokens->accessToken.isEmpty(), "tokens have an access token");
        fuzz::require(body.contains(tokens->accessToken) || body.contains('\\'),
            "an access token is the answer's own");
        fuzz::require(!tokens->expiresAt || *tokens->expiresAt - now <= std::chrono::days(365),
            "an expiry is a year off at most");
        const auto again = authcore::TokenSet::fromSerialized(tokens->serialized());
        fuzz::require(again == *tokens, "what an answer gave can be stored");
    } else {
        const auto &error = std::get<authcore::TokenError>(result);
        const bool isRedirect = status == 302;
        fuzz::require(!answer.isHtml() || isRedirect || error.isTransient(),
            "a page of HTML is transient, whatever its status");
        fuzz::require(!answer.isHtml() || !answer.isJson(), "JSON is no HTML");
        fuzz::require(!error.detail.isEmpty(), "an error says what is wrong");
        fuzz::require(error.detail.size() < 1'000, "an error text is short");
        // Corpus entries mark their secrets with this text.
        fuzz::require(!error.detail.contains("SECRET"_L1), "no secret in an error text");
    }
    return 0;
}
