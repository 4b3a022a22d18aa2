#include "ui/backend/backendmemory.h"

#include "authcore/profile/profileplaces.h"
#include "authcore/signin/discovery.h"

#include <QtCore/QSettings>

#include <algorithm>
#include <array>
#include <utility>

namespace ui {

using namespace Qt::StringLiterals;
using authcore::BackendProfile;
using authcore::Discovery;

namespace {

QString encoded(const QString &text)
{
    return QString::fromLatin1(QUrl::toPercentEncoding(text));
}

QString endpointsKey(const BackendProfile &profile)
{
    const QStringList parts {
        encoded(profile.id), encoded(profile.issuer), encoded(profile.clientId)};
    return QString(u"endpoints/"_s % encoded(parts.join(u'/')));
}

//! The key names the base URL: a profile at another base needs its own consent.
QString consentKey(const QString &about, const BackendProfile &profile)
{
    return QString(
        about % u'/' % encoded(profile.id % u' ' % profile.baseUrl.toString(QUrl::FullyEncoded)));
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

QStringList placesOf(const BackendProfile &profile)
{
    QStringList places;
    for (const auto &[origin, secrets] : authcore::foreignPlaces(profile)) {
        for (const QString &secret : authcore::namesOf(secrets))
            places << QString(origin % u' ' % secret);
    }
    return places;
}

//! What `profile` says of its connections.
QStringList networkOf(const BackendProfile &profile)
{
    QStringList network;
    const auto &certificate = profile.clientCertificate;
    if (!profile.caFile.isEmpty())
        network << QString(u"caFile "_s % profile.caFile);
    if (!certificate.file.isEmpty())
        network << QString(u"clientCertificate "_s % certificate.file % u' ' % certificate.keyFile);
    if (!profile.proxy.isEmpty())
        network << QString(u"proxy "_s % profile.proxy);
    return network;
}

bool containsAll(const QStringList &allowed, const QStringList &wanted)
{
    return std::all_of(wanted.cbegin(), wanted.cend(),
        [&allowed](const QString &text) { return allowed.contains(text); });
}

} // namespace

void BackendMemory::rememberEndpoints(const BackendProfile &found)
{
    m_settings.beginGroup(endpointsKey(found));
    for (const auto &[name, url] : endpointsOf(found))
        m_settings.setValue(name, *url);
    m_settings.endGroup();
}

BackendProfile BackendMemory::completed(BackendProfile profile) const
{
    if (profile.issuer.isEmpty())
        return profile;
    const bool wasNeeded = Discovery::isNeeded(profile);
    m_settings.beginGroup(endpointsKey(profile));
    for (const auto &[name, url] : endpointsOf(profile))
        if (url->isEmpty())
            *url = m_settings.value(name).toUrl();
    m_settings.endGroup();
    if (wasNeeded && !profile.refresh.url.isEmpty()) // discovery sets the templates, too
        profile = authcore::withUsualTemplates(std::move(profile));
    return profile;
}

bool BackendMemory::allowsPlaces(const BackendProfile &profile) const
{
    return containsAll(
        m_settings.value(consentKey(u"places"_s, profile)).toStringList(), placesOf(profile));
}

void BackendMemory::allowPlaces(const BackendProfile &profile)
{
    m_settings.setValue(consentKey(u"places"_s, profile), placesOf(profile));
}

bool BackendMemory::allowsNetwork(const BackendProfile &profile) const
{
    return containsAll(
        m_settings.value(consentKey(u"network"_s, profile)).toStringList(), networkOf(profile));
}

void BackendMemory::allowNetwork(const BackendProfile &profile)
{
    m_settings.setValue(consentKey(u"network"_s, profile), networkOf(profile));
}

} // namespace ui
