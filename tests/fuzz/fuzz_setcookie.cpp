// The input is Set-Cookie headers, one per line. The first byte chooses the URL that sent them and
// the earlier cookies of the session.
#include "authcore/exchange/sessioncookies.h"
#include "tests/fuzz/fuzz.h"

#include <array>

using namespace Qt::StringLiterals;

int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    static const std::array<QUrl, 3> origins {QUrl(u"https://api.example.org/app/x"_s),
        QUrl(u"http://127.0.0.1:8080/"_s), QUrl(u"https://[::1]/a"_s)};
    static const QUrl elsewhere(u"https://evil.example.net/"_s);
    constexpr std::chrono::sys_seconds now(std::chrono::seconds(2'000'000'000));
    if (size == 0)
        return 0;
    const QUrl url = origins[data[0] % origins.size()];
    const auto profile = *authcore::BackendProfile::preset(u"cookie-csrf"_s, url);
    const auto headers = fuzz::bytes(data + 1, size - 1).split('\n');
    const auto read = authcore::readCookies(headers, std::nullopt, now);
    QList<QNetworkCookie> cookies;
    if (data[0] % 2 == 0)
        cookies = authcore::mergedCookies({}, read.mid(0, 1), url, now);
    cookies = authcore::mergedCookies(cookies, read, url, now);
    fuzz::require(cookies.size() <= headers.size(), "an answer sets what it names");
    fuzz::require(authcore::cookiesFor(cookies, elsewhere, now).isEmpty(), "no cookie for others");
    for (const QNetworkCookie &cookie : std::as_const(cookies)) {
        fuzz::require(!cookie.name().isEmpty(), "a cookie has a name");
        fuzz::require(
            cookie.isSessionCookie() || cookie.expirationDate().toSecsSinceEpoch() > 2'000'000'000,
            "what is over is not kept");
    }

    authcore::TokenSet tokens;
    authcore::putCookies(tokens, cookies, profile);
    for (const auto &name : {profile.answer.accessTokenCookie, profile.answer.refreshTokenCookie}) {
        const auto *cookie = authcore::cookieNamed(tokens.cookies, name);
        fuzz::require(!cookie || cookie->value().isEmpty(), "token cookies are blank");
    }
    const auto wire = authcore::wireCookies(tokens, profile);
    fuzz::require(tokens.accessToken.isEmpty() || tokens.refreshToken.isEmpty() || wire == cookies,
        "the wire shows what was set");
    const QByteArray header = authcore::cookieHeader(authcore::cookiesFor(wire, url, now));
    for (const char c : header)
        fuzz::require(static_cast<unsigned char>(c) >= 0x20 && c != 0x7f, "no header is split");
    fuzz::require(authcore::TokenSet::fromSerialized(tokens.serialized()) == tokens,
        "what was set can be stored");
    return 0;
}
