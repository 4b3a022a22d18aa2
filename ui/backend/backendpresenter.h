#pragma once

#include "authcore/demobackend/demobackend.h"

#include <QtCore/QObject>

namespace ui {

//! Stands between the demo backend and its panel: turns knobs, tells what was turned.
//!
//! Lifetime: `backend` outlives it.   Thread: the window's.   Errors: startTroubled().
class BackendPresenter : public QObject
{
    Q_OBJECT

public:
    explicit BackendPresenter(demobackend::DemoBackend &backend, QObject *parent = nullptr);

    [[nodiscard]] demobackend::Knobs knobs() const { return m_backend.knobs(); }
    [[nodiscard]] demobackend::RefreshAnswer refreshAnswer() const
    {
        return m_backend.nextRefreshAnswer();
    }
    [[nodiscard]] int refreshAnswerTimes() const noexcept { return m_refreshAnswerTimes; }
    [[nodiscard]] demobackend::ResourceAnswer resourceAnswer() const
    {
        return m_backend.nextResourceAnswer();
    }
    //! Whose credentials a sign-in may be filled in with: `name`, if there is one, else the first.
    [[nodiscard]] static demobackend::DemoUser demoUser(const QString &name);
    [[nodiscard]] static demobackend::DemoUser otherDemoUser(const QString &name); //!< not `name`

public Q_SLOTS:
    void setKnobs(const demobackend::Knobs &knobs) { m_backend.setKnobs(knobs); }
    void answerRefreshes(demobackend::RefreshAnswer answer, int times);
    void answerResources(demobackend::ResourceAnswer answer, int times);
    void expireAccessTokens();
    void revokeEverything();
    void look(); //!< tells again what the backend has used up or counted

Q_SIGNALS:
    void accessTokensExpired();
    void everythingRevoked();
    void answersChanged(demobackend::RefreshAnswer refresh, demobackend::ResourceAnswer resource);
    void countersChanged(const demobackend::Counters &counters);

private:
    demobackend::DemoBackend &m_backend;
    int m_refreshAnswerTimes = 1;
};

} // namespace ui
