#include "ui/waterfall/rowtext.h"

#include "ui/common/wording.h"

#include <QtCore/QStringList>

#include <algorithm>

namespace ui {

using namespace Qt::StringLiterals;
using namespace authcore;
using namespace authcore::lab;
using std::chrono::nanoseconds;

namespace {

QString durationOf(nanoseconds from, std::optional<nanoseconds> to)
{
    return to ? Wording::duration(*to - from) : QString();
}

Bar::Ending endingOf(const AttemptRecord &attempt)
{
    if (!attempt.finishedAt)
        return Bar::Ending::Open;
    if (attempt.challenge)
        return Bar::Ending::Challenged;
    return Wording::isGood(attempt.status, attempt.error) ? Bar::Ending::Good : Bar::Ending::Failed;
}

//! The attempt that was under way at `when` ended in a challenge.
bool isChallengedAt(const RequestRecord &request, nanoseconds when)
{
    return std::any_of(
        request.attempts.begin(), request.attempts.end(), [when](const auto &attempt) {
            return attempt.challenge && attempt.sentAt <= when
                && (!attempt.finishedAt || when < *attempt.finishedAt);
        });
}

BarSegment toSegment(const RequestRecord &request, const PhaseRecord &phase)
{
    switch (phase.phase) {
    case Phase::Queued:
        return {BarSegment::Kind::Queued, phase.from, phase.to};
    case Phase::Held:
        return {BarSegment::Kind::Held, phase.from, phase.to};
    case Phase::Sending:
        return {
            BarSegment::Kind::Sending, phase.from, phase.to, isChallengedAt(request, phase.from)};
    case Phase::Receiving:
        return {
            BarSegment::Kind::Receiving, phase.from, phase.to, isChallengedAt(request, phase.from)};
    }
    return {};
}

} // namespace

RowText RowWriter::request(std::size_t index) const
{
    const RequestRecord &record = m_trace.requests()[index];
    RowText text;
    text.number = QString::number(index + 1);
    text.request = QString(QString::fromLatin1(record.verb) % u' ' % record.url.path());
    text.duration = durationOf(record.createdAt, record.finishedAt);
    if (!record.attempts.empty())
        text.generation = Wording::generation(record.attempts.back().generation);

    QString state;
    if (record.finishedAt) {
        const bool good = Wording::isGood(record.status, record.error);
        state = Wording::answer(record.status, record.error);
        text.status = Wording::withGlyph(good ? Wording::goodGlyph() : Wording::badGlyph(), state);
        text.bar.ending = good ? Bar::Ending::Good : Bar::Ending::Failed;
    } else {
        const OpenState open = openState(record);
        state = open.spoken;
        text.status = Wording::withGlyph(Wording::waitGlyph(), open.brief);
    }
    for (const PhaseRecord &phase : record.phases)
        text.bar.segments.push_back(toSegment(record, phase));

    QStringList words {tr("Request %1").arg(index + 1), text.request, state};
    if (!text.generation.isEmpty())
        words << tr("generation %1").arg(text.generation);
    words << span(record.createdAt, record.finishedAt)
          << (record.attempts.size() == 1
                     ? tr("one attempt")
                     : tr("%n attempts", nullptr, static_cast<int>(record.attempts.size())));
    text.spoken = words.join(", "_L1);
    return text;
}

RowText RowWriter::attempt(std::size_t request, std::size_t index) const
{
    const RequestRecord &owner = m_trace.requests()[request];
    const AttemptRecord &record = owner.attempts[index];
    const QString outcome = outcomeOf(record);
    RowText text;
    text.number = QString(QString::number(request + 1) % u'.' % QString::number(record.number));
    text.request = outcome.isEmpty() ? tr("attempt %1").arg(record.number)
                                     : tr("attempt %1, %2").arg(record.number).arg(outcome);
    text.generation = Wording::generation(record.generation);
    text.duration = durationOf(record.sentAt, record.finishedAt);
    text.bar.ending = endingOf(record);

    QString state = tr("sent");
    if (record.finishedAt)
        state = Wording::answer(record.status, record.error);
    const QString glyph = !record.finishedAt   ? Wording::waitGlyph()
        : text.bar.ending == Bar::Ending::Good ? Wording::goodGlyph()
                                               : Wording::badGlyph();
    text.status = Wording::withGlyph(glyph, state);

    const bool challenged = record.challenge.has_value();
    const auto sendingEnd = record.firstByteAt ? record.firstByteAt : record.finishedAt;
    text.bar.segments.push_back({BarSegment::Kind::Sending, record.sentAt, sendingEnd, challenged});
    if (record.firstByteAt)
        text.bar.segments.push_back(
            {BarSegment::Kind::Receiving, *record.firstByteAt, record.finishedAt, challenged});

    QStringList words {tr("Request %1").arg(request + 1), tr("attempt %1").arg(record.number),
        QString(QString::fromLatin1(owner.verb) % u' ' % record.url.path()), state,
        tr("generation %1").arg(text.generation), span(record.sentAt, record.finishedAt)};
    if (!outcome.isEmpty())
        words << outcome;
    text.spoken = words.join(", "_L1);
    return text;
}

RowText RowWriter::refresh(std::size_t index) const
{
    const RefreshRecord &record = m_trace.refreshes()[index];
    const QString waiters = waitersOf(record);
    RowText text;
    text.number = QString(Wording::refreshGlyph() % QString::number(index + 1));
    text.request = waiters.isEmpty() ? tr("refresh") : tr("refresh, for %1").arg(waiters);
    text.generation = record.to ? QString(Wording::generation(record.from) % u" \u2192 "_s
                          % Wording::generation(*record.to))
                                : Wording::generation(record.from);
    text.duration = durationOf(record.startedAt, record.finishedAt);

    QString state = tr("refreshing");
    QString glyph = Wording::waitGlyph();
    if (record.discarded) {
        state = tr("discarded");
        glyph = Wording::badGlyph();
        text.bar.ending = Bar::Ending::Failed;
    } else if (record.error) {
        state = Wording::shortProblem(*record.error);
        glyph = Wording::badGlyph();
        text.bar.ending = Bar::Ending::Failed;
    } else if (record.finishedAt) {
        state = tr("new tokens");
        glyph = Wording::goodGlyph();
        text.bar.ending = Bar::Ending::Good;
    }
    text.status = Wording::withGlyph(glyph, state);
    text.bar.segments.push_back({BarSegment::Kind::Refresh, record.startedAt, record.finishedAt});

    QStringList words {tr("Refresh %1").arg(index + 1), state};
    words << (record.to
            ? tr("generation %1 to %2")
                  .arg(Wording::generation(record.from), Wording::generation(*record.to))
            : tr("generation %1").arg(Wording::generation(record.from)));
    words << span(record.startedAt, record.finishedAt);
    if (!waiters.isEmpty())
        words << tr("for %1").arg(waiters);
    text.spoken = words.join(", "_L1);
    return text;
}

QString RowWriter::refreshDetails(std::size_t index) const
{
    const auto &story = m_trace.refreshes()[index].story;
    return story ? Wording::details(*story) : QString();
}

RowText RowWriter::refreshTry(std::size_t refresh, std::size_t index) const
{
    const RefreshRecord::Try &record = m_trace.refreshes()[refresh].tries[index];
    RowText text;
    text.number = QString(
        Wording::refreshGlyph() % QString::number(refresh + 1) % u'.' % QString::number(index + 1));
    text.request = tr("try %1").arg(index + 1);
    text.duration = durationOf(record.sentAt, record.finishedAt);
    QString state = tr("sent");
    if (record.finishedAt) {
        const QString problem = record.error ? Wording::shortProblem(*record.error) : QString();
        const QString status = record.status ? QString::number(*record.status) : QString();
        state = problem.isEmpty() && status.isEmpty() ? tr("answered")
            : problem.isEmpty()                       ? status
            : status.isEmpty()                        ? problem
                                                      : tr("%1 %2").arg(status, problem);
        text.bar.ending = record.error ? Bar::Ending::Failed : Bar::Ending::Good;
    }
    text.status = Wording::withGlyph(!record.finishedAt ? Wording::waitGlyph()
            : record.error                              ? Wording::badGlyph()
                                                        : Wording::goodGlyph(),
        state);
    text.bar.segments.push_back({BarSegment::Kind::Refresh, record.sentAt, record.finishedAt});
    text.spoken = QStringList {tr("Refresh %1").arg(refresh + 1), text.request, state,
        span(record.sentAt, record.finishedAt)}
                      .join(", "_L1);
    return text;
}

RowWriter::OpenState RowWriter::openState(const RequestRecord &request)
{
    if (!request.phases.empty() && request.phases.back().phase == Phase::Held) {
        if (request.phases.back().refresh == RefreshId {})
            return {tr("needs sign-in"), tr("waits for sign-in")};
        return {tr("held"), tr("waits for refresh")};
    }
    const QString word = request.attempts.empty() ? tr("queued") : tr("sent");
    return {word, word};
}

QString RowWriter::refreshNumber(RefreshId id) const
{
    const RefreshRecord *found = m_trace.find(id);
    if (!found)
        return QString::number(static_cast<std::uint32_t>(id));
    return QString::number(found - m_trace.refreshes().data() + 1);
}

QString RowWriter::waitersOf(const RefreshRecord &refresh) const
{
    constexpr std::size_t listed = 6;
    if (refresh.waitedFor.size() > listed)
        return tr("%n requests", nullptr, static_cast<int>(refresh.waitedFor.size()));
    std::vector<std::size_t> numbers;
    for (const RequestId id : refresh.waitedFor) {
        if (const RequestRecord *found = m_trace.find(id))
            numbers.push_back(static_cast<std::size_t>(found - m_trace.requests().data()) + 1);
    }
    std::sort(numbers.begin(), numbers.end());
    QStringList texts;
    for (const std::size_t number : numbers)
        texts << QString::number(number);
    return texts.join(", "_L1);
}

QString RowWriter::outcomeOf(const AttemptRecord &attempt) const
{
    if (!attempt.challenge)
        return {};
    switch (*attempt.challenge) {
    case ChallengeOutcome::StartedRefresh:
        return tr("caused refresh %1").arg(refreshNumber(attempt.refresh));
    case ChallengeOutcome::JoinedRefresh:
        return tr("waited for refresh %1").arg(refreshNumber(attempt.refresh));
    case ChallengeOutcome::ReplayedAtOnce:
        return tr("sent again at once");
    case ChallengeOutcome::WaitsForSignIn:
        return tr("waited for sign-in");
    case ChallengeOutcome::Delivered:
        return tr("delivered");
    }
    return {};
}

QString RowWriter::span(nanoseconds from, std::optional<nanoseconds> to)
{
    return to ? tr("%1 to %2").arg(Wording::duration(from), Wording::duration(*to))
              : tr("since %1").arg(Wording::duration(from));
}

} // namespace ui
