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

//! What a page shows of one answer: glyph, status and what came, or why nothing did.
struct AnswerText
{
    enum class Kind { Waiting, Good, Bad };
    Kind kind = Kind::Waiting;
    QString text;

    bool operator==(const AnswerText &) const = default;
};

//! Stands between requests and the pages: the resource of the home page, bursts and their verdict.
//!
//! Each burst begins a new trace. Lifetime: what it is given outlives it.   Thread: the manager's.
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
    [[nodiscard]] int unanswered() const; //!< of the run
    [[nodiscard]] QStringList roles() const; //!< of the user, as the sign-in said

public Q_SLOTS:
    //! Sends requests at once, and judges them when the last one is answered. The session says what
    //! it thinks of its access token, whatever `conditions` say.
    void send(ui::RunConditions conditions);
    void stop();
    void clear(); //!< forgets what the waterfall shows; not while running
    void loadResources(); //!< those that the roles allow; now, or after the run
    void forgetResources();

Q_SIGNALS:
    void started(int count);
    void answered(int index, const ui::AnswerText &answer);
    void finished(const authcore::lab::Verdict &verdict);
    void resourceChanged(int index, const ui::AnswerText &answer); //!< of the profile's resources
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
    authcore::lab::Verdict m_verdict;
    int m_unanswered = 0;
    std::map<int, QNetworkReply *> m_resources; //!< under way; the manager's children
    bool m_resourcesWanted = false;
    QTimer m_traffic {this};
};

} // namespace ui
