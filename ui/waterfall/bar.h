#pragma once

#include <chrono>
#include <optional>
#include <vector>

namespace ui {

//! A period of a row's time, as the waterfall draws it.
struct BarSegment
{
    enum class Kind {
        Queued, //!< waits for a free place
        Held, //!< waits for a refresh or a sign-in: hatched
        Sending, //!< the request is being sent, and nothing has come back
        Receiving, //!< the answer is coming in
        Refresh, //!< new tokens are being requested
    };
    Kind kind = Kind::Sending;
    std::chrono::nanoseconds from {};
    std::optional<std::chrono::nanoseconds> to; //!< empty: still going on
    bool challenged = false; //!< the attempt ended in a challenge

    bool operator==(const BarSegment &) const = default;
};

//! The bar of a row. A value that goes from the model to the delegate.
struct Bar
{
    enum class Ending { Open, Good, Challenged, Failed };
    std::vector<BarSegment> segments; //!< in the order of time
    Ending ending = Ending::Open;

    bool operator==(const Bar &) const = default;
};

} // namespace ui
