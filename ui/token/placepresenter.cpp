#include "ui/token/placepresenter.h"

#include <QtCore/QSettings>

namespace ui {

using namespace Qt::StringLiterals;
using namespace authcore;

namespace {

constexpr QLatin1StringView placeKey = "session/tokensIn"_L1;
constexpr QLatin1StringView keychainName = "keychain"_L1;
constexpr QLatin1StringView fileName = "file"_L1;

} // namespace

PlacePresenter::PlacePresenter(
    MovableTokenStore &store, const Places &places, QSettings &settings, QObject *parent)
    : QObject(parent)
    , m_store(store)
    , m_places(places)
    , m_settings(settings)
{
}

TokenStore &PlacePresenter::chosen(const Places &places, const QSettings &settings)
{
    const bool inKeychain = settings.value(placeKey).toString() == keychainName;
    return inKeychain && places.keychain ? *places.keychain : places.file;
}

TokenPlace PlacePresenter::place() const
{
    return &m_store.place() == m_places.keychain ? TokenPlace::SystemKeychain
                                                 : TokenPlace::SettingsFile;
}

void PlacePresenter::moveTo(TokenPlace wanted, const QList<TokenKey> &keys)
{
    TokenStore *target = wanted == TokenPlace::SystemKeychain ? m_places.keychain : &m_places.file;
    if (target == nullptr || wanted == place() || m_isMoving || keys.isEmpty()) {
        Q_EMIT placeChanged(place());
        return;
    }
    m_isMoving = true;
    moveNext({wanted, &m_store.place(), target, keys, {}});
}

// The present session's tokens move last, together with the store itself.
void PlacePresenter::moveNext(Journey journey)
{
    const TokenKey key = journey.left.takeLast();
    if (journey.left.isEmpty()) {
        m_store.moveTo(*journey.to, key, this,
            [this, journey](const MoveResult &result) { finish(journey, result); });
        return;
    }
    moveTokens(key, *journey.from, *journey.to, this,
        [this, journey, key](const MoveResult &result) mutable {
            if (std::holds_alternative<MoveError>(result)) {
                finish(journey, result);
                return;
            }
            journey.arrived << key;
            moveNext(std::move(journey));
        });
}

void PlacePresenter::moveBack(const Journey &journey)
{
    for (const TokenKey &key : journey.arrived)
        moveTokens(key, *journey.to, *journey.from, this, [](const MoveResult &) {});
}

void PlacePresenter::finish(const Journey &journey, const MoveResult &result)
{
    m_isMoving = false;
    if (const auto *failure = std::get_if<MoveError>(&result)) {
        moveBack(journey);
        Q_EMIT placeChanged(place());
        Q_EMIT troubled(tr("The tokens stay where they are: %1").arg(failure->error.detail));
        return;
    }
    const bool inKeychain = journey.wanted == TokenPlace::SystemKeychain;
    m_settings.setValue(placeKey, QString(inKeychain ? keychainName : fileName));
    Q_EMIT placeChanged(journey.wanted);
    Q_EMIT moved(inKeychain ? tr("Tokens are kept in the system keychain.")
                            : tr("Tokens are kept in a settings file, which is not encrypted."));
}

} // namespace ui
