#include "authcore/tokens/movabletokenstore.h"

#include <QtCore/QPointer>

#include <utility>

namespace authcore {

MovableTokenStore::MovableTokenStore(TokenStore &place, QObject *parent)
    : TokenStore(parent)
    , m_place(&place)
{
    passSignalsOn(place);
}

MovableTokenStore::~MovableTokenStore()
{
    arrive(place()); // the move stops; operations that wait are carried out
}

TokenStore &MovableTokenStore::place() const
{
    const std::lock_guard guard(m_mutex);
    return *m_place;
}

bool MovableTokenStore::isMoving() const
{
    const std::lock_guard guard(m_mutex);
    return m_isMoving;
}

void MovableTokenStore::moveTo(TokenStore &place, const TokenKey &key, QObject *context,
    std::function<void(const MoveResult &)> then)
{
    const std::lock_guard guard(m_mutex);
    Q_ASSERT(!m_isMoving);
    m_isMoving = true;
    passSignalsOn(place);
    moveTokens(key, *m_place, place, this,
        [this, from = m_place, &place, context = QPointer(context), then = std::move(then)](
            const MoveResult &result) {
            arrive(std::holds_alternative<Moved>(result) ? place : *from);
            if (context && then)
                then(result);
        });
}

QString MovableTokenStore::lockPath(const TokenKey &key) const
{
    return place().lockPath(key);
}

void MovableTokenStore::load(
    const TokenKey &key, QObject *context, std::function<void(const Loaded &)> then)
{
    ask([key, context = QPointer(context), then = std::move(then)](TokenStore &place) {
        if (context)
            place.load(key, context, then);
    });
}

void MovableTokenStore::accounts(
    const QString &profileId, QObject *context, std::function<void(const Accounts &)> then)
{
    ask([profileId, context = QPointer(context), then = std::move(then)](
            TokenStore &place) { place.accounts(profileId, context, then); });
}

void MovableTokenStore::write(const TokenKey &key, const WriteCondition &condition,
    const std::optional<TokenSet> &tokens, QObject *context, std::function<void(const Done &)> then)
{
    ask([key, condition, tokens, context = QPointer(context), then = std::move(then)](
            TokenStore &place) { place.write(key, condition, tokens, context, then); });
}

void MovableTokenStore::checkWritable(
    const TokenKey &key, QObject *context, std::function<void(const Done &)> then)
{
    ask([key, context = QPointer(context), then = std::move(then)](
            TokenStore &place) { place.checkWritable(key, context, then); });
}

bool MovableTokenStore::waitForWrites(std::chrono::milliseconds patience)
{
    const bool isDone = place().waitForWrites(patience);
    const std::lock_guard guard(m_mutex);
    return isDone && m_waiting.empty();
}

// Operations are begun under the lock, so that those of several threads keep their order when a
// move ends.

void MovableTokenStore::ask(std::function<void(TokenStore &)> question)
{
    const std::lock_guard guard(m_mutex);
    if (m_isMoving)
        m_waiting.push_back(std::move(question));
    else
        question(*m_place);
}

void MovableTokenStore::arrive(TokenStore &place)
{
    const std::lock_guard guard(m_mutex);
    m_place = &place;
    m_isMoving = false;
    for (const auto &question : std::exchange(m_waiting, {}))
        question(place);
}

// While tokens move, either place may ask for a person. Afterwards the old place is not used and
// emits nothing.
void MovableTokenStore::passSignalsOn(TokenStore &place)
{
    connect(&place, &TokenStore::waitingForPerson, this, &TokenStore::waitingForPerson,
        Qt::UniqueConnection);
    connect(&place, &TokenStore::personAnswered, this, &TokenStore::personAnswered,
        Qt::UniqueConnection);
}

} // namespace authcore
