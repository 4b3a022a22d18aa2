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
//! Qt's caches find an answer by its URL alone. Therefore each answer to a protected URL is marked
//! with its account in the metadata of its entry, and the answer of another account is removed
//! before a request could be answered from it. Entries without a mark were put there by the
//! application and are served to every account. Without a cache this class does nothing.
//!
//! A cache that forgets attributes of QNetworkCacheMetaData keeps no protected answers. Managers of
//! several accounts must not use one cache folder at the same time.
//! Lifetime: a part of its manager.
//! Thread:   the manager's.
//! Source:   RFC 9111 section 3.5.
class AccountCache : public QObject
{
    Q_OBJECT

public:
    explicit AccountCache(QNetworkAccessManager &manager);

    //! The owner of answers that came without the session's token.
    [[nodiscard]] static QByteArray nobody();
    //! The owner of an answer to a request with the token of `session`, under the profile with
    //! this id. An account without a name equals no other account.
    [[nodiscard]] QByteArray ownerOf(
        const SessionGate::Snapshot &session, const QString &profileId);

    //! Removes the stored answer if `owner` must not get it. Returns the entry that is left; empty:
    //! Qt does not use the cache for this request.
    [[nodiscard]] std::optional<QNetworkCacheMetaData> removeForeignAnswer(
        QNetworkAccessManager::Operation operation, const QUrl &url, const QByteArray &owner);
    //! Marks the entry that `reply` stores; `before` is what removeForeignAnswer() returned.
    void markWhenFinished(
        QNetworkReply &reply, const QByteArray &owner, const QNetworkCacheMetaData &before);
    //! Keeps a synchronous request away from the cache, for reading and for storing.
    void bypass(QNetworkRequest &request);

private:
    QNetworkAccessManager &m_manager;
    QByteArray m_nameless; //!< names accounts that have no name
    QHash<QByteArray, int> m_underWay; //!< requests for which the cache is used, by their owners
};

} // namespace authcore
