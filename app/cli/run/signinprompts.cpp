#include "app/cli/run/signinprompts.h"

#include "app/cli/commandline/terminal.h"

#include <QtCore/QProcess>
#include <QtCore/QStandardPaths>

using namespace Qt::StringLiterals;

namespace app::cli {

void sendToBrowser(const QUrl &url, RunArguments::Browser browser)
{
    const auto text = url.toString(QUrl::FullyEncoded);
    say(u"Open this URL in a browser on this machine, and sign in there:"_s);
    say(text);
    if (browser == RunArguments::Browser::LeaveToPerson)
        return;
    const auto opener = QStandardPaths::findExecutable(u"xdg-open"_s);
    if (!opener.isEmpty())
        QProcess::startDetached(opener, {text});
}

void showUserCode(const QString &code, const QUrl &url, const QUrl &urlWithCode)
{
    say(u"To sign in, open %1 on any device and type the code %2"_s.arg(
        url.toString(QUrl::FullyEncoded), code));
    if (!urlWithCode.isEmpty())
        say(u"or open %1"_s.arg(urlWithCode.toString(QUrl::FullyEncoded)));
    say(u"Waiting for that ..."_s);
}

} // namespace app::cli
