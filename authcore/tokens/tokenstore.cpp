#include "authcore/tokens/tokenstore.h"

#include <QtCore/QPointer>

#include <utility>

namespace authcore {

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

bool TokenStore::isOther(const Loaded &loaded, const TokenSet &tokens)
{
    const auto *found = std::get_if<std::optional<TokenSet>>(&loaded);
    return found != nullptr
        && (!*found || (*found)->refreshToken != tokens.refreshToken
            || (*found)->accessToken != tokens.accessToken);
}

} // namespace authcore
