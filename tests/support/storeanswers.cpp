#include "tests/support/storeanswers.h"

namespace test {

authcore::TokenStore::Loaded loaded(authcore::TokenStore &store, const authcore::TokenKey &key)
{
    return answerOf<authcore::TokenStore::Loaded>(
        [&](QObject *context, auto then) { store.load(key, context, then); });
}

authcore::TokenStore::Accounts accounts(authcore::TokenStore &store, const QString &profileId)
{
    return answerOf<authcore::TokenStore::Accounts>(
        [&](QObject *context, auto then) { store.accounts(profileId, context, then); });
}

authcore::TokenStore::Done saved(
    authcore::TokenStore &store, const authcore::TokenKey &key, const authcore::TokenSet &tokens)
{
    return answerOf<authcore::TokenStore::Done>(
        [&](QObject *context, auto then) { store.save(key, tokens, context, then); });
}

authcore::TokenStore::Done removed(authcore::TokenStore &store, const authcore::TokenKey &key)
{
    return answerOf<authcore::TokenStore::Done>(
        [&](QObject *context, auto then) { store.remove(key, context, then); });
}

authcore::TokenStore::Done removedOnly(
    authcore::TokenStore &store, const authcore::TokenKey &key, const authcore::TokenSet &tokens)
{
    return answerOf<authcore::TokenStore::Done>([&](QObject *context, auto then) {
        store.write(key, authcore::OverTokens {{tokens}}, std::nullopt, context, then);
    });
}

authcore::TokenStore::Done updated(
    authcore::TokenStore &store, const authcore::TokenKey &key, const authcore::TokenSet &tokens)
{
    return answerOf<authcore::TokenStore::Done>([&](QObject *context, auto then) {
        store.write(key, authcore::OverAnEntry {}, tokens, context, then);
    });
}

authcore::TokenStore::Done updatedOnly(authcore::TokenStore &store, const authcore::TokenKey &key,
    const authcore::TokenSet &before, const authcore::TokenSet &tokens)
{
    return answerOf<authcore::TokenStore::Done>([&](QObject *context, auto then) {
        store.write(key, authcore::OverTokens {{before}}, tokens, context, then);
    });
}

authcore::TokenStore::Done writable(authcore::TokenStore &store, const authcore::TokenKey &key)
{
    return answerOf<authcore::TokenStore::Done>(
        [&](QObject *context, auto then) { store.checkWritable(key, context, then); });
}

authcore::TokenSet tokensCalled(const QByteArray &name)
{
    authcore::TokenSet tokens;
    tokens.accessToken = "access " + name;
    tokens.refreshToken = "refresh " + name;
    return tokens;
}

QString described(const authcore::TokenStore::Loaded &result)
{
    if (const auto *error = std::get_if<authcore::StoreError>(&result))
        return error->detail;
    const auto &tokens = std::get<0>(result);
    return tokens ? QString::fromLatin1(tokens->accessToken) : QStringLiteral("nothing");
}

QString described(const authcore::TokenStore::Accounts &result)
{
    if (const auto *error = std::get_if<authcore::StoreError>(&result))
        return error->detail;
    QStringList keys;
    for (const auto &key : std::get<0>(result))
        keys += key.toString();
    return keys.join(QStringLiteral(", "));
}

QString described(const authcore::TokenStore::Done &result)
{
    return result ? result->detail : QStringLiteral("done");
}

} // namespace test
