#include "app/cli/run/refreshtext.h"

#include <QtCore/QStringList>

using namespace Qt::StringLiterals;
using authcore::lab::RefreshRecord;

namespace app::cli {

QString outcomeOf(const RefreshRecord &refresh)
{
    if (refresh.discarded)
        return u"discarded"_s;
    if (!refresh.finishedAt)
        return u"running"_s;
    return refresh.to ? u"ok"_s : u"failed"_s;
}

QString refreshText(const authcore::lab::Trace &trace)
{
    QStringList lines;
    for (std::size_t index = 0; index < trace.refreshes().size(); ++index) {
        const RefreshRecord &refresh = trace.refreshes()[index];
        const QString outcome = outcomeOf(refresh);
        const bool wentWell = outcome == "ok"_L1 && refresh.tries.size() <= 1;
        if (wentWell || !refresh.story)
            continue;
        lines.append(u"Refresh %1: %2"_s.arg(index + 1).arg(outcome));
        for (const QString &line : refresh.story->lines())
            lines.append(u"  "_s % line);
    }
    return lines.isEmpty() ? QString() : QString(lines.join(u'\n') % u'\n');
}

} // namespace app::cli
