#pragma once

#include "ui/account/sessionpresenter.h"

#include <QtCore/QStringList>
#include <QtCore/QUrl>

#include <functional>
#include <optional>
#include <variant>

namespace ui {

//! A choice of backend: a dialect of the built-in one, or a backend of one's own. A value.
struct BackendChoice
{
    //! A preset's name, or the name of a profile file.
    QString profile = QStringLiteral("custom-jwt");
    //! Replaces the base URL of the preset or file; empty: the built-in backend, or the file's own.
    QUrl url;

    bool operator==(const BackendChoice &) const = default;
    [[nodiscard]] bool isPreset() const;
    [[nodiscard]] bool isBuiltIn() const { return isPreset() && url.isEmpty(); }
};

//! Lets people choose the backend, remembers the choice, and says what is wrong with a profile.
//!
//! Lifetime: session and settings outlive the presenter.
//! Thread:   the window's.
//! Errors: signals carry sentences for people; the previous backend stays.
class ProfilePresenter : public QObject
{
    Q_OBJECT

public:
    //! A profile, or a text with file, line and remedy.
    using Loaded = std::variant<authcore::BackendProfile, QString>;
    using Load = std::function<Loaded(const BackendChoice &choice)>;

    ProfilePresenter(
        SessionPresenter &session, Load load, QSettings &settings, QObject *parent = nullptr);

    [[nodiscard]] const BackendChoice &choice() const noexcept { return m_choice; }
    [[nodiscard]] QStringList recentFiles() const; //!< the most recent file comes first

public Q_SLOTS:
    void start(const std::optional<ui::BackendChoice> &wanted); //!< empty: the last choice
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
