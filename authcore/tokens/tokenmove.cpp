#include "authcore/tokens/tokenmove.h"

#include <memory>
#include <utility>

using namespace Qt::StringLiterals;

namespace authcore {

namespace {

using Loaded = TokenStore::Loaded;
using Done = TokenStore::Done;
using Step = MoveError::Step;

constexpr int mostRounds = 5; //!< while others store new tokens each time

//! One move, kept alive by the callback that it waits for.
class Move : public std::enable_shared_from_this<Move>
{
public:
    Move(TokenKey key, TokenStore &from, TokenStore &to, QObject *context,
        std::function<void(const MoveResult &)> then)
        : m_key(std::move(key))
        , m_from(from)
        , m_to(to)
        , m_context(context)
        , m_then(std::move(then))
    {
    }

    void load()
    {
        m_from.load(m_key, m_context, [self = shared_from_this()](const Loaded &found) {
            if (const auto *error = std::get_if<StoreError>(&found)) {
                self->fail(Step::Load, *error);
                return;
            }
            const auto &tokens = std::get<std::optional<TokenSet>>(found);
            if (tokens && self->m_rounds < mostRounds)
                self->save(*tokens);
            else if (tokens)
                self->fail(Step::Remove,
                    {StoreError::Code::Unavailable, u"Others keep storing new tokens there"_s});
            else if (self->m_rounds == 0)
                self->m_then(Moved::Nothing);
            else
                self->confirm();
        });
    }

private:
    void save(const TokenSet &tokens)
    {
        ++m_rounds;
        m_tokens = tokens;
        m_to.save(m_key, tokens, m_context, [self = shared_from_this()](const Done &problem) {
            if (problem)
                self->fail(Step::Save, *problem);
            else
                self->verify();
        });
    }

    void verify()
    {
        m_to.load(m_key, m_context, [self = shared_from_this()](const Loaded &found) {
            if (self->isThere(found))
                self->remove();
            else
                self->fail(Step::Verify, self->whyNot(found));
        });
    }

    void remove()
    {
        m_from.write(m_key, OverTokens {{m_tokens}}, std::nullopt, m_context,
            [self = shared_from_this()](const Done &problem) {
                if (problem)
                    self->fail(Step::Remove, *problem);
                else
                    self->load(); // nothing, or tokens that others have stored meanwhile
            });
    }

    void confirm()
    {
        m_to.load(m_key, m_context, [self = shared_from_this()](const Loaded &found) {
            const auto *tokens = std::get_if<std::optional<TokenSet>>(&found);
            const bool isGone = tokens != nullptr && !*tokens;
            if (isGone)
                self->putBack();
            else
                self->m_then(Moved::Tokens);
        });
    }

    void putBack()
    {
        m_from.save(m_key, m_tokens, m_context, [self = shared_from_this()](const Done &problem) {
            self->fail(Step::Verify,
                problem.value_or(StoreError {
                    StoreError::Code::Unavailable, u"Both stores keep them in one place"_s}));
        });
    }

    [[nodiscard]] bool isThere(const Loaded &found) const
    {
        const auto *tokens = std::get_if<std::optional<TokenSet>>(&found);
        return tokens != nullptr && *tokens == m_tokens;
    }
    [[nodiscard]] static StoreError whyNot(const Loaded &found)
    {
        if (const auto *error = std::get_if<StoreError>(&found))
            return *error;
        return {StoreError::Code::Garbage, u"The tokens that were stored cannot be read back"_s};
    }
    void fail(Step step, const StoreError &error) { m_then(MoveError {step, error}); }

    TokenKey m_key;
    TokenStore &m_from;
    TokenStore &m_to;
    QObject *m_context; //!< callbacks come only while it lives
    std::function<void(const MoveResult &)> m_then;
    TokenSet m_tokens;
    int m_rounds = 0;
};

} // namespace

void moveTokens(const TokenKey &key, TokenStore &from, TokenStore &to, QObject *context,
    std::function<void(const MoveResult &)> then)
{
    std::make_shared<Move>(key, from, to, context, std::move(then))->load();
}

} // namespace authcore
