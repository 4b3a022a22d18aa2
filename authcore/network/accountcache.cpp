#include "authcore/network/accountcache.h"

#include <QtCore/QCryptographicHash>
#include <QtCore/QUrl>
#include <QtCore/QUuid>
#include <QtNetwork/QAbstractNetworkCache>
#include <QtNetwork/QNetworkReply>
#include <QtNetwork/QNetworkRequest>

#include <memory>
#include <utility>

namespace authcore {

namespace {

constexpr auto ownerAttribute = QNetworkRequest::Attribute(QNetworkRequest::User + 4202);

QByteArray ownerOf(const QNetworkCacheMetaData &entry)
{
    return entry.attributes().value(ownerAttribute).toByteArray();
}

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

// Marks the entry of `url` with its owner, unless it has a mark. An entry that cannot be marked is
// removed.
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

} // namespace

AccountCache::AccountCache(QNetworkAccessManager &manager)
    : QObject(&manager)
    , m_manager(manager)
{
}

QByteArray AccountCache::nobody()
{
    return "nobody";
}

QByteArray AccountCache::ownerOf(const SessionGate::Snapshot &session, const QString &profileId)
{
    if (!session.isSignedIn)
        return nobody();
    if (!session.account.isEmpty())
        return QCryptographicHash::hash(
            QByteArray(profileId.toUtf8() + '\n' + session.account.toUtf8()),
            QCryptographicHash::Sha256)
            .toHex();
    if (m_nameless.isEmpty())
        m_nameless = QUuid::createUuid().toByteArray();
    return m_nameless + QByteArray::number(int(session.tokenFamily));
}

std::optional<QNetworkCacheMetaData> AccountCache::removeForeignAnswer(
    QNetworkAccessManager::Operation operation, const QUrl &url, const QByteArray &owner)
{
    const bool isCacheable = operation == QNetworkAccessManager::GetOperation
        || operation == QNetworkAccessManager::HeadOperation;
    if (!m_manager.cache() || !isCacheable)
        return std::nullopt;
    return dropForeignAnswer(*m_manager.cache(), url, owner);
}

void AccountCache::markWhenFinished(
    QNetworkReply &reply, const QByteArray &owner, const QNetworkCacheMetaData &before)
{
    ++m_underWay[owner];
    const auto over = [this, owner, isCounted = std::make_shared<bool>(true)] {
        if (std::exchange(*isCounted, false) && --m_underWay[owner] == 0)
            m_underWay.remove(owner);
    };
    connect(&reply, &QNetworkReply::finished, this, [this, &reply, owner, before, over] {
        over();
        QAbstractNetworkCache *stored = m_manager.cache();
        if (!stored)
            return;
        const bool isFromCache =
            reply.attribute(QNetworkRequest::SourceIsFromCacheAttribute).toBool();
        if (isFromCache && stored->metaData(reply.url()) == before)
            return; // the reply has stored nothing
        // When a server fails, Qt answers with the entry that is in the cache at that moment, so
        // the entry must not be one of another account.
        if (m_underWay.size() > (m_underWay.contains(owner) ? 1 : 0))
            stored->remove(reply.url());
        else
            markAnswer(*stored, reply.url(), owner);
    });
    connect(&reply, &QObject::destroyed, this, over); // the reply may be deleted before it finishes
}

void AccountCache::bypass(QNetworkRequest &request)
{
    QAbstractNetworkCache *answers = m_manager.cache();
    if (!answers)
        return;
    dropForeignAnswer(*answers, request.url(), "a synchronous request");
    request.setAttribute(QNetworkRequest::CacheSaveControlAttribute, false);
}

} // namespace authcore
