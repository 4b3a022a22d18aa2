#include "authcore/session/refreshlock.h"

#include "authcore/system/privatefolder.h"

#include <QtCore/QFileInfo>
#include <QtCore/QRandomGenerator>

#include <tuple>
#include <utility>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace authcore {

namespace {

constexpr std::chrono::milliseconds shortestPause = 20ms;
constexpr std::chrono::milliseconds longestPause = 60ms;

} // namespace

RefreshLock::RefreshLock(const QString &path, Clock &clock, UniformRandom random)
    : m_clock(clock)
    , m_random(
          random ? std::move(random) : [] { return QRandomGenerator::global()->generateDouble(); })
    , m_lock(path)
{
}

RefreshLock::~RefreshLock()
{
    release();
}

void RefreshLock::acquire(std::function<void(Acquired)> then)
{
    m_then = std::move(then);
    tryAfter(0ms);
}

void RefreshLock::release()
{
    m_next.reset();
    m_then = nullptr;
    m_lock.remove();
}

bool RefreshLock::isHeld() const
{
    return m_lock.isHeld();
}

QString RefreshLock::holder() const
{
    return m_lock.signature();
}

void RefreshLock::tryNow()
{
    switch (tryFile()) {
    case KernelLock::Got::Held:
        settle(Acquired::Yes);
        return;
    case KernelLock::Got::Busy:
        tryAfter(shortestPause
            + std::chrono::floor<std::chrono::milliseconds>(
                m_random() * (longestPause - shortestPause)));
        return;
    case KernelLock::Got::Unavailable:
        m_problem = u"No lock file can be made in "_s % QFileInfo(path()).path() % u": "_s
            % m_lock.problem();
        settle(Acquired::Unavailable);
        return;
    }
}

KernelLock::Got RefreshLock::tryFile()
{
    // Without the folder, locking fails and says why.
    std::ignore = makePrivateFolder(QFileInfo(path()).path());
    const auto got = m_lock.tryLock();
    if (got == KernelLock::Got::Held)
        m_lock.sign();
    return got;
}

void RefreshLock::settle(Acquired result)
{
    m_next.reset();
    const auto then = std::exchange(m_then, nullptr);
    then(result); // may destroy this
}

void RefreshLock::tryAfter(std::chrono::milliseconds pause)
{
    m_next = m_clock.after(pause, [this] { tryNow(); });
}

} // namespace authcore
