#pragma once

#include <utility>

namespace httpserver {

//! Owns a file descriptor.
//!
//! Thread:   shutDown() may be called while another thread reads or writes.
class Socket
{
public:
    Socket() = default;
    explicit Socket(int fd) noexcept
        : m_fd(fd)
    {
    }
    Socket(Socket &&other) noexcept
        : m_fd(std::exchange(other.m_fd, none))
    {
    }
    Socket &operator=(Socket &&other) noexcept
    {
        std::swap(m_fd, other.m_fd);
        return *this;
    }
    ~Socket();
    Socket(const Socket &) = delete;
    Socket &operator=(const Socket &) = delete;

    [[nodiscard]] bool isOpen() const noexcept { return m_fd != none; }
    [[nodiscard]] int fd() const noexcept { return m_fd; }
    //! Ends the connection in both directions and wakes the threads that wait for it.
    void shutDown() const noexcept;

private:
    static constexpr int none = -1;
    int m_fd = none;
};

} // namespace httpserver
