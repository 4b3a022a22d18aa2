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

//! To whom, and for the use of which dialect, a refresh token was issued.
struct Holder
{
    QString dialect;
    QString userId;
    QJsonObject own = {}; //!< what the dialect has to know of it again; kept in the state file

    bool operator==(const Holder &) const = default;
};

[[nodiscard]] inline size_t qHash(const Holder &holder, size_t seed = 0)
{
    return qHashMulti(seed, holder.dialect, holder.userId, holder.own);
}

//! A refresh token as it is remembered: by its hash, which is of no use to a thief.
struct SavedRefreshToken
{
    QByteArray sha256;
    Holder holder;
    int family = 0;
    Instant expiresAt;
    std::optional<Instant> usedAt;

    bool operator==(const SavedRefreshToken &) const = default;
};

//! Refresh tokens and who descends from whom: all that came from one sign-in is a family.
//!
//! Thread: one at a time.   Spec: RFC 6749 section 6, RFC 9700 section 4.14.
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
        QByteArray successor; //!< empty: nothing was rotated
    };

    [[nodiscard]] QByteArray begin(
        const Holder &holder, Instant now, std::chrono::seconds lifetime);
    //! A token of another dialect is an unknown one and comes to no harm.
    [[nodiscard]] Exchange exchange(
        const QString &dialect, const QByteArray &token, Instant now, const Rules &rules);
    //! Who was given `token`, whether or not it is still good. Nothing: it was never issued in this
    //! dialect, or too long ago.
    [[nodiscard]] std::optional<Holder> holderOf(
        const QString &dialect, const QByteArray &token) const;
    //! "R1", in order of issue or, after a restart, of first sight; "R?": never issued.
    [[nodiscard]] QString nameOf(const QByteArray &token);
    void revoke(const Holder &holder); //!< every family of this holder
    void revokeAll();

    //! What of families alive has not expired: the rest need not be told from unknown ones.
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
    QHash<QByteArray, Token> m_tokens; //!< by SHA-256
    int m_named = 0;
};

} // namespace demobackend
