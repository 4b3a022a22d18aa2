// The input is an entry of a store, as JSON.
#include "authcore/tokens/tokenset.h"
#include "tests/fuzz/fuzz.h"

#include <QtCore/QDebug>
#include <QtCore/QJsonDocument>

using namespace Qt::StringLiterals;

namespace {

void check(const authcore::TokenSet &tokens)
{
    const auto again = authcore::TokenSet::fromSerialized(tokens.serialized());
    fuzz::require(again.has_value(), "a set that was read can be written and read");
    // Compare after a second round, since the first may normalise the encoding of a URL.
    fuzz::require(again->serialized() == tokens.serialized(), "and stays as it is");
    for (const auto &time : {tokens.expiresAt, tokens.receivedAt})
        fuzz::require(!time || time->time_since_epoch() < std::chrono::hours(24 * 366 * 10'000),
            "a time is sane");
    QString shown;
    QDebug(&shown) << tokens;
    for (const QByteArray &secret : {tokens.accessToken, tokens.refreshToken, tokens.idToken}) {
        fuzz::require(secret.size() < 8 || tokens.userName.contains(QLatin1StringView(secret))
                || tokens.accountId.contains(QLatin1StringView(secret))
                || tokens.scope.contains(QLatin1StringView(secret)) || !secret.startsWith("SECRET")
                || !shown.contains(QLatin1StringView(secret)),
            "no secret in debug output");
    }
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const QByteArray input = fuzz::bytes(data, size);
    if (const auto tokens = authcore::TokenSet::fromSerialized(input))
        check(*tokens);
    if (const auto tokens = authcore::TokenSet::fromJson(QJsonDocument::fromJson(input).object()))
        check(*tokens);
    return 0;
}
