#include "authcore/profile/issuer.h"

#include "authcore/profile/origin.h"

#include <array>

using namespace Qt::StringLiterals;

namespace authcore {

namespace {

constexpr qsizetype longestShown = 200;

QString shown(const QString &issuer)
{
    QString text;
    for (const QChar c : issuer.left(longestShown))
        text += c > u' ' && c <= u'~' && c != u'"' && c != u'\\' ? c : u'?';
    text = text.section(u'?', 0, 0).section(u'#', 0, 0);
    const qsizetype host = text.indexOf("//"_L1) + 2;
    const qsizetype path = text.indexOf(u'/', host);
    const qsizetype at = text.left(path).lastIndexOf(u'@');
    if (at >= host)
        text.remove(host, at + 1 - host);
    return text;
}

QString withoutSlash(QString issuer)
{
    if (issuer.endsWith(u'/'))
        issuer.chop(1);
    return issuer;
}

//! Whether both are at the same port of this machine, under different names.
bool nameThisMachineDifferently(const QString &a, const QString &b)
{
    const QUrl first(a);
    const QUrl second(b);
    return isLoopback(first) && isLoopback(second) && first.host() != second.host()
        && first.scheme() == second.scheme() && first.port() == second.port()
        && withoutSlash(first.path()) == withoutSlash(second.path());
}

} // namespace

QString issuerOf(const QString &address)
{
    constexpr std::array documents {
        "/.well-known/openid-configuration"_L1, "/.well-known/oauth-authorization-server"_L1};
    for (const QLatin1StringView document : documents) {
        const qsizetype begin = address.indexOf(document);
        const QStringView rest = QStringView(address).mid(begin + document.size());
        if (begin >= 0 && (rest.isEmpty() || rest.startsWith(u'/')))
            return address.left(begin) % (rest == "/"_L1 ? QStringView() : rest);
    }
    return address;
}

QString issuerMismatch(const QString &what, const QString &found, const QString &expected)
{
    if (found.isEmpty())
        return u"%1 is of another issuer than \"%2\": it names none"_s.arg(what, expected);
    const QString exactly = shown(found);
    const QString difference =
        u"%1 is of another issuer: it names \"%2\", and not \"%3\""_s.arg(what, exactly, expected);
    if (withoutSlash(found) == withoutSlash(expected))
        return difference
            % u"; the slash at the end counts: give the issuer as \"%1\""_s.arg(exactly);
    if (nameThisMachineDifferently(found, expected))
        return difference
            % u"; the names of this machine count: give the issuer as \"%1\""_s.arg(exactly);
    return difference
        % u"; if the first is the server that you mean, give the issuer as \"%1\""_s.arg(exactly);
}

} // namespace authcore
