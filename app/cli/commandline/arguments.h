#pragma once

#include "authcore/demobackend/knobs.h"
#include "authcore/lab/scenario.h"
#include "authcore/profile/backendprofile.h"

#include <QtCore/QString>
#include <QtCore/QStringList>
#include <QtCore/QUrl>

#include <chrono>
#include <optional>
#include <variant>

namespace app::cli {

//! The exit status of the process.
enum class ExitStatus {
    Passed = 0,
    RuleBroken = 1,
    Usage = 2,
    Unreachable = 3, //!< the sign-in failed, or the backend cannot be reached or started
    TimedOut = 4, //!< the run took longer than --timeout
    Stopped = 5, //!< a signal ended the run
};

enum class Format { Text, Json };

//! The options that say whom connections trust and through whom they go. Each replaces the value of
//! the profile; empty: no replacement.
struct NetworkArguments
{
    QString caFile;
    QString clientCertificate; //!< a file
    QString clientKey; //!< a file; empty: the key is in clientCertificate
    QString clientKeyPasswordFile; //!< "-": standard input; empty: from the environment
    QString proxy; //!< see BackendProfile::proxy
    QString proxyPasswordFile; //!< likewise

    bool operator==(const NetworkArguments &) const = default;
};

//! The arguments of "tokenflight-cli run".
struct RunArguments
{
    QString profile = QStringLiteral("custom-jwt"); //!< the name of a preset, or a file
    //! Empty: the base URL of the profile's file; without one, and for presets, the demo backend.
    std::optional<QUrl> url;
    //! The demo backend is started for this run, whatever base URL the profile names.
    enum class Backend { Profiles, Demo } backend = Backend::Profiles;
    QString issuer; //!< the server that is asked for its endpoints; empty: no discovery
    std::optional<authcore::SignInMethod> signIn; //!< empty: see signInMethodFor()
    enum class Browser { OpenIt, LeaveToPerson } browser = Browser::OpenIt;
    QString userName; //!< empty: the demo backend's first user
    QString passwordFile; //!< "-": standard input; empty: from the environment, or the demo user's
    QString clientId; //!< empty: the profile's
    QString clientSecretFile; //!< "-": standard input; empty: from the environment, or no secret
    QString scope; //!< empty: the profile's
    int requests = 3;
    authcore::lab::Before before = authcore::lab::Before::BreakAccess;
    demobackend::RefreshAnswer nextRefresh = demobackend::RefreshAnswer::Ok;
    QByteArray method = "GET";
    QString path; //!< empty: the profile's first resource
    QString bodyFile; //!< "-": standard input; empty: no body
    Format format = Format::Text;
    //! Limits the time from the first request to the server to the end of the run.
    std::chrono::seconds timeout {300};
    QStringList allowedOrigins; //!< beside the base URL's origin, as originOf() writes origins
    NetworkArguments network;

    bool operator==(const RunArguments &) const = default;
};

//! The arguments of "tokenflight-cli serve".
struct ServeArguments
{
    quint16 port = 0; //!< 0: any free port
    bool tls = false; //!< https with a throw-away certificate
    QString stateFile; //!< keeps the state between runs; empty: memory only
    demobackend::Knobs knobs;
    demobackend::RefreshAnswer nextRefresh = demobackend::RefreshAnswer::Ok;
    int refreshTimes = 1; //!< number of refreshes with the answer `nextRefresh`
    demobackend::ResourceAnswer nextResource = demobackend::ResourceAnswer::Ok;
    int resourceTimes = 1; //!< number of requests with the answer `nextResource`

    bool operator==(const ServeArguments &) const = default;
};

//! The arguments of "tokenflight-cli profiles".
struct ProfilesArguments
{
    enum class Action { List, Show, Check } action = Action::List;
    QString profile; //!< for Show: a preset or a file; for Check: a file
    std::optional<QUrl> url; //!< for Show and Check: the base URL to move the profile to

    bool operator==(const ProfilesArguments &) const = default;
};

//! The arguments of "tokenflight-cli profiles try".
struct TryArguments
{
    //! Of a run: the profile, a file or a preset; the base URL, empty: that of the file, or the
    //! demo backend for a preset; who signs in, and how; the path; format and time.
    RunArguments run;
    enum class Patch { Show, Write } patch = Patch::Show;

    bool operator==(const TryArguments &) const = default;
};

//! The arguments of "tokenflight-cli profiles new". One of issuer, curlFile and preset is set.
struct NewArguments
{
    QString file; //!< empty: standard output
    std::optional<QUrl> issuer;
    QString curlFile; //!< "-": standard input
    QString answerFile; //!< of the copied request; "-": standard input
    QString preset;
    std::optional<QUrl> url; //!< the base URL of a preset, or of an issuer's resources
    QString clientId;
    QString scope;
    QString path; //!< of a protected resource
    enum class Existing { Keep, Replace } existing = Existing::Keep; //!< a file of that name

    bool operator==(const NewArguments &) const = default;
};

struct ShowHelp
{
    bool operator==(const ShowHelp &) const = default;
};

struct ShowVersion
{
    bool operator==(const ShowVersion &) const = default;
};

//! What is wrong on the command line: a text for people.
struct UsageError
{
    QString text; //!< empty: there was no command
    bool operator==(const UsageError &) const = default;
};

using Arguments = std::variant<RunArguments, ServeArguments, ProfilesArguments, TryArguments,
    NewArguments, ShowHelp, ShowVersion, UsageError>;

//! Reads a command line in the form of QCoreApplication::arguments(). Pure.
[[nodiscard]] Arguments parse(const QStringList &arguments);

//! "password", "browser", "device".
[[nodiscard]] QStringList signInMethodNames();
[[nodiscard]] std::optional<authcore::SignInMethod> signInMethodFrom(const QString &name);
[[nodiscard]] QString toName(authcore::SignInMethod method);

} // namespace app::cli
