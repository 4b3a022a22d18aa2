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
    if (test::waitFor([&answer] { return answer.has_value(); }))
        return *answer;
    QTest::qFail("the store has not answered", __FILE__, __LINE__);
    return {};
}

authcore::TokenStore::Loaded loaded(authcore::TokenStore &store, const authcore::TokenKey &key);

authcore::TokenStore::Accounts accounts(authcore::TokenStore &store, const QString &profileId);

authcore::TokenStore::Done saved(
    authcore::TokenStore &store, const authcore::TokenKey &key, const authcore::TokenSet &tokens);

authcore::TokenStore::Done removed(authcore::TokenStore &store, const authcore::TokenKey &key);

authcore::TokenStore::Done removedOnly(
    authcore::TokenStore &store, const authcore::TokenKey &key, const authcore::TokenSet &tokens);

authcore::TokenStore::Done updated(
    authcore::TokenStore &store, const authcore::TokenKey &key, const authcore::TokenSet &tokens);

authcore::TokenStore::Done updatedOnly(authcore::TokenStore &store, const authcore::TokenKey &key,
    const authcore::TokenSet &before, const authcore::TokenSet &tokens);

authcore::TokenStore::Done writable(authcore::TokenStore &store, const authcore::TokenKey &key);

authcore::TokenSet tokensCalled(const QByteArray &name);

//! "access NAME", "nothing", or the error's detail.
QString described(const authcore::TokenStore::Loaded &result);

//! The keys as texts, joined, or the error's detail.
QString described(const authcore::TokenStore::Accounts &result);

//! "done", or the error's detail.
QString described(const authcore::TokenStore::Done &result);

} // namespace test
