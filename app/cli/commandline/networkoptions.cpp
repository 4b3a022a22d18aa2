#include "app/cli/commandline/networkoptions.h"

#include "app/printable.h"
#include "app/profiles/profileloading.h"

#include "authcore/profile/urlrules.h"

using namespace Qt::StringLiterals;
using authcore::BackendProfile;

namespace app::cli {

namespace {

void readProxy(OptionReader &reader, QString &proxy)
{
    reader.readText(u"proxy"_s, proxy);
    const QUrl url(proxy);
    if (!url.password().isEmpty())
        reader.note(u"--proxy takes no password: others could read it in the process list. Use "
                    "--proxy-password-file FILE ('-' is standard input), or the environment "
                    "variable TOKENFLIGHT_PROXY_PASSWORD."_s);
    else if (!proxy.isEmpty() && proxy != "direct"_L1 && !authcore::proxyUrl(proxy))
        reader.note(
            u"--proxy takes http://host:port, socks5://host:port or direct; not \"%1\"."_s.arg(
                proxy));
}

//! The options that `profile` needs and `network` does not have.
QStringList missingOptions(const NetworkArguments &network, const BackendProfile &profile)
{
    QStringList missing;
    const auto &certificate = profile.clientCertificate;
    if (network.caFile.isEmpty() && !profile.caFile.isEmpty())
        missing.append(u"--ca-file %1"_s.arg(profile.caFile));
    if (network.clientCertificate.isEmpty() && !certificate.file.isEmpty()) {
        missing.append(u"--client-certificate %1"_s.arg(certificate.file));
        if (!certificate.keyFile.isEmpty())
            missing.append(u"--client-key %1"_s.arg(certificate.keyFile));
    }
    if (network.proxy.isEmpty() && !profile.proxy.isEmpty())
        missing.append(u"--proxy %1"_s.arg(profile.proxy));
    return missing;
}

} // namespace

QStringList networkOptions()
{
    return {u"ca-file"_s, u"client-certificate"_s, u"client-key"_s, u"client-key-password-file"_s,
        u"proxy"_s, u"proxy-password-file"_s};
}

void readNetwork(OptionReader &reader, NetworkArguments &network)
{
    reader.readText(u"ca-file"_s, network.caFile);
    reader.readText(u"client-certificate"_s, network.clientCertificate);
    reader.readText(u"client-key"_s, network.clientKey);
    reader.readText(u"client-key-password-file"_s, network.clientKeyPasswordFile);
    readProxy(reader, network.proxy);
    reader.readText(u"proxy-password-file"_s, network.proxyPasswordFile);
    if (!network.clientKey.isEmpty() && network.clientCertificate.isEmpty())
        reader.note(u"--client-key needs its --client-certificate."_s);
}

std::variant<authcore::NetworkSettings, InputError> networkFor(const NetworkArguments &network,
    const QString &profileName, const BackendProfile &profile, const Environment &environment)
{
    if (const auto missing = missingOptions(network, profile); !missing.isEmpty())
        return InputError {u"%1 says whom to trust, or through whom to go:\n%2\nif that is right, "
                           "add %3"_s.arg(printable(profileName), networkLines(profile).join(u'\n'),
                               printable(missing.join(u' ')))};
    authcore::NetworkSecrets secrets {
        environment.clientKeyPassword.toUtf8(), environment.proxyPassword};
    if (!network.clientKeyPasswordFile.isEmpty()) {
        const auto password = firstLineOf(network.clientKeyPasswordFile);
        if (const auto *const error = std::get_if<InputError>(&password))
            return *error;
        secrets.clientKeyPassword = std::get<QString>(password).toUtf8();
    }
    if (!network.proxyPasswordFile.isEmpty()) {
        const auto password = firstLineOf(network.proxyPasswordFile);
        if (const auto *const error = std::get_if<InputError>(&password))
            return *error;
        secrets.proxyPassword = std::get<QString>(password);
    }
    const auto read = authcore::readNetworkSettings(profile, secrets);
    if (const auto *const problem = std::get_if<QString>(&read))
        return InputError {printable(*problem)};
    return std::get<authcore::NetworkSettings>(read);
}

} // namespace app::cli
