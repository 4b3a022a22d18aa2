// An embedder that keeps tokens in the system's keychain.
#include <authcore/keychain/keychaintokenstore.h>

#include <QtCore/QCoreApplication>

int main(int argc, char **argv)
{
    const QCoreApplication app(argc, argv);
    const authcore::KeychainTokenStore store(QStringLiteral("Consumer"));
    return store.service() == QStringLiteral("Consumer") ? 0 : 1;
}
