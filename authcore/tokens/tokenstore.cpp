#include "authcore/tokens/tokenstore.h"

#include "authcore/tokens/delivery.h"

#include <QtCore/QPointer>

#include <utility>

namespace authcore {

void TokenStore::update(const TokenKey &key, const TokenSet &tokens, QObject *context,
    std::function<void(const Done &)> then)
{
    load(key, context,
        [this, key, tokens, context = QPointer(context), then = std::move(then)](
            const Loaded &loaded) {
            if (const auto gone = goneError(loaded))
                then(gone);
            else
                save(key, tokens, context, then);
        });
}

void TokenStore::updateOnly(const TokenKey &key, const TokenSet &before, const TokenSet &tokens,
    QObject *context, std::function<void(const Done &)> then)
{
    load(key, context,
        [this, key, before, tokens, context = QPointer(context), then = std::move(then)](
            const Loaded &loaded) {
            if (const auto other = otherError(loaded, before))
                then(other);
            else
                save(key, tokens, context, then);
        });
}

void TokenStore::removeOnly(const TokenKey &key, const TokenSet &tokens, QObject *context,
    std::function<void(const Done &)> then)
{
    load(key, context,
        [this, key, tokens, context = QPointer(context), then = std::move(then)](
            const Loaded &loaded) {
            if (isOther(loaded, tokens))
                then(std::nullopt);
            else
                remove(key, context, then);
        });
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

bool TokenStore::isOther(const Loaded &loaded, const TokenSet &tokens)
{
    const auto *found = std::get_if<std::optional<TokenSet>>(&loaded);
    return found != nullptr && (!*found || !(*found)->hasCredentialsOf(tokens));
}

TokenStore::Done TokenStore::goneError(const Loaded &loaded)
{
    const auto *found = std::get_if<std::optional<TokenSet>>(&loaded);
    if (found == nullptr || *found)
        return std::nullopt;
    return StoreError {StoreError::Code::Gone, tr("The stored tokens are not there any more.")};
}

TokenStore::Done TokenStore::otherError(const Loaded &loaded, const TokenSet &before)
{
    const auto *error = std::get_if<StoreError>(&loaded);
    if (error != nullptr && error->code != StoreError::Code::Garbage)
        return *error; // whose they are, is not known
    const auto *found = std::get_if<std::optional<TokenSet>>(&loaded);
    if (found != nullptr && *found && (*found)->accessToken == before.accessToken
        && (*found)->refreshToken == before.refreshToken)
        return std::nullopt;
    return StoreError {StoreError::Code::Gone, tr("Other tokens have been stored meanwhile.")};
}

} // namespace authcore
