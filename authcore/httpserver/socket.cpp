#include "authcore/httpserver/socket.h"

#include <sys/socket.h>
#include <unistd.h>

namespace httpserver {

Socket::~Socket()
{
    if (isOpen())
        ::close(m_fd);
}

void Socket::shutDown() const noexcept
{
    if (isOpen())
        ::shutdown(m_fd, SHUT_RDWR);
}

} // namespace httpserver
