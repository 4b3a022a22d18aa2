#pragma once

#include "authcore/tokens/tokenstore.h"

namespace test {

// Numbered token sets. Parts of two sets never look like one set.

inline authcore::TokenKey keyOf(const QString &account)
{
    return {QStringLiteral("p"), account, {}, {}};
}

//! All sets have the same size, as real token sets have.
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

//! The number of a set; empty: no set, or an unreadable or incomplete one.
inline std::optional<int> numberIn(const authcore::TokenStore::Loaded &loaded)
{
    const auto *tokens = std::get_if<std::optional<authcore::TokenSet>>(&loaded);
    if (tokens == nullptr || !*tokens)
        return std::nullopt;
    const int number = (*tokens)->accessToken.right(8).toInt();
    return **tokens == tokensOf((*tokens)->userName, number) ? std::optional(number) : std::nullopt;
}

} // namespace test
