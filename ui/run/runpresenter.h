#pragma once

#include "authcore/lab/verdict.h"
#include "ui/run/runconditions.h"

#include <QtCore/QObject>
#include <QtCore/QTimer>

#include <map>

class QNetworkReply;

namespace authcore {
class AuthNetworkAccessManager;
class AuthSession;
namespace lab {
class Burst;
class Trace;
} // namespace lab
} // namespace authcore

namespace ui {

//! One answer as a page shows it: a glyph with the status and the content, or with the error.
struct AnswerText
{
    enum class Kind { Waiting, Good, Bad };
    Kind kind = Kind::Waiting;
    QString text;

    bool operator==(const AnswerText &) const = default;
};

//! Connects requests with the pages: loads the resources, sends bursts and judges them.
//!
//! Each burst clears the trace.
//! Lifetime: manager, trace and burst outlive the presenter.
//! Thread: the manager's.
class RunPresenter : public QObject
{
    Q_OBJECT

public:
    RunPresenter(authcore::AuthNetworkAccessManager &manager, authcore::lab::Trace &trace,
        authcore::lab::Burst &burst, QObject *parent = nullptr);

    [[nodiscard]] bool isRunning() const;
    [[nodiscard]] const authcore::lab::Verdict &verdict() const noexcept { return m_verdict; }
    [[nodiscard]] int onTheWire() const;
    [[nodiscard]] int held() const;
    [[nodiscard]] int unanswered() const; //!< requests of the run
    [[nodiscard]] QStringList roles() const; //!< the user's roles, as the sign-in answered them

public Q_SLOTS:
    //! Sends requests at once, and judges them after the last answer. The session replaces
    //! `conditions.local` by its own opinion.
    void send(ui::RunConditions conditions);
    void stop();
    void clear(); //!< clears the waterfall, but not during a run
    void loadResources(); //!< those that the roles allow; during a run, after its end
    void forgetResources();

Q_SIGNALS:
    void started(int count);
    void answered(int index, const ui::AnswerText &answer);
    void finished(const authcore::lab::Verdict &verdict);
    //! The index is that of the profile's resource.
    void resourceChanged(int index, const ui::AnswerText &answer);
    void trafficChanged(); //!< onTheWire() or held() may have changed
    void cleared();

private:
    void noteAnswer(int index);
    void judgeRun();
    void loadResource(int index, const QUrl &url);
    void showResource(int index);
    void stopResources();

    authcore::AuthNetworkAccessManager &m_manager;
    authcore::lab::Trace &m_trace;
    authcore::lab::Burst &m_burst;
    RunPlan m_plan;
    QUrl m_resource; //!< the URL that the run requests
    authcore::lab::Verdict m_verdict;
    int m_unanswered = 0;
    std::map<int, QNetworkReply *> m_resources; //!< under way; the manager owns them
    bool m_resourcesWanted = false;
    QTimer m_traffic {this};
};

} // namespace ui
