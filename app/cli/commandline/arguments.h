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

//! What a process ends with.
enum class ExitStatus {
    Passed = 0,
    RuleBroken = 1,
    Usage = 2,
    Unreachable = 3, //!< cannot sign in, or cannot reach or start the backend
    TimedOut = 4, //!< not done within --timeout
    Stopped = 5, //!< by a signal
};

enum class Format { Text, Json };

//! tokenflight-cli run
struct RunArguments
{
    QString profile = QStringLiteral("custom-jwt"); //!< the name of a preset, or a file
    std::optional<QUrl> url; //!< empty: the demo backend, started for this run
    QString issuer; //!< where the authorization server is asked for its endpoints; empty: it is not
    std::optional<authcore::SignInMethod> signIn; //!< empty: see signInMethodFor()
    enum class Browser { OpenIt, LeaveToPerson } browser = Browser::OpenIt;
    QString userName; //!< empty: the demo backend's first user
    QString passwordFile; //!< "-": standard input; empty: from the environment, or the demo's
    QString clientId; //!< empty: the profile's
    QString
        clientSecretFile; //!< "-": standard input; empty: from the environment, or there is none
    QString scope; //!< empty: the profile's
    int requests = 3;
    authcore::lab::Before before = authcore::lab::Before::BreakAccess;
    demobackend::RefreshAnswer nextRefresh = demobackend::RefreshAnswer::Ok;
    QByteArray method = "GET";
    QString path; //!< empty: the profile's first resource
    QString bodyFile; //!< "-": standard input; empty: no body
    Format format = Format::Text;
    std::chrono::seconds timeout {300}; //!< of everything, from the first word to the server on
    QStringList allowedOrigins; //!< beside the base's, as originOf() writes them

    bool operator==(const RunArguments &) const = default;
};

//! tokenflight-cli serve
struct ServeArguments
{
    quint16 port = 0; //!< 0: any free one
    demobackend::Knobs knobs;
    demobackend::RefreshAnswer nextRefresh = demobackend::RefreshAnswer::Ok;
    int refreshTimes = 1; //!< refreshes with the answer `nextRefresh`
    demobackend::ResourceAnswer nextResource = demobackend::ResourceAnswer::Ok;
    int resourceTimes = 1; //!< requests with the answer `nextResource`

    bool operator==(const ServeArguments &) const = default;
};

//! tokenflight-cli profiles
struct ProfilesArguments
{
    enum class Action { List, Show, Check } action = Action::List;
    QString profile; //!< of Show: a preset or a file; of Check: a file
    std::optional<QUrl> url; //!< of Show and Check: moved there

    bool operator==(const ProfilesArguments &) const = default;
};

struct ShowHelp
{
    bool operator==(const ShowHelp &) const = default;
};

struct ShowVersion
{
    bool operator==(const ShowVersion &) const = default;
};

//! What was wrong on the command line, for people.
struct UsageError
{
    QString text; //!< empty: nothing was asked for
    bool operator==(const UsageError &) const = default;
};

using Arguments = std::variant<RunArguments, ServeArguments, ProfilesArguments, ShowHelp,
    ShowVersion, UsageError>;

//! Reads a command line; `arguments` as QCoreApplication::arguments() gives them. Pure.
[[nodiscard]] Arguments parse(const QStringList &arguments);

//! "password", "browser", "device".
[[nodiscard]] QStringList signInMethodNames();
[[nodiscard]] std::optional<authcore::SignInMethod> signInMethodFrom(const QString &name);
[[nodiscard]] QString toName(authcore::SignInMethod method);

//! "401" for Unauthorized: the values of --next-refresh.
[[nodiscard]] QStringList refreshAnswerNames();
[[nodiscard]] std::optional<demobackend::RefreshAnswer> refreshAnswerFrom(const QString &name);

} // namespace app::cli
