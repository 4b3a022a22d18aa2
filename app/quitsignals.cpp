#include "app/quitsignals.h"

#ifdef Q_OS_UNIX

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <sys/socket.h>
#include <unistd.h>

namespace app {

namespace {

constexpr std::array quitSignals {SIGTERM, SIGINT, SIGHUP};

// A signal handler takes no argument that could carry this value.
std::atomic<int> writeEnd {-1};
static_assert(std::atomic<int>::is_always_lock_free);

extern "C" void noteQuitSignal(int)
{
    const int error = errno;
    const char byte = 0;
    [[maybe_unused]] const auto written = ::write(writeEnd.load(), &byte, 1);
    errno = error;
}

void setHandler(void (*handler)(int))
{
    struct sigaction action = {};
    action.sa_handler = handler;
    action.sa_flags = SA_RESTART | static_cast<int>(SA_RESETHAND); // the header says why
    sigemptyset(&action.sa_mask);
    for (const int signal : quitSignals)
        ::sigaction(signal, &action, nullptr);
}

} // namespace

QuitSignals::QuitSignals(QObject *parent)
    : QObject(parent)
{
    std::array<int, 2> ends {};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends.data()) != 0)
        return;
    writeEnd = ends[0];
    m_notifier = std::make_unique<QSocketNotifier>(ends[1], QSocketNotifier::Read);
    connect(m_notifier.get(), &QSocketNotifier::activated, this, [this, readEnd = ends[1]] {
        std::array<char, 16> bytes {};
        if (::read(readEnd, bytes.data(), bytes.size()) > 0)
            Q_EMIT quitRequested();
    });
    setHandler(noteQuitSignal);
}

QuitSignals::~QuitSignals()
{
    if (!m_notifier)
        return;
    setHandler(SIG_DFL);
    const auto readEnd = static_cast<int>(m_notifier->socket());
    m_notifier.reset();
    ::close(readEnd);
    ::close(writeEnd.exchange(-1));
}

} // namespace app

#else

namespace app {

QuitSignals::QuitSignals(QObject *parent)
    : QObject(parent)
{
}

QuitSignals::~QuitSignals() = default;

} // namespace app

#endif
