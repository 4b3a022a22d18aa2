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

QStringList networkLines(const BackendProfile &profile)
{
    QStringList lines;
    if (!profile.caFile.isEmpty())
        lines << ProfilePresenter::tr("It trusts the certificate authorities in %1 besides the "
                                      "system's.")
                     .arg(profile.caFile);
    if (!profile.clientCertificate.file.isEmpty())
        lines << ProfilePresenter::tr("It shows the certificate in %1 to servers that ask for one.")
                     .arg(profile.clientCertificate.file);
    if (profile.proxy == "direct"_L1)
        lines << ProfilePresenter::tr("It goes through no proxy.");
    else if (!profile.proxy.isEmpty())
        lines << ProfilePresenter::tr("It goes through the proxy %1.").arg(profile.proxy);
    return lines;
}

} // namespace

bool BackendChoice::isPreset() const
{
    return BackendProfile::presetNames().contains(profile);
}

ProfilePresenter::ProfilePresenter(SessionPresenter &session, Load load, QSettings &settings,
    NetworkSecrets secrets, QObject *parent)
    : QObject(parent)
    , m_session(session)
    , m_load(std::move(load))
    , m_settings(settings)
    , m_secrets(std::move(secrets))
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
    if (use(wanted.value_or(last)) == Outcome::Refused && use({}) == Outcome::Refused)
        Q_EMIT chosen();
}

void ProfilePresenter::choose(const BackendChoice &choice)
{
    if (use(choice) == Outcome::Used)
        Q_EMIT wentWell();
    else
        Q_EMIT chosen(); // a menu shows the refused choice as checked by now
}

void ProfilePresenter::allowNetwork()
{
    const auto question = std::exchange(m_question, std::nullopt);
    if (!question)
        return;
    BackendMemory(m_settings).allowNetwork(question->profile);
    choose(question->choice); // reads the file again, and asks again if it has changed
}

void ProfilePresenter::refuseNetwork()
{
    if (std::exchange(m_question, std::nullopt) && !m_isStarted)
        start(BackendChoice());
}

ProfilePresenter::Outcome ProfilePresenter::use(const BackendChoice &choice)
{
    m_question.reset();
    const Loaded loaded = m_load(choice);
    if (const auto *problem = std::get_if<QString>(&loaded)) {
        Q_EMIT troubled(*problem);
        return Outcome::Refused;
    }
    const auto &profile = std::get<BackendProfile>(loaded);
    if (!BackendMemory(m_settings).allowsNetwork(profile)) {
        ask(choice, profile);
        return Outcome::Asked;
    }
    const auto network = readNetworkSettings(profile, m_secrets);
    if (const auto *problem = std::get_if<QString>(&network)) {
        Q_EMIT troubled(*problem);
        return Outcome::Refused;
    }
    m_choice = choice;
    m_isStarted = true;
    remember(choice);
    m_session.setProfile(BackendMemory(m_settings).completed(profile),
        std::get<NetworkSettings>(network),
        choice.isBuiltIn() ? SessionPresenter::Home::BuiltIn : SessionPresenter::Home::Elsewhere);
    Q_EMIT chosen();
    return Outcome::Used;
}

void ProfilePresenter::ask(const BackendChoice &choice, const BackendProfile &profile)
{
    m_question = {choice, profile};
    Q_EMIT networkNeedsConsent(profile.name, networkLines(profile));
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
