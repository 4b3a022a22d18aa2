#pragma once

#include "authcore/system/clock.h"
#include "authcore/tokens/tokenstore.h"
#include "tests/soak/chance.h"

#include <QtCore/QPointer>

#include <deque>
#include <map>
#include <memory>
#include <vector>

namespace soak {

//! A store that is sometimes slow and sometimes fails, within the contract of TokenStore.
class UnsteadyStore : public authcore::TokenStore
{
    Q_OBJECT

public:
    UnsteadyStore(authcore::Clock &clock, Chance &chance)
        : m_clock(clock)
        , m_chance(chance)
    {
    }

    QString sharedFolder; //!< of lock files; empty: no other process sees this store
    int failures = 0; //!< per mille
    bool isFull = false; //!< all writes fail
    std::function<void()> saysThatItIsFull; //!< called before the answer "full"
    int delays = 0; //!< per mille of operations that take longer than a refresh may

    [[nodiscard]] QString lockPath(const authcore::TokenKey &key) const override
    {
        if (sharedFolder.isEmpty())
            return {};
        return sharedFolder % u'/' % QString::fromLatin1(key.toString().toUtf8().toHex());
    }
    void load(const authcore::TokenKey &key, QObject *context,
        std::function<void(const Loaded &)> then) override
    {
        const bool fails = m_chance.perMille(failures);
        push(context, [this, fails, id = key.toString(), then = std::move(then)](bool isAwaited) {
            if (!isAwaited)
                return;
            if (fails)
                then(Loaded(authcore::StoreError {}));
            else
                then(Loaded(find(id)));
        });
    }
    void checkWritable(const authcore::TokenKey &, QObject *context,
        std::function<void(const Done &)> then) override
    {
        push(context, [this, then = std::move(then)](bool isAwaited) {
            if (!isAwaited)
                return;
            if (isFull)
                saysThatItIsFull();
            then(isFull ? Done(full()) : Done());
        });
    }
    // Compares and writes in one step, as a shared store must.
    void write(const authcore::TokenKey &key, const authcore::WriteCondition &condition,
        const std::optional<authcore::TokenSet> &tokens, QObject *context,
        std::function<void(const Done &)> then) override
    {
        const bool fails = m_chance.perMille(failures);
        push(context,
            [this, fails, id = key.toString(), condition, tokens, then = std::move(then)](
                bool isAwaited) {
                const Done done = written(fails, id, condition, tokens);
                if (isAwaited)
                    then(done);
            });
    }

    [[nodiscard]] std::optional<authcore::TokenSet> find(const QString &id) const
    {
        const auto found = m_tokens.find(id);
        return found != m_tokens.end() ? std::optional(found->second) : std::nullopt;
    }
    //! The refresh tokens of all stored sets.
    [[nodiscard]] std::vector<QByteArray> refreshTokens() const
    {
        std::vector<QByteArray> found;
        for (const auto &[id, tokens] : m_tokens)
            found.push_back(tokens.refreshToken);
        return found;
    }
    //! Writes like another process.
    void put(const QString &id, const authcore::TokenSet &tokens) { m_tokens[id] = tokens; }
    void erase(const QString &id) { m_tokens.erase(id); } //!< likewise

private:
    [[nodiscard]] static authcore::StoreError full()
    {
        return {authcore::StoreError::Code::Unwritable, {}};
    }

    using Operation = std::function<void(bool isAwaited)>;

    [[nodiscard]] Done written(bool fails, const QString &id,
        const authcore::WriteCondition &condition, const std::optional<authcore::TokenSet> &tokens)
    {
        if (fails)
            return authcore::StoreError {};
        if (isFull && tokens)
            return full();
        const auto verdict = authcore::judged(condition, find(id), tokens);
        if (verdict.isMet && tokens)
            m_tokens[id] = *tokens;
        else if (verdict.isMet)
            m_tokens.erase(id);
        return verdict.answer;
    }

    void push(QObject *context, Operation operation)
    {
        m_queue.push_back({context, std::move(operation)});
        if (m_queue.size() == 1)
            arm();
    }
    void arm()
    {
        const auto time = m_chance.perMille(delays) ? std::chrono::milliseconds(45'000)
                                                    : std::chrono::milliseconds(m_chance.below(20));
        m_next = m_clock.after(time, [this] { carryOut(); });
    }
    void carryOut()
    {
        const Job job = std::move(m_queue.front());
        m_queue.pop_front();
        if (!m_queue.empty())
            arm();
        job.operation(!job.context.isNull());
    }

    struct Job
    {
        QPointer<QObject> context;
        Operation operation;
    };

    authcore::Clock &m_clock;
    Chance &m_chance;
    std::map<QString, authcore::TokenSet> m_tokens;
    std::deque<Job> m_queue;
    std::unique_ptr<authcore::Clock::Timer> m_next;
};

} // namespace soak
