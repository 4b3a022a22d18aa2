#include "authcore/httpserver/exchange.h"

#include <QtCore/QByteArrayView>

#include <algorithm>
#include <array>

namespace httpserver {

namespace {

QByteArrayView takeLine(QByteArrayView &rest)
{
    const auto end = rest.indexOf('\n');
    auto line = end < 0 ? rest : rest.first(end);
    rest = end < 0 ? QByteArrayView() : rest.sliced(end + 1);
    return line.trimmed();
}

void parseRequestLine(QByteArrayView line, Request &request)
{
    const auto afterMethod = line.indexOf(' ');
    const auto afterTarget = line.lastIndexOf(' ');
    if (afterMethod < 0 || afterTarget <= afterMethod)
        return;
    request.method = line.first(afterMethod).toByteArray();
    request.target = line.sliced(afterMethod + 1, afterTarget - afterMethod - 1).toByteArray();
    if (const auto fragment = request.target.indexOf('#'); fragment >= 0)
        request.target.truncate(fragment);
    // A query may carry secrets, so it is kept out of the target that transcripts show.
    if (const auto query = request.target.indexOf('?'); query >= 0) {
        request.query = request.target.sliced(query + 1);
        request.target.truncate(query);
    }
    request.path = QString::fromUtf8(QByteArray::fromPercentEncoding(request.target));
}

} // namespace

QByteArray Request::header(QByteArrayView name) const
{
    const auto found = std::find_if(headers.begin(), headers.end(),
        [name](const Header &header) { return header.first == name; });
    return found == headers.end() ? QByteArray() : found->second;
}

Request parseHead(QByteArrayView head)
{
    Request request;
    parseRequestLine(takeLine(head), request);
    while (!head.isEmpty()) {
        const auto line = takeLine(head);
        const auto colon = line.indexOf(':');
        if (colon <= 0)
            continue;
        request.headers.emplace_back(line.first(colon).trimmed().toByteArray().toLower(),
            line.sliced(colon + 1).trimmed().toByteArray());
    }
    return request;
}

QByteArray httpDate(Instant when)
{
    using namespace std::chrono;
    static constexpr std::array weekdays {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static constexpr std::array months {
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const auto day = floor<days>(when);
    const year_month_day date(day);
    const hh_mm_ss time(floor<seconds>(when - day));
    return QByteArray(weekdays.at(weekday(day).c_encoding())) + ", "
        + QByteArray::number(unsigned(date.day())).rightJustified(2, '0') + ' '
        + months.at(unsigned(date.month()) - 1) + ' ' + QByteArray::number(int(date.year())) + ' '
        + QByteArray::number(qlonglong(time.hours().count())).rightJustified(2, '0') + ':'
        + QByteArray::number(qlonglong(time.minutes().count())).rightJustified(2, '0') + ':'
        + QByteArray::number(qlonglong(time.seconds().count())).rightJustified(2, '0') + " GMT";
}

} // namespace httpserver
