#include "authcore/protocol/backendprofile.h"
#include "tests/fuzz/fuzz.h"

#include <QtCore/QJsonDocument>

int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const auto result = authcore::BackendProfile::fromJson(fuzz::bytes(data, size));
    if (const auto *error = std::get_if<authcore::ProfileError>(&result)) {
        fuzz::require(!error->toString().isEmpty(), "an error says what is wrong");
        return 0;
    }
    const auto &profile = std::get<authcore::BackendProfile>(result);
    const auto again = authcore::BackendProfile::fromJson(QJsonDocument(profile.toJson()).toJson());
    fuzz::require(std::holds_alternative<authcore::BackendProfile>(again),
        "a profile that was read can be written and read");
    fuzz::require(std::get<authcore::BackendProfile>(again) == profile, "and is the same");
    static_cast<void>(profile.problems());
    for (const QString &origin : profile.protectedOrigins) {
        const QUrl url(origin);
        fuzz::require(authcore::originOf(url).isEmpty() || profile.hasProtectedOrigin(url),
            "a protected origin is protected");
    }
    fuzz::require(!profile.protectedOrigins.isEmpty()
            || !profile.isProtected(profile.resolved(profile.refresh.url)),
        "an empty list protects nothing");
    return 0;
}
