#include "ui/backend/placememory.h"

#include "authcore/profile/profileplaces.h"

#include <QtCore/QSettings>

#include <algorithm>

namespace ui {

using namespace Qt::StringLiterals;
using authcore::BackendProfile;

namespace {

//! The key names the base URL: a profile at another base needs its own consent.
QString keyFor(const BackendProfile &profile)
{
    const QString name = profile.id % u' ' % profile.baseUrl.toString(QUrl::FullyEncoded);
    return QString(u"places/"_s % QString::fromLatin1(QUrl::toPercentEncoding(name)));
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

} // namespace

PlaceMemory::PlaceMemory(QSettings &settings)
    : m_settings(settings)
{
}

bool PlaceMemory::allows(const BackendProfile &profile) const
{
    const QStringList allowed = m_settings.value(keyFor(profile)).toStringList();
    const QStringList places = placesOf(profile);
    return std::all_of(places.cbegin(), places.cend(),
        [&allowed](const QString &place) { return allowed.contains(place); });
}

void PlaceMemory::allow(const BackendProfile &profile)
{
    m_settings.setValue(keyFor(profile), placesOf(profile));
}

} // namespace ui
