#include "authcore/tokens/settingstokenstore.h"

#include "tests/process/numberedtokens.h"

#include <QtCore/QCoreApplication>

#include <cstdio>
#include <string>

using authcore::SettingsTokenStore;
using authcore::TokenStore;

namespace {

//! Saves set after set as fast as possible and reads each set again.
class Storm : public QObject
{
public:
    Storm(const QString &filePath, QString account, int last)
        : m_store(filePath)
        , m_account(std::move(account))
        , m_last(last)
    {
        m_store.load(test::keyOf(m_account), this, [this](const TokenStore::Loaded &loaded) {
            m_number = test::numberIn(loaded).value_or(0);
            next();
        });
    }

private:
    void next()
    {
        if (m_number == m_last)
            return QCoreApplication::quit();
        ++m_number;
        const auto tokens = test::tokensOf(m_account, m_number);
        m_store.save(test::keyOf(m_account), tokens, this, [this](const TokenStore::Done &error) {
            if (error)
                return fail("not saved");
            m_store.load(test::keyOf(m_account), this, [this](const TokenStore::Loaded &loaded) {
                if (test::numberIn(loaded) != m_number)
                    return fail("not what was saved");
                std::printf("%d\n", m_number);
                std::fflush(stdout);
                next();
            });
        });
    }
    void fail(const char *why) const
    {
        std::printf("%s: %s %d\n", why, qPrintable(m_account), m_number);
        QCoreApplication::exit(1);
    }

    SettingsTokenStore m_store;
    QString m_account;
    int m_last;
    int m_number = 0;
};

//! Saves the set with each number that it reads, and prints the number.
class Scribe : public QObject
{
public:
    Scribe(const QString &filePath, QString account)
        : m_store(filePath)
        , m_account(std::move(account))
    {
        next();
    }

private:
    void next()
    {
        int number = 0;
        if (std::scanf("%d", &number) != 1) {
            QMetaObject::invokeMethod(qApp, &QCoreApplication::quit, Qt::QueuedConnection);
            return;
        }
        const auto tokens = test::tokensOf(m_account, number);
        m_store.save(test::keyOf(m_account), tokens, this, [this](const TokenStore::Done &error) {
            std::puts(error ? "not saved" : "saved");
            std::fflush(stdout);
            next();
        });
    }

    SettingsTokenStore m_store;
    QString m_account;
};

} // namespace

//! storeworker FILE ACCOUNT [LAST]: a Storm up to number LAST; without LAST a Scribe.
int main(int argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    const auto arguments = QCoreApplication::arguments();
    if (arguments.size() > 3) {
        const Storm storm(arguments[1], arguments[2], arguments[3].toInt());
        return QCoreApplication::exec();
    }
    const Scribe scribe(arguments.value(1), arguments.value(2));
    return QCoreApplication::exec();
}
