#include "authcore/lab/connect/profiledraft.h"

#include "authcore/lab/connect/copiedsignin.h"
#include "authcore/lab/connect/drafttext.h"
#include "authcore/signin/discovery.h"

using namespace Qt::StringLiterals;

namespace authcore::lab {

namespace {

//! The position of the empty line after the headers; -1: there are no headers.
qsizetype endOfHeaders(const QByteArray &text)
{
    if (!text.startsWith("HTTP/"))
        return -1;
    const auto windows = text.indexOf("\r\n\r\n");
    return windows >= 0 ? windows : text.indexOf("\n\n");
}

} // namespace

CopiedAnswer CopiedAnswer::parse(const QByteArray &text)
{
    CopiedAnswer answer {text};
    // "curl -iL" prints the headers of each answer on the way.
    for (auto end = endOfHeaders(answer.body); end >= 0; end = endOfHeaders(answer.body)) {
        const auto lines = answer.body.left(end).split('\n');
        for (const QByteArray &line : lines) {
            const auto colon = line.indexOf(':');
            if (colon > 0 && line.left(colon).trimmed().toLower() == "set-cookie")
                answer.setCookies.append(line.mid(colon + 1).trimmed());
        }
        answer.body = answer.body.mid(end).trimmed();
    }
    return answer;
}

ProfileDraft ProfileDraft::fromProfile(const BackendProfile &profile)
{
    return {profile};
}

ProfileDraft ProfileDraft::fromIssuer(BackendProfile profile)
{
    ProfileDraft draft;
    QStringList endpoints;
    const auto check = [&](const QUrl &url, SignInMethod method) {
        if (url.isEmpty())
            profile.signInMethods.removeAll(method);
        else
            endpoints.append(url.toString(QUrl::FullyEncoded));
    };
    check(profile.authorization.url, SignInMethod::Browser);
    check(profile.deviceAuthorizationUrl, SignInMethod::Device);
    if (profile.signInMethods.isEmpty()) {
        profile.signInMethods = {SignInMethod::Browser};
        draft.notes.append(
            u"The server names no endpoint for a sign-in by browser or by device."_s);
    }
    draft.comments[u"/issuer"_s] = u"It names %1 and %2."_s.arg(
        endpoints.join(u", "_s), profile.refresh.url.toString(QUrl::FullyEncoded));
    if (profile.resources.isEmpty())
        draft.notes.append(
            u"The profile names no resource: give one by --path, such as /userinfo or /api/me."_s);
    profile.refresh = {}; // with the usual body, which discovery fills in
    profile.revocation = {};
    draft.profile = Discovery::withoutEndpoints(std::move(profile));
    return draft;
}

std::variant<ProfileDraft, CurlProblem> ProfileDraft::fromCurl(
    const CurlCommand &command, const std::optional<CopiedAnswer> &answer)
{
    return CopiedSignIn(command, answer).draft();
}

QByteArray ProfileDraft::toText() const
{
    return commentedText(profile, comments);
}

QByteArray withoutGuesses(const QByteArray &text)
{
    QByteArrayList kept;
    const auto lines = text.split('\n');
    for (const QByteArray &line : lines) {
        if (!line.trimmed().startsWith(QByteArray("// " + guessMark.toByteArray())))
            kept.append(line);
    }
    return kept.join('\n');
}

} // namespace authcore::lab
