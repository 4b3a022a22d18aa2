#include "authcore/system/randombytes.h"

#include <QtCore/QRandomGenerator>

namespace authcore {

QByteArray systemRandomBytes(qsizetype count)
{
    QByteArray bytes(count, Qt::Uninitialized);
    for (char &byte : bytes)
        byte = static_cast<char>(QRandomGenerator::system()->generate() & 0xffU);
    return bytes;
}

} // namespace authcore
