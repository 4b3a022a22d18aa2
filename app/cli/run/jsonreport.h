#pragma once

#include "authcore/exchange/signinreport.h"
#include "authcore/lab/trace.h"
#include "authcore/lab/verdict.h"

#include <QtCore/QByteArray>

namespace app::cli {

//! One run as one line of JSON, without a line end. Generations count from `first`, the generation
//! of the tokens with which the burst began: `first` is 1, "no tokens" is 0. "sign_in" is null if
//! nobody has signed in.
[[nodiscard]] QByteArray jsonReport(const authcore::lab::Trace &trace,
    const authcore::lab::Verdict &verdict, authcore::Generation first,
    const authcore::SignInReport &signIn = {});

//! The number that a report prints: 1 for `first`, 2 for the generation that the first refresh
//! makes, 0 for a request without a token.
[[nodiscard]] int shownGeneration(authcore::Generation generation, authcore::Generation first);

} // namespace app::cli
