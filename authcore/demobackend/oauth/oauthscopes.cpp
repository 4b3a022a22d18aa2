#include "authcore/demobackend/oauth/oauthscopes.h"

using namespace Qt::Literals::StringLiterals;

namespace demobackend {

QList<OAuthScope> oauthScopes()
{
    return {
        {u"openid"_s, u"know who you are"_s},
        {u"profile"_s, u"see your name"_s},
        {u"email"_s, u"see your e-mail address"_s},
        {u"offline_access"_s, u"stay signed in while you are away"_s},
        {u"resources"_s, u"read and write your protected resources"_s},
    };
}

QStringList oauthScopeNames()
{
    QStringList names;
    for (const auto &scope : oauthScopes())
        names.append(scope.name);
    return names;
}

std::optional<QStringList> scopesIn(const QString &scope)
{
    const auto known = oauthScopeNames();
    auto asked = scope.split(u' ', Qt::SkipEmptyParts);
    asked.removeDuplicates();
    for (const auto &name : asked)
        if (!known.contains(name))
            return {};
    return asked.isEmpty() ? QStringList(u"resources"_s) : asked;
}

} // namespace demobackend
