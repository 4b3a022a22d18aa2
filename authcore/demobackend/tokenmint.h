#pragma once

#include "authcore/demobackend/exchange.h"
#include "authcore/demobackend/knobs.h"

#include <QtCore/QByteArray>
#include <QtCore/QHash>
#include <QtCore/QJsonObject>
#include <QtCore/QString>

#include <chrono>
#include <optional>

namespace demobackend {

//! What the backend knows of one access token.
struct AccessToken
{
    QString name; //!< "A1", in order of issue or, after a restart, of first sight
    QString userName;
    QString dialect; //!< the only one at whose resources it is good
    QJsonObject claims;
    std::chrono::sys_seconds expiresAt;
    int epoch = 0; //!< of the mint when it was issued
};

//! Issues and checks access tokens: JWTs signed with HS256.
//!
//! Thread: one at a time.   Spec: RFC 7515 section 5, RFC 7519 section 4.1.
class TokenMint
{
public:
    explicit TokenMint(QByteArray signingKey = newKey());

    static constexpr qsizetype keySize = 32;
    [[nodiscard]] static QByteArray newKey();

    //! `own`: claims beside those that every token has; among them should be the "dialect".
    [[nodiscard]] QByteArray issue(
        const DemoUser &user, const QJsonObject &own, Instant now, std::chrono::seconds lifetime);
    //! What is known of `token`. Nothing: this mint has not signed it.
    [[nodiscard]] std::optional<AccessToken> find(const QByteArray &token);
    [[nodiscard]] bool isGood(const AccessToken &token, Instant now) const;
    //! Nothing issued so far is good from now on.
    void refuseWhatWasIssued() { ++m_epoch; }

    void setIssuer(const QString &issuer) { m_issuer = issuer; }
    [[nodiscard]] QByteArray signingKey() const { return m_key; }
    [[nodiscard]] int epoch() const { return m_epoch; }
    void restore(const QByteArray &signingKey, int epoch);

private:
    [[nodiscard]] QByteArray signatureOf(const QByteArray &signingInput) const;
    [[nodiscard]] std::optional<AccessToken> read(const QByteArray &token) const;
    const AccessToken &remember(const QByteArray &token, AccessToken what);

    QByteArray m_key;
    QString m_issuer;
    int m_epoch = 0;
    // Exact bytes of what was signed here, so that a token costs its check only once.
    QHash<QByteArray, AccessToken> m_known;
};

} // namespace demobackend
