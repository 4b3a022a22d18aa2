#pragma once

#include "authcore/lab/trace.h"
#include "authcore/lab/verdict.h"

#include <QtCore/QByteArray>

namespace app::cli {

//! One run on one line of JSON, without a line end. Generations are printed relative to `first`,
//! the generation of the tokens with which the burst began: that one is 1, "no tokens" is 0.
[[nodiscard]] QByteArray jsonReport(const authcore::lab::Trace &trace,
    const authcore::lab::Verdict &verdict, authcore::Generation first);

//! As printed: 1 for `first`, 2 for the one that the first refresh makes; 0: sent without a token.
[[nodiscard]] int shownGeneration(authcore::Generation generation, authcore::Generation first);

} // namespace app::cli
