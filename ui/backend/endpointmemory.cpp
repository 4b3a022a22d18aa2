#include "ui/backend/endpointmemory.h"

#include "authcore/signin/discovery.h"

#include <QtCore/QSettings>

#include <array>
#include <utility>

namespace ui {

using namespace Qt::StringLiterals;
using authcore::BackendProfile;
using authcore::Discovery;

namespace {

QString groupFor(const BackendProfile &profile)
{
    QByteArrayList parts;
    for (const QString &part : {profile.id, profile.issuer, profile.clientId})
        parts << QUrl::toPercentEncoding(part);
    return QString(u"endpoints/"_s
        % QString::fromLatin1(QUrl::toPercentEncoding(QString::fromLatin1(parts.join('/')))));
}

//! The endpoints that Discovery fills in.
template <typename Profile>
auto endpointsOf(Profile &profile)
{
    return std::array {std::pair(u"token"_s, &profile.refresh.url),
        std::pair(u"authorization"_s, &profile.authorization.url),
        std::pair(u"deviceAuthorization"_s, &profile.deviceAuthorizationUrl),
        std::pair(u"revocation"_s, &profile.revocation.url)};
}

} // namespace

EndpointMemory::EndpointMemory(QSettings &settings)
    : m_settings(settings)
{
}

void EndpointMemory::remember(const BackendProfile &found)
{
    m_settings.beginGroup(groupFor(found));
    for (const auto &[name, url] : endpointsOf(found))
        m_settings.setValue(name, *url);
    m_settings.endGroup();
}

BackendProfile EndpointMemory::completed(BackendProfile profile) const
{
    if (profile.issuer.isEmpty())
        return profile;
    const bool wasNeeded = Discovery::isNeeded(profile);
    m_settings.beginGroup(groupFor(profile));
    for (const auto &[name, url] : endpointsOf(profile))
        if (url->isEmpty())
            *url = m_settings.value(name).toUrl();
    m_settings.endGroup();
    if (wasNeeded && !profile.refresh.url.isEmpty()) // discovery sets the templates, too
        profile = Discovery::withUsualTemplates(std::move(profile));
    return profile;
}

} // namespace ui
