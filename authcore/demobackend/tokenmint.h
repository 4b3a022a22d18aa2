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

//! What the backend knows about one access token.
struct AccessToken
{
    QString name; //!< "A1" in the order of issue, after a restart of first use
    QString userName;
    QString dialect; //!< the only dialect whose resources accept it
    QJsonObject claims;
    std::chrono::sys_seconds expiresAt;
    int epoch = 0; //!< the mint's epoch at the time of issue
};

//! Issues and checks access tokens: JWTs signed with HS256.
//!
//! Thread:   one at a time.
//! Spec:     RFC 7515 section 5, RFC 7519 section 4.1.
class TokenMint
{
public:
    explicit TokenMint(QByteArray signingKey = newKey());

    static constexpr qsizetype keySize = 32;
    [[nodiscard]] static QByteArray newKey();

    //! `own`: claims besides those of every token; the "dialect" should be one of them.
    [[nodiscard]] QByteArray issue(
        const DemoUser &user, const QJsonObject &own, Instant now, std::chrono::seconds lifetime);
    //! What is known about `token`. Empty: this mint did not sign it.
    [[nodiscard]] std::optional<AccessToken> find(const QByteArray &token);
    [[nodiscard]] bool isGood(const AccessToken &token, Instant now) const;
    //! Makes all tokens invalid that were issued so far.
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
    // The tokens that this mint has signed or checked, so that each is checked only once.
    QHash<QByteArray, AccessToken> m_known;
};

} // namespace demobackend
