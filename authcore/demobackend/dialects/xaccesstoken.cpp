#include "authcore/demobackend/dialects/xaccesstoken.h"

#include "authcore/demobackend/jsonbody.h"
#include "authcore/demobackend/replies.h"
#include "authcore/demobackend/tokenmint.h"

#include <QtCore/QJsonArray>

#include <algorithm>
#include <array>

using namespace Qt::Literals::StringLiterals;

namespace demobackend {

namespace {

struct Board
{
    QLatin1StringView path;
    QLatin1StringView role;
    const char *content = nullptr;
};

constexpr std::array boards {
    Board {"/api/test/user"_L1, "ROLE_USER"_L1, "User Content"},
    Board {"/api/test/mod"_L1, "ROLE_MODERATOR"_L1, "Moderator Content"},
    Board {"/api/test/admin"_L1, "ROLE_ADMIN"_L1, "Admin Content"},
};
constexpr auto publicPath = "/api/test/all"_L1;

const Board *boardAt(const QString &path)
{
    const auto *const found = std::find_if(
        boards.begin(), boards.end(), [&path](const Board &board) { return board.path == path; });
    return found == boards.end() ? nullptr : found;
}

QJsonObject tokensOf(const Grant &grant)
{
    QJsonObject object {{u"accessToken"_s, QString::fromLatin1(grant.accessToken)}};
    if (!grant.refreshToken.isEmpty())
        object.insert("refreshToken"_L1, QString::fromLatin1(grant.refreshToken));
    return object;
}

} // namespace

QString XAccessToken::name() const
{
    return u"x-access-token"_s;
}

std::optional<Endpoint> XAccessToken::endpointOf(const Request &request) const
{
    if (request.path == "/api/auth/signin"_L1)
        return Endpoint::SignIn;
    if (request.path == "/api/auth/refreshtoken"_L1)
        return Endpoint::Refresh;
    if (boardAt(request.path) != nullptr)
        return Endpoint::Resource;
    if (request.path == publicPath)
        return Endpoint::Other;
    return {};
}

std::optional<Reply> XAccessToken::answerItself(
    const Request &request, TokenEndpoints & /*tokens*/, const Moment & /*moment*/)
{
    if (request.path == publicPath)
        return textReply("Public Content.");
    return {};
}

QByteArray XAccessToken::refreshTokenIn(const Request &request) const
{
    return jsonTextIn(request, "refreshToken"_L1);
}

QByteArray XAccessToken::accessTokenIn(const Request &request) const
{
    const auto token = request.header("x-access-token");
    return token.isEmpty() ? bearerToken(request) : token;
}

std::optional<Reply> XAccessToken::resourceProblem(
    const Request &request, const AccessToken &token) const
{
    const auto *const board = boardAt(request.path);
    const auto user = findUser(&DemoUser::name, token.userName);
    if (board == nullptr || !user || !user->roles.contains(board->role))
        return problem(403, u"This needs a role that you do not have."_s);
    return {};
}

Reply XAccessToken::signedIn(const Grant &grant, const Knobs & /*knobs*/) const
{
    auto object = tokensOf(grant);
    object.insert("id"_L1, grant.user.id);
    object.insert("username"_L1, grant.user.name);
    object.insert("email"_L1, grant.user.email);
    object.insert("roles"_L1, QJsonArray::fromStringList(grant.user.roles));
    return jsonReply(200, object);
}

Reply XAccessToken::refreshed(const Grant &grant, const Knobs & /*knobs*/) const
{
    return jsonReply(200, tokensOf(grant));
}

Reply XAccessToken::refreshRefused(const QString &reason) const
{
    return problem(403, reason);
}

Reply XAccessToken::problem(int status, const QString &detail) const
{
    return jsonReply(status, {{u"message"_s, detail}});
}

QByteArray XAccessToken::content(const Request &request) const
{
    const auto *const board = boardAt(request.path);
    return board == nullptr ? QByteArray() : board->content;
}

} // namespace demobackend
