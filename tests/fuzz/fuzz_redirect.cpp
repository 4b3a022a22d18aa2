// The input is a Location header. Its first byte chooses policy, status and the redirecting URL.
#include "authcore/network/redirecttrail.h"
#include "authcore/profile/backendprofile.h"
#include "tests/fuzz/fuzz.h"

#include <array>

using namespace Qt::StringLiterals;

int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    static constexpr std::array policies {QNetworkRequest::NoLessSafeRedirectPolicy,
        QNetworkRequest::SameOriginRedirectPolicy, QNetworkRequest::UserVerifiedRedirectPolicy};
    static constexpr std::array statuses {301, 302, 303, 305, 307, 308};
    static const std::array<QUrl, 2> starts {
        QUrl(u"https://api.example/a/b?c#d"_s), QUrl(u"http://127.0.0.1:8080/"_s)};
    static constexpr std::array operations {QNetworkAccessManager::GetOperation,
        QNetworkAccessManager::PostOperation, QNetworkAccessManager::HeadOperation};
    if (size == 0)
        return 0;
    unsigned choice = data[0];
    const auto choose = [&choice](const auto &values) {
        auto value = values[choice % values.size()];
        choice /= static_cast<unsigned>(values.size());
        return value;
    };
    const auto policy = choose(policies);
    const int status = choose(statuses);
    const QUrl from = choose(starts);
    const auto operation = choose(operations);
    const auto step =
        authcore::nextHop(policy, from, fuzz::bytes(data + 1, size - 1), status, operation, 5);
    if (const auto *error = std::get_if<authcore::RedirectError>(&step)) {
        fuzz::require(error->code != QNetworkReply::NoError, "an error is one");
        return 0;
    }
    const auto &hop = std::get<authcore::Hop>(step);
    fuzz::require(hop.url.isValid() && !hop.url.isRelative() && !hop.url.host().isEmpty(),
        "a hop leads somewhere");
    fuzz::require(
        hop.url.scheme() == "http"_L1 || hop.url.scheme() == "https"_L1, "a hop stays on the web");
    fuzz::require(policy == QNetworkRequest::UserVerifiedRedirectPolicy
            || from.scheme() != "https"_L1 || hop.url.scheme() == "https"_L1,
        "a hop is not less safe");
    fuzz::require(policy != QNetworkRequest::SameOriginRedirectPolicy
            || authcore::originOf(from) == authcore::originOf(hop.url),
        "same origin is the same origin");
    const bool keeps = status == 307 || status == 308;
    fuzz::require(keeps || operation == QNetworkAccessManager::HeadOperation
            || hop.operation == QNetworkAccessManager::GetOperation,
        "only 307 and 308 keep the method");
    fuzz::require(keeps || !hop.keepsBody, "only 307 and 308 keep the body");
    return 0;
}
