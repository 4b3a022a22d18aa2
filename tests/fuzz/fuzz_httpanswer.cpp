// The input is an endpoint's answer with any framing. Its first byte chooses how the answer ended,
// the second byte its status; header lines, an empty line and the body follow.
#include "authcore/exchange/tokenanswer.h"
#include "tests/fuzz/fuzz.h"

#include <QtCore/QUrl>

#include <array>

using namespace Qt::StringLiterals;

namespace {

authcore::HttpAnswer answerOf(const QByteArray &input)
{
    using End = authcore::HttpAnswer::End;
    static constexpr std::array ends {End::Whole, End::Broken, End::TooLarge, End::TimedOut};
    static constexpr std::array statuses {
        0, 200, 201, 204, 302, 307, 400, 401, 403, 404, 405, 410, 422, 429, 500, 503};
    authcore::HttpAnswer answer;
    answer.end = ends[std::uint8_t(input[0]) % ends.size()];
    answer.status = statuses[std::uint8_t(input[1]) % statuses.size()];
    answer.reason = u"Connection closed"_s;
    answer.receivedAt = std::chrono::sys_seconds(std::chrono::seconds(2'000'000'000));
    const QByteArray rest = input.mid(2);
    const qsizetype split = rest.indexOf("\n\n");
    answer.body = split < 0 ? rest : rest.mid(split + 2);
    if (split < 0)
        return answer;
    for (const QByteArray &line : rest.left(split).split('\n')) {
        const qsizetype colon = line.indexOf(':');
        if (colon > 0)
            answer.headers.emplaceBack(line.left(colon), line.mid(colon + 1).trimmed());
    }
    return answer;
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    using Code = authcore::TokenError::Code;
    static const auto profile =
        *authcore::BackendProfile::preset(u"oauth2"_s, QUrl(u"https://api.example/"_s));
    static const QUrl url(u"https://api.example/token"_s);
    if (size < 2)
        return 0;
    const authcore::HttpAnswer http = answerOf(fuzz::bytes(data, size));
    const bool isWhole = http.end == authcore::HttpAnswer::End::Whole;
    const authcore::EndpointResult read = authcore::readHttpAnswer(http, url);
    if (const auto *error = std::get_if<authcore::TokenError>(&read)) {
        fuzz::require(error->isTransient(), "what is no answer keeps the session");
        fuzz::require(!error->detail.contains("SECRET"_L1), "no secret in an error text");
        return 0;
    }
    const auto &answer = std::get<authcore::EndpointAnswer>(read);
    fuzz::require(!answer.retryAfter || *answer.retryAfter <= std::chrono::hours(24),
        "a server's wish is bounded");
    fuzz::require(isWhole || answer.isJson(), "of a cut answer only a whole document counts");
    const authcore::TokenResult result = authcore::readTokenAnswer(profile, answer);
    if (const auto *tokens = std::get_if<authcore::TokenSet>(&result)) {
        fuzz::require(http.status / 100 == 2, "tokens only come with a success");
        fuzz::require(!answer.isHtml(), "a page of HTML holds no tokens");
        fuzz::require(isWhole || tokens->cookies.isEmpty(), "cookies need right framing");
        return 0;
    }
    const auto &error = std::get<authcore::TokenError>(result);
    const bool isRedirect = http.status == 302 || http.status == 307;
    fuzz::require(error.detail.size() < 1'000, "an error text is short");
    // The error names the target of a redirect without user, query and fragment.
    fuzz::require(isRedirect || !error.detail.contains("SECRET"_L1), "no secret in an error text");
    fuzz::require(!isRedirect || error.code == Code::Misconfigured || answer.isJson(),
        "a redirect is a configuration error");
    fuzz::require(error.code != Code::Rejected || !answer.isHtml(), "a page of HTML ends nothing");
    return 0;
}
