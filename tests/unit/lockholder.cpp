#include "authcore/session/refreshlock.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QFile>

#include <cstdio>
#include <memory>

using namespace Qt::StringLiterals;
using authcore::RefreshLock;

namespace {

//! Adds one to the number in the file, without any care for other writers.
void countUp(const QString &path)
{
    QFile file(path);
    int number = 0;
    if (file.open(QFile::ReadOnly))
        number = file.readAll().toInt();
    file.close();
    if (file.open(QFile::WriteOnly | QFile::Truncate))
        file.write(QByteArray::number(number + 1));
}

} // namespace

//! lockholder PATH: takes the lock, prints "held" and releases the lock at the end of its input.
//! lockholder PATH FILE TIMES: adds one to the number in FILE, TIMES times, each time under the
//! lock.
int main(int argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    const auto arguments = QCoreApplication::arguments();
    authcore::SystemClock clock;
    RefreshLock lock(arguments.value(1), clock);
    int left = arguments.value(3).toInt();
    std::function<void(RefreshLock::Acquired)> then;
    then = [&](RefreshLock::Acquired result) {
        if (result != RefreshLock::Acquired::Yes)
            return QCoreApplication::exit(1);
        if (left == 0) {
            std::puts("held");
            std::fflush(stdout);
            while (std::getchar() != EOF) { }
            return QCoreApplication::quit();
        }
        countUp(arguments.value(2));
        lock.release();
        if (--left == 0)
            return QCoreApplication::quit();
        lock.acquire(then);
    };
    lock.acquire(then);
    return QCoreApplication::exec();
}
