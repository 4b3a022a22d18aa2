#pragma once

#include <chrono>
#include <vector>

namespace ui {

//! Maps time to horizontal position: [from, to] onto [0, width]. Pure; knows no widget.
//!
//! Units: nanoseconds and device-independent pixels. An empty range or width maps everything to 0.
class TimeScale
{
public:
    TimeScale() = default;
    TimeScale(std::chrono::nanoseconds from, std::chrono::nanoseconds to, double width);

    //! Times outside the range get positions below 0 and beyond the width.
    [[nodiscard]] double xAt(std::chrono::nanoseconds when) const noexcept;

    //! Round times (1, 2 or 5 times a power of ten) within the range, at least `distance` pixels
    //! apart.
    [[nodiscard]] std::vector<std::chrono::nanoseconds> ticks(double distance) const;

private:
    std::chrono::nanoseconds m_from {};
    std::chrono::nanoseconds m_to {};
    double m_width = 0;
};

} // namespace ui
