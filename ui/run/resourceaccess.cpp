#include "ui/run/resourceaccess.h"

#include <QtCore/QVariant>

#include <algorithm>

namespace ui {

using namespace Qt::StringLiterals;
using namespace authcore;

QStringList rolesOf(const TokenSet &tokens)
{
    return tokens.userData.value("roles"_L1).toVariant().toStringList();
}

bool isFor(const Resource &resource, const QStringList &roles)
{
    return resource.roles.isEmpty()
        || std::any_of(roles.begin(), roles.end(),
            [&resource](const QString &role) { return resource.roles.contains(role); });
}

QList<Resource> resourcesOf(const BackendProfile &profile)
{
    if (!profile.resources.isEmpty())
        return profile.resources;
    return {{profile.baseUrl.host(), profile.baseUrl.toString(QUrl::FullyEncoded)}};
}

} // namespace ui
