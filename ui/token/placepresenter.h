#pragma once

#include "authcore/tokens/movabletokenstore.h"

#include <QtCore/QObject>

class QSettings;

namespace ui {

//! Where tokens that stay are kept.
enum class TokenPlace { SettingsFile, SystemKeychain };

//! Lets people choose where the tokens are kept, moves them there, and remembers the choice.
//!
//! Lifetime: what it is given outlives it.
//! Thread:   the window's.
//! Errors:   as sentences for people, by signal; the tokens are then where they were.
class PlacePresenter : public QObject
{
    Q_OBJECT

public:
    //! The places there are.
    struct Places
    {
        authcore::TokenStore &file;
        authcore::TokenStore *keychain = nullptr; //!< nullptr: this build or system has none
    };

    //! `store` is in chosen(settings) already.
    PlacePresenter(authcore::MovableTokenStore &store, const Places &places, QSettings &settings,
        QObject *parent = nullptr);

    //! The place that was chosen last; the file where that is no place any more.
    [[nodiscard]] static authcore::TokenStore &chosen(
        const Places &places, const QSettings &settings);

    [[nodiscard]] bool hasKeychain() const { return m_places.keychain != nullptr; }
    [[nodiscard]] TokenPlace place() const;

    //! The tokens of all `keys` go along, or none do; where there are none, only the choice
    //! changes. The session that uses the store now is the first one's.
    void moveTo(TokenPlace wanted, const QList<authcore::TokenKey> &keys);

Q_SIGNALS:
    void placeChanged(ui::TokenPlace place); //!< also when it stays after all
    void moved(const QString &text);
    void troubled(const QString &problem);

private:
    //! Whose tokens move, and how far that has come.
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
