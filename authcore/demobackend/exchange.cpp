#include "authcore/demobackend/exchange.h"

#include <QtCore/QByteArrayView>

namespace demobackend {

QByteArray bearerToken(const Request &request)
{
    constexpr QByteArrayView scheme("bearer ");
    const auto value = request.header("authorization");
    if (value.size() <= scheme.size() || value.first(scheme.size()).toLower() != scheme)
        return {};
    return value.sliced(scheme.size()).trimmed();
}

} // namespace demobackend
