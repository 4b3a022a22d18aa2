#include "authcore/demobackend/dialects/alldialects.h"

#include "authcore/demobackend/dialects/cookiecsrf.h"
#include "authcore/demobackend/dialects/cookieform.h"
#include "authcore/demobackend/dialects/customjwt.h"
#include "authcore/demobackend/dialects/jsonbearer.h"
#include "authcore/demobackend/dialects/sliding.h"
#include "authcore/demobackend/dialects/unusual.h"
#include "authcore/demobackend/dialects/xaccesstoken.h"
#include "authcore/demobackend/oauth/oauth2.h"

namespace demobackend {

std::vector<std::unique_ptr<Dialect>> allDialects()
{
    std::vector<std::unique_ptr<Dialect>> dialects;
    dialects.push_back(std::make_unique<CustomJwt>());
    dialects.push_back(std::make_unique<CookieForm>());
    dialects.push_back(std::make_unique<JsonBearer>());
    dialects.push_back(std::make_unique<XAccessToken>());
    dialects.push_back(std::make_unique<CookieCsrf>());
    dialects.push_back(std::make_unique<OAuth2>());
    dialects.push_back(std::make_unique<Sliding>());
    dialects.push_back(std::make_unique<Unusual>());
    return dialects;
}

} // namespace demobackend
