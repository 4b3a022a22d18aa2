#include "authcore/tokens/settingstokenstore.h"

#include "authcore/system/workerqueue.h"
#include "authcore/tokens/delivery.h"
#include "authcore/tokens/settingsdraft.h"
#include "authcore/tokens/settingsfile.h"

#include <QtCore/QFileInfo>
#include <QtCore/QSettings>

namespace authcore {

SettingsTokenStore::SettingsTokenStore(const QString &filePath, QObject *parent)
    : TokenStore(parent)
    , m_filePath(QFileInfo(filePath).absoluteFilePath())
{
    // Creates the static data of QSettings before the worker, so that the data outlives the worker.
    {
        const QSettings first(settingsdraft::unusedName(m_filePath), QSettings::IniFormat);
    }
    m_worker = std::make_unique<WorkerQueue>();
}

SettingsTokenStore::~SettingsTokenStore()
{
    m_worker.reset(); // now: the worker posts its results to this object
}

QString SettingsTokenStore::filePath() const
{
    return m_filePath;
}

QString SettingsTokenStore::lockPath(const TokenKey &key) const
{
    return settingsfile::lockPath(m_filePath, key);
}

void SettingsTokenStore::load(
    const TokenKey &key, QObject *context, std::function<void(const Loaded &)> then)
{
    begin<Loaded>(
        context, std::move(then), [this, key] { return settingsfile::load(m_filePath, key); });
}

void SettingsTokenStore::accounts(
    const QString &profileId, QObject *context, std::function<void(const Accounts &)> then)
{
    begin<Accounts>(context, std::move(then),
        [this, profileId] { return settingsfile::accounts(m_filePath, profileId); });
}

void SettingsTokenStore::write(const TokenKey &key, const WriteCondition &condition,
    const std::optional<TokenSet> &tokens, QObject *context, std::function<void(const Done &)> then)
{
    begin<Done>(context, std::move(then), [this, key, condition, tokens] {
        return settingsfile::write(m_filePath, key, condition, tokens);
    });
}

void SettingsTokenStore::checkWritable(
    const TokenKey &, QObject *context, std::function<void(const Done &)> then)
{
    begin<Done>(
        context, std::move(then), [this] { return settingsfile::checkWritable(m_filePath); });
}

// `then` moves to the worker and back, so that what it holds is destroyed on the store's thread.
template <typename Result>
void SettingsTokenStore::begin(
    QObject *context, std::function<void(const Result &)> then, std::function<Result()> operation)
{
    m_worker->begin([this, context = QPointer(context), then = std::move(then),
                        operation = std::move(operation)]() mutable {
        deliver<Result>(this, context, std::move(then), operation());
    });
}

bool SettingsTokenStore::waitForWrites(std::chrono::milliseconds patience)
{
    return m_worker->wait(patience);
}

} // namespace authcore
