#include "authcore/keychain/keychaintokenstore.h"
#include "tests/process/keychain/operations.h"
#include "tests/support/workerprogram.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QSocketNotifier>

#include <array>
#include <unistd.h>

using authcore::KeychainTokenStore;
using authcore::TokenStore;

namespace {

//! Does what each line says, and says how it went.
class Scribe : public QObject
{
public:
    explicit Scribe(const QString &service)
        : m_store(service)
    {
        connect(&m_input, &QSocketNotifier::activated, this, [this] { read(); });
        test::say("ready");
    }

private:
    void read()
    {
        std::array<char, 256> buffer {};
        const auto size = ::read(STDIN_FILENO, buffer.data(), buffer.size());
        if (size <= 0)
            return QCoreApplication::quit();
        const auto lines = QByteArray(buffer.data(), size).trimmed().split('\n');
        for (const auto &line : lines)
            test::operate(m_store, QString::fromLatin1(line), this,
                [](const TokenStore::Done &done) { test::say(test::described(done).toUtf8()); });
    }

    KeychainTokenStore m_store;
    QSocketNotifier m_input {STDIN_FILENO, QSocketNotifier::Read};
};

} // namespace

//! keychainscribe SERVICE: works on the keychain until its input ends, and does not wait then.
int main(int argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    const Scribe scribe(QCoreApplication::arguments().value(1));
    return QCoreApplication::exec();
}
