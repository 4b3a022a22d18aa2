#include "authcore/keychain/keychaintokenstore.h"

#include "authcore/keychain/keychainqueue.h"
#include "authcore/tokens/delivery.h"

#include <QtCore/QCryptographicHash>
#include <QtCore/QStandardPaths>
#include <qt6keychain/keychain.h>

#include <utility>

using namespace Qt::StringLiterals;

namespace authcore {

namespace {

using Answer = KeychainAnswer;
using Outcome = KeychainAnswer::Outcome;
using Loaded = TokenStore::Loaded;
using Done = TokenStore::Done;

template <typename Result>
using Then = std::function<void(const Result &)>;

//! The entry's name in the keychain.
struct Entry
{
    QString service;
    QString key;
};

template <typename Job>
std::unique_ptr<Job> jobFor(const Entry &entry)
{
    auto job = std::make_unique<Job>(entry.service);
    job->setKey(entry.key);
    return job;
}

Loaded loadedFrom(const Answer &answer, const Entry &entry)
{
    switch (answer.outcome) {
    case Outcome::Done:
        if (auto tokens = TokenSet::fromSerialized(answer.value))
            return tokens;
        return StoreError {
            StoreError::Code::Garbage, u"The keychain holds no readable tokens in "_s % entry.key};
    case Outcome::NotFound:
        return std::nullopt;
    case Outcome::Failed:
        break;
    }
    return answer.trouble;
}

void read(KeychainQueue &queue, const Entry &entry, Then<Loaded> then)
{
    queue.ask(jobFor<QKeychain::ReadPasswordJob>(entry),
        [entry, then = std::move(then)](const Answer &answer) { then(loadedFrom(answer, entry)); });
}

//! Reads the entry before a write. An unreadable keychain ends the operation with its error.
void readFirst(KeychainQueue &queue, const Entry &entry, const Then<Done> &end, Then<Loaded> then)
{
    read(queue, entry, [end, then = std::move(then)](const Loaded &found) {
        const auto *error = std::get_if<StoreError>(&found);
        if (error != nullptr && error->code == StoreError::Code::Unavailable)
            end(*error);
        else
            then(found);
    });
}

void put(KeychainQueue &queue, const Entry &entry, const std::optional<TokenSet> &tokens,
    const Then<Done> &then)
{
    if (!tokens) { // an entry that is not there is removed as well
        queue.ask(jobFor<QKeychain::DeletePasswordJob>(entry), [then](const Answer &answer) {
            then(answer.outcome == Outcome::Failed ? answer.trouble : Done());
        });
        return;
    }
    auto job = jobFor<QKeychain::WritePasswordJob>(entry);
    job->setTextData(QString::fromLatin1(tokens->serialized()));
    queue.ask(std::move(job), [then](const Answer &answer) {
        then(answer.outcome == Outcome::Done ? Done() : answer.trouble);
    });
}

} // namespace

KeychainTokenStore::KeychainTokenStore(QString service, QObject *parent)
    : TokenStore(parent)
    , m_service(std::move(service))
    , m_queue(std::make_unique<KeychainQueue>(nullptr))
{
    passSignalsOn();
}

KeychainTokenStore::KeychainTokenStore(QString service, Clock &clock, QObject *parent)
    : TokenStore(parent)
    , m_service(std::move(service))
    , m_queue(std::make_unique<KeychainQueue>(&clock))
{
    passSignalsOn();
}

KeychainTokenStore::~KeychainTokenStore()
{
    KeychainQueue::finishAlone(std::move(m_queue));
}

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
    return fileFor(key, u".refresh");
}

// Operations and their queue outlive the store.

void KeychainTokenStore::load(
    const TokenKey &key, QObject *context, std::function<void(const Loaded &)> then)
{
    m_queue->begin({},
        [&queue = *m_queue, entry = Entry {m_service, key.toString()},
            end = ending(context, std::move(then))] { read(queue, entry, end); });
}

void KeychainTokenStore::write(const TokenKey &key, const WriteCondition &condition,
    const std::optional<TokenSet> &tokens, QObject *context, std::function<void(const Done &)> then)
{
    m_queue->begin(fileFor(key, u".turn"),
        [&queue = *m_queue, entry = Entry {m_service, key.toString()}, condition, tokens,
            end = ending(context, std::move(then))] {
            if (std::holds_alternative<OverAnything>(condition)) {
                put(queue, entry, tokens, end);
                return;
            }
            readFirst(queue, entry, end, [=, &queue](const Loaded &found) {
                const WriteVerdict verdict = judged(condition, found, tokens);
                if (verdict.isMet)
                    put(queue, entry, tokens, end);
                else
                    end(verdict.answer);
            });
        });
}

void KeychainTokenStore::checkWritable(
    const TokenKey &key, QObject *context, std::function<void(const Done &)> then)
{
    m_queue->begin({},
        [&queue = *m_queue, entry = Entry {m_service, key.toString()},
            end = ending(context, std::move(then))] {
            read(queue, entry, [end](const Loaded &found) {
                const auto *error = std::get_if<StoreError>(&found);
                const bool isThere = error == nullptr || error->code == StoreError::Code::Garbage;
                end(isThere ? Done() : *error);
            });
        });
}

bool KeychainTokenStore::waitForWrites(std::chrono::milliseconds patience)
{
    return m_queue->waitUntilIdle(patience);
}

template <typename Result>
std::function<void(const Result &)> KeychainTokenStore::ending(
    QObject *context, std::function<void(const Result &)> then)
{
    return [store = QPointer<TokenStore>(this), &queue = *m_queue, context = QPointer(context),
               then = std::move(then)](const Result &result) {
        if (store)
            deliver<Result>(store, context, then, result);
        queue.end();
    };
}

QString KeychainTokenStore::fileFor(const TokenKey &key, QStringView suffix) const
{
    // One file per user, like the keychain. Its name is a hash, since keys contain text that people
    // typed and file names have limits.
    const QString entry = m_service % u'/' % key.toString();
    const auto hash = QCryptographicHash::hash(entry.toUtf8(), QCryptographicHash::Sha256).toHex();
    return QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation) % u"/authcore/"_s
        % QString::fromLatin1(hash.left(16)) % suffix;
}

void KeychainTokenStore::passSignalsOn()
{
    connect(m_queue.get(), &KeychainQueue::waitingForPerson, this, &TokenStore::waitingForPerson);
    connect(m_queue.get(), &KeychainQueue::personAnswered, this, &TokenStore::personAnswered);
}

} // namespace authcore
