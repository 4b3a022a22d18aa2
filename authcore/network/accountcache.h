#pragma once

#include "authcore/session/sessiongate.h"

#include <QtCore/QByteArray>
#include <QtCore/QHash>
#include <QtCore/QObject>
#include <QtNetwork/QAbstractNetworkCache>
#include <QtNetwork/QNetworkAccessManager>

#include <optional>

namespace authcore {

//! Keeps the answers of one account from another in the manager's cache.
//!
//! Qt's caches know an answer by its URL alone, so each that came for a protected URL is marked
//! with its owner, in its entry's metadata, and one that is another's is removed before a request
//! could be answered from it. Entries without a mark, which the application has put there, are for
//! everybody. Without a cache nothing happens.
//!
//! A cache that forgets attributes of QNetworkCacheMetaData keeps no answer that could be marked.
//! Not for managers of several accounts on one folder at once.
//! Lifetime: a part of its manager.
//! Thread:   the manager's.
//! Source:   RFC 9111 section 3.5.
class AccountCache : public QObject
{
    Q_OBJECT

public:
    explicit AccountCache(QNetworkAccessManager &manager);

    //! Owns answers that came without a token of ours.
    [[nodiscard]] static QByteArray nobody();
    //! Whom an answer belongs to that the token of `session` brings, under the profile of this id.
    //! An account without a name equals no other.
    [[nodiscard]] QByteArray ownerOf(
        const SessionGate::Snapshot &session, const QString &profileId);

    //! Removes what a request of `owner` must not be answered from. Gives what is stored then;
    //! empty: Qt does not use the cache for it.
    [[nodiscard]] std::optional<QNetworkCacheMetaData> removeForeignAnswer(
        QNetworkAccessManager::Operation operation, const QUrl &url, const QByteArray &owner);
    //! Marks what `reply` stores; `before` is what removeForeignAnswer() gave.
    void markWhenFinished(
        QNetworkReply &reply, const QByteArray &owner, const QNetworkCacheMetaData &before);
    //! `request`, a synchronous one, is not answered from the cache, and stores nothing.
    void bypass(QNetworkRequest &request);

private:
    QNetworkAccessManager &m_manager;
    QByteArray m_nameless; //!< names accounts that have no name
    QHash<QByteArray, int> m_underWay; //!< requests for which the cache is used, by their owners
};

} // namespace authcore
