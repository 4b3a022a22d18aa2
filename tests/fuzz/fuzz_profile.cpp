#include "authcore/profile/profilejson.h"
#include "tests/fuzz/fuzz.h"

#include <QtCore/QJsonDocument>

using namespace Qt::StringLiterals;

int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const auto json = fuzz::bytes(data, size);
    const auto result = authcore::BackendProfile::fromJson(json);
    if (const auto *errors = std::get_if<QList<authcore::ProfileError>>(&result)) {
        fuzz::require(!errors->isEmpty(), "a refusal says why");
        for (const auto &error : *errors) {
            fuzz::require(error.what.contains("; "_L1), "an error says what would be right");
            fuzz::require(error.at && error.at->line <= json.count('\n') + 1, "and where it is");
        }
        return 0;
    }
    const auto &profile = std::get<authcore::BackendProfile>(result);
    const auto again = authcore::BackendProfile::fromJson(QJsonDocument(profile.toJson()).toJson());
    fuzz::require(std::holds_alternative<authcore::BackendProfile>(again),
        "a profile that was read can be written and read");
    fuzz::require(std::get<authcore::BackendProfile>(again) == profile, "and is the same");
    const auto text = authcore::BackendProfile::fromJson(profile.toText());
    fuzz::require(std::holds_alternative<authcore::BackendProfile>(text)
            && std::get<authcore::BackendProfile>(text) == profile,
        "also by way of its text");
    const auto problems = profile.problems();
    static_cast<void>(authcore::located(problems, json));
    const std::chrono::milliseconds aYear = std::chrono::days(365);
    fuzz::require(!problems.isEmpty()
            || (profile.policy.holdTimeout <= aYear && profile.policy.totalTimeout <= aYear
                && profile.answer.expiresInUnit <= aYear),
        "no time limit of a good profile is longer than a year");
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
