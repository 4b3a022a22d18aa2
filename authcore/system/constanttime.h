#pragma once

#include <QtCore/QByteArrayView>

namespace authcore {

//! Whether both are equal. The time does not depend on the content of `given`, so that nobody can
//! guess a secret byte by byte.
[[nodiscard]] inline bool isSameSecret(QByteArrayView given, QByteArrayView expected)
{
    if (given.size() != expected.size())
        return false;
    unsigned difference = 0;
    for (qsizetype i = 0; i < expected.size(); ++i)
        difference |=
            static_cast<unsigned char>(given[i]) ^ static_cast<unsigned char>(expected[i]);
    return difference == 0;
}

} // namespace authcore
