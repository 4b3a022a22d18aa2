#include "authcore/protocol/backendprofile.h"
#include "tests/fuzz/fuzz.h"

#include <QtCore/QJsonDocument>

using namespace Qt::StringLiterals;

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
        const bool isWeb = url.scheme() == "http"_L1 || url.scheme() == "https"_L1;
        const bool isOrigin = isWeb && !authcore::originOf(url).isEmpty();
        fuzz::require(
            isOrigin == profile.hasProtectedOrigin(url), "a protected origin is protected");
    }
    fuzz::require(!profile.protectedOrigins.isEmpty()
            || !profile.isProtected(profile.resolved(profile.refresh.url)),
        "an empty list protects nothing");
    return 0;
}
