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

//! What a run needs to know beside its collaborators.
struct RunPlan
{
    RunArguments arguments;
    SignInPlan signIn;
    QUrl resource; //!< what the burst asks for
    QByteArray body;
};

//! Signs in, spoils the tokens, sends the burst, judges it and prints what came out.
//!
//! Lifetime: session, manager, trace and backend outlive it. One use.
//! Errors:   finished() says how it ended; what people should know has been printed by then.
class RunCommand : public QObject
{
    Q_OBJECT

public:
    //! `backend` is the demo backend if the session is with it, else nullptr.
    RunCommand(RunPlan plan, authcore::AuthNetworkAccessManager &manager,
        authcore::lab::Trace &trace, demobackend::DemoBackend *backend, QObject *parent = nullptr);
    ~RunCommand() override;

    void start();
    //! Prints what there is so far, which is not judged.
    void interrupt(app::cli::Interruption::Cause cause);

Q_SIGNALS:
    void finished(app::cli::ExitStatus status);

private:
    void spoilTokens();
    void sendBurst();
    void judgeRun();
    void print(const authcore::lab::Verdict &verdict) const;
    [[nodiscard]] authcore::lab::Scenario scenario() const;
    [[nodiscard]] authcore::lab::Verdict verdict() const;

    RunPlan m_plan;
    authcore::AuthNetworkAccessManager &m_manager;
    authcore::AuthSession &m_session;
    authcore::lab::Trace &m_trace;
    demobackend::DemoBackend *m_backend;
    SignInStep m_signIn;
    authcore::lab::Burst m_burst;
    authcore::Generation m_firstGeneration {}; //!< with which the burst begins
    bool m_isOver = false;
};

} // namespace app::cli
