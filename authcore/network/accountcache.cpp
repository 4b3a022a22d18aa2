#include "authcore/network/accountcache.h"

#include <QtCore/QUrl>
#include <QtNetwork/QAbstractNetworkCache>
#include <QtNetwork/QNetworkRequest>

namespace authcore {

namespace {

constexpr auto ownerAttribute = QNetworkRequest::Attribute(QNetworkRequest::User + 4202);

QByteArray ownerOf(const QNetworkCacheMetaData &entry)
{
    return entry.attributes().value(ownerAttribute).toByteArray();
}

} // namespace

void dropForeignAnswer(QAbstractNetworkCache &cache, const QUrl &url, const QByteArray &owner)
{
    const QNetworkCacheMetaData entry = cache.metaData(url);
    if (entry.isValid() && ownerOf(entry) != owner)
        cache.remove(url);
}

void markAnswer(QAbstractNetworkCache &cache, const QUrl &url, const QByteArray &owner)
{
    QNetworkCacheMetaData entry = cache.metaData(url);
    if (!entry.isValid() || !ownerOf(entry).isEmpty())
        return;
    auto attributes = entry.attributes();
    attributes.insert(ownerAttribute, owner);
    entry.setAttributes(attributes);
    cache.updateMetaData(entry);
}

} // namespace authcore
