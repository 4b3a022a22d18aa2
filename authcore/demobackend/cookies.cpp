#include "authcore/demobackend/cookies.h"

#include <QtCore/QList>

namespace demobackend {

void setCookie(Reply &reply, const Cookie &cookie)
{
    QByteArray line = cookie.name + '=' + cookie.value + "; Path=" + cookie.path;
    if (cookie.reader == Cookie::Reader::Server)
        line += "; HttpOnly";
    line += "; SameSite=Lax";
    if (cookie.maxAge)
        line += "; Max-Age=" + QByteArray::number(qint64(cookie.maxAge->count()));
    reply.headers.emplace_back("Set-Cookie", line);
}

QByteArray cookieIn(const Request &request, QByteArrayView name)
{
    for (const auto &[header, value] : request.headers) {
        if (header != "cookie")
            continue;
        for (const auto &pair : value.split(';')) {
            const auto equals = pair.indexOf('=');
            if (equals > 0 && pair.first(equals).trimmed() == name)
                return pair.sliced(equals + 1).trimmed();
        }
    }
    return {};
}

} // namespace demobackend
