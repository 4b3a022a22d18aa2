#include "authcore/lab/hints.h"

#include <QtCore/QCoreApplication>

#include <algorithm>
#include <array>
#include <map>

using namespace Qt::StringLiterals;

namespace authcore::lab {

namespace {

struct Texts
{
    Q_DECLARE_TR_FUNCTIONS(Hints)
};

//! Statuses that say nothing about the token.
constexpr std::array otherMatters {404, 405, 406, 410, 413, 415, 429};

//! Whether the server may have refused the token, with a status that is no challenge.
bool mayBeRefusal(const RequestRecord &request, const BackendProfile &profile)
{
    const int status = request.status.value_or(0);
    const bool hadToken = std::all_of(
        request.attempts.begin(), request.attempts.end(), [](const AttemptRecord &attempt) {
            return attempt.generation != Generation {} && !attempt.challenge;
        });
    return status >= 400 && status < 500 && hadToken && !profile.challengeStatuses.contains(status)
        && std::find(otherMatters.begin(), otherMatters.end(), status) == otherMatters.end();
}

} // namespace

QString whyWithoutToken(const BackendProfile &profile, const QUrl &url)
{
    if (profile.isProtected(url))
        return {};
    if (profile.protectedOrigins.isEmpty())
        return Texts::tr("\"protectedOrigins\" is empty, so that no request carries the token; "
                         "add \"%1\"")
            .arg(originOf(url));
    if (!profile.hasProtectedOrigin(url))
        return Texts::tr("its origin is not among \"protectedOrigins\" (%1); add \"%2\"")
            .arg(profile.protectedOrigins.join(", "_L1), originOf(url));
    return Texts::tr("its path is among \"publicPaths\" (%1); take it out there, or ask for "
                     "another resource")
        .arg(profile.publicPaths.join(", "_L1));
}

QStringList hintsFor(const Trace &trace, const BackendProfile &profile, const QUrl &resource)
{
    QStringList hints;
    if (const QString why = whyWithoutToken(profile, resource); !why.isEmpty())
        hints.append(Texts::tr("The requests went without the token: %1.").arg(why));
    std::map<int, int> refused; // statuses to numbers of requests
    for (const auto &request : trace.requests()) {
        if (mayBeRefusal(request, profile))
            ++refused[*request.status];
    }
    for (const auto &[status, count] : refused)
        hints.append(Texts::tr("%1 answered %2: if that is how this server says that the access "
                               "token is over, add %2 to \"challengeStatuses\".")
                         .arg(count)
                         .arg(status));
    return hints;
}

} // namespace authcore::lab
