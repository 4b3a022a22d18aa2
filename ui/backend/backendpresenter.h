#pragma once

#include "authcore/demobackend/demobackend.h"

#include <QtCore/QObject>

namespace ui {

//! Connects the demo backend with its panel: turns the knobs, and reports what has changed.
//!
//! Lifetime: `backend` outlives the presenter.
//! Thread: the window's.
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
    //! The demo user `name`, else the first one; the sign-in dialog shows these credentials.
    [[nodiscard]] static demobackend::DemoUser demoUser(const QString &name);
    //! The first user with another name.
    [[nodiscard]] static demobackend::DemoUser otherDemoUser(const QString &name);

public Q_SLOTS:
    void setKnobs(const demobackend::Knobs &knobs) { m_backend.setKnobs(knobs); }
    void answerRefreshes(demobackend::RefreshAnswer answer, int times);
    void answerResources(demobackend::ResourceAnswer answer, int times);
    void expireAccessTokens();
    void revokeEverything();
    void look(); //!< reports the answers that are left and the counters

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
