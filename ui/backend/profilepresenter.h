#pragma once

#include "ui/account/sessionpresenter.h"

#include <QtCore/QStringList>
#include <QtCore/QUrl>

#include <functional>
#include <optional>
#include <variant>

namespace ui {

//! Which backend: a dialect of the built-in one, or somebody's own. A value.
struct BackendChoice
{
    QString profile = QStringLiteral("custom-jwt"); //!< a preset's name, or a profile file
    QUrl url; //!< where the preset is spoken, or instead of what the file says; empty: built in

    bool operator==(const BackendChoice &) const = default;
    [[nodiscard]] bool isPreset() const;
    [[nodiscard]] bool isBuiltIn() const { return isPreset() && url.isEmpty(); }
};

//! Lets people choose the backend, remembers the choice, and says what is wrong with a profile.
//!
//! Lifetime: what it is given outlives it.
//! Thread:   the window's.
//! Errors:   as sentences for people, by signal; the backend is then the one it was.
class ProfilePresenter : public QObject
{
    Q_OBJECT

public:
    //! A profile, or what is wrong: file, line and remedy.
    using Loaded = std::variant<authcore::BackendProfile, QString>;
    using Load = std::function<Loaded(const BackendChoice &choice)>;

    ProfilePresenter(
        SessionPresenter &session, Load load, QSettings &settings, QObject *parent = nullptr);

    [[nodiscard]] const BackendChoice &choice() const noexcept { return m_choice; }
    [[nodiscard]] QStringList recentFiles() const; //!< the last one first

public Q_SLOTS:
    void start(const std::optional<ui::BackendChoice> &wanted); //!< or the last one
    void choose(const ui::BackendChoice &choice);

Q_SIGNALS:
    void chosen(); //!< choice() or recentFiles() may have changed
    void troubled(const QString &problem);
    void wentWell();

private:
    bool use(const BackendChoice &choice);
    void remember(const BackendChoice &choice);

    SessionPresenter &m_session;
    Load m_load;
    QSettings &m_settings;
    BackendChoice m_choice;
};

} // namespace ui
