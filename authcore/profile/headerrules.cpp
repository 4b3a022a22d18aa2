#include "authcore/profile/headerrules.h"

#include "authcore/tokens/tokenset.h"

#include <algorithm>
#include <array>

using namespace Qt::StringLiterals;

namespace authcore {

namespace {

bool isControl(char16_t c)
{
    return c < 0x20 || c == 0x7f;
}

} // namespace

bool isTokenCharacter(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
        || QByteArrayView("!#$%&'*+-.^_`|~").contains(c);
}

bool isHeaderName(QByteArrayView name)
{
    return !name.isEmpty() && std::all_of(name.cbegin(), name.cend(), isTokenCharacter);
}

bool isFramingHeader(QByteArrayView name)
{
    static constexpr std::array framing {"host", "content-length", "transfer-encoding",
        "connection", "keep-alive", "te", "upgrade", "trailer", "expect"};
    const QByteArray lower = name.toByteArray().toLower();
    return lower.startsWith("proxy-")
        || std::any_of(framing.begin(), framing.end(),
            [&lower](const char *header) { return lower == header; });
}

bool hasControlCharacters(QByteArrayView text)
{
    return std::any_of(text.cbegin(), text.cend(),
        [](char c) { return isControl(static_cast<unsigned char>(c)); });
}

bool hasControlCharacters(QStringView text)
{
    return std::any_of(text.cbegin(), text.cend(), [](QChar c) { return isControl(c.unicode()); });
}

std::optional<QByteArray> headerValue(const QString &text)
{
    const QByteArray value = text.toLatin1();
    const bool isCarried = !hasControlCharacters(value) && QString::fromLatin1(value) == text;
    return isCarried ? std::optional(value) : std::nullopt;
}

QString controlCharactersIn(const TokenSet &tokens)
{
    if (hasControlCharacters(tokens.accessToken))
        return u"the access token"_s;
    if (hasControlCharacters(tokens.refreshToken))
        return u"the refresh token"_s;
    if (hasControlCharacters(tokens.userName))
        return u"the user name"_s;
    if (hasControlCharacters(tokens.clientSecret))
        return u"the client secret"_s;
    const bool isCookie = std::any_of(
        tokens.cookies.cbegin(), tokens.cookies.cend(), [](const QNetworkCookie &cookie) {
            return hasControlCharacters(cookie.name()) || hasControlCharacters(cookie.value());
        });
    return isCookie ? u"a cookie"_s : QString();
}

} // namespace authcore
