#pragma once

#include "authcore/exchange/networksettings.h"
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

//! Lets people choose the backend, remembers the choice, and says what is wrong with a profile. Asks
//! before it uses a CA file, a client certificate or a proxy that a profile file names.
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

    ProfilePresenter(SessionPresenter &session, Load load, QSettings &settings,
        authcore::NetworkSecrets secrets, QObject *parent = nullptr);

    [[nodiscard]] const BackendChoice &choice() const noexcept { return m_choice; }
    [[nodiscard]] QStringList recentFiles() const; //!< the most recent file comes first

public Q_SLOTS:
    void start(const std::optional<ui::BackendChoice> &wanted); //!< empty: the last choice
    void choose(const ui::BackendChoice &choice);
    void allowNetwork(); //!< the consent to networkNeedsConsent()
    void refuseNetwork(); //!< the refusal: the previous backend stays

Q_SIGNALS:
    void chosen(); //!< choice() or recentFiles() may have changed
    //! Connections to the backend `name` would trust others than usual, or go another way; each line
    //! says one of that.
    void networkNeedsConsent(const QString &name, const QStringList &lines);
    void troubled(const QString &problem);
    void wentWell();

private:
    enum class Outcome { Used, Asked, Refused };
    [[nodiscard]] Outcome use(const BackendChoice &choice);
    void ask(const BackendChoice &choice, const authcore::BackendProfile &profile);
    void remember(const BackendChoice &choice);

    SessionPresenter &m_session;
    Load m_load;
    QSettings &m_settings;
    authcore::NetworkSecrets m_secrets;
    BackendChoice m_choice;
    bool m_isStarted = false; //!< m_choice is used
    struct Question
    {
        BackendChoice choice;
        authcore::BackendProfile profile;
    };
    std::optional<Question> m_question; //!< that networkNeedsConsent() has asked
};

} // namespace ui
