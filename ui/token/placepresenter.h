#pragma once

#include "authcore/tokens/movabletokenstore.h"

#include <QtCore/QObject>

class QSettings;

namespace ui {

//! The place where kept tokens are stored.
enum class TokenPlace { SettingsFile, SystemKeychain };

//! Lets people choose the place of the tokens, moves the tokens there, and remembers the choice.
//!
//! Lifetime: stores and settings outlive the presenter.
//! Thread:   the window's.
//! Errors: signals carry sentences for people; the tokens then stay where they were.
class PlacePresenter : public QObject
{
    Q_OBJECT

public:
    //! The places that exist.
    struct Places
    {
        authcore::TokenStore &file;
        authcore::TokenStore *keychain = nullptr; //!< nullptr: this build or system has no keychain
    };

    //! `store` already uses the store that chosen() returns.
    PlacePresenter(authcore::MovableTokenStore &store, const Places &places, QSettings &settings,
        QObject *parent = nullptr);

    //! The place that was chosen last, or the file if that place does not exist any more.
    [[nodiscard]] static authcore::TokenStore &chosen(
        const Places &places, const QSettings &settings);

    [[nodiscard]] bool hasKeychain() const { return m_places.keychain != nullptr; }
    [[nodiscard]] TokenPlace place() const;

    //! Moves the tokens of all `keys`, or of none; keys without tokens are skipped. The first key
    //! is that of the session that uses the store now.
    void moveTo(TokenPlace wanted, const QList<authcore::TokenKey> &keys);

Q_SIGNALS:
    void placeChanged(ui::TokenPlace place); //!< also after a failed move
    void moved(const QString &text);
    void troubled(const QString &problem);

private:
    //! A move under way: the keys that are left, and those that have arrived.
    struct Journey
    {
        TokenPlace wanted = TokenPlace::SettingsFile;
        authcore::TokenStore *from = nullptr;
        authcore::TokenStore *to = nullptr;
        QList<authcore::TokenKey> left;
        QList<authcore::TokenKey> arrived;
    };
    void moveNext(Journey journey);
    void moveBack(const Journey &journey);
    void finish(const Journey &journey, const authcore::MoveResult &result);

    authcore::MovableTokenStore &m_store;
    Places m_places;
    bool m_isMoving = false;
    QSettings &m_settings;
};

} // namespace ui
