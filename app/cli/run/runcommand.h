#pragma once

#include "app/cli/commandline/inputs.h"
#include "app/cli/run/interruption.h"
#include "app/cli/run/signinstep.h"

#include "authcore/lab/burst.h"
#include "authcore/lab/trace.h"
#include "authcore/lab/verdict.h"

#include <QtCore/QObject>

namespace authcore {
class AuthNetworkAccessManager;
class AuthSession;
} // namespace authcore

namespace demobackend {
class DemoBackend;
}

namespace app::cli {

//! What a run needs to know beside the objects it works with.
struct RunPlan
{
    RunArguments arguments;
    SignInPlan signIn;
    QUrl resource; //!< the URL that the burst requests
    QByteArray body;
};

//! Signs in, spoils the tokens, sends the burst, judges the run and prints the result.
//!
//! Lifetime: session, manager, trace and backend outlive the command. One use.
//! Errors: finished() carries the exit status; by then the command has printed the reason.
class RunCommand : public QObject
{
    Q_OBJECT

public:
    //! `backend` is the demo backend if the session talks to it, else nullptr.
    RunCommand(RunPlan plan, authcore::AuthNetworkAccessManager &manager,
        authcore::lab::Trace &trace, demobackend::DemoBackend *backend, QObject *parent = nullptr);
    ~RunCommand() override;

    void start();
    //! Prints the unfinished run, and does not judge it.
    void interrupt(app::cli::Interruption::Cause cause);

Q_SIGNALS:
    void finished(app::cli::ExitStatus status);

private:
    void spoilTokens();
    void sendBurst();
    void judgeRun();
    void print(const authcore::lab::Verdict &verdict) const;
    [[nodiscard]] QStringList hints() const;
    [[nodiscard]] authcore::lab::Scenario scenario() const;
    [[nodiscard]] authcore::lab::Verdict verdict() const;

    RunPlan m_plan;
    authcore::AuthNetworkAccessManager &m_manager;
    authcore::AuthSession &m_session;
    authcore::lab::Trace &m_trace;
    demobackend::DemoBackend *m_backend;
    SignInStep m_signIn;
    authcore::lab::Burst m_burst;
    authcore::SignInReport m_report;
    authcore::Generation m_firstGeneration {}; //!< of the tokens with which the burst begins
    bool m_isOver = false;
};

} // namespace app::cli
