#include "authcore/tokens/jwt.h"
#include "tests/fuzz/fuzz.h"

#include <QtCore/QJsonDocument>

int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const auto jwt = authcore::Jwt::decode(fuzz::bytes(data, size));
    if (!jwt)
        return 0;
    fuzz::require(size <= std::size_t {64} * 1024, "a JWT has its limit");
    static_cast<void>(jwt->subject());
    for (const auto &time : {jwt->expiresAt(), jwt->issuedAt()}) {
        // Neither a conversion to milliseconds nor a difference of two times may overflow.
        const auto count = time ? time->time_since_epoch().count() : 0;
        fuzz::require(count <= 1'000'000'000'000 && count >= -1'000'000'000'000, "times are sane");
    }
    const auto part = [](const QJsonObject &object) {
        return QJsonDocument(object)
            .toJson(QJsonDocument::Compact)
            .toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals);
    };
    const QByteArray rebuilt = part(jwt->header) + '.' + part(jwt->claims) + ".c2ln";
    if (rebuilt.size() <= qsizetype {64} * 1024) {
        const auto again = authcore::Jwt::decode(rebuilt);
        fuzz::require(again.has_value(), "what was decoded can be encoded");
        fuzz::require(again->subject() == jwt->subject(), "and says the same");
    }
    return 0;
}
