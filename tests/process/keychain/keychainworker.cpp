#include "authcore/keychain/keychaintokenstore.h"
#include "authcore/network/authnetworkaccessmanager.h"
#include "authcore/session/authsession.h"
#include "tests/support/workerprogram.h"

#include <QtCore/QCoreApplication>

using namespace Qt::StringLiterals;
using namespace authcore;

namespace {

//! An application with its account in the keychain. Each input line makes it send a request.
class Worker : public QObject
{
public:
    Worker(const QString &service, const QUrl &server)
        : m_store(service)
        , m_session(*BackendProfile::preset(u"custom-jwt"_s, server), m_store)
        , m_manager(m_session)
        , m_url(server.resolved(QUrl(u"/api/resources"_s)))
    {
        test::tellOf(m_session, this);
        m_session.restore(u"anna"_s);
    }

private:
    KeychainTokenStore m_store;
    AuthSession m_session;
    AuthNetworkAccessManager m_manager;
    QUrl m_url;
    test::Input m_input {[this](const QByteArray &) { test::getAndTell(m_manager, m_url, this); }};
};

} // namespace

//! keychainworker SERVICE URL: a session of "anna" with the tokens in the keychain.
int main(int argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    const auto arguments = QCoreApplication::arguments();
    const Worker worker(arguments.value(1), QUrl(arguments.value(2)));
    return QCoreApplication::exec();
}
