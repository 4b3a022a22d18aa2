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

QNetworkCacheMetaData dropForeignAnswer(
    QAbstractNetworkCache &cache, const QUrl &url, const QByteArray &owner)
{
    const QNetworkCacheMetaData entry = cache.metaData(url);
    const QByteArray known = entry.isValid() ? ownerOf(entry) : QByteArray();
    if (known.isEmpty() || known == owner)
        return entry;
    cache.remove(url);
    return {};
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
    if (ownerOf(cache.metaData(url)) != owner)
        cache.remove(url);
}

} // namespace authcore
