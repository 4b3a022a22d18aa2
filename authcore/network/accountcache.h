#pragma once

#include <QtCore/QByteArray>

QT_BEGIN_NAMESPACE
class QAbstractNetworkCache;
class QNetworkCacheMetaData;
class QUrl;
QT_END_NAMESPACE

namespace authcore {

//! Whose answer is it? Qt's caches know an answer by its URL alone, so each that came for a
//! protected URL is marked with its owner, in its entry's metadata, and one that is another's is
//! removed before a request could be answered from it. Entries without a mark, which the
//! application has put there, are for everybody.
//!
//! Owners are any bytes but none: an account, or nobody. A cache that forgets attributes of
//! QNetworkCacheMetaData keeps no answer that could be marked.
//! Not for: managers of several accounts on one folder at once.   Source: RFC 9111 section 3.5.

//! Before a request of `owner` leaves: an answer to `url` that is marked as another's goes. Gives
//! what is stored there then.
QNetworkCacheMetaData dropForeignAnswer(
    QAbstractNetworkCache &cache, const QUrl &url, const QByteArray &owner);
//! After it: what is stored for `url` is the owner's, unless it is marked as somebody's already. It
//! goes if it cannot be marked.
void markAnswer(QAbstractNetworkCache &cache, const QUrl &url, const QByteArray &owner);

} // namespace authcore
