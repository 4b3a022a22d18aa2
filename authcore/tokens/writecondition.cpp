#include "authcore/tokens/writecondition.h"

#include <QtCore/QCoreApplication>

#include <algorithm>

namespace authcore {

namespace {

using Found = std::variant<std::optional<TokenSet>, StoreError>;

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(authcore::WriteCondition)
};

bool haveSameTokens(const TokenSet &one, const TokenSet &other)
{
    return one.accessToken == other.accessToken && one.refreshToken == other.refreshToken;
}

bool isMet(
    const WriteCondition &condition, const Found &found, const std::optional<TokenSet> &tokens)
{
    const auto *entry = std::get_if<std::optional<TokenSet>>(&found); // nullptr: cannot be read
    if (std::holds_alternative<OverAnEntry>(condition))
        return entry == nullptr || entry->has_value();
    const auto *over = std::get_if<OverTokens>(&condition);
    if (over == nullptr)
        return true;
    if (entry == nullptr)
        return !tokens;
    return *entry && std::any_of(over->sets.cbegin(), over->sets.cend(), [&](const auto &set) {
        return tokens ? haveSameTokens(**entry, set) : (*entry)->hasCredentialsOf(set);
    });
}

StoreError refusal(const WriteCondition &condition, const Found &found)
{
    const auto *error = std::get_if<StoreError>(&found);
    if (error != nullptr && error->code != StoreError::Code::Garbage)
        return *error; // nobody knows whose tokens are stored
    const bool isMissing = std::holds_alternative<OverAnEntry>(condition);
    return {StoreError::Code::Gone,
        isMissing ? Text::tr("The stored tokens are not there any more.")
                  : Text::tr("Other tokens have been stored meanwhile.")};
}

} // namespace

WriteVerdict judged(
    const WriteCondition &condition, const Found &found, const std::optional<TokenSet> &tokens)
{
    if (isMet(condition, found, tokens))
        return {};
    return {
        .isMet = false, .answer = tokens ? std::optional(refusal(condition, found)) : std::nullopt};
}

} // namespace authcore
