#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <random>

namespace soak {

//! The random numbers of a simulation: the same seed gives the same run with any compiler.
class Chance
{
public:
    explicit Chance(std::uint64_t seed)
        : m_engine(seed)
    {
    }

    [[nodiscard]] int below(int end)
    {
        return static_cast<int>(m_engine() % static_cast<std::uint64_t>(end));
    }
    [[nodiscard]] int between(int first, int last) { return first + below(last - first + 1); }
    [[nodiscard]] bool perMille(int part) { return below(1000) < part; }
    [[nodiscard]] bool oneIn(int count) { return below(count) == 0; }
    //! In [0, 1).
    [[nodiscard]] double real() { return static_cast<double>(m_engine() >> 11) * 0x1.0p-53; }

    template <typename T, std::size_t size>
    [[nodiscard]] const T &oneOf(const std::array<T, size> &values)
    {
        return values[static_cast<std::size_t>(below(static_cast<int>(size)))];
    }

    bool hasTails = true; //!< latency() is sometimes very long
    //! The latency of one way over the network, mostly short.
    [[nodiscard]] std::chrono::milliseconds latency()
    {
        const int kind = below(hasTails ? 1000 : 970);
        if (kind < 700)
            return std::chrono::milliseconds(between(0, 30));
        if (kind < 970)
            return std::chrono::milliseconds(between(30, 300));
        return std::chrono::milliseconds(kind < 998 ? between(300, 3'000) : between(3'000, 40'000));
    }

private:
    std::mt19937_64 m_engine;
};

} // namespace soak
