#include "authcore/demobackend/transcript.h"

using namespace Qt::Literals::StringLiterals;

namespace demobackend {

namespace {

constexpr std::size_t mostLines = 100'000;
constexpr qsizetype longestLine = 1'000;

} // namespace

Transcript::Line Transcript::open(const QString &what)
{
    const std::scoped_lock lock(m_mutex);
    m_entries.push_back({what.left(longestLine), u"..."_s});
    if (m_entries.size() > mostLines) {
        m_entries.pop_front();
        ++m_forgotten;
    }
    return Line(m_forgotten + m_entries.size() - 1);
}

void Transcript::complete(Line line, const QString &outcome)
{
    const std::scoped_lock lock(m_mutex);
    const auto number = static_cast<std::size_t>(line);
    if (number >= m_forgotten)
        m_entries.at(number - m_forgotten).outcome = outcome;
}

QStringList Transcript::lines() const
{
    return lines({});
}

QStringList Transcript::lines(const QString &part) const
{
    const std::scoped_lock lock(m_mutex);
    QStringList result;
    for (const auto &entry : m_entries) {
        const QString line = entry.what + " -> "_L1 + entry.outcome;
        if (line.contains(part))
            result.append(line);
    }
    return result;
}

void Transcript::clear()
{
    const std::scoped_lock lock(m_mutex);
    m_forgotten += m_entries.size();
    m_entries.clear();
}

} // namespace demobackend
