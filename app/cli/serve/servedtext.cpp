#include "app/cli/serve/servedtext.h"

#include "authcore/demobackend/knobs.h"
#include "authcore/profile/backendprofile.h"

using namespace Qt::StringLiterals;

namespace app::cli {

namespace {

QString line(const QStringList &cells)
{
    QString text = u"  "_s;
    for (const auto &cell : cells)
        text += cell.leftJustified(24);
    return text.trimmed().prepend(u"  "_s) + u'\n';
}

QString dialectLine(const authcore::BackendProfile &profile)
{
    const auto pathOf = [&profile](
                            const QUrl &url) { return profile.baseUrl.resolved(url).path(); };
    const bool hasForm = profile.authorization.url.isEmpty();
    return line({profile.id, pathOf(hasForm ? profile.signIn.url : profile.authorization.url),
        pathOf(profile.refresh.url), pathOf(QUrl(profile.resources.value(0).path))});
}

} // namespace

QString servedText(const QUrl &baseUrl, const QByteArray &certificatePem)
{
    QString text = QString::fromLatin1(baseUrl.toEncoded()) + u'\n';
    text += line({u"dialect"_s, u"sign-in"_s, u"refresh"_s, u"resource"_s});
    for (const auto &name : authcore::BackendProfile::presetNames())
        text += dialectLine(*authcore::BackendProfile::preset(name, baseUrl));
    text += line({u"user"_s, u"password"_s});
    for (const auto &user : demobackend::demoUsers())
        text += line({user.name, user.password});
    return text + QString::fromLatin1(certificatePem);
}

} // namespace app::cli
