#pragma once

#include "authcore/tokens/tokenstore.h"

namespace test {

// Token sets that can be told from one another, and halves of two from one.

inline authcore::TokenKey keyOf(const QString &account)
{
    return {QStringLiteral("p"), account, {}, {}};
}

//! All of the same size, as real ones are.
inline authcore::TokenSet tokensOf(const QString &account, int number)
{
    const QByteArray name =
        account.toLatin1() + '-' + QByteArray::number(number).rightJustified(8, '0');
    authcore::TokenSet tokens;
    tokens.accessToken = "access-" + name;
    tokens.refreshToken = "refresh-" + name;
    tokens.userName = account;
    return tokens;
}

//! Empty: nothing, unreadable, or no whole set.
inline std::optional<int> numberIn(const authcore::TokenStore::Loaded &loaded)
{
    const auto *tokens = std::get_if<std::optional<authcore::TokenSet>>(&loaded);
    if (tokens == nullptr || !*tokens)
        return std::nullopt;
    const int number = (*tokens)->accessToken.right(8).toInt();
    return **tokens == tokensOf((*tokens)->userName, number) ? std::optional(number) : std::nullopt;
}

} // namespace test
