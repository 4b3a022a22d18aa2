#pragma once

#include "authcore/demobackend/exchange.h"

#include <QtCore/QByteArray>
#include <QtCore/QHash>
#include <QtCore/QJsonObject>
#include <QtCore/QString>

#include <chrono>
#include <optional>
#include <vector>

namespace demobackend {

//! The user and the dialect for which a refresh token was issued.
struct Holder
{
    QString dialect;
    QString userId;
    QJsonObject own = {}; //!< data of the dialect, kept in the state file

    bool operator==(const Holder &) const = default;
};

[[nodiscard]] inline size_t qHash(const Holder &holder, size_t seed = 0)
{
    return qHashMulti(seed, holder.dialect, holder.userId, holder.own);
}

//! A stored refresh token: its hash instead of its value, so that a thief cannot use it.
struct SavedRefreshToken
{
    QByteArray sha256;
    Holder holder;
    int family = 0;
    Instant expiresAt;
    std::optional<Instant> usedAt;

    bool operator==(const SavedRefreshToken &) const = default;
};

//! The refresh tokens and their families. All refresh tokens that follow from one sign-in are a
//! family.
//!
//! Thread:   one at a time.
//! Spec:     RFC 6749 section 6, RFC 9700 section 4.14.
class RefreshFamilies
{
public:
    struct Rules
    {
        std::chrono::seconds lifetime;
        std::chrono::seconds grace;
        bool rotation = true;
        bool reuseDetection = true;
    };
    enum class Verdict { Granted, Unknown, Revoked, Expired, Reused };
    struct Exchange
    {
        Verdict verdict = Verdict::Unknown;
        Holder holder;
        QByteArray successor; //!< empty: the refresh token was not rotated
    };

    [[nodiscard]] QByteArray begin(
        const Holder &holder, Instant now, std::chrono::seconds lifetime);
    //! A token of another dialect counts as unknown and is not marked as used.
    [[nodiscard]] Exchange exchange(
        const QString &dialect, const QByteArray &token, Instant now, const Rules &rules);
    //! The holder of `token`, also of an invalid one. Empty: it was never issued in this dialect,
    //! or was forgotten.
    [[nodiscard]] std::optional<Holder> holderOf(
        const QString &dialect, const QByteArray &token) const;
    //! "R1" in the order of issue, after a restart in the order of first use; "R?": never issued.
    [[nodiscard]] QString nameOf(const QByteArray &token);
    void revoke(const Holder &holder); //!< every family of this holder
    void revokeAll();

    //! The tokens of families that are neither revoked nor expired.
    [[nodiscard]] std::vector<SavedRefreshToken> saved(Instant now) const;
    void restore(const std::vector<SavedRefreshToken> &tokens);

private:
    struct Token
    {
        std::size_t family = 0;
        Instant expiresAt;
        std::optional<Instant> usedAt;
        QString name;
    };
    struct Family
    {
        Holder holder;
        bool revoked = false;
    };

    [[nodiscard]] QByteArray issue(std::size_t family, Instant now, std::chrono::seconds lifetime);
    [[nodiscard]] QString nextName();

    std::vector<Family> m_families;
    QHash<QByteArray, Token> m_tokens; //!< the key is the token's SHA-256
    int m_named = 0;
};

} // namespace demobackend
