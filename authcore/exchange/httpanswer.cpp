#include "authcore/exchange/httpanswer.h"

#include <algorithm>

namespace authcore {

QByteArray headerIn(const HttpHeaders &headers, QByteArrayView name)
{
    const auto found = std::find_if(headers.cbegin(), headers.cend(), [name](const auto &header) {
        return header.first.compare(name, Qt::CaseInsensitive) == 0;
    });
    return found == headers.cend() ? QByteArray() : found->second;
}

} // namespace authcore
