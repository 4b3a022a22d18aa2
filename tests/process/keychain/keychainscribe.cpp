#include "authcore/keychain/keychaintokenstore.h"
#include "tests/process/keychain/operations.h"
#include "tests/support/workerprogram.h"

#include <QtCore/QCoreApplication>

using authcore::KeychainTokenStore;
using authcore::TokenStore;

namespace {

//! Carries out the command of each line and prints its result.
class Scribe : public QObject
{
public:
    explicit Scribe(const QString &service)
        : m_store(service)
    {
        test::say("ready");
    }

private:
    KeychainTokenStore m_store;
    test::Input m_input {[this](const QByteArray &line) {
        test::operate(m_store, QString::fromLatin1(line), this,
            [](const TokenStore::Done &done) { test::say(test::described(done).toUtf8()); });
    }};
};

} // namespace

//! keychainscribe SERVICE: works on the keychain until its input ends, then exits at once.
int main(int argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    const Scribe scribe(QCoreApplication::arguments().value(1));
    return QCoreApplication::exec();
}
