#include "authcore/tokens/settingstokenstore.h"

#include "tests/process/numberedtokens.h"
#include "tests/support/filesizelimit.h"

#include <QtCore/QCoreApplication>

#include <cstdio>
#include <optional>

using authcore::SettingsTokenStore;
using authcore::TokenStore;

namespace {

void say(const QString &text)
{
    std::puts(qPrintable(text));
    QCoreApplication::quit();
}

void sayHowItWent(const TokenStore::Done &done)
{
    say(done ? done->detail : QStringLiteral("done"));
}

void sayWhatIsThere(const TokenStore::Loaded &loaded)
{
    if (const auto *error = std::get_if<authcore::StoreError>(&loaded))
        return say(error->detail);
    const auto number = test::numberIn(loaded);
    say(number ? QString::number(*number) : QStringLiteral("nothing"));
}

} // namespace

//! accountworker FILE save|remove|check|load ACCOUNT NUMBER [LIMIT]: carries out one operation and
//! prints its result. Files are limited to LIMIT bytes, as on a full disk; a negative LIMIT kills
//! the process at the limit.
int main(int argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    const auto arguments = QCoreApplication::arguments();
    const QString operation = arguments.value(2);
    const QString account = arguments.value(3);
    const auto tokens = test::tokensOf(account, arguments.value(4).toInt());
    std::optional<test::FileSizeLimit> limit;
    if (const int bytes = arguments.value(5).toInt(); arguments.size() > 5) {
        limit.emplace(static_cast<rlim_t>(std::abs(bytes)));
        if (bytes < 0)
            std::signal(SIGXFSZ, SIG_DFL);
    }
    SettingsTokenStore store(arguments.value(1));
    if (operation == QLatin1String("save"))
        store.save(test::keyOf(account), tokens, &store, sayHowItWent);
    else if (operation == QLatin1String("remove"))
        store.remove(test::keyOf(account), &store, sayHowItWent);
    else if (operation == QLatin1String("check"))
        store.checkWritable(test::keyOf(account), &store, sayHowItWent);
    else
        store.load(test::keyOf(account), &store, sayWhatIsThere);
    return QCoreApplication::exec();
}
