#include "authcore/demobackend/jsonbody.h"

#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>

using namespace Qt::Literals::StringLiterals;

namespace demobackend {

namespace {

QJsonObject jsonIn(const Request &request)
{
    // Any page may send text/plain to any origin without a preflight (the fetch standard).
    if (request.header("content-type").toLower().startsWith("text/plain"))
        return {};
    return QJsonDocument::fromJson(request.body).object();
}

} // namespace

QByteArray jsonTextIn(const Request &request, QLatin1StringView name)
{
    return jsonIn(request).value(name).toString().toUtf8();
}

std::optional<Credentials> jsonCredentialsIn(const Request &request, QLatin1StringView userName)
{
    const auto json = jsonIn(request);
    const auto name = json.value(userName);
    const auto password = json.value("password"_L1);
    if (!name.isString() || !password.isString())
        return {};
    return Credentials {name.toString(), password.toString()};
}

} // namespace demobackend
