#pragma once

#include "authcore/lab/trial/remedies.h"
#include "authcore/lab/trial/seenexchange.h"
#include "authcore/lab/trial/stepsearch.h"
#include "authcore/profile/jsonpatch.h"

#include <QtCore/QString>
#include <QtCore/QStringList>

#include <vector>

namespace authcore::lab {

//! How a step of a trial ended.
enum class TrialOutcome {
    Passed, //!< with the profile as it is
    Mended, //!< with the step's patch
    Failed, //!< nothing that was tried has helped
    Skipped, //!< an earlier step is needed for it
};

//! One step of a trial. For people; contains no secret.
struct TrialStep
{
    TrialStepKind kind = TrialStepKind::SignIn;
    TrialOutcome outcome = TrialOutcome::Passed;
    MaskedExchange seen = {}; //!< as the profile says; of Mended: what went wrong
    MaskedExchange mended = {}; //!< of Mended: what worked
    QStringList found = {}; //!< "refresh token: /refreshToken, 32 characters"
    QString problem = {}; //!< of Mended and Failed: what is wrong
    QString remedy = {}; //!< what helps; of Failed: what a person could look at
    JsonPatch patch = {}; //!< of Mended
};

//! What came of a trial.
struct TrialReport
{
    std::vector<TrialStep> steps;
    JsonPatch patch; //!< of all steps, in their order
    BackendProfile profile; //!< after the patch

    [[nodiscard]] bool passed() const; //!< every step, with the profile as it is
    [[nodiscard]] bool isMended() const; //!< every step, with the patch
};

//! The step for people. `secrets` are hidden wherever they are.
[[nodiscard]] TrialStep stepFor(
    TrialStepKind kind, const SearchResult &result, const QStringList &secrets);

} // namespace authcore::lab
