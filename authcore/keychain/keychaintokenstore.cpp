#include "authcore/keychain/keychaintokenstore.h"

#include "authcore/keychain/keychainqueue.h"
#include "authcore/tokens/delivery.h"

#include <QtCore/QCryptographicHash>
#include <QtCore/QStandardPaths>
#include <qt6keychain/keychain.h>

#include <utility>

using namespace Qt::StringLiterals;

namespace authcore {

using Outcome = KeychainQueue::Outcome;
using Answer = KeychainQueue::Answer;

KeychainTokenStore::KeychainTokenStore(QString service, QObject *parent)
    : TokenStore(parent)
    , m_service(std::move(service))
    , m_queue(std::make_unique<KeychainQueue>(m_systemClock))
{
    passSignalOn();
}

KeychainTokenStore::KeychainTokenStore(QString service, Clock &clock, QObject *parent)
    : TokenStore(parent)
    , m_service(std::move(service))
    , m_queue(std::make_unique<KeychainQueue>(clock))
{
    passSignalOn();
}

KeychainTokenStore::~KeychainTokenStore() = default;

std::chrono::milliseconds KeychainTokenStore::patience() const
{
    return m_queue->patience();
}

void KeychainTokenStore::setPatience(std::chrono::milliseconds patience)
{
    m_queue->setPatience(patience);
}

QString KeychainTokenStore::lockPath(const TokenKey &key) const
{
    // The user's, as the keychain is. A hash: keys hold what people typed, and file names have
    // limits.
    const QString entry = m_service % u'/' % key.toString();
    const auto hash = QCryptographicHash::hash(entry.toUtf8(), QCryptographicHash::Sha256).toHex();
    return QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation) % u"/authcore/"_s
        % QString::fromLatin1(hash.left(16)) % u".refresh"_s;
}

void KeychainTokenStore::load(
    const TokenKey &key, QObject *context, std::function<void(const Loaded &)> then)
{
    auto job = std::make_unique<QKeychain::ReadPasswordJob>(m_service);
    job->setKey(key.toString());
    m_queue->ask(std::move(job),
        [this, key, context = QPointer(context), then = std::move(then)](const Answer &answer) {
            Loaded loaded = std::nullopt;
            switch (answer.outcome) {
            case Outcome::Done:
                if (auto tokens = TokenSet::fromSerialized(answer.value))
                    loaded = std::move(tokens);
                else
                    loaded = StoreError {StoreError::Code::Garbage,
                        u"The keychain holds no readable tokens in "_s % key.toString()};
                break;
            case Outcome::NotFound:
                break;
            case Outcome::Failed:
                loaded = answer.trouble;
                break;
            }
            deliver<Loaded>(this, context, then, std::move(loaded));
        });
}

void KeychainTokenStore::save(const TokenKey &key, const TokenSet &tokens, QObject *context,
    std::function<void(const Done &)> then)
{
    ++m_writes[key.toString()];
    auto job = std::make_unique<QKeychain::WritePasswordJob>(m_service);
    job->setKey(key.toString());
    job->setTextData(QString::fromLatin1(tokens.serialized()));
    m_queue->ask(std::move(job),
        [this, context = QPointer(context), then = std::move(then)](const Answer &answer) {
            deliver<Done>(
                this, context, then, answer.outcome == Outcome::Done ? Done() : answer.trouble);
        });
}

void KeychainTokenStore::remove(
    const TokenKey &key, QObject *context, std::function<void(const Done &)> then)
{
    ++m_writes[key.toString()];
    auto job = std::make_unique<QKeychain::DeletePasswordJob>(m_service);
    job->setKey(key.toString());
    m_queue->ask(std::move(job),
        [this, context = QPointer(context), then = std::move(then)](const Answer &answer) {
            deliver<Done>(
                this, context, then, answer.outcome == Outcome::Failed ? answer.trouble : Done());
        });
}

void KeychainTokenStore::update(const TokenKey &key, const TokenSet &tokens, QObject *context,
    std::function<void(const Done &)> then)
{
    load(key, this,
        [this, key, tokens, writes = m_writes.value(key.toString()), context = QPointer(context),
            then = std::move(then)](const Loaded &loaded) {
            if (auto gone = goneError(loaded))
                deliver<Done>(this, context, then, std::move(gone));
            else if (writes != m_writes.value(key.toString()))
                deliver<Done>(this, context, then, {}); // overtaken by what counts more
            else
                save(key, tokens, context, then);
        });
}

void KeychainTokenStore::updateOnly(const TokenKey &key, const TokenSet &before,
    const TokenSet &tokens, QObject *context, std::function<void(const Done &)> then)
{
    load(key, this,
        [this, key, before, tokens, writes = m_writes.value(key.toString()),
            context = QPointer(context), then = std::move(then)](const Loaded &loaded) {
            if (auto other = otherError(loaded, before))
                deliver<Done>(this, context, then, std::move(other));
            else if (writes != m_writes.value(key.toString()))
                deliver<Done>(this, context, then, {}); // overtaken by what counts more
            else
                save(key, tokens, context, then);
        });
}

void KeychainTokenStore::removeOnly(const TokenKey &key, const TokenSet &tokens, QObject *context,
    std::function<void(const Done &)> then)
{
    load(key, this,
        [this, key, tokens, writes = m_writes.value(key.toString()), context = QPointer(context),
            then = std::move(then)](const Loaded &loaded) {
            if (isOther(loaded, tokens) || writes != m_writes.value(key.toString()))
                deliver<Done>(this, context, then, {});
            else
                remove(key, context, then);
        });
}

void KeychainTokenStore::passSignalOn()
{
    connect(m_queue.get(), &KeychainQueue::waitingForPerson, this,
        &KeychainTokenStore::waitingForPerson);
}

} // namespace authcore
