#include "app/cli/commandline/serveoptions.h"

#include "app/cli/commandline/optionreader.h"

#include <algorithm>
#include <array>
#include <utility>

using namespace Qt::StringLiterals;
using demobackend::CodeFault;
using demobackend::DeviceApproval;
using demobackend::Endpoint;
using demobackend::IdTokenFault;

namespace app::cli {

namespace {

// The bounds of the window, except for the number of times.
constexpr int year = 365 * 24 * 3600; // s
constexpr int hour = 3600; // s
constexpr int mostLatency = 60'000; // ms
constexpr int mostTimes = 1'000'000;

//! The values of an option with their names on the command line.
template <typename Value, std::size_t size>
using Names = std::array<std::pair<QLatin1StringView, Value>, size>;

constexpr Names<DeviceApproval, 5> deviceApprovals {{
    {"at-once"_L1, DeviceApproval::AtOnce},
    {"after-polls"_L1, DeviceApproval::AfterPolls},
    {"by-person"_L1, DeviceApproval::ByPerson},
    {"denied"_L1, DeviceApproval::Denied},
    {"expired"_L1, DeviceApproval::Expired},
}};

constexpr Names<IdTokenFault, 5> idTokenFaults {{
    {"none"_L1, IdTokenFault::None},
    {"wrong-audience"_L1, IdTokenFault::WrongAudience},
    {"wrong-issuer"_L1, IdTokenFault::WrongIssuer},
    {"wrong-nonce"_L1, IdTokenFault::WrongNonce},
    {"expired"_L1, IdTokenFault::Expired},
}};

constexpr Names<CodeFault, 7> codeFaults {{
    {"none"_L1, CodeFault::None},
    {"access-denied"_L1, CodeFault::AccessDenied},
    {"server-error"_L1, CodeFault::ServerError},
    {"wrong-state"_L1, CodeFault::WrongState},
    {"missing-state"_L1, CodeFault::MissingState},
    {"wrong-issuer"_L1, CodeFault::WrongIssuer},
    {"missing-issuer"_L1, CodeFault::MissingIssuer},
}};

template <typename Value, std::size_t size>
void readNamed(
    OptionReader &reader, const QString &option, const Names<Value, size> &names, Value &value)
{
    QStringList all;
    for (const auto &[name, candidate] : names)
        all.append(name);
    reader.readOneOf(option, all, value, [&names](const QString &text) -> std::optional<Value> {
        const auto *const found = std::find_if(
            names.begin(), names.end(), [&text](const auto &entry) { return entry.first == text; });
        return found == names.end() ? std::nullopt : std::optional(found->second);
    });
}

void readTokenKnobs(OptionReader &reader, demobackend::Knobs &knobs)
{
    reader.readDuration(u"access-lifetime"_s, 1, year, knobs.accessLifetime);
    reader.readDuration(u"refresh-lifetime"_s, 1, year, knobs.refreshLifetime);
    reader.readSwitch(u"rotate"_s, knobs.rotation);
    reader.readSwitch(u"reuse-detection"_s, knobs.reuseDetection);
    reader.readDuration(u"grace"_s, 0, hour, knobs.reuseGrace);
    reader.readDuration(u"clock-offset"_s, -year, year, knobs.clockOffset);
    reader.readSwitch(u"send-expires-in"_s, knobs.sendExpiresIn);
    reader.readSwitch(u"same-access-token"_s, knobs.sameAccessToken);
    reader.readSwitch(u"omit-challenge-header"_s, knobs.omitChallengeHeader);
    int status = 0;
    reader.readNumber(u"unknown-refresh-token-status"_s, 400, 599, status);
    if (status != 0)
        knobs.unknownRefreshTokenStatus = status;
}

void readLatencies(OptionReader &reader, demobackend::Knobs &knobs)
{
    std::chrono::milliseconds all {0};
    reader.readDuration(u"latency"_s, 0, mostLatency, all);
    for (const auto &[option, endpoint] : {std::pair(u"sign-in-latency"_s, Endpoint::SignIn),
             std::pair(u"refresh-latency"_s, Endpoint::Refresh),
             std::pair(u"resource-latency"_s, Endpoint::Resource)}) {
        auto latency = all;
        reader.readDuration(option, 0, mostLatency, latency);
        if (latency.count() > 0)
            knobs.latency[endpoint] = latency;
    }
    reader.readDuration(u"slowness"_s, 0, mostLatency, knobs.slowness);
}

void readOAuthKnobs(OptionReader &reader, demobackend::Knobs &knobs)
{
    readNamed(reader, u"device-approval"_s, deviceApprovals, knobs.deviceApproval);
    reader.readNumber(u"device-polls"_s, 1, mostTimes, knobs.deviceApprovalPolls);
    reader.readText(u"device-user"_s, knobs.deviceUser);
    if (!knobs.deviceUser.isEmpty() && !findUser(&demobackend::DemoUser::name, knobs.deviceUser))
        reader.note(u"\"%1\" is no user of the demo backend."_s.arg(knobs.deviceUser));
    reader.readDuration(u"device-interval"_s, 0, hour, knobs.deviceInterval);
    reader.readNumber(u"device-slow-downs"_s, 0, mostTimes, knobs.deviceSlowDowns);
    reader.readSwitch(u"always-refresh-token"_s, knobs.alwaysRefreshToken);
    reader.readSwitch(u"allow-password-grant"_s, knobs.allowPasswordGrant);
    readNamed(reader, u"id-token-fault"_s, idTokenFaults, knobs.idTokenFault);
    readNamed(reader, u"code-fault"_s, codeFaults, knobs.codeFault);
}

void readNextAnswers(OptionReader &reader, ServeArguments &serve)
{
    reader.readOneOf(u"next-refresh"_s, demobackend::refreshAnswerNames(), serve.nextRefresh,
        demobackend::refreshAnswerFromName);
    reader.readNumber(u"refresh-times"_s, 1, mostTimes, serve.refreshTimes);
    reader.readOneOf(u"next-resource"_s, demobackend::resourceAnswerNames(), serve.nextResource,
        demobackend::resourceAnswerFromName);
    reader.readNumber(u"resource-times"_s, 1, mostTimes, serve.resourceTimes);
    if (reader.isSet(u"refresh-times"_s) && !reader.isSet(u"next-refresh"_s))
        reader.note(u"--refresh-times needs --next-refresh."_s);
    if (reader.isSet(u"resource-times"_s) && !reader.isSet(u"next-resource"_s))
        reader.note(u"--resource-times needs --next-resource."_s);
}

} // namespace

Arguments parseServe(const QStringList &arguments)
{
    OptionReader reader(arguments,
        {u"port"_s, u"state-file"_s, u"access-lifetime"_s, u"refresh-lifetime"_s, u"rotate"_s,
            u"reuse-detection"_s, u"grace"_s, u"clock-offset"_s, u"send-expires-in"_s,
            u"same-access-token"_s, u"omit-challenge-header"_s, u"unknown-refresh-token-status"_s,
            u"latency"_s, u"sign-in-latency"_s, u"refresh-latency"_s, u"resource-latency"_s,
            u"slowness"_s, u"device-approval"_s, u"device-polls"_s, u"device-user"_s,
            u"device-interval"_s, u"device-slow-downs"_s, u"always-refresh-token"_s,
            u"allow-password-grant"_s, u"id-token-fault"_s, u"code-fault"_s, u"next-refresh"_s,
            u"refresh-times"_s, u"next-resource"_s, u"resource-times"_s},
        {u"tls"_s});
    if (reader.isSet(u"help"_s))
        return ShowHelp {};
    if (reader.isSet(u"version"_s))
        return ShowVersion {};
    ServeArguments serve;
    int port = 0;
    reader.readNumber(u"port"_s, 0, 65'535, port);
    serve.port = static_cast<quint16>(port);
    serve.tls = reader.isSet(u"tls"_s);
    reader.readText(u"state-file"_s, serve.stateFile);
    readTokenKnobs(reader, serve.knobs);
    readLatencies(reader, serve.knobs);
    readOAuthKnobs(reader, serve.knobs);
    readNextAnswers(reader, serve);
    if (!reader.problem().isEmpty())
        return UsageError {reader.problem()};
    return serve;
}

} // namespace app::cli
