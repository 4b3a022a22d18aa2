#pragma once

#include "authcore/demobackend/exchange.h"

#include <QtCore/QByteArray>
#include <QtCore/QHash>
#include <QtCore/QString>

#include <chrono>
#include <optional>
#include <vector>

namespace demobackend {

//! A refresh token as it is remembered: by its hash, which is of no use to a thief.
struct SavedRefreshToken
{
    QByteArray sha256;
    QString userId;
    int family = 0;
    Instant expiresAt;
    std::optional<Instant> usedAt;

    bool operator==(const SavedRefreshToken &) const = default;
};

//! Refresh tokens and who descends from whom: all that came from one sign-in is a family.
//!
//! One family per user is alive: a new sign-in ends the one before.
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
        QString userId;
        QByteArray successor; //!< empty: nothing was rotated
    };

    //! Begins a family for this user.
    [[nodiscard]] QByteArray begin(
        const QString &userId, Instant now, std::chrono::seconds lifetime);
    [[nodiscard]] Exchange exchange(const QByteArray &token, Instant now, const Rules &rules);
    //! "R1", in order of issue or, after a restart, of first sight; "R?": never issued.
    [[nodiscard]] QString nameOf(const QByteArray &token);
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
        QString userId;
        bool revoked = false;
    };

    [[nodiscard]] QByteArray issue(std::size_t family, Instant now, std::chrono::seconds lifetime);
    [[nodiscard]] QString nextName();

    std::vector<Family> m_families;
    QHash<QString, std::size_t> m_familyOf; //!< user id -> the one alive
    QHash<QByteArray, Token> m_tokens; //!< by SHA-256
    int m_named = 0;
};

} // namespace demobackend
