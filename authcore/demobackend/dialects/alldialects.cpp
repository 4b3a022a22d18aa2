#include "authcore/demobackend/dialects/alldialects.h"

#include "authcore/demobackend/dialects/customjwt.h"
#include "authcore/demobackend/dialects/jsonbearer.h"

namespace demobackend {

std::vector<std::unique_ptr<Dialect>> allDialects()
{
    std::vector<std::unique_ptr<Dialect>> dialects;
    dialects.push_back(std::make_unique<CustomJwt>());
    dialects.push_back(std::make_unique<JsonBearer>());
    return dialects;
}

} // namespace demobackend
