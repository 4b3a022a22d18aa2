#include "authcore/lab/connect/answerscores.h"

#include "authcore/lab/connect/answerwords.h"
#include "authcore/tokens/jwt.h"

using namespace Qt::StringLiterals;

namespace authcore::lab {

namespace {

//! What a JWT says of its own purpose: "access", "refresh", "id" or nothing.
QString purposeOf(const Jwt &jwt)
{
    for (const auto &claim : {u"token_type"_s, u"token_use"_s, u"type"_s, u"typ"_s}) {
        const auto value = jwt.claims.value(claim).toString().toLower();
        if (value == "access"_L1 || value == "refresh"_L1 || value == "id"_L1)
            return value;
    }
    return jwt.claims.contains("nonce"_L1) || jwt.claims.contains("at_hash"_L1) ? u"id"_s
                                                                                : QString();
}

bool isAboutSomethingElse(const QStringList &words)
{
    return hasOneOf(words,
        {"csrf"_L1, "xsrf"_L1, "device"_L1, "verification"_L1, "reset"_L1, "invite"_L1, "push"_L1,
            "fcm"_L1, "type"_L1, "expires"_L1, "expiry"_L1, "url"_L1, "uri"_L1, "hash"_L1});
}

bool isIdTokenName(const QStringList &words)
{
    const auto id = words.indexOf(u"id"_s);
    return words.contains("idtoken"_L1)
        || (id >= 0 && words.value(id + 1) == "token"_L1 && !words.contains("access"_L1));
}

} // namespace

bool isRefreshName(const QStringList &words)
{
    return hasOneOf(words, {"refresh"_L1, "refreshtoken"_L1, "renew"_L1, "renewal"_L1});
}

int accessScore(const QStringList &words, const QString &text)
{
    if (!isTokenLike(text) || isAboutSomethingElse(words) || isRefreshName(words)
        || isIdTokenName(words))
        return 0;
    const auto jwt = Jwt::decode(text.toUtf8());
    const auto purpose = jwt ? purposeOf(*jwt) : QString();
    if (purpose == "refresh"_L1 || purpose == "id"_L1)
        return 0;
    int score = jwt ? 20 : 5;
    if (hasOneOf(words, {"access"_L1, "accesstoken"_L1}))
        score += 40;
    if (hasOneOf(words, {"token"_L1, "jwt"_L1, "bearer"_L1}))
        score += 30;
    if (hasOneOf(words, {"auth"_L1, "authorization"_L1, "session"_L1, "sid"_L1}))
        score += 15;
    return purpose == "access"_L1 ? score + 40 : score;
}

int refreshScore(const QStringList &words, const QString &text)
{
    constexpr qsizetype shortest = 8;
    const auto jwt = Jwt::decode(text.toUtf8());
    const bool saysSo = jwt && purposeOf(*jwt) == "refresh"_L1;
    if (isAboutSomethingElse(words) || text.size() < shortest || text.contains(u' '))
        return 0;
    const int score = (isRefreshName(words) ? 40 : 0) + (saysSo ? 60 : 0);
    return score > 0 && words.contains("token"_L1) ? score + 10 : score;
}

int idTokenScore(const QStringList &words, const QString &text)
{
    const auto jwt = Jwt::decode(text.toUtf8());
    if (!jwt)
        return 0;
    return isIdTokenName(words) || purposeOf(*jwt) == "id"_L1 ? 40 : 0;
}

int accountScore(const Leaf &leaf)
{
    const auto isNumber = leaf.value.isDouble();
    if (!isNumber && (leaf.text().isEmpty() || leaf.text().size() > 100))
        return 0;
    const auto name = leaf.words.join(u' ');
    if (name.endsWith("user id"_L1) || name == "uid"_L1 || name == "sub"_L1)
        return 60 - int(leaf.words.size());
    return name == "id"_L1 || name.endsWith("account id"_L1) ? 30 : 0;
}

bool isExpiryName(const QStringList &words)
{
    return !isRefreshName(words) && !isIdTokenName(words)
        && (hasOneOf(words,
                {"expires"_L1, "expire"_L1, "expiry"_L1, "expiration"_L1, "expired"_L1, "exp"_L1,
                    "ttl"_L1, "lifetime"_L1, "validity"_L1, "expiresin"_L1, "expiresat"_L1,
                    "duration"_L1})
            || (words.contains("max"_L1) && words.contains("age"_L1)));
}

} // namespace authcore::lab
