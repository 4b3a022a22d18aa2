#include "ui/placepresenter.h"

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

void PlacePresenter::moveTo(TokenPlace wanted, const TokenKey &key)
{
    TokenStore *target = wanted == TokenPlace::SystemKeychain ? m_places.keychain : &m_places.file;
    if (target == nullptr || wanted == place() || m_store.isMoving()) {
        Q_EMIT placeChanged(place());
        return;
    }
    m_store.moveTo(
        *target, key, this, [this, wanted](const MoveResult &result) { finish(wanted, result); });
}

void PlacePresenter::finish(TokenPlace wanted, const MoveResult &result)
{
    if (const auto *failure = std::get_if<MoveError>(&result)) {
        Q_EMIT placeChanged(place());
        Q_EMIT troubled(tr("The tokens stay where they are: %1").arg(failure->error.detail));
        return;
    }
    const bool inKeychain = wanted == TokenPlace::SystemKeychain;
    m_settings.setValue(placeKey, QString(inKeychain ? keychainName : fileName));
    Q_EMIT placeChanged(wanted);
    Q_EMIT moved(inKeychain ? tr("Tokens are kept in the system keychain.")
                            : tr("Tokens are kept in a settings file, which is not encrypted."));
}

} // namespace ui
