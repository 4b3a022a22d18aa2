#include "ui/backend/profilepresenter.h"

#include "ui/backend/backendmemory.h"

#include <QtCore/QFileInfo>
#include <QtCore/QSettings>

namespace ui {

using namespace Qt::StringLiterals;
using namespace authcore;

namespace {

constexpr QLatin1StringView profileKey = "backend/profile"_L1;
constexpr QLatin1StringView urlKey = "backend/url"_L1;
constexpr QLatin1StringView recentKey = "backend/recentFiles"_L1;
constexpr qsizetype mostRecent = 6;

} // namespace

bool BackendChoice::isPreset() const
{
    return BackendProfile::presetNames().contains(profile);
}

ProfilePresenter::ProfilePresenter(
    SessionPresenter &session, Load load, QSettings &settings, QObject *parent)
    : QObject(parent)
    , m_session(session)
    , m_load(std::move(load))
    , m_settings(settings)
{
}

QStringList ProfilePresenter::recentFiles() const
{
    return m_settings.value(recentKey).toStringList();
}

void ProfilePresenter::start(const std::optional<BackendChoice> &wanted)
{
    BackendChoice last;
    last.profile = m_settings.value(profileKey, last.profile).toString();
    last.url = m_settings.value(urlKey).toUrl();
    if (!use(wanted.value_or(last)) && !use({}))
        Q_EMIT chosen();
}

void ProfilePresenter::choose(const BackendChoice &choice)
{
    if (use(choice))
        Q_EMIT wentWell();
    else
        Q_EMIT chosen(); // a menu shows the refused choice as checked by now
}

bool ProfilePresenter::use(const BackendChoice &choice)
{
    const Loaded loaded = m_load(choice);
    if (const auto *problem = std::get_if<QString>(&loaded)) {
        Q_EMIT troubled(*problem);
        return false;
    }
    m_choice = choice;
    remember(choice);
    m_session.setProfile(BackendMemory(m_settings).completed(std::get<BackendProfile>(loaded)),
        choice.isBuiltIn() ? SessionPresenter::Home::BuiltIn : SessionPresenter::Home::Elsewhere);
    Q_EMIT chosen();
    return true;
}

void ProfilePresenter::remember(const BackendChoice &choice)
{
    m_settings.setValue(profileKey, choice.profile);
    m_settings.setValue(urlKey, choice.url);
    if (choice.isPreset())
        return;
    QStringList files = recentFiles();
    files.removeAll(choice.profile);
    files.prepend(choice.profile);
    m_settings.setValue(recentKey, QStringList(files.mid(0, mostRecent)));
}

} // namespace ui
