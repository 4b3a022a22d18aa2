#include "authcore/tokens/settingstokenstore.h"

#include "tests/process/numberedtokens.h"

#include <QtCore/QCoreApplication>

#include <cstdlib>
#include <memory>

using authcore::SettingsTokenStore;

namespace {

constexpr int lastNumber = 20;

void saveTo(SettingsTokenStore &store)
{
    const auto account = QStringLiteral("anna");
    for (int number = 1; number <= lastNumber; ++number)
        store.save(test::keyOf(account), test::tokensOf(account, number), &store, {});
}

SettingsTokenStore &staticStore(const QString &filePath)
{
    static SettingsTokenStore store(filePath);
    return store;
}

} // namespace

//! storeending WAY FILE: saves 20 sets, one after the other, and ends at once by WAY.
int main(int argc, char **argv)
{
    auto application = std::make_unique<QCoreApplication>(argc, argv);
    const QString way = QCoreApplication::arguments().value(1);
    const QString filePath = QCoreApplication::arguments().value(2);
    if (way == QLatin1String("child")) {
        saveTo(*new SettingsTokenStore(filePath, application.get()));
    } else if (way == QLatin1String("static")) {
        saveTo(staticStore(filePath));
    } else if (way == QLatin1String("later")) {
        SettingsTokenStore store(filePath);
        saveTo(store);
        application.reset();
    } else if (way == QLatin1String("exit")) {
        SettingsTokenStore store(filePath);
        saveTo(store);
        std::exit(0); // NOLINT(concurrency-mt-unsafe): the test is about it
    } else {
        return 2;
    }
    return 0;
}
