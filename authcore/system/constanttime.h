#pragma once

#include <QtCore/QByteArrayView>

namespace authcore {

//! Are they equal? Takes as long for all of `given`'s content, so that nobody guesses byte by byte.
[[nodiscard]] inline bool isSameSecret(QByteArrayView given, QByteArrayView ours)
{
    if (given.size() != ours.size())
        return false;
    unsigned difference = 0;
    for (qsizetype i = 0; i < ours.size(); ++i)
        difference |= static_cast<unsigned char>(given[i]) ^ static_cast<unsigned char>(ours[i]);
    return difference == 0;
}

} // namespace authcore
