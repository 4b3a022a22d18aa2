#include "app/cli/run/waterfalltext.h"

#include "app/cli/run/jsonreport.h"
#include "app/cli/run/refreshtext.h"

#include <QtCore/QStringList>

#include <algorithm>
#include <map>
#include <set>

using namespace Qt::StringLiterals;
using namespace authcore;
using namespace authcore::lab;

namespace app::cli {

namespace {

constexpr std::size_t drawnFirst = 12;
constexpr std::size_t drawnLast = 3;
constexpr std::size_t drawnBroken = 10;
constexpr int statusWidth = 20;
constexpr int labelWidth = 29; // including the generations

struct Glyphs
{
    QChar queued;
    QChar held;
    QChar sending;
    QChar receiving;
    QChar refreshing;
    QString arrow;
};

[[nodiscard]] Glyphs glyphsFor(Terminal::Glyphs which)
{
    if (which == Terminal::Glyphs::Ascii)
        return {u'.', u':', u'=', u'#', u'@', u">"_s};
    return {u'\u00b7', u'\u2591', u'\u2592', u'\u2588', u'\u2593', u"\u2192"_s};
}

//! Maps time to columns. Every period has at least one column.
class Chart
{
public:
    Chart(std::chrono::nanoseconds from, std::chrono::nanoseconds to, int columns)
        : m_from(from)
        , m_span(std::max(to - from, std::chrono::nanoseconds(1)))
        , m_columns(columns)
    {
    }

    void paint(QString &line, std::chrono::nanoseconds from, std::chrono::nanoseconds to,
        QChar glyph) const
    {
        const int begin = column(from);
        const int end = std::max(column(to), begin + 1);
        if (line.size() < end)
            line.resize(end, u' ');
        for (int at = begin; at < end; ++at)
            line[at] = glyph;
    }

    //! "0 ms" at the left end, the whole duration at the right end.
    [[nodiscard]] QString axis() const
    {
        const auto right =
            u"%1 ms"_s.arg(std::chrono::duration<double, std::milli>(m_span).count(), 0, 'f', 1);
        return u"0 ms"_s + right.rightJustified(m_columns - 4);
    }

private:
    [[nodiscard]] int column(std::chrono::nanoseconds at) const
    {
        const auto part = std::chrono::duration<double>(at - m_from) / m_span;
        return std::clamp(static_cast<int>(part * m_columns), 0, m_columns - 1);
    }

    std::chrono::nanoseconds m_from;
    std::chrono::nanoseconds m_span;
    int m_columns;
};

[[nodiscard]] QChar glyphOf(Phase phase, const Glyphs &glyphs)
{
    switch (phase) {
    case Phase::Queued:
        return glyphs.queued;
    case Phase::Held:
        return glyphs.held;
    case Phase::Sending:
        return glyphs.sending;
    case Phase::Receiving:
        return glyphs.receiving;
    }
    return glyphs.queued;
}

[[nodiscard]] bool isOnTheWire(Phase phase)
{
    return phase == Phase::Sending || phase == Phase::Receiving;
}

[[nodiscard]] QString statusText(std::optional<int> status)
{
    return status ? QString::number(*status) : u"---"_s;
}

//! Draws the lines of requests and refreshes.
class Painter
{
public:
    Painter(const Trace &trace, Generation first, const Terminal &terminal)
        : m_trace(trace)
        , m_first(first)
        , m_glyphs(glyphsFor(terminal.glyphs))
        , m_columns(terminal.columns)
        , m_chart(beginning(trace), trace.lastEventAt(), terminal.columns - labelWidth)
    {
    }

    [[nodiscard]] QString axis() const
    {
        return line(u"  #  status"_s, u"tokens"_s, m_chart.axis());
    }

    [[nodiscard]] QString legend() const
    {
        const QString text =
            u"%1 queued  %2 held  %3 sending  %4 receiving  %5 refreshing"_s.arg(m_glyphs.queued,
                m_glyphs.held, m_glyphs.sending, m_glyphs.receiving, m_glyphs.refreshing);
        return QString(std::min<qsizetype>(labelWidth, m_columns - text.size()), u' ') + text;
    }

    [[nodiscard]] QString request(std::size_t index) const
    {
        const auto &request = m_trace.requests()[index];
        QStringList statuses;
        QStringList generations;
        for (const auto &attempt : request.attempts) {
            statuses.append(statusText(attempt.status));
            generations.append(tokens(attempt.generation));
        }
        if (request.attempts.empty())
            statuses.append(statusText(request.status));
        QString bars;
        // Paint sending and receiving last: they are often short, and must not be hidden by
        // waiting.
        for (const bool onTheWire : {false, true})
            for (const auto &phase : request.phases)
                if (isOnTheWire(phase.phase) == onTheWire)
                    m_chart.paint(bars, phase.from, phase.to.value_or(m_trace.lastEventAt()),
                        glyphOf(phase.phase, m_glyphs));
        const auto number = QString::number(index + 1).rightJustified(3);
        return line(u"%1  %2"_s.arg(number, statuses.join(m_glyphs.arrow)),
            generations.join(m_glyphs.arrow), bars);
    }

    [[nodiscard]] QString refresh(std::size_t index) const
    {
        const auto &refresh = m_trace.refreshes()[index];
        QString bars;
        m_chart.paint(bars, refresh.startedAt, refresh.finishedAt.value_or(m_trace.lastEventAt()),
            m_glyphs.queued);
        for (const auto &attempt : refresh.tries)
            m_chart.paint(bars, attempt.sentAt, attempt.finishedAt.value_or(m_trace.lastEventAt()),
                m_glyphs.refreshing);
        const QString made = refresh.to ? m_glyphs.arrow + tokens(*refresh.to) : QString();
        return line(
            u"  @  refresh %1"_s.arg(outcomeOf(refresh)), tokens(refresh.from) + made, bars);
    }

private:
    [[nodiscard]] static std::chrono::nanoseconds beginning(const Trace &trace)
    {
        return trace.requests().empty() ? std::chrono::nanoseconds::zero()
                                        : trace.requests().front().createdAt;
    }

    [[nodiscard]] QString tokens(Generation generation) const
    {
        const int shown = shownGeneration(generation, m_first);
        return shown == 0 ? u"-"_s : u"A%1"_s.arg(shown);
    }

    //! The generations begin at the same column, unless the text before them is too long.
    [[nodiscard]] static QString line(
        const QString &left, const QString &generations, const QString &bars)
    {
        const QString label = left.leftJustified(statusWidth) + u' ' + generations;
        return label.leftJustified(labelWidth - 1) + u' ' + bars;
    }

    const Trace &m_trace;
    Generation m_first;
    Glyphs m_glyphs;
    int m_columns;
    Chart m_chart;
};

//! The requests that get a line of their own.
[[nodiscard]] std::set<std::size_t> drawnRequests(const Trace &trace, const Verdict &verdict)
{
    std::set<RequestId> broke;
    for (const auto &rule : verdict.rules)
        broke.insert(rule.requests.begin(), rule.requests.end());
    const auto count = trace.requests().size();
    const bool all = count <= drawnFirst + drawnLast + 1;
    std::set<std::size_t> drawn;
    std::size_t drawnAsBroken = 0;
    for (std::size_t index = 0; index < count; ++index) {
        const bool isAtAnEnd = index < drawnFirst || index + drawnLast >= count;
        const bool isBroken = broke.contains(trace.requests()[index].id);
        if (all || isAtAnEnd || (isBroken && drawnAsBroken++ < drawnBroken))
            drawn.insert(index);
    }
    return drawn;
}

//! "     ... 85 more: 80 x 200, 5 x 401"
class Omitted
{
public:
    void add(const RequestRecord &request) { ++m_statuses[statusText(request.status)]; }

    void flushTo(QStringList &lines)
    {
        if (m_statuses.empty())
            return;
        int count = 0;
        QStringList parts;
        for (const auto &[status, times] : m_statuses) {
            count += times;
            parts.append(u"%1 x %2"_s.arg(times).arg(status));
        }
        lines.append(u"     ... %1 more: %2"_s.arg(count).arg(parts.join(u", "_s)));
        m_statuses.clear();
    }

private:
    std::map<QString, int> m_statuses;
};

} // namespace

QString waterfallText(
    const Trace &trace, const Verdict &verdict, Generation first, const Terminal &terminal)
{
    const Painter painter(trace, first, terminal);
    const auto drawn = drawnRequests(trace, verdict);
    QStringList lines {painter.axis()};
    Omitted omitted;
    for (std::size_t index = 0; index < trace.requests().size(); ++index) {
        if (!drawn.contains(index)) {
            omitted.add(trace.requests()[index]);
            continue;
        }
        omitted.flushTo(lines);
        lines.append(painter.request(index));
    }
    for (std::size_t index = 0; index < trace.refreshes().size(); ++index)
        lines.append(painter.refresh(index));
    lines.append(painter.legend());
    return lines.join(u'\n') + u'\n';
}

} // namespace app::cli
