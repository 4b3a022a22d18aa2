#include "authcore/httpserver/stranger.h"

#include <algorithm>
#include <array>

namespace httpserver {

namespace {

bool isOurs(const QByteArray &host, quint16 port)
{
    static constexpr std::array names {"127.0.0.1", "localhost", "[::1]"};
    const QByteArray end = ':' + QByteArray::number(port);
    return std::any_of(names.begin(), names.end(),
        [&](const char *name) { return host.toLower() == QByteArray(name) + end; });
}

//! Browsers send headers about the page that made a request; other clients send none of them.
bool isFromOtherOrigin(const Request &request, quint16 port)
{
    if (const auto site = request.header("sec-fetch-site"); !site.isEmpty())
        return site != "same-origin" && site != "none";
    const auto origin = request.header("origin");
    return !origin.isEmpty() && !isOurs(origin.mid(origin.indexOf("//") + 2), port);
}

bool changesSomething(const Request &request)
{
    return request.method != "GET" && request.method != "HEAD" && request.method != "OPTIONS";
}

Reply refusal(int status, const QByteArray &why)
{
    return {.status = status, .headers = {{"Content-Type", "text/plain"}}, .body = why};
}

} // namespace

std::optional<Reply> refusalForStranger(const Request &request, quint16 port)
{
    const auto host = request.header("host");
    if (!host.isEmpty() && !isOurs(host, port)) // every browser sends a Host header
        return refusal(421, "This server answers to its own address only.");
    if (changesSomething(request) && isFromOtherOrigin(request, port))
        return refusal(403, "This came from another site's page.");
    return {};
}

} // namespace httpserver
