#include "ui/waterfall/timescale.h"

#include <algorithm>
#include <cmath>

namespace ui {

using std::chrono::nanoseconds;

namespace {

//! The smallest 1, 2 or 5 times a power of ten that is not below `least`.
nanoseconds roundStep(double least)
{
    const double power = std::pow(10.0, std::floor(std::log10(std::max(least, 1.0))));
    for (const double factor : {1.0, 2.0, 5.0}) {
        if (factor * power >= least)
            return nanoseconds(std::llround(factor * power));
    }
    return nanoseconds(std::llround(10.0 * power));
}

} // namespace

TimeScale::TimeScale(nanoseconds from, nanoseconds to, double width)
    : m_from(from)
    , m_to(std::max(from, to))
    , m_width(std::max(width, 0.0))
{
}

double TimeScale::xAt(nanoseconds when) const noexcept
{
    const auto range = (m_to - m_from).count();
    if (range <= 0)
        return 0;
    return static_cast<double>((when - m_from).count()) / static_cast<double>(range) * m_width;
}

std::vector<nanoseconds> TimeScale::ticks(double distance) const
{
    std::vector<nanoseconds> found;
    const auto range = (m_to - m_from).count();
    if (range <= 0 || m_width <= 0 || distance <= 0)
        return found;
    const auto step = roundStep(static_cast<double>(range) * distance / m_width);
    auto tick = nanoseconds(m_from.count() / step.count() * step.count());
    if (tick < m_from)
        tick += step;
    for (; tick <= m_to; tick += step)
        found.push_back(tick);
    return found;
}

} // namespace ui
