#include "ui/backend/backendpresenter.h"

#include <algorithm>

namespace ui {

using namespace demobackend;

BackendPresenter::BackendPresenter(DemoBackend &backend, QObject *parent)
    : QObject(parent)
    , m_backend(backend)
{
}

DemoUser BackendPresenter::demoUser(const QString &name)
{
    return findUser(&DemoUser::name, name).value_or(demoUsers().front());
}

DemoUser BackendPresenter::otherDemoUser(const QString &name)
{
    const std::vector<DemoUser> users = demoUsers();
    const auto found = std::find_if(
        users.begin(), users.end(), [&name](const DemoUser &user) { return user.name != name; });
    return found == users.end() ? users.front() : *found;
}

void BackendPresenter::answerRefreshes(RefreshAnswer answer, int times)
{
    m_refreshAnswerTimes = times;
    m_backend.answerRefreshes(answer, times);
    look();
}

void BackendPresenter::answerResources(ResourceAnswer answer, int times)
{
    m_backend.answerResources(answer, times);
    look();
}

void BackendPresenter::expireAccessTokens()
{
    m_backend.expireAccessTokens();
    Q_EMIT accessTokensExpired();
}

void BackendPresenter::revokeEverything()
{
    m_backend.revokeEverything();
    Q_EMIT everythingRevoked();
}

void BackendPresenter::look()
{
    Q_EMIT answersChanged(refreshAnswer(), resourceAnswer());
    Q_EMIT countersChanged(m_backend.counters());
}

} // namespace ui
