#pragma once

#include <chrono>
#include <optional>
#include <vector>

namespace ui {

//! A stretch of a row's time, as the waterfall draws it.
struct BarSegment
{
    enum class Kind {
        Queued, //!< waits for its turn
        Held, //!< waits for a refresh or a sign-in: hatched
        Sending, //!< on the wire, nothing has come back
        Receiving, //!< the answer is coming in
        Refresh, //!< tokens are being exchanged
    };
    Kind kind = Kind::Sending;
    std::chrono::nanoseconds from {};
    std::optional<std::chrono::nanoseconds> to; //!< empty: goes on
    bool challenged = false; //!< it ended in a challenge

    bool operator==(const BarSegment &) const = default;
};

//! What a row's bar looks like. A value: from the model to the delegate.
struct Bar
{
    enum class Ending { Open, Good, Challenged, Failed };
    std::vector<BarSegment> segments; //!< in order
    Ending ending = Ending::Open;

    bool operator==(const Bar &) const = default;
};

} // namespace ui
