#include "app/cli/run/discoverystep.h"

#include "authcore/system/clock.h"

#include <QtCore/QCoreApplication>

using namespace Qt::StringLiterals;

namespace app::cli {

std::variant<authcore::Discovered, Refusal> discovered(const authcore::BackendProfile &profile,
    const authcore::NetworkSettings &network, Interruption &interruption)
{
    authcore::SystemClock clock;
    authcore::Discovery discovery(clock, network);
    std::variant<authcore::Discovered, Refusal> result;
    QObject::connect(&discovery, &authcore::Discovery::succeeded, qApp,
        [&result](const authcore::Discovered &found) {
            result = found;
            QCoreApplication::quit();
        });
    QObject::connect(&discovery, &authcore::Discovery::failed, qApp,
        [&result](const authcore::TokenError &error) {
            result = Refusal {error.detail};
            QCoreApplication::quit();
        });
    QObject::connect(
        &interruption, &Interruption::happened, &discovery, [&](Interruption::Cause cause) {
            result = Refusal {
                u"%1 while the server's endpoints were asked for"_s.arg(interruption.text(cause)),
                Interruption::statusOf(cause)};
            QCoreApplication::quit();
        });
    discovery.start(profile);
    QCoreApplication::exec();
    return result;
}

std::variant<authcore::BackendProfile, Refusal> completed(const authcore::BackendProfile &profile,
    const authcore::NetworkSettings &network, Interruption &interruption)
{
    if (!authcore::Discovery::isNeeded(profile))
        return profile;
    auto result = discovered(profile, network, interruption);
    if (const auto *const refusal = std::get_if<Refusal>(&result))
        return *refusal;
    const auto &found = std::get<authcore::Discovered>(result);
    if (!found.missing.isEmpty())
        return Refusal {found.missing.join(u' ')};
    return found.profile;
}

} // namespace app::cli
