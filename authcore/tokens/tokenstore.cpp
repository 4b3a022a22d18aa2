#include "authcore/tokens/tokenstore.h"

#include "authcore/tokens/delivery.h"

#include <utility>

namespace authcore {

void TokenStore::accounts(
    const QString &, QObject *context, std::function<void(const Accounts &)> then)
{
    deliver<Accounts>(this, context, std::move(then),
        StoreError {StoreError::Code::Unavailable, tr("This store cannot list its accounts.")});
}

void TokenStore::save(const TokenKey &key, const TokenSet &tokens, QObject *context,
    std::function<void(const Done &)> then)
{
    write(key, OverAnything {}, tokens, context, std::move(then));
}

void TokenStore::remove(
    const TokenKey &key, QObject *context, std::function<void(const Done &)> then)
{
    write(key, OverAnything {}, std::nullopt, context, std::move(then));
}

void TokenStore::checkWritable(
    const TokenKey &, QObject *context, std::function<void(const Done &)> then)
{
    deliver<Done>(this, context, std::move(then), {});
}

bool TokenStore::waitForWrites(std::chrono::milliseconds)
{
    return true;
}

} // namespace authcore
