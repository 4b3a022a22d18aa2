#pragma once

#include "authcore/tokens/tokenstore.h"
#include "tests/support/patience.h"

#include <QtTest/QTest>

#include <optional>

namespace test {

//! Waits for the answer of one operation. The test fails if the store does not answer.
template <typename Result, typename Operation>
Result answerOf(Operation operation)
{
    std::optional<Result> answer;
    QObject context;
    operation(&context, [&answer](const Result &result) { answer = result; });
    if (test::eventually([&answer] { return answer.has_value(); }))
        return *answer;
    QTest::qFail("the store has not answered", __FILE__, __LINE__);
    return {};
}

inline authcore::TokenStore::Loaded loaded(
    authcore::TokenStore &store, const authcore::TokenKey &key)
{
    return answerOf<authcore::TokenStore::Loaded>(
        [&](QObject *context, auto then) { store.load(key, context, then); });
}

inline authcore::TokenStore::Accounts accounts(
    authcore::TokenStore &store, const QString &profileId)
{
    return answerOf<authcore::TokenStore::Accounts>(
        [&](QObject *context, auto then) { store.accounts(profileId, context, then); });
}

inline authcore::TokenStore::Done saved(
    authcore::TokenStore &store, const authcore::TokenKey &key, const authcore::TokenSet &tokens)
{
    return answerOf<authcore::TokenStore::Done>(
        [&](QObject *context, auto then) { store.save(key, tokens, context, then); });
}

inline authcore::TokenStore::Done removed(
    authcore::TokenStore &store, const authcore::TokenKey &key)
{
    return answerOf<authcore::TokenStore::Done>(
        [&](QObject *context, auto then) { store.remove(key, context, then); });
}

inline authcore::TokenStore::Done removedOnly(
    authcore::TokenStore &store, const authcore::TokenKey &key, const authcore::TokenSet &tokens)
{
    return answerOf<authcore::TokenStore::Done>([&](QObject *context, auto then) {
        store.write(key, authcore::OverTokens {{tokens}}, std::nullopt, context, then);
    });
}

inline authcore::TokenStore::Done updated(
    authcore::TokenStore &store, const authcore::TokenKey &key, const authcore::TokenSet &tokens)
{
    return answerOf<authcore::TokenStore::Done>([&](QObject *context, auto then) {
        store.write(key, authcore::OverAnEntry {}, tokens, context, then);
    });
}

inline authcore::TokenStore::Done updatedOnly(authcore::TokenStore &store,
    const authcore::TokenKey &key, const authcore::TokenSet &before,
    const authcore::TokenSet &tokens)
{
    return answerOf<authcore::TokenStore::Done>([&](QObject *context, auto then) {
        store.write(key, authcore::OverTokens {{before}}, tokens, context, then);
    });
}

inline authcore::TokenStore::Done writable(
    authcore::TokenStore &store, const authcore::TokenKey &key)
{
    return answerOf<authcore::TokenStore::Done>(
        [&](QObject *context, auto then) { store.checkWritable(key, context, then); });
}

inline authcore::TokenSet tokensCalled(const QByteArray &name)
{
    authcore::TokenSet tokens;
    tokens.accessToken = "access " + name;
    tokens.refreshToken = "refresh " + name;
    return tokens;
}

//! "access NAME", "nothing", or the error's detail.
inline QString described(const authcore::TokenStore::Loaded &result)
{
    if (const auto *error = std::get_if<authcore::StoreError>(&result))
        return error->detail;
    const auto &tokens = std::get<0>(result);
    return tokens ? QString::fromLatin1(tokens->accessToken) : QStringLiteral("nothing");
}

//! The keys as texts, joined, or the error's detail.
inline QString described(const authcore::TokenStore::Accounts &result)
{
    if (const auto *error = std::get_if<authcore::StoreError>(&result))
        return error->detail;
    QStringList keys;
    for (const auto &key : std::get<0>(result))
        keys += key.toString();
    return keys.join(QStringLiteral(", "));
}

//! "done", or the error's detail.
inline QString described(const authcore::TokenStore::Done &result)
{
    return result ? result->detail : QStringLiteral("done");
}

} // namespace test
