#include "authcore/demobackend/oauth/oauthreplies.h"

#include "authcore/demobackend/replies.h"

#include <utility>

using namespace Qt::Literals::StringLiterals;

namespace demobackend {

Reply notStored(Reply reply)
{
    reply.headers.emplace_back("Cache-Control", "no-store");
    reply.headers.emplace_back("Pragma", "no-cache");
    return reply;
}

Reply oauthErrorReply(const OAuthError &error)
{
    const bool isClients = error.code == "invalid_client"_L1;
    auto reply = notStored(jsonReply(isClients ? 401 : 400,
        {{u"error"_s, error.code}, {u"error_description"_s, error.description}}));
    if (isClients)
        reply.headers.emplace_back("WWW-Authenticate", R"(Basic realm="demo backend")");
    return reply;
}

Reply pageReply(int status, const QString &html)
{
    auto reply = textReply(html.toUtf8());
    reply.status = status;
    reply.headers.front().second = "text/html; charset=utf-8";
    // No form-action, since browsers apply it also to the redirect after a form.
    reply.headers.emplace_back("Content-Security-Policy",
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'");
    reply.headers.emplace_back("X-Frame-Options", "DENY"); // RFC 9700 section 4.16
    reply.headers.emplace_back("Referrer-Policy", "no-referrer");
    return notStored(std::move(reply));
}

Reply seeOtherReply(const QByteArray &url)
{
    Reply reply;
    reply.status = 303;
    reply.headers.emplace_back("Location", url);
    reply.headers.emplace_back("Referrer-Policy", "no-referrer");
    return notStored(std::move(reply));
}

} // namespace demobackend
