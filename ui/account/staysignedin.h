#pragma once

namespace ui {

//! Where the tokens of a sign-in are kept.
enum class StaySignedIn { InSettingsFile, UntilQuit };

} // namespace ui
