#include "ui/backend/backendmenu.h"

#include "ui/common/plaintext.h"

#include <QtCore/QDir>
#include <QtCore/QFileInfo>
#include <QtGui/QActionGroup>

namespace ui {

using namespace Qt::StringLiterals;
using authcore::BackendProfile;

BackendMenu::BackendMenu(QWidget *parent)
    : QMenu(tr("&Backend"), parent)
    , m_choices(new QActionGroup(this))
    , m_open(new QAction(tr("&Open profile\u2026"), this))
{
    setObjectName(u"backendMenu"_s);
    addSection(tr("Demo backend (built in)"));
    for (const QString &preset : BackendProfile::presetNames()) {
        const auto profile = BackendProfile::preset(preset, {});
        const BackendChoice choice {preset, {}};
        addAction(addChoice(
            QString(u"demoAction_"_s % preset), profile ? profile->name : preset, choice));
    }
    addSeparator();
    m_open->setObjectName(u"openProfileAction"_s);
    m_open->setShortcut(QKeySequence::Open);
    m_open->setStatusTip(tr("Talk to a backend of your own, as a profile file describes it"));
    connect(m_open, &QAction::triggered, this, &BackendMenu::fileRequested);
    addAction(m_open);
}

void BackendMenu::connectTo(ProfilePresenter &profiles)
{
    const auto show = [this, &profiles] { showChoice(profiles.choice(), profiles.recentFiles()); };
    connect(this, &BackendMenu::choiceRequested, &profiles, &ProfilePresenter::choose);
    connect(&profiles, &ProfilePresenter::chosen, this, show);
    show();
}

void BackendMenu::showChoice(const BackendChoice &choice, const QStringList &recentFiles)
{
    for (QAction *action : std::exchange(m_files, {})) {
        removeAction(action);
        m_choices->removeAction(action);
        action->setObjectName({}); // the action may be the one that was just clicked
        action->deleteLater();
    }
    QList<BackendChoice> others;
    if (!choice.isBuiltIn())
        others << choice;
    for (const QString &file : recentFiles)
        if (const BackendChoice other {file, {}}; file != choice.profile)
            others << other;
    if (!others.isEmpty())
        m_files << addSection(tr("Other backends"));
    for (const BackendChoice &other : std::as_const(others)) {
        const QString name = other.isPreset()
            ? QString(other.profile % u" - "_s % other.url.toDisplayString())
            : QFileInfo(other.profile).fileName();
        QAction *action =
            addChoice(u"profileAction_%1"_s.arg(m_files.size()), literally(name), other);
        setTip(action, name);
        action->setStatusTip(oneLine(other.isPreset() ? other.url.toDisplayString()
                                                      : QDir::toNativeSeparators(other.profile)));
        addAction(action);
        m_files << action;
    }
    for (QAction *action : m_choices->actions())
        action->setChecked(action->data().value<BackendChoice>() == choice);
}

QAction *BackendMenu::addChoice(
    const QString &name, const QString &text, const BackendChoice &choice)
{
    auto *action = new QAction(text, m_choices);
    action->setObjectName(name);
    action->setCheckable(true);
    action->setData(QVariant::fromValue(choice));
    connect(action, &QAction::triggered, this, [this, choice] { Q_EMIT choiceRequested(choice); });
    return action;
}

} // namespace ui
