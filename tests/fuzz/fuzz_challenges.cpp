// The input is a WWW-Authenticate header.
#include "authcore/network/challenges.h"
#include "tests/fuzz/fuzz.h"

using namespace Qt::StringLiterals;

int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    static const authcore::BackendProfile profile;
    const QByteArray header = fuzz::bytes(data, size);
    const auto challenges = authcore::parseChallenges(header);
    qsizetype total = 0;
    for (const authcore::Challenge &challenge : challenges) {
        fuzz::require(!challenge.scheme.isEmpty(), "a challenge has a scheme");
        fuzz::require(challenge.scheme == challenge.scheme.toLower(), "schemes have one case");
        total += challenge.scheme.size() + challenge.token68.size();
        for (const auto &[name, value] : challenge.parameters) {
            fuzz::require(!name.isEmpty(), "a parameter has a name");
            total += name.size() + value.size();
        }
    }
    fuzz::require(total <= header.size(), "nothing is read twice");
    fuzz::require(!authcore::isChallenge(profile, 200, header), "a success is no challenge");
    const QStringList errors = authcore::bearerErrors(header);
    for (const QString &final : profile.finalErrors) {
        fuzz::require(!errors.contains(final) || !authcore::isChallenge(profile, 401, header),
            "what no refresh cures is no challenge");
    }
    fuzz::require(!errors.isEmpty() || authcore::isChallenge(profile, 401, header),
        "a 401 without an error is a challenge");
    return 0;
}
