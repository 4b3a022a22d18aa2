#pragma once

#include <QtCore/QByteArray>

class QAbstractNetworkCache;
class QUrl;

namespace authcore {

//! Whose answer is it? Qt's caches know an answer by its URL alone, so each that came for a token
//! is marked with its account, in its entry's metadata, and one that is another's is removed
//! before a request could be answered from it.
//!
//! Owners are any bytes; empty: nobody's, for requests without a token. A cache that forgets
//! attributes of QNetworkCacheMetaData serves no answer to requests with a token.
//! Not for: managers of several accounts on one folder at once.   Source: RFC 9111 section 3.5.

//! Before a request of `owner` leaves: an answer to `url` that is not the owner's goes.
void dropForeignAnswer(QAbstractNetworkCache &cache, const QUrl &url, const QByteArray &owner);
//! After it: what is stored for `url` is the owner's, unless it is marked as somebody's already.
void markAnswer(QAbstractNetworkCache &cache, const QUrl &url, const QByteArray &owner);

} // namespace authcore
