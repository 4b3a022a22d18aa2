#pragma once

#include "authcore/lab/trial/stepsearch.h"
#include "authcore/lab/trial/trialreport.h"
#include "authcore/signin/discovery.h"

#include <QtCore/QJsonObject>
#include <QtCore/QObject>

#include <memory>
#include <optional>

namespace authcore::lab {

//! Tries a profile on its backend: signs in, asks for a protected resource with a good and with a
//! broken token, refreshes, and asks once more. A step that fails says why, and which edit of the
//! profile makes it work; the trial goes on with that edit.
//!
//! Lifetime: `clock` outlives this. One use; destroying it ends the trial silently.
//! Thread:   its own.
//! Errors:   in the steps of the report. finished() comes exactly once.
//! Secrets:  none in steps and report.
class ProfileTrial : public QObject
{
    Q_OBJECT

public:
    explicit ProfileTrial(Clock &clock, QObject *parent = nullptr);
    ~ProfileTrial() override;

    //! `document` is the JSON that `profile` was read from, which the patch is for.
    void start(const BackendProfile &profile, const QJsonObject &document, const TrialSetup &setup);

Q_SIGNALS:
    void browserNeeded(const QUrl &url); //!< see TrialClient
    void userCodeReady(const QString &code, const QUrl &url, const QUrl &urlWithCode); //!< likewise
    void stepDone(const authcore::lab::TrialStep &step);
    void finished(const authcore::lab::TrialReport &report);

private:
    void discover();
    void begin(TrialStepKind step);
    void beginRequest(TrialStepKind step);
    void keepResource(TrialStep &step);
    void done(TrialStepKind step, const SearchResult &result);
    void add(TrialStep step, const BackendProfile &before, const BackendProfile &after);
    void skip(TrialStepKind step, const QString &why);
    void after(TrialStepKind step);
    void finish();

    Clock &m_clock;
    QJsonObject m_document;
    TrialSetup m_setup;
    TrialState m_state;
    TrialReport m_report;
    bool m_hasResource = false; //!< the access token was accepted somewhere
    std::unique_ptr<Discovery> m_discovery;
    std::unique_ptr<StepSearch> m_search;
};

} // namespace authcore::lab
