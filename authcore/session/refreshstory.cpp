#include "authcore/session/refreshstory.h"

using namespace Qt::StringLiterals;

namespace authcore {

namespace {

//! Adds the detail of the error where the answer does not show what was wrong.
QString textOf(const RefreshTry &tried)
{
    const EndpointTry &request = tried.request;
    const bool isRefusal = request.httpStatus && *request.httpStatus / 100 != 2;
    const bool showsProblem =
        isRefusal || !request.errorCode.isEmpty() || !request.missing.isEmpty();
    const QString text = request.toString();
    return showsProblem || tried.detail.isEmpty() ? text : QString(text % u", "_s % tried.detail);
}

} // namespace

void RefreshStory::add(const TokenError &cause)
{
    if (!firstCause)
        firstCause = cause;
    lastCause = cause;
    if (cause.httpStatus)
        lastStatus = cause.httpStatus;
}

void RefreshStory::add(const RefreshTry &tried)
{
    log.append(tried);
    if (log.size() > firstKept + lastKept)
        log.removeAt(firstKept);
}

int RefreshStory::leftOut() const
{
    return log.isEmpty() ? 0 : log.constLast().number - int(log.size());
}

QString RefreshStory::toString() const
{
    if (!lastCause)
        return {};
    QString text;
    if (tries <= 1 && firstCause->detail == lastCause->detail)
        text = lastCause->detail;
    else if (firstCause->detail == lastCause->detail)
        text = tr("%1 (%n tries)", nullptr, tries).arg(lastCause->detail);
    else
        text = tr("%n tries. First: %1. Last: %2", nullptr, tries)
                   .arg(firstCause->detail, lastCause->detail);
    return decision.isEmpty() ? text : QString(text % u". "_s % decision);
}

QStringList RefreshStory::lines() const
{
    QStringList lines;
    for (const RefreshTry &tried : log) {
        if (tried.number > firstKept && leftOut() > 0 && lines.size() == firstKept)
            lines.append(tr("%n more tries", nullptr, leftOut()));
        lines.append(tr("Try %1, %2").arg(QString::number(tried.number), textOf(tried)));
    }
    if (!decision.isEmpty())
        lines.append(decision);
    return lines;
}

} // namespace authcore
